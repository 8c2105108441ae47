//! The history of failures: how many in a row, and how long internal errors may be retried.

use std::time::Duration;

use tokio::time::Instant;

use crate::list_watch::Reason;

/// Failures in a row, for health and for the decisions that count them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Failures {
    pub(super) since: Instant,
    pub(super) reason: Reason,
    pub(super) count: u32,
    /// How many of the last failures, without another one between them, were permanent.
    pub(super) permanent: u32,
}

impl Failures {
    /// One more failure.
    pub(super) fn after(before: Option<Self>, reason: Reason, now: Instant) -> Self {
        let before = before.unwrap_or(Self { since: now, reason, count: 0, permanent: 0 });
        let permanent = if reason.is_permanent() { before.permanent.saturating_add(1) } else { 0 };
        Self { reason, count: before.count.saturating_add(1), permanent, ..before }
    }
}

/// Allows retries for a limited time after the first error of a run (client-go's `RetryWithDeadline`).
#[derive(Debug)]
pub(super) struct RetryWithDeadline {
    longest: Duration,
    run: Option<Run>,
}

#[derive(Clone, Copy, Debug)]
struct Run {
    first: Instant,
    last: Instant,
}

/// A gap as long as this between two errors begins a new run (client-go: one minute).
const GAP: Duration = Duration::from_secs(60);

impl RetryWithDeadline {
    /// A zero duration never allows a retry.
    pub(super) fn new(longest: Duration) -> Self {
        Self { longest, run: None }
    }

    /// Counts an error. Returns whether it may be retried at once.
    pub(super) fn allows(&mut self, now: Instant) -> bool {
        if self.longest.is_zero() {
            return false;
        }
        let run = match self.run {
            Some(run) if now.saturating_duration_since(run.last) < GAP => Run { last: now, ..run },
            _ => Run { first: now, last: now },
        };
        let allowed = now.saturating_duration_since(run.first) <= self.longest;
        self.run = allowed.then_some(run);
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// client-go: `TestRetryWithDeadline`, `TestRetryInternalError` (30 s at one error a second are 31 retries).
    #[test]
    fn retries_end_at_the_deadline_and_begin_again_after_a_gap() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        assert!(!RetryWithDeadline::new(Duration::ZERO).allows(start));
        let mut retry = RetryWithDeadline::new(Duration::from_secs(30));
        assert_eq!((0..100).take_while(|&second| retry.allows(at(second))).count(), 31);
        let mut retry = RetryWithDeadline::new(Duration::from_secs(30));
        assert!((0..10).all(|second| retry.allows(at(second))));
        assert_eq!((70..200).take_while(|&second| retry.allows(at(second))).count(), 31);
    }
}
