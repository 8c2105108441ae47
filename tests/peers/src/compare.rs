//! Runs all peers in turn, each in its own process, with the server in another. Must not know how a phase is
//! measured.

use std::{collections::BTreeMap, time::Duration};

use anyhow::{Context as _, Result};
use indicatif::{ProgressBar, ProgressStyle};

use crate::{
    agent::{AgentOptions, AgentProcess, RuntimeOptions, ServerAddress},
    canned::ServerProcess,
    measure::{STEPS, Sample, measure},
    peer::{Observe, Peer},
    plan::Plan,
};

/// The samples of every run of each peer.
pub type Samples = BTreeMap<Peer, Vec<Sample>>;

/// Measures each of the peers `runs` times.
///
/// # Errors
/// Returns an error if a process fails, or if a peer ends in a state different from the server's.
pub async fn compare(plan: Plan, runs: u32, peers: &[Peer], runtime: RuntimeOptions) -> Result<Samples> {
    let bar = progress(STEPS * u64::from(runs) * peers.len() as u64)?;
    bar.set_message("preparing the server");
    let server = ServerProcess::start(plan).await?;
    let options = AgentOptions {
        kind: plan.kind,
        server: ServerAddress::canned(server.address()),
        observe: Observe::Count,
        handlers: 1,
        informers: 1,
        runtime,
    };
    let mut samples = Samples::new();
    for run in 1..=runs {
        for &peer in peers {
            bar.set_message(format!("{}, run {run}", peer.title()));
            let mut agent = AgentProcess::start(peer, &options).await?;
            let sample = measure(&mut agent, server.address(), plan, || bar.inc(1)).await;
            samples.entry(peer).or_default().push(sample.with_context(|| peer.title())?);
        }
    }
    bar.finish_and_clear();
    Ok(samples)
}

/// A progress bar on standard error.
///
/// # Errors
/// If its template is invalid.
pub fn progress(steps: u64) -> Result<ProgressBar> {
    let style = ProgressStyle::with_template("{elapsed_precise} {wide_bar} {pos}/{len} {msg}")?;
    let bar = ProgressBar::new(steps).with_style(style);
    bar.enable_steady_tick(Duration::from_millis(200));
    Ok(bar)
}
