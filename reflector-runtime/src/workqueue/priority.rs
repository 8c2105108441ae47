//! [`Priority`] and [`AddOptions`]: how a key is added.

use std::time::Duration;

use super::entry::Gate;

/// The order in which ready keys are handed out: higher priorities first, and each priority in the order of arrival.
///
/// Lower priorities do not starve: after [`Priority::TURNS`] keys of a higher priority, the key of the lower priorities
/// that has waited longest is next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Priority {
    /// For work that can wait, such as the initial list and resyncs (controller-runtime's `LowPriority`).
    Low,
    /// For changes that have just happened.
    #[default]
    Normal,
    /// For work that should not wait behind changes.
    High,
}

impl Priority {
    /// How many keys of higher priority are handed out in a row while a key of lower priority is ready.
    pub const TURNS: u32 = 8;
}

/// How [`WorkQueue::add_with`](super::WorkQueue::add_with) adds a key. The default is that of
/// [`WorkQueue::add`](super::WorkQueue::add).
///
/// ```
/// use std::time::Duration;
/// use reflector_runtime::workqueue::{AddOptions, Priority, WorkQueue};
///
/// let queue = WorkQueue::new();
/// queue.add_with("w1", AddOptions::new().priority(Priority::Low));
/// queue.add("w2");
/// queue.add_with("w3", AddOptions::new().after(Duration::from_secs(60)));
/// assert_eq!(queue.try_get().as_deref(), Some(&"w2"));
/// assert_eq!(queue.try_get().as_deref(), Some(&"w1"));
/// assert!(queue.try_get().is_none());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[must_use = "options have no effect until they are passed to `add_with`"]
pub struct AddOptions {
    pub(super) priority: Priority,
    pub(super) delay: Duration,
    pub(super) gate: Gate,
}

impl AddOptions {
    /// Immediately, with normal priority, and not before the end of the key's backoff.
    pub fn new() -> Self {
        Self::default()
    }

    /// The priority. A key that is already pending keeps the higher one of both.
    pub fn priority(mut self, priority: Priority) -> Self {
        self.priority = priority;
        self
    }

    /// The key becomes ready after this delay. A key that is already pending keeps the earlier time.
    pub fn after(mut self, delay: Duration) -> Self {
        self.delay = delay;
        self
    }

    /// The key does not wait for the end of its backoff.
    pub fn bypass_backoff(mut self) -> Self {
        self.gate = Gate::Bypass;
        self
    }
}
