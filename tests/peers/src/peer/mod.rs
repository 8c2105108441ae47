//! The peers: implementations that reach the same end state. Must not know how they are measured.

mod kube_rs;
mod ours;

use std::sync::Arc;

use anyhow::{Context as _, Result};
use clap::ValueEnum;
use kube::{Client, Config};
use reflector_runtime::InitialListStrategy;
use serde::{Deserialize, Serialize};

use self::kube_rs::ManagedFields;
pub use self::{kube_rs::KubeRs, ours::Ours};
use crate::gadget::Gadget;

/// The implementations under comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Peer {
    /// reflector-runtime's informer with an initial LIST.
    Ours,
    /// reflector-runtime's informer with its default, a streaming list.
    OursWatchList,
    /// kube-rs's reflector with its defaults.
    Kube,
    /// The same with managedFields cleared, as its documentation advises.
    KubeCleared,
    /// kube-rs's reflector with streaming lists.
    KubeStreaming,
}

impl Peer {
    /// All peers.
    pub const ALL: [Self; 5] =
        [Self::Ours, Self::OursWatchList, Self::Kube, Self::KubeCleared, Self::KubeStreaming];

    /// The column heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Ours => "ours, LIST",
            Self::OursWatchList => "ours, watch-list",
            Self::Kube => "kube-rs",
            Self::KubeCleared => "kube-rs, cleared",
            Self::KubeStreaming => "kube-rs, streaming",
        }
    }

    /// The name used on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::OursWatchList => "ours-watch-list",
            Self::Kube => "kube",
            Self::KubeCleared => "kube-cleared",
            Self::KubeStreaming => "kube-streaming",
        }
    }

    /// Starts the peer against the server at that address. Every peer uses kube's default client.
    ///
    /// # Errors
    /// Returns an error if the client cannot be created.
    pub fn start(self, address: &str) -> Result<Running> {
        let url = format!("http://{address}").parse().context("the server's address")?;
        let client = Client::try_from(Config::new(url))?;
        let watcher = kube::runtime::watcher::Config::default;
        Ok(match self {
            Self::Ours => Running::Ours(Ours::start(client, InitialListStrategy::List)),
            Self::OursWatchList => Running::Ours(Ours::start(client, InitialListStrategy::WatchList)),
            Self::Kube => Running::Kube(KubeRs::start(client, watcher(), ManagedFields::Keep)),
            Self::KubeCleared => Running::Kube(KubeRs::start(client, watcher(), ManagedFields::Clear)),
            Self::KubeStreaming => {
                Running::Kube(KubeRs::start(client, watcher().streaming_lists(), ManagedFields::Keep))
            }
        })
    }
}

/// A running peer.
#[derive(Debug)]
pub enum Running {
    /// reflector-runtime's informer.
    Ours(Ours),
    /// kube-rs's reflector.
    Kube(KubeRs),
}

impl Running {
    /// Waits until the initial list is in the store.
    ///
    /// # Errors
    /// Returns an error if the peer can no longer sync.
    pub async fn synced(&self) -> Result<()> {
        match self {
            Self::Ours(ours) => ours.synced().await,
            Self::Kube(kube) => kube.synced().await,
        }
    }

    /// The object currently in the store.
    pub fn get(&self, namespace: &str, name: &str) -> Option<Arc<Gadget>> {
        match self {
            Self::Ours(ours) => ours.get(namespace, name),
            Self::Kube(kube) => kube.get(namespace, name),
        }
    }

    /// Whether a list after the first one, at that version, is in the store.
    pub fn has_relisted(&self, version: &str) -> bool {
        match self {
            Self::Ours(ours) => ours.has_relisted(version),
            Self::Kube(kube) => kube.has_relisted(),
        }
    }

    /// All objects in the store.
    pub fn list(&self) -> Vec<Arc<Gadget>> {
        match self {
            Self::Ours(ours) => ours.list(),
            Self::Kube(kube) => kube.list(),
        }
    }

    /// Stops the peer and waits until all its tasks have ended.
    pub async fn stop(self) {
        match self {
            Self::Ours(ours) => ours.stop().await,
            Self::Kube(kube) => kube.stop().await,
        }
    }
}
