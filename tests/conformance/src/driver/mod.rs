//! A common interface to the informers: a [`Driver`] starts an informer for a [`Subject`] and reports the calls
//! of its event handlers. Must not know scripts.

mod client_go;
mod in_process;
mod kube_rs;
mod ours;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

pub use client_go::ClientGo;
pub use kube_rs::KubeRs;
pub use ours::Ours;

use crate::{
    Error,
    script::{Joins, Resource},
};

/// The configuration of an informer.
#[derive(Clone, Debug, Serialize)]
pub struct Subject {
    /// A unique identifier.
    pub id: String,
    /// The URL of the server.
    pub url: String,
    /// The resource that is listed and watched.
    pub resource: Resource,
    /// Whether a built-in type is read as a dynamic object.
    pub dynamic: bool,
    /// A namespace; empty means all.
    pub namespace: String,
    /// A label selector; empty means none.
    pub labels: String,
    /// A field selector; empty means none.
    pub fields: String,
    /// The resync period; 0 disables resyncs.
    pub resync_seconds: u32,
    /// The page size; 0 means the informer's default.
    pub page_size: u32,
    /// When the handler is added.
    pub joins: Joins,
    /// Our informer's timeout for a list that sends no data.
    #[serde(skip)]
    pub response_timeout_seconds: Option<u64>,
    /// Our informer's limit for the text of an object.
    #[serde(skip)]
    pub max_object_bytes: Option<usize>,
}

/// A report of a running informer.
#[derive(Clone, Debug)]
pub enum Observation {
    /// An event handler was called.
    Call(Call),
    /// The informer has stopped, in this state.
    Final(Final),
    /// The informer failed, with this message.
    Failed(String),
}

/// A call of an event handler.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Call {
    /// The method that was called.
    pub kind: CallKind,
    /// The key of the object: `namespace/name`.
    pub key: String,
    /// The resourceVersion of an update's old object.
    #[serde(default)]
    pub old: String,
    /// The resourceVersion of the object.
    #[serde(default)]
    pub version: String,
    /// client-go's `isInInitialList`.
    #[serde(default)]
    pub in_initial_list: bool,
    /// Whether the final state of a deleted object is unknown (client-go's `DeletedFinalStateUnknown`).
    #[serde(default)]
    pub final_state_unknown: bool,
}

/// A method of an event handler, or a kind of event of kube-rs's watcher.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CallKind {
    /// `OnAdd`.
    Add,
    /// `OnUpdate`.
    Update,
    /// `OnDelete`, or kube-rs's `Event::Delete`.
    Delete,
    /// kube-rs's `Event::InitApply`: an object of a list, known or not.
    InitApply,
    /// kube-rs's `Event::Apply`: an object of a watch, known or not.
    Apply,
}

/// The final state of an informer.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Final {
    /// Whether it reports that it is synced.
    pub synced: bool,
    /// The class of the failure for which waiting for the sync fails. client-go's wait never fails.
    #[serde(default)]
    pub sync_error: Option<String>,
    /// The resourceVersion of each object in its cache, by key.
    pub cache: BTreeMap<String, String>,
}

/// A running informer.
pub struct Running {
    observations: UnboundedReceiver<Observation>,
    stop: Box<dyn FnOnce() + Send>,
}

impl Running {
    fn new(stop: impl FnOnce() + Send + 'static) -> (Self, UnboundedSender<Observation>) {
        let (sender, observations) = unbounded_channel();
        let running = Self { observations, stop: Box::new(stop) };
        (running, sender)
    }

    /// Waits for the next observation. Returns `None` if no more can arrive.
    ///
    /// # Cancel safety
    /// This method is cancel safe: no observation is lost.
    pub async fn next(&mut self) -> Option<Observation> {
        self.observations.recv().await
    }

    /// Stops the informer. The receiver yields the remaining observations, followed by the final state.
    pub fn stop(self) -> UnboundedReceiver<Observation> {
        (self.stop)();
        self.observations
    }
}

/// Starts informers.
pub trait Driver: Send + Sync {
    /// The name in reports.
    fn name(&self) -> &'static str;

    /// Starts an informer. Must be called within a tokio runtime.
    ///
    /// # Errors
    /// If the informer cannot be started.
    fn start(&self, subject: &Subject) -> Result<Running, Error>;
}
