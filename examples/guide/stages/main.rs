//! The program of each chapter of the book.
//!
//! `cargo run --example guide -- cache` needs no cluster: it starts an
//! in-process API server. With `--cluster`, it uses the cluster of the current
//! kubeconfig, in a new namespace that is deleted afterwards.

mod cache;
mod crd;
mod environment;
mod handler;
mod health;
mod index;
mod metrics;
mod owned;
mod reconcile;
mod replicas;
mod user;

use std::pin::pin;

use anyhow::Result;
use clap::{Parser, ValueEnum};
use environment::{Environment, Target};
use kube::Client;
use reflector_guide::install_logs;
use tokio::runtime::{Builder, Runtime};

/// The program of a chapter of the book.
#[derive(Parser)]
struct Args {
    /// The chapter.
    stage: Stage,
    /// Use the cluster of the current kubeconfig, in a new namespace that is
    /// deleted afterwards.
    #[arg(long)]
    cluster: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Stage {
    Crd,
    Cache,
    Index,
    Handler,
    Reconcile,
    Owned,
    Health,
    Metrics,
    Replicas,
    /// Every stage, one after the other.
    All,
}

impl Stage {
    /// The stages to run.
    fn selected(self) -> Vec<Self> {
        let all = Self::value_variants().iter().copied();
        all.filter(|stage| match self {
            Self::All => *stage != Self::All,
            one => *stage == one,
        })
        .collect()
    }

    /// The name on the command line.
    fn name(self) -> String {
        let value = self.to_possible_value();
        value.map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    async fn run(self, client: Client, namespace: &str) -> Result<()> {
        match self {
            Self::Crd => crd::run(client, namespace).await,
            Self::Cache => cache::run(client, namespace).await,
            Self::Index => index::run(client, namespace).await,
            Self::Handler => handler::run(client, namespace).await,
            Self::Reconcile => reconcile::run(client, namespace).await,
            Self::Owned => owned::run(client, namespace).await,
            Self::Health => health::run(client, namespace).await,
            Self::Metrics => metrics::run(client, namespace).await,
            Self::Replicas => replicas::run(client, namespace).await,
            Self::All => Ok(()),
        }
    }
}

fn main() -> Result<()> {
    // Off by default: some failures are intentional.
    install_logs("off");
    let args = Args::parse();
    let target = if args.cluster { Target::Cluster } else { Target::Embedded };
    runtime(args.stage, target)?.block_on(run(args.stage, target))
}

/// The in-process API server needs no network, so that the time of waits need
/// not pass: the clock advances when all tasks wait. A Lease contains the time of
/// the system, and expires in real time.
fn runtime(stage: Stage, target: Target) -> std::io::Result<Runtime> {
    match (target, stage) {
        (Target::Cluster, _)
        | (Target::Embedded, Stage::Replicas | Stage::All) => {
            Builder::new_multi_thread().enable_all().build()
        }
        (Target::Embedded, _) => Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build(),
    }
}

async fn run(stage: Stage, target: Target) -> Result<()> {
    let environment = Environment::connect(target).await?;
    let mut result = Ok(());
    // One for all stages: it also notices ctrl-c between two of them.
    let mut interrupted = pin!(tokio::signal::ctrl_c());
    for stage in stage.selected() {
        let name = stage.name();
        eprintln!("--- {name}");
        let namespace = environment.namespace(&name).await?;
        result = tokio::select! {
            // The first poll of `ctrl_c` is where it begins to listen.
            biased;
            stopped = &mut interrupted => {
                stopped.map_err(Into::into).and(Err(anyhow::anyhow!("stopped")))
            }
            result = stage.run(environment.client(), &namespace) => result,
        };
        environment.remove(&namespace).await;
        if result.is_err() {
            break;
        }
    }
    environment.close().await;
    result
}
