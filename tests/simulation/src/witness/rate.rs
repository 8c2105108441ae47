//! How often an informer may ask.
//!
//! Requests that follow one another at once, each in another way (a streaming list, a list, a list of the newest
//! state), are one round. Between rounds stands a wait, and each wait is at least as long as the backoff makes it
//! after so many failures: 800 ms, doubled up to 30 s, from the beginning after two minutes in which nothing failed.
//! There are two backoffs, one of them for a server that cannot be connected to. Whether a request brought anything
//! has no part in that: a server that answers every list and ends every watch is left alone as one that answers none.

use std::{cmp::max, time::Duration};

use super::Violation;
use crate::{
    network::{Attempt, Outcome},
    plan::Asked,
};

/// The shortest wait of the backoff is 800 ms; what comes sooner is of the same round.
const AT_ONCE: Duration = Duration::from_millis(500);
/// A streaming list behind a version, one without, a list behind a version, one without, and all again where a page
/// has expired.
const TRIES_OF_A_ROUND: usize = 6;
const SHORTEST_WAIT: Duration = Duration::from_millis(800);
const CAP: Duration = Duration::from_secs(30);
const QUIET: Duration = Duration::from_secs(120);

/// What a backoff must remember.
#[derive(Default)]
struct Backoff {
    last: Option<(Duration, Duration)>,
}

impl Backoff {
    /// The shortest wait after a failure at that time.
    fn wait(&mut self, failed: Duration) -> Duration {
        let wait = match self.last {
            Some((before, wait)) if failed.saturating_sub(before) < QUIET => (wait * 2).min(CAP),
            _ => SHORTEST_WAIT,
        };
        self.last = Some((failed, wait));
        wait
    }
}

/// Checks all requests of one informer.
struct Checking {
    informer: usize,
    refused: Backoff,
    failed: Backoff,
    /// Fruitless requests with no wait between them, and no watch that lasted.
    tries: usize,
    /// Lists and streaming lists that were begun with no wait between them.
    readings: usize,
    violations: Vec<Violation>,
}

/// Checks all requests of one informer.
pub(super) fn check(informer: usize, attempts: &[Attempt]) -> Vec<Violation> {
    let mut own: Vec<&Attempt> = attempts.iter().filter(|attempt| attempt.informer == informer).collect();
    own.sort_by_key(|attempt| attempt.at);
    let mut checking = Checking {
        informer,
        refused: Backoff::default(),
        failed: Backoff::default(),
        tries: 0,
        readings: 0,
        violations: Vec::new(),
    };
    for (at, attempt) in own.iter().enumerate() {
        if let Some(before) = at.checked_sub(1).and_then(|before| own.get(before)) {
            checking.between(before, attempt);
        }
        checking.asked(attempt);
    }
    checking.violations
}

impl Checking {
    fn between(&mut self, before: &Attempt, next: &Attempt) {
        let passed = next.at.saturating_sub(before.until);
        if before.asked != Asked::List && before.outcome == Outcome::Fruitful {
            self.tries = 0;
        }
        let asked_for = before.retry_after.unwrap_or_default();
        let least = if passed >= AT_ONCE {
            (self.tries, self.readings) = (0, 0);
            let backoff = match before.outcome {
                Outcome::Refused => &mut self.refused,
                _ => &mut self.failed,
            };
            max(backoff.wait(before.until), asked_for)
        } else {
            asked_for
        };
        if passed < least {
            let rule = "the backoff bounds the rate of requests";
            self.violated(
                rule,
                &format!("waited {passed:?} and not {least:?} after what failed at {:?}", before.until),
            );
        }
    }

    fn asked(&mut self, attempt: &Attempt) {
        self.tries += usize::from(attempt.outcome != Outcome::Fruitful);
        self.readings += usize::from(attempt.begins_reading);
        if max(self.tries, self.readings) == TRIES_OF_A_ROUND + 1 {
            let detail = format!("more than {TRIES_OF_A_ROUND} tries with no wait, at {:?}", attempt.at);
            self.violated("the server is left alone after a failure", &detail);
            (self.tries, self.readings) = (0, 0);
        }
    }

    fn violated(&mut self, rule: &'static str, detail: &str) {
        self.violations.push(Violation { rule, detail: format!("informer {}: {detail}", self.informer) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Requests that fail at once, so many milliseconds one after another.
    fn failing(waits: &[u64]) -> Vec<Attempt> {
        let mut at = Duration::ZERO;
        let first = Attempt {
            informer: 0,
            at,
            until: at,
            asked: Asked::Watch,
            outcome: Outcome::Fruitless,
            begins_reading: false,
            retry_after: None,
        };
        let later = waits.iter().map(|wait| {
            at += Duration::from_millis(*wait);
            Attempt { at, until: at, ..first }
        });
        std::iter::once(first).chain(later).collect()
    }

    #[test]
    fn waits_grow_as_the_backoff_does_and_begin_anew_after_quiet() {
        let good = [800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000, 130_000, 30_000];
        assert_eq!(check(0, &failing(&good)), []);
        // The wait of 130 s was one of the backoff; nothing failed in it, and the next begins anew.
        assert_eq!(check(0, &failing(&[800, 130_000, 800, 1_600])), []);
        for at in 1..8 {
            let mut short = good;
            short[at] = good[at] - 1;
            assert_eq!(check(0, &failing(&short)).len(), 1, "{at}");
        }
        assert_eq!(check(0, &failing(&[1_000; 9])).len(), 8);
    }

    #[test]
    fn there_are_two_backoffs_and_whatever_was_brought_counts_too() {
        let mut attempts = failing(&[800, 800, 1_600, 1_600]);
        attempts[1].outcome = Outcome::Refused;
        attempts[3].outcome = Outcome::Refused;
        assert_eq!(check(0, &attempts), []);
        let mut attempts = failing(&[800, 800]);
        attempts[1].outcome = Outcome::Fruitful;
        assert_eq!(check(0, &attempts).len(), 1);
    }

    #[test]
    fn a_server_is_left_alone_for_as_long_as_it_asks() {
        let mut attempts = failing(&[800, 1_600]);
        attempts[1].retry_after = Some(Duration::from_secs(2));
        assert_eq!(check(0, &attempts).len(), 1);
        let mut attempts = failing(&[0]);
        attempts[0].retry_after = Some(Duration::from_secs(2));
        assert_eq!(check(0, &attempts).len(), 1);
    }

    #[test]
    fn a_round_has_few_tries_and_few_readings() {
        assert_eq!(check(0, &failing(&[1; 5])), []);
        assert_eq!(check(0, &failing(&[1; 6])).len(), 1);
        let reading = |attempt: Attempt| Attempt {
            outcome: Outcome::Fruitful,
            asked: Asked::List,
            begins_reading: true,
            ..attempt
        };
        let attempts: Vec<Attempt> = failing(&[1; 6]).into_iter().map(reading).collect();
        assert_eq!(check(0, &attempts).len(), 1);
    }
}
