//! Time and memory per object for several numbers of objects, informers and handlers: both should not depend on them. Must not know
//! the peers.

use std::fmt;

use anyhow::{Context as _, Result};
use clap::Args;
use serde::Serialize;

use crate::{
    agent::{AgentOptions, AgentProcess, Perform as _, RuntimeOptions, ServerAddress, Task},
    canned::{Phase, ServerProcess},
    compare::progress,
    kind::Kind,
    measure::check,
    peer::{Observe, Peer},
    plan::{Plan, State},
};

/// The name of the subcommand.
pub const SIZES: &str = "sizes";

/// The amount of work.
#[derive(Args, Clone, Debug)]
pub struct SizesPlan {
    /// The kind of the objects.
    #[arg(long, value_enum, default_value_t = Kind::Gadget)]
    kind: Kind,
    /// The numbers of objects.
    #[arg(long, value_delimiter = ',', default_values_t = [1_000, 10_000, 100_000, 500_000])]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=5_000_000))]
    objects: Vec<u32>,
    /// The numbers of handlers. kube-rs has one.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 50])]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=10_000))]
    handlers: Vec<u32>,
    /// The numbers of informers. If there are several, each has the objects of one namespace.
    #[arg(long, value_delimiter = ',', default_values_t = [1, 200])]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=10_000))]
    informers: Vec<u32>,
    /// The number of MODIFIED events at most. There is at most one per object.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..))]
    events: u32,
    /// The peers to measure, in turn.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Peer::Ours, Peer::Kube, Peer::ClientGo])]
    peers: Vec<Peer>,
    /// The threads of the peers.
    #[command(flatten)]
    runtime: RuntimeOptions,
}

/// Time and memory of each peer for each number.
#[derive(Debug, Serialize)]
pub struct Sizes {
    kind: Kind,
    rows: Vec<Row>,
}

/// Microseconds and KiB per object or event.
#[derive(Clone, Copy, Debug, Serialize)]
struct Row {
    peer: Peer,
    objects: u32,
    informers: u32,
    handlers: u32,
    sync_us: f64,
    sync_cpu_us: f64,
    event_us: f64,
    event_cpu_us: f64,
    kib: f64,
}

/// Measures each peer with each number of objects: with one informer and each number of handlers, and with one handler
/// and each number of informers.
///
/// # Errors
/// If a process fails, or if a peer reaches another state than the server's.
pub async fn measure_sizes(options: &SizesPlan) -> Result<Sizes> {
    let combinations = options.combinations();
    let bar = progress((options.objects.len() * combinations.len() * options.peers.len()) as u64)?;
    let mut rows = Vec::new();
    for &objects in &options.objects {
        for &(informers, handlers) in &combinations {
            let plan = options.plan(objects, informers);
            bar.set_message(format!("preparing {objects} objects"));
            let server = ServerProcess::start(plan).await?;
            for &peer in &options.peers {
                bar.set_message(format!("{}, {objects} objects", peer.title()));
                if handlers == 1 || peer.may_have_several_handlers() {
                    let agent = AgentOptions {
                        kind: plan.kind,
                        server: ServerAddress::canned(server.address()),
                        observe: Observe::Count,
                        informers,
                        handlers,
                        runtime: options.runtime,
                    };
                    rows.push(measure(plan, peer, &agent).await.with_context(|| peer.title())?);
                }
                bar.inc(1);
            }
        }
    }
    bar.finish_and_clear();
    Ok(Sizes { kind: options.kind, rows })
}

impl SizesPlan {
    fn plan(&self, objects: u32, informers: u32) -> Plan {
        let plan = Plan { kind: self.kind, ..Plan::gadgets(objects, self.events.min(objects)) };
        match informers {
            1 => plan,
            namespaces => Plan { namespaces, ..plan },
        }
    }

    /// The pairs of the numbers of informers and handlers.
    fn combinations(&self) -> Vec<(u32, u32)> {
        let handlers = self.handlers.iter().map(|handlers| (1, *handlers));
        let informers = self.informers.iter().map(|informers| (*informers, 1));
        let mut combinations: Vec<_> = handlers.chain(informers).collect();
        combinations.sort_unstable();
        combinations.dedup();
        combinations
    }
}

async fn measure(plan: Plan, peer: Peer, options: &AgentOptions) -> Result<Row> {
    let address = options.server.address.as_deref().context("the server is a canned one")?;
    crate::canned::go_to(address, Phase::Quiet).await?;
    let mut agent = AgentProcess::start(peer, options).await?;
    let sync = agent.perform(Task::Sync {}).await?;
    check(plan, &sync, State::First)?;
    let phase = Phase::Events.name();
    let events = agent.perform(Task::Follow { phase, updates: plan.events.into() }).await?;
    check(plan, &events, State::Followed)?;
    let per_object = |seconds: f64| seconds * 1e6 / f64::from(plan.objects);
    let per_event = |seconds: f64| seconds * 1e6 / f64::from(plan.events);
    Ok(Row {
        peer,
        objects: plan.objects,
        informers: options.informers,
        handlers: options.handlers,
        sync_us: per_object(sync.span.seconds),
        sync_cpu_us: per_object(sync.span.cpu_seconds),
        event_us: per_event(events.span.seconds),
        event_cpu_us: per_event(events.span.cpu_seconds),
        kib: (sync.span.after_mib - sync.span.before_mib) * 1024.0 / f64::from(plan.objects),
    })
}

impl fmt::Display for Sizes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: microseconds and KiB per object or event, one run\n", self.kind.name())?;
        write!(f, "{:<20}{:>10}{:>10}{:>10}", "", "objects", "informers", "handlers")?;
        for heading in ["sync, µs", "CPU, µs", "event, µs", "CPU, µs", "memory, KiB"] {
            write!(f, "{heading:>13}")?;
        }
        writeln!(f)?;
        for row in &self.rows {
            let title = row.peer.title();
            write!(f, "{title:<20}{:>10}{:>10}{:>10}", row.objects, row.informers, row.handlers)?;
            for value in [row.sync_us, row.sync_cpu_us, row.event_us, row.event_cpu_us, row.kib] {
                write!(f, "{value:>13.2}")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}
