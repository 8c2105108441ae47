//! How often an informer may ask in vain.
//!
//! Tries that follow one another at once, each in another way (a streaming list, a list, a list of the newest state),
//! are one round. Between rounds stands a wait, and of waits there can be only so many in a minute: the backoff sees
//! to it. There are two backoffs, one for a server that cannot be connected to.

use std::time::Duration;

use super::Violation;
use crate::{
    network::{Attempt, Outcome},
    plan::Asked,
};

/// The time that is looked at.
const WINDOW: Duration = Duration::from_secs(60);
/// The shortest wait of the backoff is 800 ms; what comes sooner is of the same round.
const AT_ONCE: Duration = Duration::from_millis(500);
/// A streaming list behind a version, one without, a list behind a version, one without, and all again where a page
/// has expired.
const TRIES_OF_A_ROUND: usize = 6;

/// How many rounds there can be in a minute: those of two backoffs that both begin anew.
fn rounds_in_window() -> usize {
    let (mut delay, cap) = (Duration::from_millis(800), Duration::from_secs(30));
    let (mut passed, mut waits) = (Duration::ZERO, 0);
    while passed + delay <= WINDOW {
        passed += delay;
        delay = (delay * 2).min(cap);
        waits += 1;
    }
    1 + 2 * waits
}

/// Whether there was a wait between two requests, or the first was a watch that lasted. (A list that succeeds is not
/// the end of a round: the watch behind it may fail all the same.)
fn ends_a_round(before: &Attempt, next: &Attempt) -> bool {
    let lasted = before.asked != Asked::List && before.outcome == Outcome::Fruitful;
    lasted || next.at.saturating_sub(before.until) >= AT_ONCE
}

/// Checks all requests of one informer.
pub(super) fn check(informer: usize, attempts: &[Attempt]) -> Vec<Violation> {
    let mut own: Vec<&Attempt> = attempts.iter().filter(|attempt| attempt.informer == informer).collect();
    own.sort_by_key(|attempt| attempt.at);
    let mut rounds: Vec<Duration> = Vec::new();
    let mut tries = 0;
    let mut violations = Vec::new();
    let mut before: Option<&Attempt> = None;
    for attempt in own {
        if before.is_none_or(|before| ends_a_round(before, attempt)) {
            tries = 0;
        }
        before = Some(attempt);
        if attempt.outcome == Outcome::Fruitful {
            continue;
        }
        tries += 1;
        if tries == 1 {
            rounds.push(attempt.at);
        }
        if tries == TRIES_OF_A_ROUND + 1 {
            violations.push(Violation {
                rule: "the server is left alone after a failure",
                detail: format!(
                    "informer {informer} failed more than {TRIES_OF_A_ROUND} times in a row with no wait, at {:?}",
                    attempt.at
                ),
            });
        }
    }
    let most = rounds_in_window();
    let crowded = rounds
        .iter()
        .zip(rounds.iter().skip(most))
        .find(|(first, last)| last.saturating_sub(**first) < WINDOW);
    if let Some((first, last)) = crowded {
        violations.push(Violation {
            rule: "the backoff bounds the rate of requests",
            detail: format!(
                "informer {informer}: more than {most} rounds of failures from {first:?} to {last:?}"
            ),
        });
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fail_every(millis: u64) -> Vec<Attempt> {
        let at = |number| Duration::from_millis(number * millis);
        (0..100)
            .map(|number| Attempt {
                informer: 0,
                at: at(number),
                until: at(number),
                asked: Asked::List,
                outcome: Outcome::Fruitless,
            })
            .collect()
    }

    #[test]
    fn the_bound_is_that_of_the_backoff() {
        assert_eq!(rounds_in_window(), 13);
        assert!(check(0, &fail_every(10_000)).is_empty());
        assert_eq!(check(0, &fail_every(1_000)).len(), 1);
        assert_eq!(check(0, &fail_every(1)).len(), 1);
    }
}
