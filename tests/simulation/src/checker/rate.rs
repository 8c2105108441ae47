//! How often an informer may send requests.
//!
//! Requests that follow one another immediately, each of a different form (a streaming list, a list, a list of the
//! newest state), form one round. A delay separates rounds. Each delay is at least as long as the backoff requires
//! after that number of failures: 800 ms, doubled up to 30 s, and reset after two minutes without a failure. There
//! are two backoffs; one of them is for a server that refuses connections. Whether a request was productive does not
//! matter: the delays for a server that answers every list and ends every watch are the same as for a server that
//! answers no request.
//!
//! Three kinds of requests follow other rules. Watches that bring events and end within a second are spaced, one a
//! second. A polled resource is listed once in each interval. A probe may be open alongside a watch; the probes of one
//! watch are separated by a backoff, and there are few of them. Between two watches there is one at most.

use std::{cmp::max, collections::BTreeMap, time::Duration};

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
/// The shortest time between two watches that follow each other rapidly for a long time.
const WATCH_SPACING: Duration = Duration::from_secs(1);
/// Probes alongside one watch: when this many have failed, the order of arrival counts.
const MAX_PROBES_PER_WATCH: usize = 3;

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
    /// Probes between two watches with no delay and no productive watch between them.
    probes: usize,
    poll_interval: Option<Duration>,
    violations: Vec<Violation>,
}

/// Checks all requests of one informer.
pub(super) fn check(
    informer: usize,
    poll_interval: Option<Duration>,
    attempts: &[Attempt],
) -> Vec<Violation> {
    let mut own: Vec<&Attempt> = attempts.iter().filter(|attempt| attempt.informer == informer).collect();
    own.sort_by_key(|attempt| attempt.at);
    let alongside = take_probes_alongside(&mut own);
    let mut checker = RateChecker {
        informer,
        poll_interval,
        connection_backoff: Backoff::default(),
        backoff: Backoff::default(),
        attempts: 0,
        lists: 0,
        probes: 0,
        violations: Vec::new(),
    };
    for (at, attempt) in own.iter().enumerate() {
        if let Some(before) = at.checked_sub(1).and_then(|before| own.get(before)) {
            checker.check_delay(before, attempt);
        }
        checker.check_round(attempt);
    }
    for probes in alongside {
        checker.check_probes(&probes);
    }
    checker.violations
}

/// Removes the probes that were sent while a watch was open, and returns them by watch.
fn take_probes_alongside<'a>(own: &mut Vec<&'a Attempt>) -> Vec<Vec<&'a Attempt>> {
    let mut probes: BTreeMap<u64, Vec<&Attempt>> = BTreeMap::new();
    own.retain(|attempt| match attempt.alongside {
        Some(watch) => {
            probes.entry(watch).or_default().push(*attempt);
            false
        }
        None => true,
    });
    probes.into_values().collect()
}

impl RateChecker {
    fn check_delay(&mut self, before: &Attempt, next: &Attempt) {
        let delay = next.at.saturating_sub(before.until);
        if before.kind != RequestKind::List && before.outcome == Outcome::Productive {
            (self.attempts, self.probes) = (0, 0);
        }
        let retry_after = before.retry_after.unwrap_or_default();
        let least = if self.is_scheduled(before, next, delay) {
            (self.attempts, self.lists, self.probes) = (0, 0, 0);
            retry_after
        } else if delay >= ROUND_GAP {
            (self.attempts, self.lists, self.probes) = (0, 0, 0);
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

    /// Whether the delay is not one of the backoff: the spacing of watches, or the interval between polls.
    fn is_scheduled(&self, before: &Attempt, next: &Attempt, delay: Duration) -> bool {
        let are_watches = before.kind == RequestKind::Watch && next.kind == RequestKind::Watch;
        let is_spaced = are_watches
            && before.outcome == Outcome::Productive
            && before.until.saturating_sub(before.at) < WATCH_SPACING
            && next.at.saturating_sub(before.at) >= WATCH_SPACING;
        let is_poll = before.kind == RequestKind::List
            && self.poll_interval.is_some_and(|poll_interval| delay >= poll_interval);
        is_spaced || is_poll
    }

    /// Checks the probes alongside one watch.
    fn check_probes(&mut self, probes: &[&Attempt]) {
        let mut backoff = Backoff::default();
        for pair in probes.windows(2) {
            let [before, next] = pair else { continue };
            let delay = next.at.saturating_sub(before.until);
            let least = max(backoff.delay(before.until), before.retry_after.unwrap_or_default());
            if delay < least {
                let detail = format!("probed {delay:?} after the probe that ended at {:?}", before.until);
                self.violated("the backoff bounds the rate of requests", &detail);
            }
        }
        if probes.len() > MAX_PROBES_PER_WATCH {
            let detail = format!("{} probes during one watch", probes.len());
            self.violated("the number of attempts without a delay is bounded", &detail);
        }
    }

    fn check_round(&mut self, attempt: &Attempt) {
        self.attempts += usize::from(attempt.outcome != Outcome::Productive);
        self.lists += usize::from(attempt.starts_list);
        self.probes += usize::from(attempt.is_probe);
        if self.probes == 2 {
            let detail = format!("a second probe without a watch between them, at {:?}", attempt.at);
            self.violated("the number of attempts without a delay is bounded", &detail);
        }
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
            is_probe: false,
            alongside: None,
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
        assert_eq!(check(0, None, &failing(&good)), []);
        // The delay of 130 s is one of the backoff. Nothing failed during it, so the next delay starts over.
        assert_eq!(check(0, None, &failing(&[800, 130_000, 800, 1_600])), []);
        for at in 1..8 {
            let mut short = good;
            short[at] = good[at] - 1;
            assert_eq!(check(0, None, &failing(&short)).len(), 1, "{at}");
        }
        assert_eq!(check(0, None, &failing(&[1_000; 9])).len(), 8);
    }

    #[test]
    fn the_backoffs_are_separate_and_productive_requests_count() {
        let mut attempts = failing(&[800, 800, 1_600, 1_600]);
        attempts[1].outcome = Outcome::ConnectionRefused;
        attempts[3].outcome = Outcome::ConnectionRefused;
        assert_eq!(check(0, None, &attempts), []);
        let mut attempts = failing(&[800, 800]);
        attempts[1].outcome = Outcome::Productive;
        assert_eq!(check(0, None, &attempts).len(), 1);
    }

    #[test]
    fn retry_after_is_respected() {
        let mut attempts = failing(&[800, 1_600]);
        attempts[1].retry_after = Some(Duration::from_secs(2));
        assert_eq!(check(0, None, &attempts).len(), 1);
        let mut attempts = failing(&[0]);
        attempts[0].retry_after = Some(Duration::from_secs(2));
        assert_eq!(check(0, None, &attempts).len(), 1);
    }

    #[test]
    fn attempts_and_lists_per_round_are_bounded() {
        assert_eq!(check(0, None, &failing(&[1; 5])), []);
        assert_eq!(check(0, None, &failing(&[1; 6])).len(), 1);
        let list = |attempt: Attempt| Attempt {
            outcome: Outcome::Productive,
            kind: RequestKind::List,
            starts_list: true,
            ..attempt
        };
        let attempts: Vec<Attempt> = failing(&[1; 6]).into_iter().map(list).collect();
        assert_eq!(check(0, None, &attempts).len(), 1);
    }

    /// Probes alongside a watch that is still open, at these times in milliseconds.
    fn probed(probes: &[u64]) -> Vec<Attempt> {
        let first = failing(&[]).remove(0);
        let probes = probes.iter().map(|at| {
            let at = Duration::from_millis(*at);
            Attempt { at, until: at, kind: RequestKind::List, is_probe: true, alongside: Some(1), ..first }
        });
        probes.collect()
    }

    #[test]
    fn probes_alongside_a_watch_are_few_and_delayed() {
        assert_eq!(check(0, None, &probed(&[100, 900, 2_500])), []);
        assert_eq!(check(0, None, &probed(&[100, 899])).len(), 1);
        assert_eq!(check(0, None, &probed(&[100, 900, 2_499])).len(), 1);
        assert_eq!(check(0, None, &probed(&[100, 900, 2_500, 20_000])).len(), 1);
        // Between watches they are ordinary requests, and one follows a watch.
        for (delay, violations) in [(500, 1), (10, 1), (800, 0)] {
            let mut between = probed(&[100, 100 + delay]);
            for probe in &mut between {
                probe.alongside = None;
            }
            assert_eq!(check(0, None, &between).len(), violations, "{delay}");
        }
    }

    #[test]
    fn rapid_watches_may_be_spaced_and_polls_follow_their_interval() {
        let second = Duration::from_secs(1);
        let mut rapid = failing(&[1_000; 9]);
        for watch in &mut rapid {
            (watch.outcome, watch.until) = (Outcome::Productive, watch.at + second / 4);
        }
        assert_eq!(check(0, None, &rapid), []);
        rapid[5].at -= second / 20;
        assert_eq!(check(0, None, &rapid).len(), 1);
        let mut polls = failing(&[5_000; 9]);
        for poll in &mut polls {
            (poll.kind, poll.outcome, poll.starts_list) = (RequestKind::List, Outcome::Productive, true);
        }
        assert_eq!(check(0, Some(second * 5), &polls), []);
        assert!(!check(0, Some(second * 6), &polls).is_empty());
    }
}
