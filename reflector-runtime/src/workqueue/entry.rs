//! [`Entry`]: what the queue knows about one key.

use super::{Priority, moment::Moment, slot::Slot};

/// One key that is pending, in process, or both.
///
/// There may be millions: an entry takes 24 bytes besides the key.
pub(super) struct Entry<K> {
    pub(super) key: K,
    /// Since when the key is ready or dirty, or the deadline of a delayed key.
    pub(super) at: Moment,
    /// The order of arrival among ready keys, or among delayed keys of the same deadline.
    pub(super) number: u32,
    /// The neighbours in the list of ready keys of the priority.
    pub(super) before: Option<Slot>,
    pub(super) after: Option<Slot>,
    pub(super) pending: Pending,
    pub(super) priority: Priority,
    pub(super) is_running: bool,
}

impl<K> Entry<K> {
    /// An entry of a key that is not pending.
    pub(super) fn new(key: K, priority: Priority) -> Self {
        Self {
            key,
            at: Moment::default(),
            number: 0,
            before: None,
            after: None,
            pending: Pending::No,
            priority,
            is_running: false,
        }
    }

    /// What an add with this deadline changes. `None` is an add without a delay.
    pub(super) fn add(&self, deadline: Option<Moment>, gate: Gate) -> Change {
        let replaces = match self.pending {
            Pending::No => true,
            // A key that is ready stays ready: its backoff, if any, is over.
            Pending::Ready => false,
            Pending::Dirty(pending) => match gate {
                Gate::Wait => false,
                // A run that has failed: changes that were added during the run wait for the backoff, too.
                Gate::Backoff => pending != Gate::Bypass,
                Gate::Bypass => pending != Gate::Bypass && deadline.is_none(),
            },
            Pending::Delayed(pending) => match (pending, gate) {
                (Gate::Backoff, Gate::Wait) => false,
                // The key has a backoff from now on, which other adds do not shorten.
                (Gate::Wait, Gate::Backoff) => true,
                _ => deadline.is_none_or(|deadline| deadline < self.at),
            },
        };
        match deadline {
            _ if !replaces => Change::Nothing,
            Some(deadline) => Change::At(deadline),
            None => Change::Now,
        }
    }
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
    /// Among the ready keys.
    Ready,
    /// Added while in process: ready as soon as that ends.
    Dirty(Gate),
    /// Ready at the deadline.
    Delayed(Gate),
}

/// The change that an add makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    Nothing,
    Now,
    At(Moment),
}
