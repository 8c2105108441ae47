//! How long to wait before trying again: the [`Backoff`] trait and [`ExponentialBackoff`], client-go's manager.
//!
//! Knows time and randomness, both handed in, and nothing of what is tried.

use std::time::Duration;

use fastrand::Rng;
use tokio::time::Instant;

/// Decides how long to wait before each further try (client-go's `wait.BackoffManager`).
pub trait Backoff: Send + 'static {
    /// The wait before the next try. `now` and `random` are the caller's, so that a test decides both.
    fn next_delay(&mut self, now: Instant, random: &mut Rng) -> Duration;

    /// Forgets earlier failures.
    fn reset(&mut self);
}

/// Delays that double up to a cap, are spread by jitter, and begin anew after a time of quiet.
///
/// The default is client-go's reflector's: 800 ms, doubled up to 30 s, each drawn from `[d, 2d)`, reset when two
/// minutes pass behind a wait without a call (`wait.Backoff{..}.DelayWithReset`, which counts from the call before:
/// there, a wait of two minutes is followed by the shortest).
#[derive(Clone, Debug)]
pub struct ExponentialBackoff {
    initial: Duration,
    cap: Duration,
    factor: f64,
    jitter: f64,
    reset_after: Duration,
    next: Duration,
    /// When the last wait was over.
    quiet_since: Option<Instant>,
}

impl Default for ExponentialBackoff {
    fn default() -> Self {
        Self::new(Duration::from_millis(800), Duration::from_secs(30))
    }
}

impl ExponentialBackoff {
    /// Delays from `initial` to `cap` (raised to `initial` where it is below it), with the default's factor,
    /// jitter and reset.
    pub fn new(initial: Duration, cap: Duration) -> Self {
        Self {
            initial,
            cap: cap.max(initial),
            factor: 2.0,
            jitter: 1.0,
            reset_after: Duration::from_secs(120),
            next: initial,
            quiet_since: None,
        }
    }

    /// By how much each delay is longer than the one before; values below 1 count as 1. Default 2.
    #[must_use]
    pub fn factor(mut self, factor: f64) -> Self {
        self.factor = if factor.is_finite() { factor.max(1.0) } else { 1.0 };
        self
    }

    /// Up to which share of itself a delay is lengthened at random; values below 0 count as 0. Default 1.
    #[must_use]
    pub fn jitter(mut self, jitter: f64) -> Self {
        self.jitter = if jitter.is_finite() { jitter.max(0.0) } else { 0.0 };
        self
    }

    /// After how long without a call, counted from the end of the last wait, the delays begin anew. Default 2
    /// minutes.
    #[must_use]
    pub fn reset_after(mut self, idle: Duration) -> Self {
        self.reset_after = idle;
        self
    }
}

impl Backoff for ExponentialBackoff {
    fn next_delay(&mut self, now: Instant, random: &mut Rng) -> Duration {
        if self.quiet_since.is_some_and(|since| now.saturating_duration_since(since) >= self.reset_after) {
            self.reset();
        }
        let delay = self.next;
        self.next =
            Duration::try_from_secs_f64(delay.as_secs_f64() * self.factor).unwrap_or(self.cap).min(self.cap);
        let lengthened = delay.as_secs_f64() * (1.0 + self.jitter * random.f64());
        let wait = Duration::try_from_secs_f64(lengthened).unwrap_or(self.cap);
        self.quiet_since = Some(now.checked_add(wait).unwrap_or(now));
        wait
    }

    fn reset(&mut self) {
        self.next = self.initial;
        self.quiet_since = None;
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
    fn quiet_begins_anew_and_calls_in_between_do_not() {
        let mut random = Rng::with_seed(1);
        let mut backoff = ExponentialBackoff::default().jitter(0.0);
        let start = Instant::now();
        let mut at =
            |millis: u64| backoff.next_delay(start + Duration::from_millis(millis), &mut random).as_millis();
        assert_eq!((at(0), at(120_799), at(242_398)), (800, 1600, 3200));
        assert_eq!(at(242_398 + 3_200 + 120_000), 800);
    }

    #[test]
    fn a_long_wait_is_no_quiet() {
        let mut random = Rng::with_seed(1);
        let mut backoff =
            ExponentialBackoff::new(Duration::from_secs(1), Duration::from_secs(600)).jitter(0.0);
        let mut now = Instant::now();
        let mut wait = || {
            let wait = backoff.next_delay(now, &mut random);
            now += wait;
            wait.as_secs()
        };
        let waits: Vec<u64> = (0..12).map(|_| wait()).collect();
        assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 600, 600]);
    }

    #[test]
    fn odd_settings_are_no_panic() {
        let mut random = Rng::with_seed(1);
        let mut backoff =
            ExponentialBackoff::new(Duration::from_secs(9), Duration::ZERO).factor(f64::NAN).jitter(-3.0);
        assert_eq!(backoff.next_delay(Instant::now(), &mut random), Duration::from_secs(9));
        let mut backoff = ExponentialBackoff::new(Duration::MAX, Duration::MAX).factor(1e300);
        backoff.next_delay(Instant::now(), &mut random);
        backoff.next_delay(Instant::now(), &mut random);
    }
}
