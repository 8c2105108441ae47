//! The work queue in its limits: leaked and cancelled items, enormous delays, consumers that never wait, shutdowns with
//! pending keys, and a million delayed keys.

use std::{
    hash::Hash,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
    time::Duration,
};

use futures::{FutureExt as _, poll};
use reflector_runtime::workqueue::{
    AddOptions, BucketRateLimiter, ItemExponentialFailureRateLimiter, Priority, RateLimiter, WorkItem,
    WorkQueue,
};
use tokio::time::{Instant, advance, sleep, timeout};

const SECOND: Duration = Duration::from_secs(1);
const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

/// The next key. Panics if there is none for 20 years.
async fn take<K: Eq + Hash + Clone + 'static>(queue: &WorkQueue<K>) -> WorkItem<K> {
    timeout(20 * YEAR, queue.get()).await.expect("a key is ready").expect("the queue is not shut down")
}

fn with_backoff() -> WorkQueue<&'static str> {
    WorkQueue::with_rate_limiter(ItemExponentialFailureRateLimiter::new(SECOND, 1000 * SECOND))
}

#[tokio::test(start_paused = true)]
async fn a_leaked_item_blocks_its_key_only() {
    let queue = WorkQueue::new();
    queue.add("leaked");
    std::mem::forget(take(&queue).await);
    queue.add("leaked");
    queue.add("other");
    assert_eq!(*take(&queue).await, "other");
    assert!(queue.try_get().is_none());
    advance(10 * SECOND).await;
    // The key is not lost silently.
    let stats = queue.stats();
    assert_eq!((stats.processing, stats.longest_running), (1, 10 * SECOND));
    assert_eq!(queue.shut_down_now(), ["leaked"]);
    assert!(queue.get().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a_panic_while_the_item_is_dropped_by_unwinding_loses_no_pending_add() {
    let queue = with_backoff();
    queue.add("a");
    let item = take(&queue).await;
    queue.add("a");
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
        let _item = item;
        panic!("the worker fails");
    }));
    assert!(panicked.is_err());
    assert_eq!(*take(&queue).await, "a");
    assert_eq!(queue.stats().done, 2);
}

/// `get` is cancelled after each number of polls, in each situation.
#[tokio::test(start_paused = true)]
async fn a_cancelled_get_loses_no_key() {
    for polls in 0..6 {
        for situation in 0..4 {
            let queue = WorkQueue::new();
            match situation {
                0 => {}
                1 => queue.add_after("a", 5 * SECOND),
                2 => queue.add_after("a", YEAR),
                _ => queue.add_with("a", AddOptions::new().priority(Priority::Low)),
            }
            let other = queue.clone();
            let other = tokio::spawn(async move { *take(&other).await });
            let mut get = Box::pin(queue.get());
            let mut taken = None;
            for step in 0..polls {
                if let Poll::Ready(item) = poll!(&mut get) {
                    taken = item;
                    break;
                }
                match step {
                    0 => queue.add_after("a", 2 * SECOND),
                    1 => advance(SECOND).await,
                    2 => queue.add("a"),
                    _ => tokio::task::yield_now().await,
                }
            }
            drop(get);
            drop(taken);
            queue.add("a");
            let taken = timeout(10 * SECOND, other).await.expect("the other waiter receives the key");
            assert_eq!(taken.expect("no panic"), "a", "{polls} polls in situation {situation}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_get_in_a_select_loses_no_key() {
    let queue = WorkQueue::new();
    let producer = queue.clone();
    tokio::spawn(async move {
        for key in 0..500_u32 {
            match key % 3 {
                0 => producer.add(key),
                1 => producer.add_after(key, Duration::from_millis(3)),
                _ => producer.add_with(key, AddOptions::new().priority(Priority::High)),
            }
            sleep(Duration::from_millis(1)).await;
        }
    });
    let mut seen = std::collections::HashSet::new();
    let deadline = Instant::now() + 10 * SECOND;
    while Instant::now() < deadline {
        tokio::select! {
            item = queue.get() => {
                assert!(seen.insert(*item.expect("the queue is not shut down")), "a key came twice");
            }
            () = sleep(Duration::from_micros(700)) => {}
        }
    }
    assert_eq!(seen.len(), 500);
}

#[tokio::test(start_paused = true)]
async fn delays_of_any_length_keep_their_order() {
    let queue = WorkQueue::new();
    queue.add_after("longest", Duration::MAX);
    queue.add_after("long", YEAR);
    queue.add_after("zero", Duration::ZERO);
    queue.add_after("shortest", Duration::from_nanos(1));
    let start = Instant::now();
    assert_eq!(*take(&queue).await, "zero");
    assert_eq!(*take(&queue).await, "shortest");
    // A longer delay does not replace a shorter one, and a shorter one does.
    queue.add_after("long", Duration::MAX);
    queue.add_after("longest", 9 * YEAR);
    assert_eq!(*take(&queue).await, "long");
    assert_eq!(start.elapsed().as_secs(), YEAR.as_secs());
    assert_eq!(*take(&queue).await, "longest");
    queue.add_after("longest", Duration::MAX);
    assert_eq!(*take(&queue).await, "longest");
    assert!(start.elapsed() > 18 * YEAR);
}

/// A consumer that never waits would keep the thread of all other tasks.
#[tokio::test(start_paused = true)]
async fn a_consumer_of_a_queue_that_is_never_empty_yields() {
    let queue = WorkQueue::new();
    queue.add("a");
    let runs = Arc::new(AtomicUsize::new(0));
    let worker = tokio::spawn({
        let (queue, runs) = (queue.clone(), runs.clone());
        async move {
            while let Some(item) = queue.get().await {
                queue.add(*item);
                // So that the test ends if the task does not yield.
                if runs.fetch_add(1, Ordering::Relaxed) > 1_000_000 {
                    return;
                }
            }
        }
    });
    tokio::task::yield_now().await;
    assert!(runs.load(Ordering::Relaxed) < 1_000_000, "the worker kept the thread");
    queue.shut_down_now();
    worker.await.expect("no panic");
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_returns_delayed_keys_and_ends_all_waits() {
    let queue = with_backoff();
    queue.add("ready");
    queue.add_after("delayed", SECOND);
    queue.add_rate_limited("backoff");
    let item = take(&queue).await;
    queue.add_after("ready", SECOND);
    let drain = tokio::spawn({
        let queue = queue.clone();
        async move { queue.shut_down_with_drain().await }
    });
    let waiter = tokio::spawn({
        let queue = queue.clone();
        async move { queue.get().await.is_none() }
    });
    sleep(10 * SECOND).await;
    assert!(waiter.await.expect("no panic"), "a waiter waits for a queue that is shut down");
    assert!(!drain.is_finished(), "a key is in process");
    // A retry after the shutdown is not added, and is not counted.
    let retries = queue.stats().retries;
    assert_eq!(item.retry(), Duration::ZERO);
    assert_eq!(queue.stats().retries, retries);
    let mut discarded = drain.await.expect("no panic");
    discarded.sort_unstable();
    assert_eq!(discarded, ["backoff", "delayed", "ready"]);
    queue.add("later");
    queue.add_after("later", SECOND);
    assert!(queue.is_empty() && queue.get().now_or_never().flatten().is_none());
}

#[tokio::test(start_paused = true)]
async fn forgetting_a_key_in_process_restarts_its_backoff() {
    let queue = with_backoff();
    queue.add("a");
    for _ in 0..5 {
        take(&queue).await.retry();
    }
    let item = take(&queue).await;
    queue.forget(&"a");
    assert_eq!(item.retry(), SECOND);
    // A backoff in progress is not shortened.
    queue.forget(&"a");
    let start = Instant::now();
    drop(take(&queue).await);
    assert_eq!(start.elapsed(), SECOND);
}

/// kubernetes#112325: an event neither ends a backoff nor counts as a failure.
#[tokio::test(start_paused = true)]
async fn events_do_not_change_a_backoff() {
    let queue = with_backoff();
    let start = Instant::now();
    queue.add("a");
    for expected in [0, 1, 3, 7, 15, 31, 63] {
        let item = take(&queue).await;
        assert_eq!(start.elapsed().as_secs(), expected);
        for event in 0..100 {
            queue.add("a");
            queue.add_after("a", Duration::from_millis(event));
            queue.add_with(
                "a",
                AddOptions::new().priority(Priority::High).after(Duration::from_millis(event)),
            );
        }
        item.retry();
        for _ in 0..100 {
            queue.add("a");
            queue.add_with("a", AddOptions::new().priority(Priority::High));
        }
        assert!(queue.try_get().is_none());
    }
    assert_eq!((queue.num_requeues(&"a"), queue.stats().retries), (7, 7));
}

#[tokio::test(start_paused = true)]
async fn a_million_failures_do_not_overflow() {
    let queue = WorkQueue::with_rate_limiter(ItemExponentialFailureRateLimiter::new(SECOND, Duration::MAX));
    for _ in 0..1_000_000 {
        queue.add_rate_limited("a");
    }
    assert_eq!(queue.num_requeues(&"a"), 1_000_000);
    // The earliest deadline has won.
    let start = Instant::now();
    drop(take(&queue).await);
    assert_eq!(start.elapsed(), SECOND);
    queue.add_rate_limited("a");
    drop(take(&queue).await);
    assert!(start.elapsed() >= 10 * YEAR);
}

#[tokio::test(start_paused = true)]
async fn a_bucket_without_a_rate_delays_and_does_not_block() {
    let queue = WorkQueue::with_rate_limiter(BucketRateLimiter::new(0.0, 1));
    let delays: Vec<u64> = ["a", "b", "c"].map(|key| queue.add_rate_limited(key).as_secs()).into();
    assert_eq!(delays, [0, 1000, 2000]);
    for key in ["a", "b", "c"] {
        assert_eq!(*take(&queue).await, key);
    }
}

/// All three priorities are busy forever, and each makes progress.
#[tokio::test(start_paused = true)]
async fn no_priority_starves() {
    let queue = WorkQueue::new();
    let priorities = [Priority::High, Priority::Normal, Priority::Low];
    let add = |key: usize| queue.add_with(key, AddOptions::new().priority(priorities[key % 3]));
    (0..30).for_each(add);
    let mut counts = [0; 30];
    for _ in 0..30_000 {
        let key = *take(&queue).await;
        counts[key] += 1;
        add(key);
    }
    assert!(counts.iter().all(|count| *count > 100), "{counts:?}");
    let of = |priority: usize| counts.iter().skip(priority).step_by(3).sum::<usize>();
    assert!(of(0) > 5 * (of(1) + of(2)), "{counts:?}");
}

/// Panics with the second failure.
struct Broken(u32);

impl RateLimiter<&'static str> for Broken {
    fn when(&mut self, _: &&'static str, _: Instant) -> Duration {
        self.0 += 1;
        assert!(self.0 != 2, "the limiter fails");
        SECOND
    }

    fn forget(&mut self, _: &&'static str) {}

    fn num_requeues(&self, _: &&'static str) -> u32 {
        self.0
    }
}

#[tokio::test(start_paused = true)]
async fn a_rate_limiter_that_panics_does_not_poison_the_queue() {
    let queue = WorkQueue::with_rate_limiter(Broken(0));
    queue.add("a");
    take(&queue).await.retry();
    let item = take(&queue).await;
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| item.retry()));
    assert!(panicked.is_err());
    queue.add("a");
    assert_eq!(take(&queue).await.retry(), SECOND);
}

/// A million delayed keys: adding, moving and taking one costs about the logarithm of their number.
#[tokio::test(start_paused = true)]
async fn a_million_delayed_keys() {
    let queue = WorkQueue::new();
    let million = 1_000_000_u64;
    for key in 0..million {
        queue.add_after(key, Duration::from_millis(key * 7919 % million + 1000));
    }
    assert_eq!(queue.stats().delayed, 1_000_000);
    // Earlier deadlines replace the later ones, and later ones do not.
    for key in 0..50_000 {
        queue.add_after(key, Duration::from_millis(1));
        queue.add_after(key, SECOND * 3600);
    }
    let start = Instant::now();
    for _ in 0..50_000 {
        assert!(*take(&queue).await < 50_000);
    }
    assert_eq!((start.elapsed(), queue.stats().delayed), (Duration::from_millis(1), 950_000));
    assert_eq!(queue.shut_down_now().len(), 950_000);
}
