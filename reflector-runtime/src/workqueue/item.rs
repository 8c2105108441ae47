//! [`WorkItem`]: a key that is in process.

use std::{fmt, hash::Hash, ops::Deref, sync::Arc, time::Duration};

use tokio::time::Instant;

use super::{Priority, queue::Shared, slot::Slot, state::Taken};

/// A key that was handed out. Until it is dropped, the queue does not hand out the key again.
///
/// Dropping it marks the key as done (client-go's `Done`), also when a panic unwinds. A key that was added in the
/// meantime is then ready again.
///
/// ```
/// use reflector_runtime::workqueue::WorkQueue;
///
/// let queue = WorkQueue::new();
/// queue.add("team-a/w1");
/// let item = queue.try_get().expect("a key is ready");
/// queue.add("team-a/w1"); // a change during the run
/// assert!(queue.try_get().is_none(), "one run per key");
/// drop(item);
/// assert!(queue.try_get().is_some());
/// ```
#[must_use = "the key is done when the item is dropped"]
pub struct WorkItem<K: Eq + Hash + Clone + 'static> {
    shared: Arc<Shared<K>>,
    key: K,
    slot: Slot,
    priority: Priority,
}

impl<K: Eq + Hash + Clone + 'static> WorkItem<K> {
    pub(super) fn new(shared: Arc<Shared<K>>, taken: Taken<K>) -> Self {
        Self { shared, key: taken.key, slot: taken.slot, priority: taken.priority }
    }

    /// The key.
    pub fn key(&self) -> &K {
        &self.key
    }

    /// The priority with which the key was handed out.
    pub fn priority(&self) -> Priority {
        self.priority
    }

    /// Ends the run as failed: the key is added again after the delay of the rate limiter, with the same priority.
    /// Returns the delay, which is zero if the queue is shut down: the key is then not added.
    ///
    /// Changes that were added during the run wait for the end of the backoff, too.
    pub fn retry(self) -> Duration {
        self.shared.add_rate_limited(self.key.clone(), self.priority)
    }

    /// Ends the run as successful: the key's failures are forgotten (client-go's `Forget`).
    pub fn forget(self) {
        self.shared.inner.lock().state.forget(&self.key);
    }
}

impl<K: Eq + Hash + Clone + 'static> Deref for WorkItem<K> {
    type Target = K;

    fn deref(&self) -> &K {
        &self.key
    }
}

impl<K: Eq + Hash + Clone + 'static> Drop for WorkItem<K> {
    fn drop(&mut self) {
        let now = Instant::now();
        let slot = self.slot;
        self.shared.update(|state| state.done(slot, now));
    }
}

impl<K: Eq + Hash + Clone + fmt::Debug + 'static> fmt::Debug for WorkItem<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkItem")
            .field("key", &self.key)
            .field("priority", &self.priority)
            .finish_non_exhaustive()
    }
}
