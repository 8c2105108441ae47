//! The peers: implementations that reach the same end state. Must not know how they are measured.

mod kube_rs;
mod ours;
mod received;
mod running;

use clap::ValueEnum;
use reflector_runtime::InitialListStrategy::{self, List, WatchList};
use serde::{Deserialize, Serialize};

pub use self::{
    received::{Observe, Received},
    running::Running,
};
use crate::kind::Kind;

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
    /// reflector-runtime's informer of a root struct that holds only `metadata`, with an initial LIST.
    OursMetadata,
    /// The same with its default, a streaming list.
    OursMetadataWatchList,
    /// kube-rs's reflector of `PartialObjectMeta`, which is what its `metadata_watcher` delivers.
    KubeMetadata,
    /// client-go's metadata informer with an initial LIST.
    ClientGoMetadata,
    /// client-go's metadata informer with its default, a streaming list.
    ClientGoMetadataWatchList,
}

/// How much of each object a peer requests and keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// The whole object.
    Whole,
    /// Only its metadata.
    Metadata,
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
    Ours(Content, InitialListStrategy),
    /// kube-rs.
    Kube(Content, KubeOptions),
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
    /// Which of its informers is used: the typed one or the metadata informer.
    pub content: Content,
    /// The value of the feature gate `WatchListClient`.
    pub watch_list: &'static str,
    /// The encoding that is requested. The metadata informer requests protobuf.
    pub encoding: &'static str,
}

impl Peer {
    /// The peers that the canned server can serve.
    pub const CANNED: [Self; 7] = [
        Self::Ours,
        Self::OursWatchList,
        Self::Kube,
        Self::KubeCleared,
        Self::KubeStreaming,
        Self::ClientGo,
        Self::ClientGoWatchList,
    ];

    /// The peers that kube-apiserver can serve with this kind: all, but the whole object of a custom resource has no
    /// encoding in protobuf.
    pub fn of_apiserver(kind: Kind) -> Vec<Self> {
        let can_be_served = |peer: &Self| match peer.program() {
            Program::Go(GoPeer { content: Content::Whole, encoding, .. }) => {
                encoding != PROTOBUF || !kind.is_custom_resource()
            }
            _ => true,
        };
        Self::value_variants().iter().copied().filter(can_be_served).collect()
    }

    /// The column heading.
    pub fn title(self) -> &'static str {
        self.title_and_program().0
    }

    /// The name used on the command line.
    pub fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    /// Whether its informer delivers to several handlers. kube-rs's reflector has one stream of events without its
    /// unstable features.
    pub fn may_have_several_handlers(self) -> bool {
        !matches!(self.program(), Program::Rust(RustPeer::Kube(..)))
    }

    /// How much of each object it keeps.
    pub fn content(self) -> Content {
        match self.program() {
            Program::Rust(RustPeer::Ours(content, _) | RustPeer::Kube(content, _))
            | Program::Go(GoPeer { content, .. }) => content,
        }
    }

    /// What runs it.
    pub fn program(self) -> Program {
        self.title_and_program().1
    }

    /// The table of the peers.
    fn title_and_program(self) -> (&'static str, Program) {
        use self::Content::{Metadata, Whole};
        match self {
            Self::Ours => ("ours, LIST", ours(Whole, List)),
            Self::OursWatchList => ("ours, watch-list", ours(Whole, WatchList)),
            Self::Kube => ("kube-rs", kube(Whole, KubeOptions::Default)),
            Self::KubeCleared => ("kube-rs, cleared", kube(Whole, KubeOptions::Cleared)),
            Self::KubeStreaming => ("kube-rs, streaming", kube(Whole, KubeOptions::Streaming)),
            Self::ClientGo => ("client-go, LIST", go(Whole, "false", JSON)),
            Self::ClientGoWatchList => ("client-go, w.-list", go(Whole, "true", JSON)),
            Self::ClientGoProtobuf => ("client-go, PB LIST", go(Whole, "false", PROTOBUF)),
            Self::ClientGoDefault => ("client-go, PB w.-l.", go(Whole, "true", PROTOBUF)),
            Self::OursMetadata => ("ours, meta LIST", ours(Metadata, List)),
            Self::OursMetadataWatchList => ("ours, meta w.-l.", ours(Metadata, WatchList)),
            Self::KubeMetadata => ("kube-rs, meta", kube(Metadata, KubeOptions::Default)),
            Self::ClientGoMetadata => ("client-go, meta LIST", go(Metadata, "false", PROTOBUF)),
            Self::ClientGoMetadataWatchList => ("client-go, meta w.-l.", go(Metadata, "true", PROTOBUF)),
        }
    }
}

const JSON: &str = "json";
const PROTOBUF: &str = "protobuf";

fn ours(content: Content, strategy: InitialListStrategy) -> Program {
    Program::Rust(RustPeer::Ours(content, strategy))
}

fn kube(content: Content, options: KubeOptions) -> Program {
    Program::Rust(RustPeer::Kube(content, options))
}

fn go(content: Content, watch_list: &'static str, encoding: &'static str) -> Program {
    Program::Go(GoPeer { content, watch_list, encoding })
}
