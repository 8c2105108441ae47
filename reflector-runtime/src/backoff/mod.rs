//! Delays between attempts: the [`Backoff`] trait, and [`ExponentialBackoff`], which follows client-go's manager.
//!
//! Time and randomness are passed in. Must not depend on what is retried.

use std::{any::Any, time::Duration};

use fastrand::Rng;
use tokio::time::Instant;

/// Computes the delay before each retry (client-go's `wait.BackoffManager`).
///
/// Implementations must be [`Clone`]: an informer of several namespaces has one backoff per namespace.
pub trait Backoff: CloneBackoff + Send + 'static {
    /// The delay before the next attempt. The caller passes `now` and `random`, so that a test controls both.
    fn next_delay(&mut self, now: Instant, random: &mut Rng) -> Duration;

    /// Forgets earlier failures: the next delay is the first one again.
    fn reset(&mut self);
}

/// What every [`Backoff`] that is [`Clone`] can do behind a pointer. Implemented for all of them.
#[doc(hidden)]
pub trait CloneBackoff {
    /// A copy.
    fn clone_box(&self) -> Box<dyn Backoff>;

    /// For comparison with the default.
    fn as_any(&self) -> &dyn Any;
}

impl<B: Backoff + Clone> CloneBackoff for B {
    fn clone_box(&self) -> Box<dyn Backoff> {
        Box::new(self.clone())
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Clone for Box<dyn Backoff> {
    fn clone(&self) -> Self {
        (**self).clone_box()
    }
}

/// Delays that double up to a cap, with jitter, and start again from the initial delay after an idle period.
///
/// The default is that of client-go's reflector: 800 ms, doubled up to 30 s, each delay drawn from `[d, 2d)`, reset
/// if there is no call for two minutes after the end of a delay. (`wait.Backoff{..}.DelayWithReset` counts from the
/// previous call: there, a delay of two minutes is followed by the shortest one.)
///
/// ```
/// use std::time::Duration;
/// use reflector_runtime::{Backoff, ExponentialBackoff};
///
/// let (first, longest) = (Duration::from_millis(100), Duration::from_secs(5));
/// let mut backoff = ExponentialBackoff::new(first, longest).jitter(0.0);
/// # let (now, mut random) = (tokio::time::Instant::now(), fastrand::Rng::new());
/// assert_eq!(backoff.next_delay(now, &mut random), Duration::from_millis(100));
/// assert_eq!(backoff.next_delay(now, &mut random), Duration::from_millis(200));
/// // With a client: `Pod::informer(client).backoff(backoff)`.
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ExponentialBackoff {
    initial: Duration,
    cap: Duration,
    factor: f64,
    jitter: f64,
    reset_after: Duration,
    next: Duration,
    /// The end of the last delay.
    idle_since: Option<Instant>,
}

impl Default for ExponentialBackoff {
    fn default() -> Self {
        Self::new(Duration::from_millis(800), Duration::from_secs(30))
    }
}

impl ExponentialBackoff {
    /// Delays from `initial` to `cap` (raised to `initial` if it is lower), with the default factor, jitter and
    /// reset.
    pub fn new(initial: Duration, cap: Duration) -> Self {
        Self {
            initial,
            cap: cap.max(initial),
            factor: 2.0,
            jitter: 1.0,
            reset_after: Duration::from_secs(120),
            next: initial,
            idle_since: None,
        }
    }

    /// The factor by which each delay grows. Values below 1 count as 1. Default 2.
    #[must_use]
    pub fn factor(mut self, factor: f64) -> Self {
        self.factor = if factor.is_finite() { factor.max(1.0) } else { 1.0 };
        self
    }

    /// The largest random extension of a delay, as a fraction of the delay. Values below 0 count as 0. Default 1.
    #[must_use]
    pub fn jitter(mut self, jitter: f64) -> Self {
        self.jitter = if jitter.is_finite() { jitter.max(0.0) } else { 0.0 };
        self
    }

    /// The idle period after which the delays start again from the initial one, counted from the end of the last
    /// delay. Default 2 minutes.
    #[must_use]
    pub fn reset_after(mut self, idle: Duration) -> Self {
        self.reset_after = idle;
        self
    }
}

impl Backoff for ExponentialBackoff {
    fn next_delay(&mut self, now: Instant, random: &mut Rng) -> Duration {
        if self.idle_since.is_some_and(|since| now.saturating_duration_since(since) >= self.reset_after) {
            self.reset();
        }
        let delay = self.next;
        self.next =
            Duration::try_from_secs_f64(delay.as_secs_f64() * self.factor).unwrap_or(self.cap).min(self.cap);
        let jittered = delay.as_secs_f64() * (1.0 + self.jitter * random.f64());
        let jittered = Duration::try_from_secs_f64(jittered).unwrap_or(self.cap);
        self.idle_since = Some(now.checked_add(jittered).unwrap_or(now));
        jittered
    }

    fn reset(&mut self) {
        self.next = self.initial;
        self.idle_since = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// client-go: `TestNewReflectorWithCustomBackoff` (the bounds of the default and of a custom one).
    #[test]
    fn delays_double_to_the_cap_within_their_jitter() {
        let mut random = Rng::with_seed(1);
        let mut backoff = ExponentialBackoff::default();
        let now = Instant::now();
        let mut expected = 0.8;
        for _ in 0..12 {
            let delay = backoff.next_delay(now, &mut random).as_secs_f64();
            assert!(
                (expected..expected * 2.0).contains(&delay),
                "{delay} is not in [{expected}, 2 * {expected})"
            );
            expected = f64::min(expected * 2.0, 30.0);
        }
    }

    #[test]
    fn only_an_idle_period_resets_the_delays() {
        let mut random = Rng::with_seed(1);
        let mut backoff = ExponentialBackoff::default().jitter(0.0);
        let start = Instant::now();
        let mut at =
            |millis: u64| backoff.next_delay(start + Duration::from_millis(millis), &mut random).as_millis();
        assert_eq!((at(0), at(120_799), at(242_398)), (800, 1600, 3200));
        assert_eq!(at(242_398 + 3_200 + 120_000), 800);
    }

    #[test]
    fn a_long_delay_is_not_an_idle_period() {
        let mut random = Rng::with_seed(1);
        let mut backoff =
            ExponentialBackoff::new(Duration::from_secs(1), Duration::from_secs(600)).jitter(0.0);
        let mut now = Instant::now();
        let mut next = || {
            let delay = backoff.next_delay(now, &mut random);
            now += delay;
            delay.as_secs()
        };
        let delays: Vec<u64> = (0..12).map(|_| next()).collect();
        assert_eq!(delays, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]);
    }

    #[test]
    fn extreme_settings_do_not_panic() {
        let mut random = Rng::with_seed(1);
        let mut backoff =
            ExponentialBackoff::new(Duration::from_secs(9), Duration::ZERO).factor(f64::NAN).jitter(-3.0);
        assert_eq!(backoff.next_delay(Instant::now(), &mut random), Duration::from_secs(9));
        let mut backoff = ExponentialBackoff::new(Duration::MAX, Duration::MAX).factor(1e300);
        backoff.next_delay(Instant::now(), &mut random);
        backoff.next_delay(Instant::now(), &mut random);
    }
}
