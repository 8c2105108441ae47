//! [`Health`], and the cell through which a reflector publishes it.

use std::{
    fmt,
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
};

use parking_lot::Mutex;
use tokio::{sync::watch, time::Instant};

use super::{
    ReflectorError,
    health_group::{HealthGroup, Parent},
};
use crate::list_watch::Reason;

/// The state of an informer.
///
/// ```
/// use reflector_runtime::Health;
///
/// /// How much of the initial list has been received, in percent.
/// fn progress(health: &Health) -> u64 {
///     match health {
///         Health::Syncing { received, remaining: Some(remaining) } => {
///             received * 100 / (received + remaining).max(1)
///         }
///         synced => u64::from(synced.is_synced()) * 100,
///     }
/// }
///
/// let health = Health::Syncing { received: 500, remaining: Some(1500) };
/// assert_eq!(progress(&health), 25);
/// assert_eq!(health.to_string(), "syncing: 500 received, 1500 remaining");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Health {
    /// The first list has been requested.
    Listing,
    /// The initial objects are being received.
    Syncing {
        /// How many objects have been received.
        received: u64,
        /// How many objects remain, if the server reports it (`remainingItemCount`).
        remaining: Option<u64>,
    },
    /// The cache shows the server's state, and a watch keeps it up to date.
    Synced {
        /// Since when.
        since: Instant,
        /// The resourceVersion up to which the cache is current. Empty if the resource is polled and its lists have
        /// none.
        resource_version: String,
        /// Whether the server's resourceVersions can be compared.
        version_order: VersionOrder,
    },
    /// The last request failed. The cache shows the last state that was read, and the request is retried.
    Degraded {
        /// When the first of these failures occurred.
        since: Instant,
        /// The class of the last failure.
        reason: Reason,
        /// How many attempts have failed in a row.
        failures: u32,
        /// When the next attempt is made.
        next_retry: Instant,
    },
    /// The informer was shut down. The cache shows the last state that was read.
    Stopped,
}

/// Whether a server orders its resourceVersions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum VersionOrder {
    /// A higher resourceVersion is newer, as Kubernetes guarantees. Events that are older than the cached object are
    /// ignored.
    #[default]
    Ordered,
    /// The server's resourceVersions contradicted their order, as those of virtual and home-made APIs may. Events are
    /// applied in the order of arrival. Final for the lifetime of the informer.
    Unordered,
}

impl Health {
    /// Whether the cache is complete and kept up to date.
    pub fn is_synced(&self) -> bool {
        matches!(self, Self::Synced { .. })
    }

    /// Whether the server's resourceVersions have contradicted their order.
    pub(crate) fn has_unordered_versions(&self) -> bool {
        matches!(self, Self::Synced { version_order: VersionOrder::Unordered, .. })
    }
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Listing => f.write_str("listing"),
            Self::Syncing { received, remaining: None } => write!(f, "syncing: {received} received"),
            Self::Syncing { received, remaining: Some(remaining) } => {
                write!(f, "syncing: {received} received, {remaining} remaining")
            }
            Self::Synced { resource_version, version_order, .. } => {
                f.write_str("synced")?;
                if !resource_version.is_empty() {
                    write!(f, " at resourceVersion {resource_version}")?;
                }
                match version_order {
                    VersionOrder::Ordered => Ok(()),
                    VersionOrder::Unordered => {
                        f.write_str(" (unordered versions: events count as they arrive)")
                    }
                }
            }
            Self::Degraded { reason, failures, .. } => {
                write!(f, "degraded: {reason}, {failures} failures in a row")
            }
            Self::Stopped => f.write_str("stopped"),
        }
    }
}

/// What was skipped since the start: objects that could not be cached (undecodable, of another kind, without a name),
/// and events of unknown types. Each occurrence counts, also of the same object.
#[derive(Clone, Debug, Default)]
pub struct Skipped {
    /// How many objects and events were skipped.
    pub count: u64,
    /// The last one: which object, and why.
    pub last: Option<Arc<ReflectorError>>,
}

/// The reflector writes its health here, and everyone else reads it.
///
/// The reflector is synced when everything is in its queue. Readers see that only once it is in the store as well.
#[derive(Debug)]
pub(crate) struct HealthCell {
    health: watch::Sender<Health>,
    last_errors: Mutex<LastErrors>,
    skipped: Mutex<Skipped>,
    stored: Mutex<Stored>,
    has_synced: AtomicBool,
    permanent_failures: AtomicU32,
    handler_panics: AtomicU64,
    parent: Parent,
}

#[derive(Debug, Default)]
struct LastErrors {
    any: Option<Arc<ReflectorError>>,
    /// The last one that concerns the state: not of a handler.
    failure: Option<Arc<ReflectorError>>,
    /// The last failed request that retrying will not fix.
    permanent: Option<Arc<ReflectorError>>,
}

#[derive(Debug)]
enum Stored {
    /// Not all initial objects are in the store. Contains what the reflector published meanwhile.
    Awaited(Option<Health>),
    Complete,
}

impl HealthCell {
    /// The cell of a reflector that feeds a custom store: everything is published at once.
    pub(super) fn new() -> Self {
        Self::with(Stored::Complete, Parent::default())
    }

    /// The cell of an informer: it is synced once [`stored`](Self::stored) has been called as well.
    pub(crate) fn behind_a_queue() -> Self {
        Self::with(Stored::Awaited(None), Parent::default())
    }

    /// Like [`behind_a_queue`](Self::behind_a_queue), for one of several reflectors: everything is reported to the group
    /// as well.
    pub(super) fn in_group(group: Weak<HealthGroup>) -> Self {
        Self::with(Stored::Awaited(None), Parent::new(group))
    }

    fn with(stored: Stored, parent: Parent) -> Self {
        Self {
            health: watch::Sender::new(Health::Listing),
            last_errors: Mutex::default(),
            skipped: Mutex::default(),
            stored: Mutex::new(stored),
            has_synced: AtomicBool::new(false),
            permanent_failures: AtomicU32::new(0),
            handler_panics: AtomicU64::new(0),
            parent,
        }
    }

    pub(crate) fn subscribe(&self) -> watch::Receiver<Health> {
        self.health.subscribe()
    }

    /// The current health. It is locked until the reference is dropped.
    pub(super) fn borrow(&self) -> watch::Ref<'_, Health> {
        self.health.borrow()
    }

    pub(crate) fn last_error(&self) -> Option<Arc<ReflectorError>> {
        self.last_errors.lock().any.clone()
    }

    /// The last failure of the informer itself, whatever its handlers do.
    pub(crate) fn last_failure(&self) -> Option<Arc<ReflectorError>> {
        self.last_errors.lock().failure.clone()
    }

    /// The last failed request that retrying will not fix. Another failure may have followed it.
    pub(crate) fn last_permanent_failure(&self) -> Option<Arc<ReflectorError>> {
        self.last_errors.lock().permanent.clone()
    }

    pub(crate) fn all_skipped(&self) -> Skipped {
        self.skipped.lock().clone()
    }

    /// `permanent_failures` is the number of permanent failures in a row.
    pub(super) fn publish(&self, health: Health, permanent_failures: u32) {
        let mut stored = self.stored.lock();
        self.permanent_failures.store(permanent_failures, Ordering::Release);
        match (&mut *stored, health) {
            (Stored::Awaited(pending), synced @ Health::Synced { .. }) => *pending = Some(synced),
            (Stored::Awaited(pending), health) => {
                *pending = None;
                self.send(health);
            }
            (Stored::Complete, health) => self.send(health),
        }
        self.parent.changed();
    }

    fn send(&self, health: Health) {
        if health.is_synced() {
            self.has_synced.store(true, Ordering::Release);
        }
        self.health.send_replace(health);
    }

    /// It has been synced, although its health may show something else by now.
    pub(super) fn set_has_synced(&self) {
        self.has_synced.store(true, Ordering::Release);
    }

    /// Whether it has ever been synced.
    pub(crate) fn has_synced(&self) -> bool {
        self.has_synced.load(Ordering::Acquire)
    }

    pub(crate) fn permanent_failures(&self) -> u32 {
        self.permanent_failures.load(Ordering::Acquire)
    }

    pub(crate) fn failed(&self, error: Arc<ReflectorError>) {
        if let Some(total) = self.parent.total() {
            total.failed(error.clone());
        }
        let is_permanent = matches!(
            &*error,
            ReflectorError::Request { error, .. } if error.reason().is_permanent()
        );
        let mut last = self.last_errors.lock();
        if is_permanent {
            last.permanent = Some(error.clone());
        }
        last.failure = Some(error.clone());
        last.any = Some(error);
    }

    pub(crate) fn handler_panicked(&self, error: Arc<ReflectorError>) {
        self.handler_panics.fetch_add(1, Ordering::Relaxed);
        self.last_errors.lock().any = Some(error);
    }

    pub(crate) fn handler_panics(&self) -> u64 {
        self.handler_panics.load(Ordering::Relaxed)
    }

    pub(super) fn skipped(&self, error: Arc<ReflectorError>) {
        if let Some(total) = self.parent.total() {
            total.skipped(error.clone());
        }
        let mut skipped = self.skipped.lock();
        skipped.count += 1;
        skipped.last = Some(error);
    }

    /// The initial objects are in the store.
    pub(crate) fn stored(&self) {
        let mut stored = self.stored.lock();
        if let Stored::Awaited(Some(pending)) = std::mem::replace(&mut *stored, Stored::Complete) {
            self.send(pending);
        }
        self.parent.changed();
    }

    /// Nothing runs anymore, and nothing else will be published.
    pub(crate) fn stopped(&self) {
        let mut stored = self.stored.lock();
        *stored = Stored::Complete;
        self.send(Health::Stopped);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The queue may still drain when the next request fails, or when the informer stops.
    #[test]
    fn the_last_published_health_counts_once_everything_is_stored() {
        let now = Instant::now();
        let synced = || Health::Synced {
            since: now,
            resource_version: "1".into(),
            version_order: VersionOrder::Ordered,
        };
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
