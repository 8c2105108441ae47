//! All scenarios, each with both informers. Must not know how the outcome is shown.

use std::collections::BTreeMap;

use futures::future::join_all;
use tokio::sync::Semaphore;

use crate::{
    Error, Gate, Scenario, Transcript,
    differences::{Differences, Verdict},
    driver::{ClientGo, Ours},
    go_build::client_go_driver,
    run::play,
};

/// How many scenarios run at a time. Most of a run is waiting for backoffs, which costs nothing.
const AT_A_TIME: usize = 32;

/// How often a comparison may come out wrong until that counts. On a machine with ten times more to do than it can, a
/// request that was not held back may look as if it was; what is repeated is told, with what it showed before.
const TRIES: usize = 4;

/// How often in a row it must come out right where anything but that was wrong before.
const RIGHT_IN_A_ROW: usize = 2;

/// One scenario with one setting.
#[derive(Debug)]
pub struct Comparison {
    /// The scenario.
    pub scenario: Scenario,
    /// The setting.
    pub gate: Gate,
    /// The two runs.
    pub runs: Result<Runs, Error>,
}

/// The two runs of a scenario.
#[derive(Debug)]
pub struct Runs {
    /// client-go's.
    pub theirs: Transcript,
    /// Ours.
    pub ours: Transcript,
    /// What the comparison came to.
    pub verdict: Verdict,
    /// What it had come to before, where it was made again.
    pub before: Vec<Try>,
}

/// A comparison that was made again.
#[derive(Debug)]
pub enum Try {
    /// It was not as the table says.
    Judged(Verdict),
    /// One of the runs came to no end.
    Endless(Error),
}

/// Plays scenarios to both informers.
///
/// # Errors
/// Where the client-go driver cannot be built or started; what goes wrong in a single run is told in its comparison.
pub async fn compare(scenarios: Vec<Scenario>, table: &Differences) -> Result<Vec<Comparison>, Error> {
    let program = client_go_driver()?;
    let mut client_go = BTreeMap::new();
    for gate in [Gate::List, Gate::WatchList] {
        client_go.insert(gate, ClientGo::launch(&program, gate)?);
    }
    let turns = Semaphore::new(AT_A_TIME);
    let comparisons = scenarios
        .iter()
        .flat_map(|scenario| scenario.gates.iter().map(move |gate| (scenario, *gate)))
        .map(|(scenario, gate)| {
            let (theirs, turns) = (&client_go[&gate], &turns);
            async move {
                let _turn = turns.acquire().await;
                Comparison {
                    scenario: scenario.clone(),
                    gate,
                    runs: runs(scenario, gate, theirs, table).await,
                }
            }
        });
    Ok(join_all(comparisons).await)
}

async fn runs(
    scenario: &Scenario,
    gate: Gate,
    theirs: &ClientGo,
    table: &Differences,
) -> Result<Runs, Error> {
    let mut before = Vec::new();
    let mut right_to_come = 1;
    loop {
        let ours = Ours { gate };
        let (theirs, ours) = tokio::join!(play(scenario, gate, theirs), play(scenario, gate, &ours));
        let (theirs, ours) = match (theirs, ours) {
            (Ok(theirs), Ok(ours)) => (theirs, ours),
            // Each takes long, so that it is made again only once.
            (Err(error @ Error::NoEnd { .. }), _) | (_, Err(error @ Error::NoEnd { .. }))
                if before.is_empty() =>
            {
                before.push(Try::Endless(error));
                continue;
            }
            (Err(error), _) | (_, Err(error)) => return Err(error),
        };
        let verdict = table.judge(&scenario.name, gate, &theirs, &ours);
        if verdict.is_right() {
            right_to_come -= 1;
        }
        if right_to_come == 0 || (!verdict.is_right() && before.len() + 1 == TRIES) {
            return Ok(Runs { theirs, ours, verdict, before });
        }
        if !verdict.is_right() {
            right_to_come = if verdict.is_a_matter_of_time() { 1 } else { RIGHT_IN_A_ROW };
            before.push(Try::Judged(verdict));
        }
    }
}
