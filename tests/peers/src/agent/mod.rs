//! An agent: one peer in a process of its own, which performs tasks and measures itself. The same tasks and answers, as
//! JSON lines, are implemented in Rust here and in Go in `client-go/informer`. Must not know which tasks follow each
//! other, nor why.

mod delays;
mod local;
mod process;
mod runtime;
mod span;

use anyhow::Result;
use clap::{Args, ValueEnum as _};
use serde::{Deserialize, Serialize};

pub use self::{
    delays::Delays,
    local::{LocalAgent, serve},
    process::AgentProcess,
    runtime::{Flavor, RuntimeOptions},
    span::Span,
};
use crate::{digest::Digest, kind::Kind, peer::Observe};

/// The subcommand that runs an agent.
pub const AGENT: &str = "agent";

/// What an agent is asked to do. Each task ends when the peer has reached the wanted state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// Starts the peer, until the initial list is in the store.
    Sync {},
    /// Switches the server to a phase, until each handler has received this many updates since the start.
    Follow {
        /// The server's phase.
        phase: String,
        /// The number of updates.
        updates: u64,
    },
    /// Switches the server to a phase, until a list of this version is in the store.
    Relist {
        /// The server's phase.
        phase: String,
        /// The version.
        version: String,
    },
}

/// How a task ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// The resources used.
    pub span: Span,
    /// The digest of the store.
    pub state: Digest,
    /// The number of updates that each handler has received since the start.
    pub updates: u64,
    /// The delays of the updates of this task, if the agent takes them.
    pub delays: Option<Delays>,
}

/// Who performs tasks: a process, or a value in this one.
pub trait Perform {
    /// Performs a task.
    ///
    /// # Errors
    /// If the peer fails, or does not finish in time.
    fn perform(&mut self, task: Task) -> impl Future<Output = Result<Answer>>;
}

/// What an agent receives at its start.
#[derive(Args, Clone, Debug)]
pub struct AgentOptions {
    /// The kind of the objects.
    #[arg(long, value_enum)]
    pub kind: Kind,
    /// Where the server is.
    #[command(flatten)]
    pub server: ServerAddress,
    /// What the handler does with each update.
    #[arg(long, value_enum, default_value_t = Observe::Count)]
    pub observe: Observe,
    /// The number of informers. If there are several, each has the objects of one namespace.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub informers: u32,
    /// The number of handlers, each of which receives the events of all informers.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub handlers: u32,
    /// The threads of the peer.
    #[command(flatten)]
    pub runtime: RuntimeOptions,
}

/// Where the server is.
#[derive(Args, Clone, Debug)]
#[group(required = true, multiple = false)]
pub struct ServerAddress {
    /// The `host:port` of a canned server.
    #[arg(long)]
    pub address: Option<String>,
    /// The kubeconfig of a real server.
    #[arg(long)]
    pub kubeconfig: Option<String>,
}

impl ServerAddress {
    /// A canned server.
    pub fn canned(address: &str) -> Self {
        Self { address: Some(address.to_owned()), kubeconfig: None }
    }

    /// A real server.
    pub fn real(kubeconfig: &str) -> Self {
        Self { address: None, kubeconfig: Some(kubeconfig.to_owned()) }
    }
}

impl AgentOptions {
    /// The arguments that both languages parse.
    fn arguments(&self) -> Vec<String> {
        let observe = self.observe.to_possible_value();
        let observe = observe.as_ref().map_or("", |value| value.get_name());
        let mut arguments = vec![
            format!("--kind={}", self.kind.name()),
            format!("--observe={observe}"),
            format!("--handlers={}", self.handlers),
            format!("--informers={}", self.informers),
        ];
        arguments.extend(self.server.address.iter().map(|address| format!("--address={address}")));
        arguments.extend(self.server.kubeconfig.iter().map(|path| format!("--kubeconfig={path}")));
        arguments
    }
}
