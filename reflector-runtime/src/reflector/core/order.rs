//! What an out-of-order resourceVersion means: [`OrderPolicy`].
//!
//! Kubernetes guarantees that the versions of one resource grow. Restored servers, virtual and home-made APIs do not
//! keep that promise. The server counts as ordered until an event contradicts it; then one most-recent list with
//! `limit=1` (the probe) shows whether the server was restored or does not order its versions. The second answer is
//! final for the informer. Knows nothing of objects: what an event means for its object is decided by the queue.

use std::{cmp::Ordering, time::Duration};

use tokio::time::Instant;

use crate::{delta_fifo::EventOrder, reflector::VersionOrder, version};

/// How many probes may fail before the order of arrival is all there is to go by.
const MAX_FAILED_PROBES: u32 = 3;

/// Two restores within this time are not restores: the server's versions go up and down.
const RESTORE_INTERVAL: Duration = Duration::from_secs(10 * 60);

/// Decides whether the server's versions can be compared.
#[derive(Debug, Default)]
pub(super) struct OrderPolicy {
    state: State,
    last_restore: Option<Instant>,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Ordered,
    /// An event contradicted the order; a probe decides what that means. `last` is the version that was reached before:
    /// later events prove nothing.
    Suspected {
        last: String,
        failed_probes: u32,
        due: Instant,
    },
    Unordered,
}

/// What a probe showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The server's version is older than the last one seen: it was restored from a backup.
    Restored,
    /// The server's versions do not contradict the last one.
    Current,
    /// The server does not order its versions.
    Unordered,
}

impl OrderPolicy {
    pub(super) fn is_unordered(&self) -> bool {
        matches!(self.state, State::Unordered)
    }

    pub(super) fn version_order(&self) -> VersionOrder {
        if self.is_unordered() { VersionOrder::Unordered } else { VersionOrder::Ordered }
    }

    /// Classifies the version of an event against the last one seen.
    pub(super) fn classify(&self, version: &str, last: &str) -> EventOrder {
        if self.is_unordered() {
            return EventOrder::Arrival;
        }
        match version::compare(version, last) {
            Some(Ordering::Greater) => EventOrder::InOrder,
            Some(Ordering::Equal) => EventOrder::Repeated,
            Some(Ordering::Less) => EventOrder::OutOfOrder,
            None => EventOrder::Arrival,
        }
    }

    /// An event contradicts the order in a way that only the server can explain.
    pub(super) fn suspect(&mut self, last: &str, now: Instant) {
        if matches!(self.state, State::Ordered) {
            self.state = State::Suspected { last: last.to_owned(), failed_probes: 0, due: now };
        }
    }

    /// When to probe; `None` if there is nothing to find out.
    pub(super) fn probe_due(&self) -> Option<Instant> {
        match &self.state {
            State::Suspected { due, .. } => Some(*due),
            State::Ordered | State::Unordered => None,
        }
    }

    /// A probe showed that the server is at `current`; the last version seen is `last`.
    pub(super) fn probed(&mut self, current: &str, last: &str, now: Instant) -> Verdict {
        let (last, was_suspected) = match &self.state {
            State::Unordered => return Verdict::Unordered,
            State::Suspected { last, .. } => (&**last, true),
            State::Ordered => (last, false),
        };
        if version::is_older(current, last) {
            let again = self
                .last_restore
                .is_some_and(|before| now.saturating_duration_since(before) < RESTORE_INTERVAL);
            self.last_restore = Some(now);
            if !again {
                self.state = State::Ordered;
                return Verdict::Restored;
            }
        } else if !was_suspected {
            return Verdict::Current;
        }
        self.give_up_order();
        Verdict::Unordered
    }

    /// A probe failed. `true` if no further one is made and the order of arrival counts from now on.
    pub(super) fn probe_failed(&mut self, retry_at: Instant) -> bool {
        let State::Suspected { failed_probes, due, .. } = &mut self.state else { return false };
        *failed_probes += 1;
        *due = retry_at;
        let is_decided = *failed_probes >= MAX_FAILED_PROBES;
        if is_decided {
            self.give_up_order();
        }
        is_decided
    }

    /// A complete list was read: it shows the current state, whatever the events before it meant.
    pub(super) fn listed(&mut self) {
        if matches!(self.state, State::Suspected { .. }) {
            self.state = State::Ordered;
        }
    }

    pub(super) fn give_up_order(&mut self) {
        self.state = State::Unordered;
    }
}
