//! [`BucketRateLimiter`]: one rate for all keys.

use std::time::Duration;

use tokio::time::Instant;

use super::RateLimiter;

/// A token bucket that all keys share (client-go's `TypedBucketRateLimiter`): retries beyond the burst are spread over
/// time.
#[derive(Clone, Debug)]
pub struct BucketRateLimiter {
    /// The time in which one token is added.
    interval: Duration,
    /// The time in which the empty bucket is filled, without the token that is taken.
    tolerance: Duration,
    /// When the bucket is full again (the generic cell rate algorithm's theoretical arrival time).
    full_at: Option<Instant>,
}

impl BucketRateLimiter {
    /// A rate, in retries per second, and a burst: how many retries are not delayed. A rate that is not positive counts
    /// as one retry in 1000 s, a burst of zero as one.
    #[must_use]
    pub fn new(per_second: f64, burst: u32) -> Self {
        let slowest = Duration::from_secs(1000);
        let interval = match Duration::try_from_secs_f64(1.0 / per_second) {
            Ok(interval) if per_second > 0.0 => interval.min(slowest),
            _ => slowest,
        };
        Self { interval, tolerance: interval.saturating_mul(burst.max(1) - 1), full_at: None }
    }
}

impl<K> RateLimiter<K> for BucketRateLimiter {
    fn when(&mut self, _: &K, now: Instant) -> Duration {
        let full_at = self.full_at.unwrap_or(now).max(now);
        self.full_at = full_at.checked_add(self.interval);
        full_at.saturating_duration_since(now).saturating_sub(self.tolerance)
    }

    fn forget(&mut self, _: &K) {}

    fn num_requeues(&self, _: &K) -> u32 {
        0
    }
}
