//! All scenarios, each with both informers. Must not know how the outcome is presented.

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

/// How many scenarios run concurrently. A run spends most of its time in backoffs, which costs nothing.
const CONCURRENCY: usize = 32;

/// How many attempts of a comparison may have an unexpected outcome before it fails. On a heavily overloaded machine,
/// a request that was not delayed by a backoff may look as if it was. The report contains the outcome of every
/// earlier attempt.
const MAX_ATTEMPTS: usize = 4;

/// How many attempts in a row must have the expected outcome after one that differed in anything but timing.
const REQUIRED_IN_A_ROW: usize = 2;

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
    /// The outcome of the comparison.
    pub verdict: Verdict,
    /// Earlier attempts, if the comparison was repeated.
    pub earlier: Vec<Attempt>,
}

/// An attempt after which the comparison was repeated.
#[derive(Debug)]
pub enum Attempt {
    /// The outcome did not match the table.
    Unexpected(Verdict),
    /// One of the runs did not finish in time.
    TimedOut(Error),
}

/// Runs scenarios with both informers.
///
/// # Errors
/// If the client-go driver cannot be built or started. An error of a single run is part of its [`Comparison`].
pub async fn compare(scenarios: Vec<Scenario>, table: &Differences) -> Result<Vec<Comparison>, Error> {
    let program = client_go_driver()?;
    let mut client_go = BTreeMap::new();
    for gate in [Gate::List, Gate::WatchList] {
        client_go.insert(gate, ClientGo::launch(&program, gate)?);
    }
    let permits = Semaphore::new(CONCURRENCY);
    let comparisons = scenarios
        .iter()
        .flat_map(|scenario| scenario.gates.iter().map(move |gate| (scenario, *gate)))
        .map(|(scenario, gate)| {
            let (theirs, permits) = (&client_go[&gate], &permits);
            async move {
                let _permit = permits.acquire().await;
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
    let mut earlier = Vec::new();
    let mut remaining = 1;
    loop {
        let ours = Ours { gate };
        let (theirs, ours) = tokio::join!(play(scenario, gate, theirs), play(scenario, gate, &ours));
        let (theirs, ours) = match (theirs, ours) {
            (Ok(theirs), Ok(ours)) => (theirs, ours),
            // A timeout takes long, so the comparison is repeated only once after one.
            (Err(error @ Error::Timeout { .. }), _) | (_, Err(error @ Error::Timeout { .. }))
                if earlier.is_empty() =>
            {
                earlier.push(Attempt::TimedOut(error));
                continue;
            }
            (Err(error), _) | (_, Err(error)) => return Err(error),
        };
        let verdict = table.judge(&scenario.name, gate, &theirs, &ours);
        if verdict.is_expected() {
            remaining -= 1;
        }
        if remaining == 0 || (!verdict.is_expected() && earlier.len() + 1 == MAX_ATTEMPTS) {
            return Ok(Runs { theirs, ours, verdict, earlier });
        }
        if !verdict.is_expected() {
            remaining = if verdict.differs_only_in_timing() { 1 } else { REQUIRED_IN_A_ROW };
            earlier.push(Attempt::Unexpected(verdict));
        }
    }
}
