//! Watches that a server closes repeatedly without an error, and a subscriber that does not read.

use std::time::Duration;

use reflector_apiserver::{ApiServer, RequestMatcher};
use reflector_runtime::{Delivery, Health, InitialListStrategy, Reflect as _};
use serde_json::json;
use tokio::time::Instant;

use crate::support::{Widget, create, next, request_lines, server, show, synced, until};

/// The distance between the versions of the created widgets.
#[derive(Clone, Copy, Debug)]
enum Versions {
    Consecutive,
    Spread,
}

/// Creates five widgets and returns their versions.
fn create_five(server: &ApiServer, versions: Versions) -> Vec<String> {
    let widget = |number: usize| {
        if let Versions::Spread = versions {
            for other in 0..=number {
                let map = json!({ "metadata": { "name": format!("c-{number}-{other}") } });
                server.create("v1", "configmaps", Some("default"), map).unwrap();
            }
        }
        create(server, &format!("w{number}"), "red");
        server.resource_version().to_string()
    };
    (0..5).map(widget).collect()
}

/// client-go: `TestRetryWatcher`: survives closed watches and reads all items, with consecutive and with spread
/// versions, from a much lower version, one or two items per watch.
#[tokio::test(start_paused = true)]
async fn watches_that_close_after_each_event_lose_none_and_repeat_none() {
    for (each, versions) in [
        (1, Versions::Consecutive),
        (1, Versions::Spread),
        (2, Versions::Consecutive),
        (2, Versions::Spread),
        (5, Versions::Spread),
    ] {
        let server = server();
        let first = server.resource_version().to_string();
        server.faults().on(RequestMatcher::plain_watch("widgets")).always().end_after_events(each);
        let informer =
            Widget::informer(server.client()).initial_list_strategy(InitialListStrategy::List).start();
        let mut events = informer.subscribe_with(Delivery::EveryEvent);
        informer.wait_for_sync().await.unwrap();
        let start = Instant::now();
        let written = create_five(&server, versions);
        for number in 0..5 {
            assert_eq!(next(&mut events).await, format!("Added w{number} red"), "{each} {versions:?}");
        }
        // There is one more watch than closed ones, and none of them is delayed.
        let starts = std::iter::once(&first).chain(written.chunks_exact(each).filter_map(<[_]>::last));
        let expected: Vec<String> = starts.map(|version| format!("watch rv={version}")).collect();
        until(|| request_lines(&server).len() > expected.len()).await;
        assert_eq!(request_lines(&server)[1..], expected, "{each} {versions:?}");
        assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
        assert_eq!(events.try_next().as_ref().map(show), None, "{each} {versions:?}");
    }
}

/// client-go: `TestRetryWatcher` (skips the preceding items, with none following): nothing is delivered.
#[tokio::test(start_paused = true)]
async fn a_watch_without_changes_delivers_nothing() {
    let server = server();
    create_five(&server, Versions::Spread);
    let informer = Widget::informer(server.client()).initial_list_strategy(InitialListStrategy::List).start();
    informer.wait_for_sync().await.unwrap();
    let mut events = informer.subscribe_with(Delivery::EveryEvent);
    for _ in 0..5 {
        next(&mut events).await;
    }
    for _ in 0..10 {
        server.drop_all_watches();
        tokio::time::sleep(Duration::from_secs(40)).await;
    }
    assert_eq!(events.try_next().as_ref().map(show), None);
    assert!(request_lines(&server).len() > 10, "{:?}", request_lines(&server));
}

/// client-go: `TestRetryWatcherToFinishWithUnreadEvents`: a stop does not wait for subscribers, and a second stop
/// does nothing. There the events are lost; here they can still be read.
#[tokio::test(start_paused = true)]
async fn a_stop_does_not_wait_for_a_subscriber() {
    for delivery in [Delivery::EveryEvent, Delivery::Coalesced] {
        let server = server();
        let informer = synced(&server).await;
        let mut unread = informer.subscribe_with(delivery);
        create_five(&server, Versions::Consecutive);
        until(|| unread.len() == 5).await;
        let now = Instant::now();
        informer.shutdown().await;
        informer.shutdown().await;
        assert_eq!(now.elapsed(), Duration::ZERO, "{delivery:?}");
        assert_eq!(*informer.health().borrow(), Health::Stopped);
        assert!(server.requests().iter().all(|request| request.ended.is_some()));
        for number in 0..5 {
            assert_eq!(next(&mut unread).await, format!("Added w{number} red"), "{delivery:?}");
        }
        assert!(unread.next().await.is_none(), "{delivery:?}: no further event");
    }
}
