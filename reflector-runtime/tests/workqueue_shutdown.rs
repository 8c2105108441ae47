//! The end of a work queue: at once, and after a drain.

use std::time::Duration;

use futures::FutureExt as _;
use reflector_runtime::workqueue::{WorkItem, WorkQueue};
use tokio::time::timeout;

const HOUR: Duration = Duration::from_secs(3600);

fn take(queue: &WorkQueue<&'static str>) -> WorkItem<&'static str> {
    queue.try_get().expect("a key is ready")
}

/// Whether a worker ends now.
fn ends(queue: &WorkQueue<&'static str>) -> bool {
    matches!(queue.get().now_or_never(), Some(None))
}

/// client-go: `TestQueueDrainageUsingShutDownWithDrain`.
#[tokio::test(start_paused = true)]
async fn a_drain_waits_for_keys_in_process() {
    let queue = WorkQueue::new();
    queue.add("foo");
    queue.add("bar");
    let items = [take(&queue), take(&queue)];
    let mut drain = Box::pin(queue.shut_down_with_drain());
    assert!(timeout(HOUR, &mut drain).await.is_err());
    assert!(ends(&queue));
    let [foo, bar] = items;
    drop(foo);
    assert!(timeout(HOUR, &mut drain).await.is_err());
    drop(bar);
    timeout(HOUR, drain).await.expect("everything is done");
}

#[tokio::test(start_paused = true)]
async fn a_drain_waits_for_ready_keys_and_returns_delayed_ones() {
    let queue = WorkQueue::new();
    queue.add("ready");
    queue.add_after("delayed", HOUR);
    let mut drain = Box::pin(queue.shut_down_with_drain());
    assert!(timeout(HOUR, &mut drain).await.is_err());
    drop(take(&queue));
    assert_eq!(timeout(HOUR, drain).await.expect("everything is done"), ["delayed"]);
    assert!(ends(&queue));
}

/// client-go: `TestNoQueueDrainageUsingShutDown`.
#[tokio::test(start_paused = true)]
async fn a_shutdown_does_not_wait() {
    let queue = WorkQueue::new();
    queue.add("foo");
    queue.add("bar");
    let _items = [take(&queue), take(&queue)];
    queue.shut_down();
    assert!(ends(&queue));
}

/// client-go: `TestForceQueueShutdownUsingShutDown`.
#[tokio::test(start_paused = true)]
async fn a_shutdown_ends_a_drain() {
    let queue = WorkQueue::new();
    queue.add("foo");
    queue.add("bar");
    let _items = [take(&queue), take(&queue)];
    let drain = tokio::spawn({
        let queue = queue.clone();
        async move { queue.shut_down_with_drain().await }
    });
    tokio::task::yield_now().await;
    assert!(ends(&queue) && !drain.is_finished());
    queue.shut_down();
    timeout(HOUR, drain).await.expect("the drain is cut short").expect("no panic");
}

/// client-go: `TestQueueDrainageUsingShutDownWithDrainWithDirtyItem`.
#[tokio::test(start_paused = true)]
async fn a_drain_includes_keys_added_while_in_process() {
    let queue = WorkQueue::new();
    queue.add("foo");
    let item = take(&queue);
    queue.add("foo");
    let drain = tokio::spawn({
        let queue = queue.clone();
        async move { queue.shut_down_with_drain().await }
    });
    tokio::task::yield_now().await;
    assert!(ends(&queue));
    drop(item);
    let again = take(&queue);
    tokio::task::yield_now().await;
    assert!(!drain.is_finished());
    drop(again);
    assert!(ends(&queue));
    timeout(HOUR, drain).await.expect("everything is done").expect("no panic");
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_wakes_all_waiters() {
    let queue = WorkQueue::<&'static str>::new();
    let waiters: Vec<_> = (0..5)
        .map(|_| {
            let queue = queue.clone();
            tokio::spawn(async move { queue.get().await.is_none() })
        })
        .collect();
    tokio::task::yield_now().await;
    queue.add_after("late", HOUR);
    tokio::task::yield_now().await;
    assert_eq!(queue.shut_down(), ["late"]);
    for waiter in waiters {
        assert!(timeout(HOUR, waiter).await.expect("the waiter ends").expect("no panic"));
    }
}

#[tokio::test(start_paused = true)]
async fn everything_pending_can_be_discarded_and_is_returned() {
    let queue = WorkQueue::new();
    queue.add("dirty");
    let item = take(&queue);
    queue.add("dirty");
    queue.add("ready");
    queue.add_after("delayed", HOUR);
    let mut discarded = queue.shut_down_now();
    discarded.sort_unstable();
    assert_eq!(discarded, ["delayed", "dirty", "ready"]);
    assert!(ends(&queue));
    assert_eq!(item.retry(), Duration::ZERO);
    assert!(ends(&queue) && queue.is_shut_down());
}
