//! The threads that a peer may use. Must not know the peers.

use std::{io, num::NonZeroUsize};

use clap::{Args, ValueEnum};
use serde::Serialize;
use tokio::runtime::{Builder, Runtime};

/// The runtime of a peer.
#[derive(Args, Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RuntimeOptions {
    /// The tokio runtime of the peers in Rust. In Go, `current-thread` is GOMAXPROCS=1.
    #[arg(long = "runtime", value_enum, default_value_t = Flavor::MultiThread)]
    pub flavor: Flavor,
    /// The number of worker threads of `multi-thread`, and Go's GOMAXPROCS. By default the number of processors.
    #[arg(long)]
    pub threads: Option<NonZeroUsize>,
}

/// A kind of tokio runtime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flavor {
    /// That of `#[tokio::main]`.
    MultiThread,
    /// One thread runs all tasks.
    CurrentThread,
}

impl RuntimeOptions {
    /// Builds the runtime.
    ///
    /// # Errors
    /// If a thread cannot be started.
    pub fn build(self) -> io::Result<Runtime> {
        let mut builder = match self.flavor {
            Flavor::MultiThread => Builder::new_multi_thread(),
            Flavor::CurrentThread => Builder::new_current_thread(),
        };
        if let Some(threads) = self.threads {
            builder.worker_threads(threads.get());
        }
        builder.enable_all().build()
    }

    /// Go's GOMAXPROCS, if it is limited.
    pub(super) fn go_max_procs(self) -> Option<NonZeroUsize> {
        match self.flavor {
            Flavor::MultiThread => self.threads,
            Flavor::CurrentThread => Some(NonZeroUsize::MIN),
        }
    }

    pub(super) fn arguments(self) -> Vec<String> {
        let flavor = self.flavor.to_possible_value();
        let flavor = flavor.as_ref().map_or("", |value| value.get_name());
        let mut arguments = vec![format!("--runtime={flavor}")];
        arguments.extend(self.threads.map(|threads| format!("--threads={threads}")));
        arguments
    }
}
