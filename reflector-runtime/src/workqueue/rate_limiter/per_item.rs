//! Rate limiters that count the failures of each key.

use std::{hash::Hash, time::Duration};

use hashbrown::HashMap;
use tokio::time::Instant;

use super::RateLimiter;

/// The delay doubles with each failure of the key (client-go's `TypedItemExponentialFailureRateLimiter`).
#[derive(Clone, Debug)]
pub struct ItemExponentialFailureRateLimiter<K> {
    failures: HashMap<K, u32>,
    base_delay: Duration,
    max_delay: Duration,
}

impl<K> ItemExponentialFailureRateLimiter<K> {
    /// The first delay, and the longest.
    #[must_use]
    pub fn new(base_delay: Duration, max_delay: Duration) -> Self {
        Self { failures: HashMap::new(), base_delay, max_delay }
    }
}

impl<K: Eq + Hash + Clone + Send + 'static> RateLimiter<K> for ItemExponentialFailureRateLimiter<K> {
    fn when(&mut self, key: &K, _: Instant) -> Duration {
        let before = count(&mut self.failures, key) - 1;
        if self.base_delay.is_zero() {
            return Duration::ZERO;
        }
        let factor = 2_u128.checked_pow(before);
        let delay = factor.and_then(|factor| self.base_delay.as_nanos().checked_mul(factor));
        let delay = delay.and_then(|nanoseconds| u64::try_from(nanoseconds).ok()).map(Duration::from_nanos);
        // A longer delay than 2^64 ns, 584 years, counts as the longest.
        delay.unwrap_or(self.max_delay).min(self.max_delay)
    }

    fn forget(&mut self, key: &K) {
        self.failures.remove(key);
    }

    fn num_requeues(&self, key: &K) -> u32 {
        self.failures.get(key).copied().unwrap_or(0)
    }
}

/// A short delay for the first failures of a key, and a long one after that (client-go's
/// `TypedItemFastSlowRateLimiter`).
#[derive(Clone, Debug)]
pub struct ItemFastSlowRateLimiter<K> {
    failures: HashMap<K, u32>,
    fast_delay: Duration,
    slow_delay: Duration,
    max_fast_attempts: u32,
}

impl<K> ItemFastSlowRateLimiter<K> {
    /// The two delays, and how many failures of a key have the short one.
    #[must_use]
    pub fn new(fast_delay: Duration, slow_delay: Duration, max_fast_attempts: u32) -> Self {
        Self { failures: HashMap::new(), fast_delay, slow_delay, max_fast_attempts }
    }
}

impl<K: Eq + Hash + Clone + Send + 'static> RateLimiter<K> for ItemFastSlowRateLimiter<K> {
    fn when(&mut self, key: &K, _: Instant) -> Duration {
        if count(&mut self.failures, key) <= self.max_fast_attempts {
            self.fast_delay
        } else {
            self.slow_delay
        }
    }

    fn forget(&mut self, key: &K) {
        self.failures.remove(key);
    }

    fn num_requeues(&self, key: &K) -> u32 {
        self.failures.get(key).copied().unwrap_or(0)
    }
}

/// Counts a failure, and returns the number of failures: at least 1.
fn count<K: Eq + Hash + Clone>(failures: &mut HashMap<K, u32>, key: &K) -> u32 {
    let count = failures.entry_ref(key).or_insert(0);
    *count = count.saturating_add(1);
    *count
}
