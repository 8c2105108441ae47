//! [`Entry`]: what the queue knows about one key.

use std::num::NonZeroU64;

use tokio::time::Instant;

use super::Priority;

/// One key that is pending, in process, or both.
pub(super) struct Entry<K> {
    pub(super) key: K,
    pub(super) hash: u64,
    pub(super) pending: Pending,
    /// The number of the run in process. Numbers begin with 1, so that an entry is 8 bytes smaller.
    pub(super) run: Option<NonZeroU64>,
    pub(super) priority: Priority,
}

/// How an add relates to the key's backoff.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Gate {
    /// The key waits for the end of its backoff.
    #[default]
    Wait,
    /// This add is the backoff.
    Backoff,
    /// The key does not wait for the end of its backoff.
    Bypass,
}

/// When the key will be handed out next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pending {
    /// Not pending.
    No,
    /// In the list of ready keys, under this number.
    Ready { number: u64, since: Instant },
    /// Added while in process: ready as soon as that ends.
    Dirty { since: Instant, gate: Gate },
    /// Ready at the deadline.
    Delayed { deadline: Instant, number: u64, gate: Gate },
}

/// The change that an add makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Nothing,
    Now(Gate),
    At(Instant, Gate),
}

impl Pending {
    /// What an add with this deadline changes. `None` is an add without a delay.
    pub(super) fn add(self, deadline: Option<Instant>, gate: Gate) -> Change {
        let requested = match deadline {
            Some(deadline) => Change::At(deadline, gate),
            None => Change::Now(gate),
        };
        let replaces = match self {
            Self::No => true,
            // A key that is ready stays ready: its backoff, if any, is over.
            Self::Ready { .. } => false,
            Self::Dirty { gate: pending, .. } => match gate {
                Gate::Wait => false,
                // A run that has failed: changes that were added during the run wait for the backoff, too.
                Gate::Backoff => pending != Gate::Bypass,
                Gate::Bypass => pending != Gate::Bypass && deadline.is_none(),
            },
            Self::Delayed { deadline: current, gate: pending, .. } => match (pending, gate) {
                (Gate::Backoff, Gate::Wait) => false,
                // The key has a backoff from now on, which other adds do not shorten.
                (Gate::Wait, Gate::Backoff) => true,
                _ => deadline.is_none_or(|deadline| deadline < current),
            },
        };
        if replaces { requested } else { Change::Nothing }
    }
}
