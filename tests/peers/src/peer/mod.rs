//! The peers: implementations that reach the same end state. Must not know how they are measured.

mod kube_rs;
mod ours;
mod received;

use std::sync::Arc;

use clap::ValueEnum;
use kube::{Api, Client};
use reflector_runtime::InitialListStrategy;
use serde::{Deserialize, Serialize};

use self::kube_rs::ManagedFields;
pub use self::{
    kube_rs::KubeRs,
    ours::Ours,
    received::{Observe, Received},
};
use crate::object::Object;

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
    /// client-go's informer with an initial LIST, in JSON.
    ClientGo,
    /// client-go's informer with its default, a streaming list, in JSON.
    ClientGoWatchList,
    /// client-go's informer with an initial LIST, in protobuf: its default for built-in types.
    ClientGoProtobuf,
    /// The same with a streaming list: its default for built-in types in all respects.
    ClientGoDefault,
}

/// What runs a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Program {
    /// This program, which has the peer built in.
    Rust(RustPeer),
    /// The Go program.
    Go(GoPeer),
}

/// A peer in this program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RustPeer {
    /// reflector-runtime.
    Ours(InitialListStrategy),
    /// kube-rs.
    Kube(KubeOptions),
}

/// How kube-rs is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KubeOptions {
    /// As it comes.
    Default,
    /// With managedFields cleared.
    Cleared,
    /// With streaming lists.
    Streaming,
}

/// How client-go is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GoPeer {
    /// The value of the feature gate `WatchListClient`.
    pub watch_list: &'static str,
    /// The encoding that is requested.
    pub encoding: &'static str,
}

impl Peer {
    /// The peers that any server can serve in JSON.
    pub const JSON: [Self; 7] = [
        Self::Ours,
        Self::OursWatchList,
        Self::Kube,
        Self::KubeCleared,
        Self::KubeStreaming,
        Self::ClientGo,
        Self::ClientGoWatchList,
    ];

    /// All peers. kube-apiserver serves built-in types in protobuf as well.
    pub const ALL: [Self; 9] = [
        Self::Ours,
        Self::OursWatchList,
        Self::Kube,
        Self::KubeCleared,
        Self::KubeStreaming,
        Self::ClientGo,
        Self::ClientGoWatchList,
        Self::ClientGoProtobuf,
        Self::ClientGoDefault,
    ];

    /// The column heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Ours => "ours, LIST",
            Self::OursWatchList => "ours, watch-list",
            Self::Kube => "kube-rs",
            Self::KubeCleared => "kube-rs, cleared",
            Self::KubeStreaming => "kube-rs, streaming",
            Self::ClientGo => "client-go, LIST",
            Self::ClientGoWatchList => "client-go, w.-list",
            Self::ClientGoProtobuf => "client-go, PB LIST",
            Self::ClientGoDefault => "client-go, PB w.-l.",
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
            Self::ClientGo => "client-go",
            Self::ClientGoWatchList => "client-go-watch-list",
            Self::ClientGoProtobuf => "client-go-protobuf",
            Self::ClientGoDefault => "client-go-default",
        }
    }

    /// Whether its informer delivers to several handlers. kube-rs's reflector has one stream of events without its
    /// unstable features.
    pub fn may_have_several_handlers(self) -> bool {
        !matches!(self.program(), Program::Rust(RustPeer::Kube(_)))
    }

    /// What runs it.
    pub fn program(self) -> Program {
        let go = |watch_list, encoding| Program::Go(GoPeer { watch_list, encoding });
        let kube = |options| Program::Rust(RustPeer::Kube(options));
        match self {
            Self::Ours => Program::Rust(RustPeer::Ours(InitialListStrategy::List)),
            Self::OursWatchList => Program::Rust(RustPeer::Ours(InitialListStrategy::WatchList)),
            Self::Kube => kube(KubeOptions::Default),
            Self::KubeCleared => kube(KubeOptions::Cleared),
            Self::KubeStreaming => kube(KubeOptions::Streaming),
            Self::ClientGo => go("false", "json"),
            Self::ClientGoWatchList => go("true", "json"),
            Self::ClientGoProtobuf => go("false", "protobuf"),
            Self::ClientGoDefault => go("true", "protobuf"),
        }
    }
}

impl RustPeer {
    /// Starts the peer for one namespace or all, with one handler for each element of `received`, which is passed each update.
    ///
    /// # Errors
    /// For several handlers of kube-rs: without its unstable features, a reflector has one stream of events.
    pub fn start<K: Object>(
        self,
        client: Client,
        namespace: Option<&str>,
        received: &[Arc<Received>],
    ) -> anyhow::Result<Running<K>> {
        let options = match self {
            Self::Ours(strategy) => {
                return Ok(Running::Ours(Ours::start(client, namespace, strategy, received)));
            }
            Self::Kube(options) => options,
        };
        let [received] = received else { anyhow::bail!("kube-rs's reflector has one handler") };
        let api = namespace
            .map_or_else(|| Api::all(client.clone()), |namespace| Api::namespaced(client.clone(), namespace));
        let watcher = kube::runtime::watcher::Config::default();
        let (config, managed_fields) = match options {
            KubeOptions::Default => (watcher, ManagedFields::Keep),
            KubeOptions::Cleared => (watcher, ManagedFields::Clear),
            KubeOptions::Streaming => (watcher.streaming_lists(), ManagedFields::Keep),
        };
        Ok(Running::Kube(KubeRs::start(api, config, managed_fields, received.clone())))
    }
}

/// A running peer.
#[derive(Debug)]
pub enum Running<K: Object> {
    /// reflector-runtime's informer.
    Ours(Ours<K>),
    /// kube-rs's reflector.
    Kube(KubeRs<K>),
}

impl<K: Object> Running<K> {
    /// Waits until the initial list is in the store.
    ///
    /// # Errors
    /// Returns an error if the peer can no longer sync.
    pub async fn synced(&self) -> anyhow::Result<()> {
        match self {
            Self::Ours(ours) => ours.synced().await,
            Self::Kube(kube) => kube.synced().await,
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
    pub fn list(&self) -> Vec<Arc<K>> {
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
