//! Sequences of lists and watches, resourceVersions and resyncs.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use reflector_apiserver::{Answer, ApiServer, RequestMatcher, Status, Step};
use reflector_runtime::{Delivery, Health, InitialListStrategy, Reflect as _};
use serde_json::json;
use tokio::time::sleep;

use crate::support::{
    Widget, create, delete, list_at, names, next, paint, request_lines, server, show, synced_by_list, until,
    widget_at,
};

/// client-go: `TestReflectorResyncChan`.
#[tokio::test(start_paused = true)]
async fn a_resync_occurs_once_per_period() {
    let server = server();
    create(&server, "a", "red");
    let fired = Arc::new(AtomicUsize::new(0));
    let counting = fired.clone();
    let informer = Widget::informer(server.client())
        .resync_if(Duration::from_millis(1), move || {
            counting.fetch_add(1, Ordering::Relaxed);
            true
        })
        .start();
    informer.wait_for_sync().await.unwrap();
    let mut events = informer.subscribe();
    assert_eq!(next(&mut events).await, "Added a red (initial)");
    fired.store(0, Ordering::Relaxed);
    sleep(Duration::from_millis(100)).await;
    // Timers have a resolution of a millisecond, so that each period may last one millisecond longer.
    let fired = fired.load(Ordering::Relaxed);
    assert!((49..=101).contains(&fired), "{fired} in 100 periods");
    assert_eq!(next(&mut events).await, "Updated a red->red");
}

/// client-go: `TestReflectorResyncChan`; a zero period means never.
#[tokio::test(start_paused = true)]
async fn without_a_period_there_is_no_resync() {
    let server = server();
    create(&server, "a", "red");
    let informer = Widget::informer(server.client())
        .resync_if(Duration::ZERO, || panic!("no resync is configured"))
        .start();
    informer.wait_for_sync().await.unwrap();
    let mut events = informer.subscribe();
    assert_eq!(next(&mut events).await, "Added a red (initial)");
    sleep(Duration::from_secs(24 * 3600)).await;
    assert!(events.is_empty());
    assert!(informer.is_synced());
}

/// client-go: `TestReflectorResync` (`ShouldResync` is called in each period).
#[tokio::test(start_paused = true)]
async fn a_declined_resync_is_skipped() {
    let server = server();
    create(&server, "a", "red");
    let calls = Arc::new(AtomicUsize::new(0));
    let counting = calls.clone();
    let informer = Widget::informer(server.client())
        .resync_if(Duration::from_secs(1), move || counting.fetch_add(1, Ordering::Relaxed) == 3)
        .start();
    let mut events = informer.subscribe_with(Delivery::EveryEvent);
    assert_eq!(next(&mut events).await, "Added a red (initial)");
    sleep(Duration::from_millis(3500)).await;
    assert!(events.is_empty());
    sleep(Duration::from_secs(60)).await;
    assert_eq!((next(&mut events).await.as_str(), events.len()), ("Updated a red->red", 0));
    assert!(calls.load(Ordering::Relaxed) > 60);
}

/// client-go: `TestReflectorResync`; a resync uses only the cache, not the server.
#[tokio::test(start_paused = true)]
async fn resyncs_continue_while_the_server_is_unreachable() {
    let server = server();
    create(&server, "a", "red");
    let informer = Widget::informer(server.client()).resync(Duration::from_secs(10)).start();
    informer.wait_for_sync().await.unwrap();
    let mut events = informer.subscribe_with(Delivery::EveryEvent);
    assert_eq!(next(&mut events).await, "Added a red (initial)");
    server.faults().on(RequestMatcher::any()).always().refuse_connection();
    server.drop_all_watches();
    sleep(Duration::from_secs(601)).await;
    assert!(!informer.is_synced());
    let resynced =
        std::iter::from_fn(|| events.try_next()).filter(|event| show(event) == "Updated a red->red");
    assert_eq!(resynced.count(), 60);
}

/// client-go: `TestReflectorWatchHandler`: each event reaches the store except one of another kind, and the version
/// is that of the last event.
#[tokio::test(start_paused = true)]
async fn each_event_of_a_watch_reaches_the_store() {
    let server = server();
    let list = list_at("10", &[widget_at("foo", "5", "red"), widget_at("bar", "6", "red")]);
    server.faults().script(RequestMatcher::list("widgets"), [Answer::json(200, &list)]);
    let service = json!({
        "apiVersion": "v1", "kind": "Service",
        "metadata": { "name": "invalid", "namespace": "default", "resourceVersion": "99" },
    });
    let steps = [
        Step::event("DELETED", widget_at("foo", "11", "red")),
        Step::event("MODIFIED", widget_at("bar", "12", "blue")),
        Step::event("ADDED", service),
        Step::event("ADDED", widget_at("baz", "32", "red")),
        Step::Silence,
    ];
    server.faults().script(RequestMatcher::watch("widgets"), [Answer::watch(steps)]);
    let informer = synced_by_list(&server).await;
    sleep(Duration::from_secs(1)).await;
    let mut shown: Vec<String> = informer
        .lister()
        .list()
        .iter()
        .map(|widget| {
            format!("{} {}", widget.metadata.name.as_deref().unwrap_or_default(), widget.spec.color)
        })
        .collect();
    shown.sort();
    assert_eq!(shown, ["bar blue", "baz red"]);
    assert_eq!(informer.lister().resource_version().as_deref(), Some("32"));
    assert_eq!(informer.skipped().count, 1);
}

/// client-go: `TestReflectorListAndWatchWithErrors`, its table. A 410 ends each round here, because other failures of
/// a watch do not cause a list.
#[tokio::test(start_paused = true)]
async fn after_any_failure_the_cache_is_correct_and_each_change_is_delivered_once() {
    let server = server();
    let (foo, bar) = (widget_at("foo", "2", "red"), widget_at("bar", "3", "red"));
    let (qux, baz) = (widget_at("qux", "5", "red"), widget_at("baz", "6", "red"));
    let gone = Status::for_code(410);
    let list = |version: &str, items: &[&serde_json::Value]| {
        let items: Vec<_> = items.iter().map(|item| (*item).clone()).collect();
        Answer::json(200, &list_at(version, &items))
    };
    let watch =
        |events: Vec<Step>| Answer::watch(events.into_iter().chain([Step::error(&gone), Step::Silence]));
    server.faults().script(
        RequestMatcher::list("widgets"),
        [
            list("1", &[]),
            list("3", &[&foo, &bar]),
            Answer::status(&Status::for_code(500)),
            list("5", &[&bar, &qux]),
            list("5", &[&bar, &qux]),
            list("6", &[&bar, &qux, &baz]),
        ],
    );
    let watches = [
        watch(vec![Step::event("ADDED", foo.clone()), Step::event("ADDED", bar.clone())]),
        watch(vec![Step::event("DELETED", widget_at("foo", "4", "red")), Step::event("ADDED", qux.clone())]),
        Answer::status(&gone),
        watch(vec![Step::event("ADDED", baz.clone())]),
    ];
    server.faults().script_or(RequestMatcher::plain_watch("widgets"), watches, Answer::hang());
    let informer = Widget::informer(server.client()).initial_list_strategy(InitialListStrategy::List).start();
    let mut events = informer.subscribe_with(Delivery::EveryEvent);
    until(|| request_lines(&server).len() == 11).await;
    let expected = [
        "list rv=0 limit=500",
        "watch rv=1",
        "list rv=3",
        "watch rv=3",
        "list rv=5",
        "list rv=5",
        "watch rv=5",
        "list rv=5",
        "watch rv=5",
        "list rv=6",
        "watch rv=6",
    ];
    assert_eq!(request_lines(&server), expected);
    assert_eq!(names(&informer.lister().list()), ["bar", "baz", "qux"]);
    let delivered: Vec<String> = std::iter::from_fn(|| events.try_next()).map(|event| show(&event)).collect();
    assert_eq!(
        delivered,
        ["Added foo red", "Added bar red", "Deleted foo red", "Added qux red", "Added baz red"]
    );
}

/// client-go: `TestReflectorResourceVersionUpdate`: with additions, changes, bookmarks and deletions.
#[tokio::test(start_paused = true)]
async fn the_version_advances_with_every_event() {
    type Write = (&'static str, fn(&ApiServer));
    let steps: [Write; 4] = [
        ("an addition", |server| create(server, "b", "red")),
        ("a change", |server| paint(server, "a", "blue")),
        ("a bookmark", |server| {
            // The server's version advances, which only a bookmark reports in a watch of widgets.
            server
                .create("v1", "configmaps", Some("default"), json!({ "metadata": { "name": "c" } }))
                .unwrap();
            server.send_bookmarks();
        }),
        ("a deletion", |server| delete(server, "a")),
    ];
    let server = server();
    create(&server, "a", "red");
    let informer = synced_by_list(&server).await;
    for (what, step) in steps {
        step(&server);
        sleep(Duration::from_secs(1)).await;
        let version = server.resource_version().to_string();
        assert_eq!(
            informer.lister().resource_version().as_ref(),
            Some(&version),
            "{what}: version of the store"
        );
        let health = informer.health().borrow().clone();
        let Health::Synced { resource_version, .. } = health else { panic!("{what}: {health}") };
        assert_eq!(resource_version, version, "{what}: version of the reflector");
    }
    assert_eq!(request_lines(&server).len(), 2, "one list, one watch");
}
