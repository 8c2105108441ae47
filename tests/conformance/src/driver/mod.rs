//! The two informers behind one face: each is told what to follow, and tells what its handlers are called with.
//! Must not know scripts.

mod client_go;
mod ours;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

pub use client_go::ClientGo;
pub use ours::Ours;

use crate::{
    Error,
    script::{Joins, Resource},
};

/// What an informer is to follow.
#[derive(Clone, Debug, Serialize)]
pub struct Subject {
    /// Tells it from others.
    pub id: String,
    /// The server.
    pub url: String,
    /// What is listed and watched.
    pub resource: Resource,
    /// One namespace; all if it is empty.
    pub namespace: String,
    /// A label selector; empty for none.
    pub labels: String,
    /// A field selector; empty for none.
    pub fields: String,
    /// How often everything is told once more; 0 is never.
    pub resync_seconds: u32,
    /// The size of a page; 0 leaves it to the informer.
    pub page_size: u32,
    /// When the handler is added.
    pub joins: Joins,
    /// For how long our informer lets a list send nothing.
    #[serde(skip)]
    pub quiet_seconds: Option<u64>,
}

/// What comes from an informer.
#[derive(Clone, Debug)]
pub enum Observation {
    /// A handler was called.
    Call(Call),
    /// It has stopped, in this state.
    Final(Final),
    /// It could not do what it should.
    Failed(String),
}

/// A call of a handler.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Call {
    /// Which one.
    pub kind: CallKind,
    /// The object: `namespace/name`.
    pub key: String,
    /// An update's old resourceVersion.
    #[serde(default)]
    pub old: String,
    /// The object's resourceVersion.
    #[serde(default)]
    pub version: String,
    /// client-go's `isInInitialList`.
    #[serde(default)]
    pub in_initial_list: bool,
    /// A deletion that was found out later (client-go's `DeletedFinalStateUnknown`).
    #[serde(default)]
    pub unseen: bool,
}

/// Which method of a handler.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CallKind {
    /// `OnAdd`.
    Add,
    /// `OnUpdate`.
    Update,
    /// `OnDelete`.
    Delete,
}

/// What an informer has come to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Final {
    /// Whether it says that its cache is complete.
    pub synced: bool,
    /// The resourceVersion of each object in its cache, by key.
    pub cache: BTreeMap<String, String>,
}

/// An informer that runs.
pub struct Running {
    observations: UnboundedReceiver<Observation>,
    stop: Box<dyn FnOnce() + Send>,
}

impl Running {
    fn new(stop: impl FnOnce() + Send + 'static) -> (Self, UnboundedSender<Observation>) {
        let (told, observations) = unbounded_channel();
        let running = Self { observations, stop: Box::new(stop) };
        (running, told)
    }

    /// What comes next; `None` when nothing can come any more.
    ///
    /// # Cancel safety
    /// Nothing is lost.
    pub async fn next(&mut self) -> Option<Observation> {
        self.observations.recv().await
    }

    /// Stops it. What it had told before, and its final state, come out of the receiver.
    pub fn stop(self) -> UnboundedReceiver<Observation> {
        (self.stop)();
        self.observations
    }
}

/// Starts informers.
pub trait Driver: Send + Sync {
    /// Its name in reports.
    fn name(&self) -> &'static str;

    /// Starts one, in a tokio runtime.
    ///
    /// # Errors
    /// Where it cannot even begin.
    fn start(&self, subject: &Subject) -> Result<Running, Error>;
}
