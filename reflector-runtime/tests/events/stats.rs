//! `Informer::stats`.

use std::{collections::BTreeMap, time::Duration};

use reflector_apiserver::{Answer, RequestMatcher};
use reflector_runtime::{
    DeliveryOptions, Event, InitialListStrategy, Reason, Reflect as _, RelistCause, handler_fn,
};
use serde_json::json;
use tokio::time::sleep;

use crate::{
    caught_up, relist,
    support::{Widget, create, delete, paint, server, synced, until},
};

#[tokio::test(start_paused = true)]
async fn lists_watches_objects_and_events_are_counted() {
    for strategy in [InitialListStrategy::WatchList, InitialListStrategy::List] {
        let server = server();
        for name in ["a", "b", "c"] {
            create(&server, name, "red");
        }
        let invalid = json!({ "metadata": { "name": "invalid" }, "spec": { "color": 7 } });
        server.create("example.com/v1", "widgets", Some("default"), invalid).unwrap();
        let informer = Widget::informer(server.client())
            .initial_list_strategy(strategy)
            .resync(Duration::from_secs(100))
            .start();
        assert_eq!((informer.stats().lists, informer.stats().since_last_event), (0, None));
        informer.wait_for_sync().await.unwrap();
        let stats = informer.stats();
        assert_eq!((stats.lists, stats.watches, stats.objects, stats.skipped), (1, 1, 3, 1));
        assert_eq!((stats.events.added, stats.events.updated, stats.short_watches), (3, 0, 0));
        assert!(stats.relists.is_empty() && stats.bytes_received > 4 * 100, "{stats:?}");
        assert!(stats.list_time < Duration::from_secs(1), "{:?}", stats.list_time);

        paint(&server, "a", "blue");
        delete(&server, "b");
        caught_up(&server, &informer).await;
        sleep(Duration::from_secs(10)).await;
        let later = informer.stats();
        assert_eq!((later.events.updated, later.events.deleted, later.objects), (1, 1, 2));
        assert!(later.bytes_received > stats.bytes_received);
        assert!(later.since_last_event.is_some_and(|since| since.as_secs() == 10), "{later:?}");
        sleep(Duration::from_secs(91)).await;
        let resynced = informer.stats();
        assert_eq!((resynced.events.resynced, resynced.events.updated), (2, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn relists_are_counted_by_their_cause() {
    let server = server();
    create(&server, "a", "red");
    let informer = synced(&server).await;
    for color in ["blue", "green"] {
        relist(&server, &informer, || paint(&server, "a", color)).await;
    }
    assert_eq!(informer.stats().relists, BTreeMap::from([(RelistCause::Failure(Reason::Expired), 2)]));
    assert_eq!(informer.stats().lists, 3);

    let polling = Widget::informer(server.client()).poll(Duration::from_secs(60)).start();
    polling.wait_for_sync().await.unwrap();
    sleep(Duration::from_secs(181)).await;
    assert_eq!(polling.stats().relists, BTreeMap::from([(RelistCause::Poll, 3)]));
    assert_eq!((polling.stats().lists, polling.stats().watches), (4, 0));
}

#[tokio::test(start_paused = true)]
async fn the_time_of_lists_and_short_watches_are_counted() {
    let server = server();
    server.faults().on(RequestMatcher::list("widgets")).delay(Duration::from_secs(3));
    server
        .faults()
        .script(RequestMatcher::watch("widgets"), vec![Answer::watch(vec![]), Answer::watch(vec![])]);
    let informer = Widget::informer(server.client()).initial_list_strategy(InitialListStrategy::List).start();
    informer.wait_for_sync().await.unwrap();
    until(|| informer.stats().watches == 3).await;
    let stats = informer.stats();
    assert_eq!((stats.list_time.as_secs(), stats.short_watches, stats.lists), (3, 2, 1));
    assert_eq!((stats.failures, stats.queued_items), (BTreeMap::from([(Reason::ShortWatch, 2)]), 0));
}

#[tokio::test(start_paused = true)]
async fn the_queue_of_each_handler_is_shown() {
    let server = server();
    for name in ["a", "b", "c"] {
        create(&server, name, "red");
    }
    let informer = synced(&server).await;
    let slow = |_: Event<Widget>| sleep(Duration::from_secs(10));
    let _slow = informer.add_async_handler_with(slow, DeliveryOptions::new().name("slow"));
    let fast =
        informer.add_handler_with(handler_fn(|_: Event<Widget>| {}), DeliveryOptions::new().name("fast"));
    sleep(Duration::from_secs(5)).await;
    paint(&server, "c", "blue");
    create(&server, "d", "red");
    caught_up(&server, &informer).await;
    sleep(Duration::from_secs(1)).await;
    let [slow, fast_stats] = &informer.stats().handlers[..] else { panic!("two handlers") };
    assert_eq!((&*slow.name, slow.has_synced, slow.processed, slow.merged), ("slow", false, 0, 1));
    assert_eq!(slow.queued, 3);
    assert!(slow.lag.is_some_and(|lag| lag.as_secs() == 6), "{slow:?}");
    assert_eq!((&*fast_stats.name, fast_stats.has_synced, fast_stats.processed), ("fast", true, 5));
    assert_eq!((fast_stats.queued, fast_stats.lag, fast_stats.merged), (0, None, 0));

    // The oldest event of the initial list has been taken: the oldest one is now a second old.
    sleep(Duration::from_secs(20)).await;
    let slow = &informer.stats().handlers[0];
    assert_eq!((slow.processed, slow.queued), (2, 1));
    assert!(slow.lag.is_some_and(|lag| lag.as_secs() == 21), "{slow:?}");
    fast.remove().await;
    assert_eq!(informer.stats().handlers.len(), 1);
    informer.drain().await.unwrap();
    assert!(informer.stats().handlers.is_empty());
}
