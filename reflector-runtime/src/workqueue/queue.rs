//! [`WorkQueue`]: the handle of a queue.

use std::{fmt, hash::Hash, sync::Arc, task::Waker, time::Duration};

use tokio::time::Instant;

use super::{
    AddOptions, Get, Priority, RateLimiter, WorkItem, WorkQueueStats, default_controller_rate_limiter,
    get::Drain, state::State, waiters::Waiters,
};
use crate::sync::Mutex;

/// A queue of keys that have work to do (client-go's `workqueue.TypedRateLimitingInterface`). Clones share the queue.
///
/// See the [module documentation](super) for its properties and an example.
///
/// ```
/// # use reflector_runtime::workqueue::WorkQueue;
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// # async fn work(_: &str) -> Result<(), String> { Ok(()) }
/// let queue = WorkQueue::new();
/// queue.add("team-a/w1");
/// queue.shut_down(); // `get` returns `None` after the last key that is ready
///
/// while let Some(item) = queue.get().await {
///     match work(&item).await {
///         Ok(()) => item.forget(),
///         Err(error) => eprintln!("{error}, again in {:?}", item.retry()),
///     }
/// }
/// # }
/// ```
pub struct WorkQueue<K: Eq + Hash + Clone + 'static> {
    shared: Arc<Shared<K>>,
}

pub(super) struct Shared<K> {
    pub(super) inner: Mutex<Inner<K>>,
}

pub(super) struct Inner<K> {
    pub(super) state: State<K>,
    pub(super) waiters: Waiters,
    /// Whether drains end although keys are in process.
    forced: bool,
}

/// Tasks to wake once the lock is released.
#[must_use = "the tasks are not woken until `wake`"]
pub(super) struct Woken(Vec<Waker>);

impl Woken {
    pub(super) fn wake(self) {
        self.0.into_iter().for_each(Waker::wake);
    }
}

impl<K: Eq + Hash + Clone + 'static> Inner<K> {
    /// The tasks that a change of the state concerns.
    fn woken(&mut self) -> Woken {
        let mut woken = Vec::new();
        let newly_ready = self.state.take_newly_ready();
        if self.state.is_shut_down() && !self.state.has_ready() {
            self.waiters.wake(usize::MAX, &mut woken);
        } else {
            self.waiters.wake(newly_ready, &mut woken);
            self.waiters.keep_time(self.state.next_deadline(), &mut woken);
        }
        if self.drain_ends_now() {
            self.waiters.wake_drains(&mut woken);
        }
        Woken(woken)
    }

    /// A waiter received a key or was dropped.
    pub(super) fn leave(&mut self, id: Option<u64>) -> Woken {
        let was_woken = id.is_some_and(|id| self.waiters.leave(id));
        let mut woken = self.woken();
        if was_woken && self.state.has_ready() {
            self.waiters.wake(1, &mut woken.0);
        }
        woken
    }

    pub(super) fn drain_ends_now(&self) -> bool {
        self.forced || self.state.is_drained()
    }
}

impl<K: Eq + Hash + Clone + 'static> Shared<K> {
    /// Changes the state, and wakes the tasks that the change concerns.
    pub(super) fn update<T>(&self, change: impl FnOnce(&mut State<K>) -> T) -> T {
        let mut inner = self.inner.lock();
        let result = change(&mut inner.state);
        let woken = inner.woken();
        drop(inner);
        woken.wake();
        result
    }

    pub(super) fn add_rate_limited(&self, key: K, priority: Priority) -> Duration {
        let now = Instant::now();
        self.update(|state| state.add_rate_limited(key, priority, now))
    }
}

impl<K: Eq + Hash + Clone + Send + 'static> WorkQueue<K> {
    /// A queue with the [`default_controller_rate_limiter`].
    pub fn new() -> Self {
        Self::with_rate_limiter(default_controller_rate_limiter())
    }
}

impl<K: Eq + Hash + Clone + 'static> WorkQueue<K> {
    /// A queue whose retries are delayed by this rate limiter.
    pub fn with_rate_limiter(limiter: impl RateLimiter<K>) -> Self {
        let inner = Inner {
            state: State::new(Box::new(limiter), Instant::now()),
            waiters: Waiters::default(),
            forced: false,
        };
        Self { shared: Arc::new(Shared { inner: Mutex::new(inner) }) }
    }

    /// Adds a key. This has no effect if the key is already ready, and after the queue is shut down. A key that is in
    /// process becomes ready when that ends. A key that waits for the end of its backoff continues to wait.
    pub fn add(&self, key: K) {
        self.add_with(key, AddOptions::new());
    }

    /// Adds a key after a delay. If the key is already pending, the earlier time wins. Delays of more than ten years
    /// count as ten years.
    pub fn add_after(&self, key: K, delay: Duration) {
        self.add_with(key, AddOptions::new().after(delay));
    }

    /// Adds a key with a priority, after a delay, or regardless of its backoff.
    ///
    /// # Panics
    /// If 2<sup>32</sup> keys are pending or in process, which takes more than 100 GB.
    pub fn add_with(&self, key: K, options: AddOptions) {
        let now = Instant::now();
        self.shared.update(|state| state.add(key, options, now));
    }

    /// Adds a key that has failed: after the delay of the rate limiter, which is returned (zero if the queue is shut
    /// down). Until then, other adds of the key have no effect, except with [`AddOptions::bypass_backoff`].
    ///
    /// For a key that is in process, prefer [`WorkItem::retry`], which keeps its priority.
    pub fn add_rate_limited(&self, key: K) -> Duration {
        self.shared.add_rate_limited(key, Priority::Normal)
    }

    /// Forgets the key's failures: the next backoff is the shortest again. A backoff in progress is not shortened.
    pub fn forget(&self, key: &K) {
        self.shared.inner.lock().state.forget(key);
    }

    /// How often the key has failed, as the rate limiter counts.
    pub fn num_requeues(&self, key: &K) -> u32 {
        self.shared.inner.lock().state.num_requeues(key)
    }

    /// Waits for the next key. `None` if the queue is shut down and no key is ready.
    ///
    /// # Panics
    /// If keys are delayed and it is polled outside of a tokio runtime with timers.
    ///
    /// # Cancel safety
    /// No key is lost when the future is dropped.
    pub fn get(&self) -> Get<'_, K> {
        Get::new(&self.shared)
    }

    /// The next key, if one is ready.
    pub fn try_get(&self) -> Option<WorkItem<K>> {
        let now = Instant::now();
        let taken = self.shared.update(|state| state.pop(now))?;
        Some(WorkItem::new(self.shared.clone(), taken))
    }

    /// The number of keys that are ready. Delayed keys and keys in process do not count.
    pub fn len(&self) -> usize {
        self.shared.inner.lock().state.len(Instant::now())
    }

    /// Whether no key is ready.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A snapshot for metrics.
    pub fn stats(&self) -> WorkQueueStats {
        let now = Instant::now();
        self.shared.inner.lock().state.stats(now)
    }

    /// Shuts the queue down: later adds have no effect, and delayed keys are discarded and returned. Ready keys are
    /// still handed out, also those that become ready because they were added while in process. Drains in progress end
    /// immediately (client-go's `ShutDown`).
    pub fn shut_down(&self) -> Vec<K> {
        self.end(State::shut_down)
    }

    /// Shuts the queue down and discards everything that is pending. Returns the discarded keys. Keys in process are
    /// not affected.
    pub fn shut_down_now(&self) -> Vec<K> {
        self.end(State::discard_pending)
    }

    fn end(&self, change: impl FnOnce(&mut State<K>) -> Vec<K>) -> Vec<K> {
        let mut inner = self.shared.inner.lock();
        inner.forced = true;
        let discarded = change(&mut inner.state);
        let woken = inner.woken();
        drop(inner);
        woken.wake();
        discarded
    }

    /// Shuts the queue down, and waits until all ready keys have been handed out and are done (client-go's
    /// `ShutDownWithDrain`). Returns the delayed keys, which are discarded. [`shut_down`](Self::shut_down) ends the
    /// wait.
    ///
    /// # Cancel safety
    /// The queue is shut down when the future is polled for the first time, and stays so if it is dropped.
    pub async fn shut_down_with_drain(&self) -> Vec<K> {
        let discarded = self.shared.update(State::shut_down);
        Drain::new(&self.shared).await;
        discarded
    }

    /// Whether the queue is shut down.
    pub fn is_shut_down(&self) -> bool {
        self.shared.inner.lock().state.is_shut_down()
    }
}

impl<K: Eq + Hash + Clone + Send + 'static> Default for WorkQueue<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Eq + Hash + Clone + 'static> Clone for WorkQueue<K> {
    fn clone(&self) -> Self {
        Self { shared: self.shared.clone() }
    }
}

impl<K: Eq + Hash + Clone + 'static> fmt::Debug for WorkQueue<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkQueue").field("stats", &self.stats()).finish_non_exhaustive()
    }
}
