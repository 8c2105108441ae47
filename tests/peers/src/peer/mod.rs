//! The peers: ways to the same end state. Must not know how they are measured.

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

/// Who does the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Peer {
    /// reflector-runtime's informer, which reads the state by LIST.
    Ours,
    /// reflector-runtime's informer as it is by default: a streaming list.
    OursWatchList,
    /// kube-rs's reflector with its defaults.
    Kube,
    /// The same with managedFields cleared, as its documentation advises.
    KubeCleared,
    /// kube-rs's reflector with streaming lists.
    KubeStreaming,
}

impl Peer {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Ours, Self::OursWatchList, Self::Kube, Self::KubeCleared, Self::KubeStreaming];

    /// A heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Ours => "ours, LIST",
            Self::OursWatchList => "ours, watch-list",
            Self::Kube => "kube-rs",
            Self::KubeCleared => "kube-rs, cleared",
            Self::KubeStreaming => "kube-rs, streaming",
        }
    }

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::OursWatchList => "ours-watch-list",
            Self::Kube => "kube",
            Self::KubeCleared => "kube-cleared",
            Self::KubeStreaming => "kube-streaming",
        }
    }

    /// Starts it against the server at that address. Both have the same client, as it is by default.
    ///
    /// # Errors
    /// Where no client can be made.
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

/// A peer at work.
#[derive(Debug)]
pub enum Running {
    /// Ours.
    Ours(Ours),
    /// kube-rs's.
    Kube(KubeRs),
}

impl Running {
    /// Waits until the first state is in the store.
    ///
    /// # Errors
    /// Where it will never be.
    pub async fn synced(&self) -> Result<()> {
        match self {
            Self::Ours(ours) => ours.synced().await,
            Self::Kube(kube) => kube.synced().await,
        }
    }

    /// The object as a reader sees it now.
    pub fn get(&self, namespace: &str, name: &str) -> Option<Arc<Gadget>> {
        match self {
            Self::Ours(ours) => ours.get(namespace, name),
            Self::Kube(kube) => kube.get(namespace, name),
        }
    }

    /// Whether a list after the first, of that version, is in the store.
    pub fn has_relisted(&self, version: &str) -> bool {
        match self {
            Self::Ours(ours) => ours.has_relisted(version),
            Self::Kube(kube) => kube.has_relisted(),
        }
    }

    /// All objects.
    pub fn list(&self) -> Vec<Arc<Gadget>> {
        match self {
            Self::Ours(ours) => ours.list(),
            Self::Kube(kube) => kube.list(),
        }
    }

    /// Ends it, and returns when nothing of it runs any more.
    pub async fn stop(self) {
        match self {
            Self::Ours(ours) => ours.stop().await,
            Self::Kube(kube) => kube.stop().await,
        }
    }
}
