//! Measures one peer from inside its process, phase by phase: the first sync, the events, a relist. Must not know
//! the other peers.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};
use tokio::time::{sleep, timeout};

use crate::{
    canned::{Phase, go_to},
    peer::Peer,
    plan::{Digest, Plan, name_of, namespace_of},
    usage::{cpu, memory, reset_peak},
};

/// The resources used by one peer, and the states it reached.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The resources used.
    pub sample: Sample,
    /// The digest of its state after each phase.
    states: [Digest; 3],
}

impl Outcome {
    /// Compares the states with those that the server sent.
    ///
    /// # Errors
    /// Returns an error if any of them differs.
    pub fn check(&self, plan: Plan) -> Result<()> {
        let (first, last) = (plan.first_digest(), plan.last_digest());
        for (state, (wanted, phase)) in
            self.states.iter().zip([(first, "the first sync"), (last, "the events"), (last, "the relist")])
        {
            ensure!(*state == wanted, "after {phase} the state is {state:?}, not {wanted:?}");
        }
        Ok(())
    }
}

/// The resources used by one peer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// The first sync: until every object is in the store.
    pub sync: Span,
    /// The events: until the last one is in the store.
    pub events: Span,
    /// The relist: until a second list of the same objects is in the store.
    pub relist: Span,
}

/// The resources used in one phase.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Span {
    /// Wall-clock seconds.
    pub seconds: f64,
    /// CPU seconds of the process, user and system.
    pub cpu_seconds: f64,
    /// Peak resident memory, in MiB.
    pub peak_mib: f64,
    /// Resident memory before the phase, in MiB.
    pub before_mib: f64,
    /// Resident memory after the phase, once the process has settled, in MiB.
    pub after_mib: f64,
}

/// A phase of a measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// The first sync finished.
    Synced,
    /// The last event is in the store.
    Followed,
    /// The relist finished.
    Relisted,
}

/// The number of steps in a measurement.
pub const STEPS: u64 = 3;

/// How often the store is polled for the end of a phase.
const POLL_INTERVAL: Duration = Duration::from_millis(1);

/// How long to wait after a phase for background work to finish.
const SETTLE: Duration = Duration::from_millis(300);

/// The timeout of a phase.
const PHASE_TIMEOUT: Duration = Duration::from_secs(300);

/// Runs a peer through all phases. `on_step` is called after each step.
///
/// # Errors
/// Returns an error if a phase fails or times out.
pub async fn measure(
    peer: Peer,
    address: &str,
    plan: Plan,
    mut on_step: impl FnMut(Step),
) -> Result<Outcome> {
    go_to(address, Phase::Quiet).await?;
    let start = Start::now()?;
    let running = peer.start(address)?;
    timeout(PHASE_TIMEOUT, running.synced()).await??;
    let sync = start.end().await?;
    let first = Digest::of(&running.list());
    on_step(Step::Synced);

    let (namespace, name) = (namespace_of(plan.last_object()), name_of(plan.last_object()));
    let last_version = plan.last_version().to_string();
    let start = Start::now()?;
    go_to(address, Phase::Events).await?;
    until(|| {
        running
            .get(&namespace, &name)
            .is_some_and(|object| object.metadata.resource_version.as_ref() == Some(&last_version))
    })
    .await?;
    let events = start.end().await?;
    let last = Digest::of(&running.list());
    on_step(Step::Followed);

    let relist_version = plan.relist_version().to_string();
    let start = Start::now()?;
    go_to(address, Phase::Expired).await?;
    until(|| running.has_relisted(&relist_version)).await?;
    let relist = start.end().await?;
    let listed = Digest::of(&running.list());
    running.stop().await;
    on_step(Step::Relisted);
    Ok(Outcome { sample: Sample { sync, events, relist }, states: [first, last, listed] })
}

/// The resource usage when a phase began.
struct Start {
    time: Instant,
    cpu: Duration,
    resident: u64,
}

impl Start {
    fn now() -> Result<Self> {
        reset_peak()?;
        Ok(Self { resident: memory()?.resident, cpu: cpu()?, time: Instant::now() })
    }

    /// Ends the phase: takes the time now, and CPU and memory after background work had time to settle.
    async fn end(self) -> Result<Span> {
        let seconds = self.time.elapsed().as_secs_f64();
        sleep(SETTLE).await;
        let (cpu, memory) = (cpu()?, memory()?);
        Ok(Span {
            seconds,
            cpu_seconds: cpu.saturating_sub(self.cpu).as_secs_f64(),
            peak_mib: mebibytes(memory.peak),
            before_mib: mebibytes(self.resident),
            after_mib: mebibytes(memory.resident),
        })
    }
}

fn mebibytes(bytes: u64) -> f64 {
    // The memory size of a process fits into the 52-bit mantissa of an f64.
    #[allow(clippy::cast_precision_loss)]
    let bytes = bytes as f64;
    bytes / f64::from(1 << 20)
}

async fn until(done: impl Fn() -> bool) -> Result<()> {
    let polling = async {
        while !done() {
            sleep(POLL_INTERVAL).await;
        }
    };
    Ok(timeout(PHASE_TIMEOUT, polling).await?)
}
