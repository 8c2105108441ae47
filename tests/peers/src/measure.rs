//! One peer, phase by phase, measured from inside its process: the first sync, the events, a relist. Must not
//! know the other peers.

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

/// What one peer needed, and what it came to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// What it needed.
    pub sample: Sample,
    /// Its state after each phase.
    states: [Digest; 3],
}

impl Outcome {
    /// Compares the states with those that the server sent.
    ///
    /// # Errors
    /// Where one of them is another.
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

/// What one peer needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// Until every object was in the store.
    pub sync: Span,
    /// Until the last event was in the store.
    pub events: Span,
    /// Until a list of the same objects was in the store once more.
    pub relist: Span,
}

/// What one phase needed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Span {
    /// Seconds by the clock.
    pub seconds: f64,
    /// CPU seconds of the process, user and system.
    pub cpu_seconds: f64,
    /// The most memory that was resident, in MiB.
    pub peak_mib: f64,
    /// Memory that was resident before, in MiB.
    pub before_mib: f64,
    /// Memory that was resident afterwards, when all was quiet again, in MiB.
    pub after_mib: f64,
}

/// A phase of a measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// The first sync is done.
    Synced,
    /// The last event is in the store.
    Followed,
    /// The relist is done.
    Relisted,
}

/// How many steps a measurement has.
pub const STEPS: u64 = 3;

/// How often a reader looks whether it is there yet.
const LOOK: Duration = Duration::from_millis(1);

/// After which time all is quiet again.
const SETTLE: Duration = Duration::from_millis(300);

/// The longest that a phase may take.
const LONGEST: Duration = Duration::from_secs(300);

/// Has a peer do all of it; `tell` is called after each step.
///
/// # Errors
/// Where a phase does not come to its end.
pub async fn measure(peer: Peer, address: &str, plan: Plan, mut tell: impl FnMut(Step)) -> Result<Outcome> {
    go_to(address, Phase::Quiet).await?;
    let start = Start::now()?;
    let running = peer.start(address)?;
    timeout(LONGEST, running.synced()).await??;
    let sync = start.end().await?;
    let first = Digest::of(&running.list());
    tell(Step::Synced);

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
    tell(Step::Followed);

    let relist_version = plan.relist_version().to_string();
    let start = Start::now()?;
    go_to(address, Phase::Expired).await?;
    until(|| running.has_relisted(&relist_version)).await?;
    let relist = start.end().await?;
    let listed = Digest::of(&running.list());
    running.stop().await;
    tell(Step::Relisted);
    Ok(Outcome { sample: Sample { sync, events, relist }, states: [first, last, listed] })
}

/// What had been used when a phase began.
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

    /// The phase is over now; what was set going may still settle.
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
    // Memory of a process fits into the 52 bits that an f64 keeps.
    #[allow(clippy::cast_precision_loss)]
    let bytes = bytes as f64;
    bytes / f64::from(1 << 20)
}

async fn until(done: impl Fn() -> bool) -> Result<()> {
    let looking = async {
        while !done() {
            sleep(LOOK).await;
        }
    };
    Ok(timeout(LONGEST, looking).await?)
}
