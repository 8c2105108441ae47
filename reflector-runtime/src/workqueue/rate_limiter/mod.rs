//! [`RateLimiter`]: how long a failed key waits, and client-go's implementations.

mod bucket;
mod combined;
mod per_item;
#[cfg(test)]
mod tests;

use std::{hash::Hash, time::Duration};

use tokio::time::Instant;

pub use self::{
    bucket::BucketRateLimiter,
    combined::{MaxOfRateLimiter, WithMaxWaitRateLimiter},
    per_item::{ItemExponentialFailureRateLimiter, ItemFastSlowRateLimiter},
};

/// Decides how long a failed key waits (client-go's `TypedRateLimiter`).
///
/// It is called under the lock of the queue: it must not block, and must not use the queue. If it panics, the panic
/// reaches the caller of the queue, and the key is not added; `Reconciler` then retries
/// after 1 s.
///
/// ```
/// # use std::time::Duration;
/// use reflector_runtime::workqueue::*;
///
/// let per_key = ItemExponentialFailureRateLimiter::new(
///     Duration::from_millis(10),
///     Duration::from_secs(60),
/// );
/// let of_all = BucketRateLimiter::new(5.0, 50);
/// let limiter = MaxOfRateLimiter::new().and(per_key).and(of_all);
/// let queue = WorkQueue::with_rate_limiter(limiter);
/// assert_eq!(queue.add_rate_limited("w1"), Duration::from_millis(10));
/// assert_eq!(queue.add_rate_limited("w1"), Duration::from_millis(20));
/// ```
pub trait RateLimiter<K>: Send + 'static {
    /// The delay of the next attempt. Each call counts as one failure of the key.
    fn when(&mut self, key: &K, now: Instant) -> Duration;

    /// The key no longer fails, or is no longer retried.
    fn forget(&mut self, key: &K);

    /// How often the key has failed since it was last forgotten. Zero if the limiter does not count by key.
    fn num_requeues(&self, key: &K) -> u32;
}

impl<K: 'static> RateLimiter<K> for Box<dyn RateLimiter<K>> {
    fn when(&mut self, key: &K, now: Instant) -> Duration {
        (**self).when(key, now)
    }

    fn forget(&mut self, key: &K) {
        (**self).forget(key);
    }

    fn num_requeues(&self, key: &K) -> u32 {
        (**self).num_requeues(key)
    }
}

/// client-go's `DefaultTypedControllerRateLimiter`: per key, from 5 ms, doubling up to 1000 s; and for all keys
/// together, 10 retries per second after a burst of 100.
#[must_use]
pub fn default_controller_rate_limiter<K: Eq + Hash + Clone + Send + 'static>() -> MaxOfRateLimiter<K> {
    MaxOfRateLimiter::new()
        .and(ItemExponentialFailureRateLimiter::new(Duration::from_millis(5), Duration::from_secs(1000)))
        .and(BucketRateLimiter::new(10.0, 100))
}
