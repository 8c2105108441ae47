//! The time from the server's socket to the handler, while events arrive at a share of the rate that each peer can
//! process at most. Must not know the peers.

use std::fmt;

use anyhow::{Context as _, Result, ensure};
use clap::Args;
use serde::Serialize;

use crate::{
    agent::{AgentOptions, AgentProcess, Delays, Perform as _, RuntimeOptions, ServerAddress, Task},
    canned::{Pace, Phase, ServerProcess},
    compare::progress,
    kind::Kind,
    measure::check,
    peer::{Observe, Peer},
    plan::{Plan, State},
};

/// The name of the subcommand.
pub const LATENCY: &str = "latency";

/// The loads, in percent of the peer's maximum rate.
const LOADS: [u32; 3] = [10, 50, 90];

/// The amount of work.
#[derive(Args, Clone, Debug)]
pub struct LatencyPlan {
    /// The kind of the objects.
    #[arg(long, value_enum, default_value_t = Kind::Gadget)]
    kind: Kind,
    /// The number of objects.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..))]
    objects: u32,
    /// The number of events of each load at most, and of the measurement of the maximum rate.
    #[arg(long, default_value_t = 50_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    events: u32,
    /// How long each load lasts at most.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=600))]
    seconds: u32,
    /// The peers to measure, in turn.
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [Peer::Ours, Peer::Kube, Peer::ClientGo])]
    peers: Vec<Peer>,
    /// The threads of the peers.
    #[command(flatten)]
    runtime: RuntimeOptions,
}

/// The delays of each peer under each load.
#[derive(Debug, Serialize)]
pub struct Latencies {
    kind: Kind,
    objects: u32,
    rows: Vec<Row>,
}

#[derive(Clone, Copy, Debug, Serialize)]
struct Row {
    peer: Peer,
    load_percent: u32,
    per_second: u32,
    delays: Delays,
}

/// Measures each peer with a server of its own.
///
/// # Errors
/// If a process fails, or if a peer misses an event.
pub async fn measure_latencies(options: &LatencyPlan) -> Result<Latencies> {
    let bar = progress(options.peers.len() as u64)?;
    let mut rows = Vec::new();
    for &peer in &options.peers {
        bar.set_message(peer.title());
        rows.extend(measure(options, peer).await.with_context(|| peer.title())?);
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(Latencies { kind: options.kind, objects: options.objects, rows })
}

async fn measure(options: &LatencyPlan, peer: Peer) -> Result<Vec<Row>> {
    let rounds = 1 + u32::try_from(LOADS.len())?;
    let plan = Plan { kind: options.kind, ..Plan::gadgets(options.objects, options.events * rounds) };
    let server = ServerProcess::start(plan).await?;
    let agent_options = AgentOptions {
        kind: plan.kind,
        server: ServerAddress::canned(server.address()),
        observe: Observe::Delays,
        handlers: 1,
        informers: 1,
        runtime: options.runtime,
    };
    let mut agent = AgentProcess::start(peer, &agent_options).await?;
    check(plan, &agent.perform(Task::Sync {}).await?, State::First)?;
    let mut sent = options.events;
    let follow = |sent: u32, per_second| {
        let phase = Phase::Paced(Pace { events: sent, per_second }).name();
        Task::Follow { phase, updates: sent.into() }
    };
    let fastest = agent.perform(follow(sent, None)).await?;
    let maximum = f64::from(options.events) / fastest.span.seconds;
    let mut rows = Vec::new();
    for load_percent in LOADS {
        let per_second = whole(maximum * f64::from(load_percent) / 100.0);
        let events = options.events.min(per_second.saturating_mul(options.seconds));
        sent += events;
        let answer = agent.perform(follow(sent, Some(per_second))).await?;
        let delays = answer.delays.context("the agent took no delays")?;
        ensure!(delays.count == u64::from(events), "{} of {events} events were stamped", delays.count);
        rows.push(Row { peer, load_percent, per_second, delays });
    }
    Ok(rows)
}

/// A rate as a whole number that is not 0.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "limited to the range of u32")]
fn whole(rate: f64) -> u32 {
    rate.clamp(1.0, f64::from(u32::MAX)) as u32
}

impl fmt::Display for Latencies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, objects, rows } = self;
        writeln!(f, "{objects} objects ({}); time from the server's socket to the handler\n", kind.name())?;
        write!(f, "{:<20}{:>6}{:>12}{:>10}", "", "load", "events/s", "events")?;
        for heading in ["median", "99 %", "99.9 %", "longest"] {
            write!(f, "{heading:>14}")?;
        }
        writeln!(f)?;
        for Row { peer, load_percent, per_second, delays } in rows {
            write!(f, "{:<20}{load_percent:>4} %{per_second:>12}{:>10}", peer.title(), delays.count)?;
            for delay in [delays.p50, delays.p99, delays.p999, delays.max] {
                write!(f, "{:>14}", format!("{delay:.0} µs"))?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_never_zero() {
        assert_eq!([0.2, 1.9, f64::INFINITY].map(whole), [1, 1, u32::MAX]);
    }
}
