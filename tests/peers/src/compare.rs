//! Runs all peers in turn, each in its own process, with the server in another. Must not know how a phase is
//! measured.

use std::{collections::BTreeMap, env, process::Stdio};

use anyhow::{Context as _, Result, ensure};
use indicatif::{ProgressBar, ProgressStyle};
use serde::{Deserialize, Serialize};
use tokio::{
    io::{AsyncBufReadExt as _, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

use crate::{
    measure::{Outcome, STEPS, Sample, Step},
    peer::Peer,
    plan::Plan,
};

/// The subcommand that runs the server.
pub const SERVE: &str = "serve";

/// The subcommand that measures one peer.
pub const MEASURE: &str = "measure";

/// A line written by a measuring process.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Report {
    /// A step finished.
    Step(Step),
    /// All steps finished.
    Outcome(Outcome),
}

/// The samples of every run of each peer.
pub type Samples = BTreeMap<Peer, Vec<Sample>>;

/// Measures each of the peers `runs` times.
///
/// # Errors
/// Returns an error if a process fails, or if a peer ends in a state different from the server's.
pub async fn compare(plan: Plan, runs: u32, peers: &[Peer]) -> Result<Samples> {
    let bar = ProgressBar::new(STEPS * u64::from(runs) * peers.len() as u64)
        .with_style(ProgressStyle::with_template("{elapsed_precise} {wide_bar} {pos}/{len} {msg}")?);
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    bar.set_message("preparing the server");
    let (_server, mut lines) = spawn(SERVE, plan, &[])?;
    let address = lines.next_line().await?.context("the server did not print its address")?;
    let mut samples = Samples::new();
    for run in 1..=runs {
        for &peer in peers {
            bar.set_message(format!("{}, run {run}", peer.title()));
            let outcome = measure(plan, peer, &address, &bar).await.with_context(|| peer.title())?;
            outcome.check(plan).with_context(|| peer.title())?;
            samples.entry(peer).or_default().push(outcome.sample);
        }
    }
    bar.finish_and_clear();
    Ok(samples)
}

async fn measure(plan: Plan, peer: Peer, address: &str, bar: &ProgressBar) -> Result<Outcome> {
    let (mut child, mut lines) = spawn(MEASURE, plan, &["--peer", peer.name(), "--address", address])?;
    let mut outcome = None;
    while let Some(line) = lines.next_line().await? {
        match serde_json::from_str(&line).context("could not parse a report of the measuring process")? {
            Report::Step(_) => bar.inc(1),
            Report::Outcome(all) => outcome = Some(all),
        }
    }
    let status = child.wait().await?;
    ensure!(status.success(), "the process ended with {status}");
    outcome.context("the process did not report an outcome")
}

/// Starts this program again with another subcommand. The child ends when its handle is dropped or its standard
/// input closes.
fn spawn(subcommand: &str, plan: Plan, arguments: &[&str]) -> Result<(Child, Lines<BufReader<ChildStdout>>)> {
    let mut child = Command::new(env::current_exe()?)
        .arg(subcommand)
        .args(["--objects", &plan.objects.to_string()])
        .args(["--events", &plan.events.to_string()])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| subcommand.to_owned())?;
    let stdout = child.stdout.take().context("the child process has no standard output")?;
    Ok((child, BufReader::new(stdout).lines()))
}
