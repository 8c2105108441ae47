//! What state an informer is in, and the cell through which it is told.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use parking_lot::Mutex;
use tokio::{sync::watch, time::Instant};

use super::ReflectorError;
use crate::list_watch::Reason;

/// How an informer is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// The first list has been asked for.
    Listing,
    /// The initial objects are coming in.
    Syncing {
        /// How many have come.
        received: u64,
        /// How many are still to come, where the server tells (`remainingItemCount`).
        remaining: Option<u64>,
    },
    /// The cache shows the server's state, and a watch keeps it so.
    Synced {
        /// Since when.
        since: Instant,
        /// Up to which resourceVersion.
        resource_version: String,
    },
    /// The last request failed. The cache shows the last state that was read, and it is tried again.
    Degraded {
        /// When the first of the failures was.
        since: Instant,
        /// What failed last.
        reason: Reason,
        /// How many tries have failed in a row.
        failures: u32,
        /// When the next try is made.
        next_retry: Instant,
    },
    /// The informer was shut down; the cache shows the last state that was read.
    Stopped,
}

impl Health {
    /// Whether the cache is complete and kept up to date.
    pub fn is_synced(&self) -> bool {
        matches!(self, Self::Synced { .. })
    }
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listing => f.write_str("listing"),
            Self::Syncing { received, remaining: None } => write!(f, "syncing: {received} received"),
            Self::Syncing { received, remaining: Some(remaining) } => {
                write!(f, "syncing: {received} received, {remaining} to come")
            }
            Self::Synced { resource_version, .. } => {
                write!(f, "synced at resourceVersion {resource_version}")
            }
            Self::Degraded { reason, failures, .. } => {
                write!(f, "degraded: {reason}, {failures} failed in a row")
            }
            Self::Stopped => f.write_str("stopped"),
        }
    }
}

/// What was passed over since the start: objects that could not be taken (undecodable, of another kind, without a
/// name), and events of unknown types. Each time counts, also of the same object.
#[derive(Clone, Debug, Default)]
pub struct Skipped {
    /// How often something was.
    pub count: u64,
    /// The last of it: which object, and why.
    pub last: Option<Arc<ReflectorError>>,
}

/// Where the reflector writes its health, and everybody else reads it.
///
/// The reflector is synced when all is in its queue; readers are told so only when it is in the store as well.
#[derive(Debug)]
pub(crate) struct HealthCell {
    health: watch::Sender<Health>,
    last_error: Mutex<Option<Arc<ReflectorError>>>,
    skipped: Mutex<Skipped>,
    stored: Mutex<Stored>,
    has_synced: AtomicBool,
    permanent_failures: AtomicU32,
}

#[derive(Debug)]
enum Stored {
    /// The initial objects are not all in the store; what the reflector said meanwhile.
    Awaited(Option<Health>),
    Complete,
}

impl HealthCell {
    /// The cell of a reflector that feeds a store of the user's own: what it says is told at once.
    pub(super) fn new() -> Self {
        Self::with(Stored::Complete)
    }

    /// The cell of an informer: synced is when [`stored`](Self::stored) has been called as well.
    pub(crate) fn behind_a_queue() -> Self {
        Self::with(Stored::Awaited(None))
    }

    fn with(stored: Stored) -> Self {
        Self {
            health: watch::Sender::new(Health::Listing),
            last_error: Mutex::new(None),
            skipped: Mutex::default(),
            stored: Mutex::new(stored),
            has_synced: AtomicBool::new(false),
            permanent_failures: AtomicU32::new(0),
        }
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<Health> {
        self.health.subscribe()
    }

    pub(crate) fn last_error(&self) -> Option<Arc<ReflectorError>> {
        self.last_error.lock().clone()
    }

    pub(crate) fn all_skipped(&self) -> Skipped {
        self.skipped.lock().clone()
    }

    /// `permanent_failures` is how many failures in a row waiting alone will not mend.
    pub(super) fn publish(&self, health: Health, permanent_failures: u32) {
        let mut stored = self.stored.lock();
        self.permanent_failures.store(permanent_failures, Ordering::Release);
        match (&mut *stored, health) {
            (Stored::Awaited(held), synced @ Health::Synced { .. }) => *held = Some(synced),
            (Stored::Awaited(held), health) => {
                *held = None;
                self.send(health);
            }
            (Stored::Complete, health) => self.send(health),
        }
    }

    fn send(&self, health: Health) {
        if health.is_synced() {
            self.has_synced.store(true, Ordering::Release);
        }
        self.health.send_replace(health);
    }

    /// Whether it was synced at any time.
    pub(crate) fn has_synced(&self) -> bool {
        self.has_synced.load(Ordering::Acquire)
    }

    pub(crate) fn permanent_failures(&self) -> u32 {
        self.permanent_failures.load(Ordering::Acquire)
    }

    pub(super) fn failed(&self, error: Arc<ReflectorError>) {
        *self.last_error.lock() = Some(error);
    }

    pub(super) fn skipped(&self, error: Arc<ReflectorError>) {
        let mut skipped = self.skipped.lock();
        skipped.count += 1;
        skipped.last = Some(error);
    }

    /// The initial objects are in the store.
    pub(crate) fn stored(&self) {
        let mut stored = self.stored.lock();
        if let Stored::Awaited(Some(held)) = std::mem::replace(&mut *stored, Stored::Complete) {
            self.send(held);
        }
    }

    /// Nothing runs any more, and nothing else will be said.
    pub(crate) fn stopped(&self) {
        let mut stored = self.stored.lock();
        *stored = Stored::Complete;
        self.send(Health::Stopped);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The queue still drains when the next request fails, or all ends.
    #[test]
    fn what_was_said_last_counts_when_all_is_stored() {
        let now = Instant::now();
        let synced = || Health::Synced { since: now, resource_version: "1".into() };
        let degraded =
            Health::Degraded { since: now, reason: Reason::Forbidden, failures: 1, next_retry: now };
        let cell = HealthCell::behind_a_queue();
        cell.publish(synced(), 0);
        cell.publish(degraded.clone(), 1);
        cell.stored();
        assert_eq!(*cell.subscribe().borrow(), degraded);
        assert!(!cell.has_synced());
        let cell = HealthCell::behind_a_queue();
        cell.publish(synced(), 0);
        cell.stopped();
        cell.stored();
        assert_eq!(*cell.subscribe().borrow(), Health::Stopped);
        let cell = HealthCell::behind_a_queue();
        cell.publish(synced(), 0);
        assert_eq!(*cell.subscribe().borrow(), Health::Listing);
        cell.stored();
        assert!(cell.has_synced() && cell.subscribe().borrow().is_synced());
    }
}
