//! How often an informer may send requests.
//!
//! Requests that follow one another immediately, each of a different form (a streaming list, a list, a list of the
//! newest state), form one round. A delay separates rounds. Each delay is at least as long as the backoff requires
//! after that number of failures: 800 ms, doubled up to 30 s, and reset after two minutes without a failure. There
//! are two backoffs; one of them is for a server that refuses connections. Whether a request was productive does not
//! matter: the delays for a server that answers every list and ends every watch are the same as for a server that
//! answers no request.

use std::{cmp::max, time::Duration};

use super::Violation;
use crate::{
    network::{Attempt, Outcome},
    plan::RequestKind,
};

/// The shortest delay of the backoff is 800 ms. A request that follows sooner belongs to the same round.
const ROUND_GAP: Duration = Duration::from_millis(500);
/// A streaming list after a version, one without, a list after a version, one without, and all of them again if a
/// page has expired.
const MAX_ATTEMPTS_PER_ROUND: usize = 6;
const MIN_DELAY: Duration = Duration::from_millis(800);
const MAX_DELAY: Duration = Duration::from_secs(30);
const RESET_AFTER: Duration = Duration::from_secs(120);

/// The state of the expected backoff.
#[derive(Default)]
struct Backoff {
    /// The time of the last failure, and the delay after it.
    last: Option<(Duration, Duration)>,
}

impl Backoff {
    /// The shortest delay after a failure at this time.
    fn delay(&mut self, failed: Duration) -> Duration {
        let delay = match self.last {
            Some((before, delay)) if failed.saturating_sub(before) < RESET_AFTER => {
                (delay * 2).min(MAX_DELAY)
            }
            _ => MIN_DELAY,
        };
        self.last = Some((failed, delay));
        delay
    }
}

/// The state of the check of one informer's requests.
struct RateChecker {
    informer: usize,
    connection_backoff: Backoff,
    backoff: Backoff,
    /// Unproductive requests with no delay and no productive watch between them.
    attempts: usize,
    /// Lists and streaming lists that were started with no delay between them.
    lists: usize,
    violations: Vec<Violation>,
}

/// Checks all requests of one informer.
pub(super) fn check(informer: usize, attempts: &[Attempt]) -> Vec<Violation> {
    let mut own: Vec<&Attempt> = attempts.iter().filter(|attempt| attempt.informer == informer).collect();
    own.sort_by_key(|attempt| attempt.at);
    let mut checker = RateChecker {
        informer,
        connection_backoff: Backoff::default(),
        backoff: Backoff::default(),
        attempts: 0,
        lists: 0,
        violations: Vec::new(),
    };
    for (at, attempt) in own.iter().enumerate() {
        if let Some(before) = at.checked_sub(1).and_then(|before| own.get(before)) {
            checker.check_delay(before, attempt);
        }
        checker.check_round(attempt);
    }
    checker.violations
}

impl RateChecker {
    fn check_delay(&mut self, before: &Attempt, next: &Attempt) {
        let delay = next.at.saturating_sub(before.until);
        if before.kind != RequestKind::List && before.outcome == Outcome::Productive {
            self.attempts = 0;
        }
        let retry_after = before.retry_after.unwrap_or_default();
        let least = if delay >= ROUND_GAP {
            (self.attempts, self.lists) = (0, 0);
            let backoff = match before.outcome {
                Outcome::ConnectionRefused => &mut self.connection_backoff,
                _ => &mut self.backoff,
            };
            max(backoff.delay(before.until), retry_after)
        } else {
            retry_after
        };
        if delay < least {
            let detail = format!(
                "waited {delay:?} instead of {least:?} after the request that ended at {:?}",
                before.until
            );
            self.violated("the backoff bounds the rate of requests", &detail);
        }
    }

    fn check_round(&mut self, attempt: &Attempt) {
        self.attempts += usize::from(attempt.outcome != Outcome::Productive);
        self.lists += usize::from(attempt.starts_list);
        if max(self.attempts, self.lists) == MAX_ATTEMPTS_PER_ROUND + 1 {
            let detail =
                format!("more than {MAX_ATTEMPTS_PER_ROUND} attempts without a delay, at {:?}", attempt.at);
            self.violated("the number of attempts without a delay is bounded", &detail);
            (self.attempts, self.lists) = (0, 0);
        }
    }

    fn violated(&mut self, invariant: &'static str, detail: &str) {
        self.violations
            .push(Violation { invariant, detail: format!("informer {}: {detail}", self.informer) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Requests that fail immediately, separated by these delays in milliseconds.
    fn failing(delays: &[u64]) -> Vec<Attempt> {
        let mut at = Duration::ZERO;
        let first = Attempt {
            informer: 0,
            at,
            until: at,
            kind: RequestKind::Watch,
            outcome: Outcome::Unproductive,
            starts_list: false,
            retry_after: None,
        };
        let later = delays.iter().map(|delay| {
            at += Duration::from_millis(*delay);
            Attempt { at, until: at, ..first }
        });
        std::iter::once(first).chain(later).collect()
    }

    #[test]
    fn delays_follow_the_backoff_and_reset_after_two_minutes_without_failures() {
        let good = [800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000, 130_000, 30_000];
        assert_eq!(check(0, &failing(&good)), []);
        // The delay of 130 s is one of the backoff. Nothing failed during it, so the next delay starts over.
        assert_eq!(check(0, &failing(&[800, 130_000, 800, 1_600])), []);
        for at in 1..8 {
            let mut short = good;
            short[at] = good[at] - 1;
            assert_eq!(check(0, &failing(&short)).len(), 1, "{at}");
        }
        assert_eq!(check(0, &failing(&[1_000; 9])).len(), 8);
    }

    #[test]
    fn the_backoffs_are_separate_and_productive_requests_count() {
        let mut attempts = failing(&[800, 800, 1_600, 1_600]);
        attempts[1].outcome = Outcome::ConnectionRefused;
        attempts[3].outcome = Outcome::ConnectionRefused;
        assert_eq!(check(0, &attempts), []);
        let mut attempts = failing(&[800, 800]);
        attempts[1].outcome = Outcome::Productive;
        assert_eq!(check(0, &attempts).len(), 1);
    }

    #[test]
    fn retry_after_is_respected() {
        let mut attempts = failing(&[800, 1_600]);
        attempts[1].retry_after = Some(Duration::from_secs(2));
        assert_eq!(check(0, &attempts).len(), 1);
        let mut attempts = failing(&[0]);
        attempts[0].retry_after = Some(Duration::from_secs(2));
        assert_eq!(check(0, &attempts).len(), 1);
    }

    #[test]
    fn attempts_and_lists_per_round_are_bounded() {
        assert_eq!(check(0, &failing(&[1; 5])), []);
        assert_eq!(check(0, &failing(&[1; 6])).len(), 1);
        let list = |attempt: Attempt| Attempt {
            outcome: Outcome::Productive,
            kind: RequestKind::List,
            starts_list: true,
            ..attempt
        };
        let attempts: Vec<Attempt> = failing(&[1; 6]).into_iter().map(list).collect();
        assert_eq!(check(0, &attempts).len(), 1);
    }
}
