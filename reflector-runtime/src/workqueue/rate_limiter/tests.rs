use std::time::Duration;

use tokio::time::Instant;

use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// The next delays of a key, in milliseconds.
fn delays(limiter: &mut impl RateLimiter<&'static str>, key: &'static str, count: usize) -> Vec<u128> {
    let now = Instant::now();
    (0..count).map(|_| limiter.when(&key, now).as_millis()).collect()
}

/// client-go: `TestItemExponentialFailureRateLimiter`.
#[test]
fn delays_double_with_each_failure_of_a_key() {
    let mut limiter = ItemExponentialFailureRateLimiter::new(ms(1), SECOND);
    assert_eq!(delays(&mut limiter, "one", 5), [1, 2, 4, 8, 16]);
    assert_eq!(limiter.num_requeues(&"one"), 5);
    assert_eq!(delays(&mut limiter, "two", 2), [1, 2]);
    assert_eq!(limiter.num_requeues(&"two"), 2);
    limiter.forget(&"one");
    assert_eq!(limiter.num_requeues(&"one"), 0);
    assert_eq!(delays(&mut limiter, "one", 1), [1]);
}

/// client-go: `TestItemExponentialFailureRateLimiterOverFlow`.
#[test]
fn delays_do_not_overflow() {
    let mut limiter = ItemExponentialFailureRateLimiter::new(ms(1), 1000 * SECOND);
    assert_eq!(delays(&mut limiter, "one", 6).last(), Some(&32));
    assert_eq!(delays(&mut limiter, "overflow1", 1001).last(), Some(&1_000_000));

    let hour = 3600 * SECOND;
    let mut limiter = ItemExponentialFailureRateLimiter::new(60 * SECOND, 1000 * hour);
    assert_eq!(delays(&mut limiter, "two", 3).last(), Some(&240_000));
    assert_eq!(delays(&mut limiter, "overflow2", 1001).last(), Some(&(1000 * hour).as_millis()));
}

#[test]
fn a_short_base_delay_doubles_up_to_a_long_one() {
    let mut limiter = ItemExponentialFailureRateLimiter::new(Duration::from_nanos(1), Duration::MAX);
    let now = Instant::now();
    let delays: Vec<Duration> = (0..200).map(|_| limiter.when(&"one", now)).collect();
    assert!((0..64).all(|failure| delays[failure].as_nanos() == 1 << failure), "{delays:?}");
    assert!(delays[64..].iter().all(|delay| *delay == Duration::MAX));

    let mut limiter = ItemExponentialFailureRateLimiter::new(Duration::ZERO, SECOND);
    assert!((0..200).all(|_| limiter.when(&"one", now).is_zero()), "no delay stays no delay");
    let mut limiter = ItemExponentialFailureRateLimiter::new(SECOND, Duration::ZERO);
    assert!((0..200).all(|_| limiter.when(&"one", now).is_zero()));
}

#[test]
fn a_bucket_of_any_rate_has_finite_delays() {
    for rate in [0.0, -1.0, f64::NAN, f64::NEG_INFINITY, f64::MIN_POSITIVE, 1e-300] {
        let mut limiter = BucketRateLimiter::new(rate, 0);
        assert_eq!(delays(&mut limiter, "one", 3), [0, 1_000_000, 2_000_000], "{rate}");
        // Not even a million failures overflow the clock.
        let now = Instant::now();
        let longest = (0..1_000_000).map(|_| limiter.when(&"one", now)).max();
        assert!(longest > Some(900_000_000 * SECOND), "{longest:?}");
    }
    for rate in [f64::INFINITY, 1e300] {
        assert_eq!(delays(&mut BucketRateLimiter::new(rate, 1), "one", 3), [0, 0, 0], "{rate}");
    }
    let mut limiter = BucketRateLimiter::new(1e-300, u32::MAX);
    assert_eq!(delays(&mut limiter, "one", 3), [0, 0, 0]);
}

/// client-go: `TestItemFastSlowRateLimiter`.
#[test]
fn the_first_failures_have_a_short_delay() {
    let mut limiter = ItemFastSlowRateLimiter::new(ms(5), 10 * SECOND, 3);
    assert_eq!(delays(&mut limiter, "one", 5), [5, 5, 5, 10_000, 10_000]);
    assert_eq!(limiter.num_requeues(&"one"), 5);
    assert_eq!(delays(&mut limiter, "two", 2), [5, 5]);
    assert_eq!(limiter.num_requeues(&"two"), 2);
    limiter.forget(&"one");
    assert_eq!(limiter.num_requeues(&"one"), 0);
    assert_eq!(delays(&mut limiter, "one", 1), [5]);
}

/// client-go: `TestMaxOfRateLimiter`.
#[test]
fn the_longest_of_several_delays_counts() {
    let mut limiter = MaxOfRateLimiter::new()
        .and(ItemFastSlowRateLimiter::new(ms(5), 3 * SECOND, 3))
        .and(ItemExponentialFailureRateLimiter::new(ms(1), SECOND));
    assert_eq!(delays(&mut limiter, "one", 5), [5, 5, 5, 3000, 3000]);
    assert_eq!(limiter.num_requeues(&"one"), 5);
    assert_eq!(delays(&mut limiter, "two", 2), [5, 5]);
    assert_eq!(limiter.num_requeues(&"two"), 2);
    limiter.forget(&"one");
    assert_eq!(limiter.num_requeues(&"one"), 0);
    assert_eq!(delays(&mut limiter, "one", 1), [5]);
}

/// client-go: `TestWithMaxWaitRateLimiter`.
#[test]
fn a_delay_can_be_limited() {
    let steps = ItemFastSlowRateLimiter::new(ms(5), 1000 * SECOND, 100);
    let mut limiter = WithMaxWaitRateLimiter::new(steps, 500 * SECOND);
    let delays = delays(&mut limiter, "one", 200);
    assert!(delays[..100].iter().all(|delay| *delay == 5), "{delays:?}");
    assert!(delays[100..].iter().all(|delay| *delay == 500_000), "{delays:?}");
    limiter.forget(&"one");
    assert_eq!(limiter.num_requeues(&"one"), 0);
}

#[test]
fn a_bucket_delays_what_exceeds_its_burst() {
    let mut limiter = BucketRateLimiter::new(10.0, 3);
    assert_eq!(delays(&mut limiter, "one", 6), [0, 0, 0, 100, 200, 300]);
    // After one second, the 3 reserved tokens are paid back, and the bucket is full again.
    let later = Instant::now() + 10 * SECOND;
    let delays: Vec<u128> = (0..4).map(|_| limiter.when(&"two", later).as_millis()).collect();
    assert_eq!(delays, [0, 0, 0, 100]);
}

#[test]
fn extreme_rates_do_not_panic() {
    for rate in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e-300, 1e300] {
        let mut limiter = BucketRateLimiter::new(rate, 0);
        for _ in 0..3 {
            assert!(limiter.when(&"one", Instant::now()) <= 2000 * SECOND, "{rate}");
        }
    }
}

#[test]
fn the_default_is_that_of_client_go() {
    let mut limiter = default_controller_rate_limiter();
    assert_eq!(delays(&mut limiter, "one", 5), [5, 10, 20, 40, 80]);
    assert_eq!(delays(&mut limiter, "one", 40).last(), Some(&1_000_000));
    // 45 tokens are taken. The burst is 100.
    let bucket: Vec<u128> = (0..60)
        .map(|number: usize| {
            let key: &'static str = Box::leak(format!("key {number}").into_boxed_str());
            delays(&mut limiter, key, 1)[0]
        })
        .collect();
    assert!(bucket[..55].iter().all(|delay| *delay == 5), "{bucket:?}");
    assert!(bucket[56] > 90, "{bucket:?}");
}
