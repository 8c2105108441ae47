//! The work queue: duplicates, delays, backoff, priorities and cancellation. Its shutdown is in `workqueue_shutdown.rs`.

use std::{collections::HashMap, sync::Arc, time::Duration};

use futures::FutureExt as _;
use parking_lot::Mutex;
use reflector_runtime::workqueue::{
    AddOptions, ItemExponentialFailureRateLimiter, Priority, WorkItem, WorkQueue,
};
use tokio::{
    task::JoinSet,
    time::{Instant, advance, sleep, timeout},
};

const fn ms(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// The next key. Panics if there is none for one day.
async fn take<K: Eq + std::hash::Hash + Clone + 'static>(queue: &WorkQueue<K>) -> WorkItem<K> {
    timeout(seconds(86_400), queue.get()).await.expect("a key is ready").expect("the queue is not shut down")
}

/// Whether no key is ready now.
fn nothing<K: Eq + std::hash::Hash + Clone + 'static>(queue: &WorkQueue<K>) -> bool {
    queue.get().now_or_never().is_none()
}

/// Retries of 1 ms, 2 ms, 4 ms, up to 1 s.
fn with_backoff() -> WorkQueue<&'static str> {
    WorkQueue::with_rate_limiter(ItemExponentialFailureRateLimiter::new(ms(1), seconds(1)))
}

/// Hands out keys until the queue is shut down. Returns how often each key was handed out. Panics if a key is handed
/// out while it is in process.
async fn consume<F>(queue: WorkQueue<usize>, consumers: usize, process: F) -> HashMap<usize, usize>
where
    F: Fn(&WorkQueue<usize>, usize, usize) + Clone + Send + 'static,
{
    let running = Arc::new(Mutex::new(Vec::new()));
    let mut tasks = JoinSet::new();
    for _ in 0..consumers {
        let (queue, running, process) = (queue.clone(), running.clone(), process.clone());
        tasks.spawn(async move {
            let mut counts: HashMap<usize, usize> = HashMap::new();
            while let Some(item) = queue.get().await {
                assert!(!running.lock().contains(&*item), "{} is already in process", *item);
                running.lock().push(*item);
                sleep(ms(3)).await;
                let count = counts.entry(*item).or_default();
                *count += 1;
                process(&queue, *item, *count);
                running.lock().retain(|key| *key != *item);
                drop(item);
            }
            counts
        });
    }
    let mut total = HashMap::new();
    for counts in tasks.join_all().await {
        for (key, count) in counts {
            *total.entry(key).or_default() += count;
        }
    }
    total
}

async fn produce(queue: &WorkQueue<usize>, keys: usize, adds: usize) {
    let mut producers = JoinSet::new();
    for key in 0..keys {
        let queue = queue.clone();
        producers.spawn(async move {
            for _ in 0..adds {
                queue.add(key);
                sleep(ms(1)).await;
            }
        });
    }
    producers.join_all().await;
}

/// client-go: `TestBasic`.
#[tokio::test(start_paused = true)]
async fn producers_and_consumers() {
    for drain in [false, true] {
        let queue = WorkQueue::new();
        let consumers = tokio::spawn(consume(queue.clone(), 10, |_, _, _| {}));
        produce(&queue, 50, 50).await;
        if drain {
            queue.shut_down_with_drain().await;
        } else {
            queue.shut_down();
        }
        queue.add(999);
        let counts = consumers.await.expect("no key is in process twice");
        assert_eq!(counts.len(), 50);
        assert!(!counts.contains_key(&999), "a key was added after the shutdown");
        assert!(queue.is_empty());
    }
}

/// client-go: `TestAddWhileProcessing`.
#[tokio::test(start_paused = true)]
async fn keys_are_added_while_they_are_in_process() {
    for drain in [false, true] {
        let queue = WorkQueue::new();
        let add_again = |queue: &WorkQueue<usize>, key: usize, count: usize| {
            if count < 2 {
                queue.add(key);
            }
        };
        let consumers = tokio::spawn(consume(queue.clone(), 10, add_again));
        produce(&queue, 50, 1).await;
        sleep(seconds(1)).await;
        if drain {
            queue.shut_down_with_drain().await;
        } else {
            queue.shut_down();
        }
        let counts = consumers.await.expect("no key is in process twice");
        assert!((0..50).all(|key| counts[&key] >= 2), "{counts:?}");
        assert!(queue.is_empty());
    }
}

/// client-go: `TestLen`.
#[tokio::test(start_paused = true)]
async fn duplicates_do_not_count() {
    let queue = WorkQueue::new();
    queue.add("foo");
    assert_eq!(queue.len(), 1);
    queue.add("bar");
    assert_eq!(queue.len(), 2);
    queue.add("foo");
    assert_eq!(queue.len(), 2);
}

/// client-go: `TestReinsert`.
#[tokio::test(start_paused = true)]
async fn a_key_added_in_process_is_ready_again_afterwards() {
    let queue = WorkQueue::new();
    queue.add("foo");
    let item = take(&queue).await;
    queue.add("foo");
    assert!(nothing(&queue), "the key is in process");
    drop(item);
    assert_eq!(*take(&queue).await, "foo");
    assert!(queue.is_empty() && nothing(&queue));
}

/// client-go: `TestCollapse`. Instead of a call of `Touch`, the priority of a pending key is raised.
#[tokio::test(start_paused = true)]
async fn a_key_is_pending_once_with_the_higher_priority() {
    let queue = WorkQueue::new();
    queue.add_with("bar", AddOptions::new().priority(Priority::Low));
    queue.add("foo");
    queue.add_with("bar", AddOptions::new().priority(Priority::High));
    queue.add_with("bar", AddOptions::new().priority(Priority::Low));
    let item = take(&queue).await;
    assert_eq!((*item, item.priority()), ("bar", Priority::High));
    drop(item);
    assert_eq!(*take(&queue).await, "foo");
    assert!(queue.is_empty());
}

/// client-go: `TestCollapseWhileProcessing`.
#[tokio::test(start_paused = true)]
async fn adds_of_a_key_in_process_are_one_run() {
    let queue = WorkQueue::new();
    queue.add("foo");
    let item = take(&queue).await;
    queue.add("foo");
    queue.add("foo");
    let other = tokio::spawn({
        let queue = queue.clone();
        async move { drop(take(&queue).await) }
    });
    sleep(ms(100)).await;
    assert!(!other.is_finished(), "the worker must wait until the key is done");
    drop(item);
    other.await.expect("the worker receives the key");
    assert!(queue.is_empty() && nothing(&queue));
}

/// client-go: `TestGarbageCollection`.
#[tokio::test(start_paused = true)]
async fn keys_are_freed() {
    let queue = WorkQueue::new();
    let key = Arc::new("hello");
    queue.add(key.clone());
    queue.add_after(key.clone(), seconds(1));
    drop(take(&queue).await);
    queue.add_after(key.clone(), seconds(1));
    drop(take(&queue).await);
    queue.add_after(key.clone(), seconds(1));
    queue.shut_down();
    assert_eq!(Arc::strong_count(&key), 1);
}

/// client-go: `TestSimpleQueue`.
#[tokio::test(start_paused = true)]
async fn a_delayed_key_is_ready_once_after_its_delay() {
    let queue = WorkQueue::new();
    queue.add_after("foo", ms(50));
    assert_eq!(queue.len(), 0);
    advance(ms(60)).await;
    assert_eq!(queue.len(), 1);
    drop(take(&queue).await);
    advance(seconds(10)).await;
    assert!(queue.is_empty() && nothing(&queue));
}

/// client-go: `TestDeduping`.
#[tokio::test(start_paused = true)]
async fn the_earlier_deadline_wins() {
    let queue = WorkQueue::new();
    for delays in [[50, 70], [50, 30]] {
        let start = Instant::now();
        for delay in delays {
            queue.add_after("foo", ms(delay));
        }
        assert_eq!(queue.len(), 0);
        drop(take(&queue).await);
        assert_eq!(start.elapsed(), ms(delays[0].min(delays[1])));
        advance(seconds(1)).await;
        assert!(queue.is_empty() && nothing(&queue));
    }
}

#[tokio::test(start_paused = true)]
async fn an_add_without_a_delay_replaces_a_delayed_one() {
    let queue = WorkQueue::new();
    queue.add_after("foo", seconds(5));
    queue.add("foo");
    drop(take(&queue).await);
    queue.add("foo");
    queue.add_after("foo", seconds(5));
    drop(take(&queue).await);
    advance(seconds(10)).await;
    assert!(queue.is_empty() && nothing(&queue));
}

/// client-go: `TestAddTwoFireEarly`.
#[tokio::test(start_paused = true)]
async fn delayed_keys_are_ready_in_order_of_their_deadlines() {
    let queue = WorkQueue::new();
    queue.add_after("first", seconds(1));
    queue.add_after("second", ms(50));
    assert_eq!(queue.len(), 0);
    advance(ms(60)).await;
    assert_eq!(queue.len(), 1);
    assert_eq!(*take(&queue).await, "second");
    queue.add_after("third", seconds(2));
    advance(seconds(1)).await;
    assert_eq!(*take(&queue).await, "first");
    advance(seconds(2)).await;
    assert_eq!(*take(&queue).await, "third");
}

/// client-go: `TestCopyShifting`.
#[tokio::test(start_paused = true)]
async fn keys_that_became_ready_meanwhile_are_in_order_of_their_deadlines() {
    let queue = WorkQueue::new();
    for (key, delay) in [("first", 1000), ("second", 500), ("third", 250)] {
        queue.add_after(key, ms(delay));
    }
    assert_eq!(queue.len(), 0);
    advance(seconds(2)).await;
    assert_eq!(queue.len(), 3);
    for expected in ["third", "second", "first"] {
        assert_eq!(*take(&queue).await, expected);
    }
}

/// client-go: `TestRateLimitingQueue`.
#[tokio::test(start_paused = true)]
async fn failures_increase_the_delay_until_they_are_forgotten() {
    let queue = with_backoff();
    assert_eq!((queue.add_rate_limited("one"), queue.add_rate_limited("one")), (ms(1), ms(2)));
    assert_eq!(queue.num_requeues(&"one"), 2);
    assert_eq!((queue.add_rate_limited("two"), queue.add_rate_limited("two")), (ms(1), ms(2)));
    queue.forget(&"one");
    assert_eq!(queue.num_requeues(&"one"), 0);
    assert_eq!(queue.add_rate_limited("one"), ms(1));
    let start = Instant::now();
    drop((take(&queue).await, take(&queue).await));
    assert_eq!(start.elapsed(), ms(1));
}

/// kubernetes#112325: changes of a failing key defeat its backoff.
#[tokio::test(start_paused = true)]
async fn a_change_does_not_shorten_a_backoff_unless_asked() {
    let queue = with_backoff();
    queue.add("foo");
    let start = Instant::now();
    let mut runs = Vec::new();
    for _ in 0..6 {
        let item = take(&queue).await;
        runs.push(start.elapsed().as_millis());
        queue.add("foo"); // in process
        item.retry();
        queue.add("foo"); // in its backoff
        queue.add_after("foo", ms(1));
    }
    assert_eq!(runs, [0, 1, 3, 7, 15, 31]);

    assert!(nothing(&queue));
    queue.add_with("foo", AddOptions::new().bypass_backoff());
    let item = queue.try_get().expect("the backoff is bypassed");
    queue.add_with("foo", AddOptions::new().bypass_backoff());
    item.retry();
    assert!(queue.try_get().is_some(), "the backoff is bypassed also by an add in process");
}

#[tokio::test(start_paused = true)]
async fn a_success_ends_the_failures() {
    let queue = with_backoff();
    queue.add("foo");
    take(&queue).await.retry();
    take(&queue).await.retry();
    take(&queue).await.forget();
    assert_eq!(queue.num_requeues(&"foo"), 0);
    assert!(queue.is_empty() && nothing(&queue));
}

#[tokio::test(start_paused = true)]
async fn a_key_added_continuously_waits_behind_all_others() {
    let queue = WorkQueue::new();
    (0..5).for_each(|key| queue.add(key));
    let mut order = Vec::new();
    for _ in 0..10 {
        let item = take(&queue).await;
        if *item == 0 {
            queue.add(0);
        }
        order.push(*item);
    }
    assert_eq!(order, [0, 1, 2, 3, 4, 0, 0, 0, 0, 0]);
}

#[tokio::test(start_paused = true)]
async fn changes_are_handed_out_before_the_initial_list_which_does_not_starve() {
    let queue = WorkQueue::new();
    (0..10).for_each(|key| queue.add_with(1000 + key, AddOptions::new().priority(Priority::Low)));
    queue.add(1);
    queue.add_with(2, AddOptions::new().priority(Priority::High));
    assert_eq!((*take(&queue).await, *take(&queue).await), (2, 1));
    // One key changes continuously.
    queue.add(1);
    let mut low = 0;
    for _ in 0..90 {
        let item = take(&queue).await;
        if *item >= 1000 {
            low += 1;
        } else {
            queue.add(1);
        }
    }
    assert_eq!(low, 10);
}

#[tokio::test(start_paused = true)]
async fn a_panic_ends_the_run() {
    let queue = WorkQueue::new();
    queue.add("foo");
    let worker = tokio::spawn({
        let queue = queue.clone();
        async move {
            let _item = take(&queue).await;
            panic!("the worker fails");
        }
    });
    assert!(worker.await.is_err());
    queue.add("foo");
    assert_eq!(*take(&queue).await, "foo");
}

#[tokio::test(start_paused = true)]
async fn a_waiter_that_is_dropped_loses_no_key() {
    let queue = WorkQueue::new();
    let mut first = Box::pin(queue.get());
    assert!(futures::poll!(&mut first).is_pending());
    // A task of its own: it is polled again only if it is woken.
    let second = tokio::spawn({
        let queue = queue.clone();
        async move { queue.get().await.as_deref().copied() }
    });
    tokio::task::yield_now().await;
    // The first waiter is woken, and dropped instead of polled.
    queue.add("foo");
    drop(first);
    let key = timeout(seconds(1), second).await.expect("the wake-up is passed on");
    assert_eq!(key.expect("no panic"), Some("foo"));
}

#[tokio::test(start_paused = true)]
async fn the_timer_is_passed_on() {
    for takes_another_key in [false, true] {
        let queue = WorkQueue::new();
        queue.add_after("late", seconds(60));
        let mut first = Box::pin(queue.get());
        assert!(futures::poll!(&mut first).is_pending(), "the first waiter waits for the deadline");
        let second = tokio::spawn({
            let queue = queue.clone();
            async move { *take(&queue).await }
        });
        tokio::task::yield_now().await;
        queue.add_after("early", seconds(10));
        if takes_another_key {
            queue.add("now");
            assert_eq!(first.await.as_deref(), Some(&"now"));
        } else {
            drop(first);
        }
        let start = Instant::now();
        assert_eq!(second.await.expect("no panic"), "early");
        assert_eq!(start.elapsed(), seconds(10));
    }
}

#[tokio::test(start_paused = true)]
async fn several_waiters_receive_keys_with_the_same_deadline() {
    let queue = WorkQueue::new();
    let mut workers = JoinSet::new();
    for _ in 0..8 {
        let queue = queue.clone();
        workers.spawn(async move { (*take(&queue).await, Instant::now()) });
    }
    tokio::task::yield_now().await;
    let due = Instant::now() + seconds(3);
    (0..8).for_each(|key| queue.add_after(key, seconds(3)));
    let mut taken = workers.join_all().await;
    taken.sort_unstable();
    assert_eq!(taken, (0..8).map(|key| (key, due)).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn many_delayed_keys() {
    let queue = WorkQueue::new();
    let keys = 100_000_u64;
    // A permutation of the keys: the deadlines are not in order of the adds.
    (0..keys).for_each(|key| queue.add_after(key, ms(1 + key * 7919 % keys)));
    assert_eq!(queue.stats().delayed, 100_000);
    let start = Instant::now();
    let mut taken = 0;
    let mut last = 0;
    advance(seconds(101)).await;
    while let Some(item) = queue.try_get() {
        let deadline = *item * 7919 % keys;
        assert!(taken == 0 || deadline > last, "{deadline} after {last}");
        last = deadline;
        taken += 1;
    }
    assert_eq!((taken, start.elapsed()), (keys, seconds(101)));
}

/// client-go: `TestMetrics`.
#[tokio::test(start_paused = true)]
async fn stats() {
    let queue = with_backoff();
    queue.add("foo");
    queue.add("foo");
    advance(ms(50)).await;
    queue.add("bar");
    advance(ms(30)).await;
    let stats = queue.stats();
    assert_eq!((stats.depth, stats.adds, stats.oldest_wait), (2, 2, ms(80)));

    let foo = queue.try_get().expect("ready");
    advance(ms(25)).await;
    let bar = queue.try_get().expect("ready");
    let stats = queue.stats();
    assert_eq!((stats.depth, stats.processing, stats.gets), (0, 2, 2));
    assert_eq!(stats.waited, ms(80) + ms(55));
    assert_eq!((stats.unfinished, stats.longest_running, stats.done), (ms(25), ms(25), 0));

    advance(ms(10)).await;
    queue.add("foo"); // in process: not ready, and counted
    assert_eq!(queue.stats().depth, 0);
    drop(foo);
    bar.retry();
    let stats = queue.stats();
    assert_eq!((stats.depth, stats.delayed, stats.processing), (1, 1, 0));
    assert_eq!((stats.adds, stats.retries, stats.done), (3, 1, 2));
    assert_eq!((stats.worked, stats.unfinished), (ms(35) + ms(10), ms(0)));
    advance(ms(1)).await;
    let stats = queue.stats();
    assert_eq!((stats.depth, stats.delayed, stats.oldest_wait), (2, 0, ms(1)));
}
