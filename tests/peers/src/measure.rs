//! Measures one peer, phase by phase: the first sync, the events, a relist. Must not know the peers.

use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};

use crate::{
    agent::{Answer, Perform, Span, Task},
    canned::{Phase, go_to},
    plan::{Plan, State},
};

/// The resources used by one peer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// The first sync: until every object is in the store.
    pub sync: Span,
    /// The events: until the handler has received the last one.
    pub events: Span,
    /// The relist: until a second list of the same objects is in the store.
    pub relist: Span,
}

/// The number of steps in a measurement.
pub const STEPS: u64 = 3;

/// Runs a peer through all phases, and compares each state with that of the server. `on_step` is called after each
/// phase.
///
/// # Errors
/// Returns an error if a phase fails or times out, or if the peer reaches another state than the server's.
pub async fn measure(
    agent: &mut impl Perform,
    address: &str,
    plan: Plan,
    mut on_step: impl FnMut(),
) -> Result<Sample> {
    go_to(address, Phase::Quiet).await?;
    let mut step = async |task, wanted| -> Result<Answer> {
        let answer = agent.perform(task).await?;
        check(plan, &answer, wanted)?;
        on_step();
        Ok(answer)
    };
    let sync = step(Task::Sync {}, State::First).await?;
    let follow = Task::Follow { phase: Phase::Events.name(), updates: plan.events.into() };
    let events = step(follow, State::Followed).await?;
    ensure!(events.updates == u64::from(plan.events), "the handler received {} updates", events.updates);
    let version = plan.list_version(State::Relisted).to_string();
    let relist = step(Task::Relist { phase: Phase::Expired.name(), version }, State::Relisted).await?;
    Ok(Sample { sync: sync.span, events: events.span, relist: relist.span })
}

/// Compares the state of an agent with that of the server.
///
/// # Errors
/// Returns an error if they differ.
pub fn check(plan: Plan, answer: &Answer, wanted: State) -> Result<()> {
    let digest = plan.digest(wanted);
    let state = answer.state;
    ensure!(
        state == digest,
        "the state of the peer is {state:?}, that of the server ({wanted:?}) {digest:?}"
    );
    Ok(())
}
