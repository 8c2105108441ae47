//! Lists and watches in a row, and what moves with them: versions and resyncs.

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
    Widget, asked, create, delete, list_at, listing, names, next, paint, server, show, until, widget_at,
};

/// client-go: `TestReflectorResyncChan`.
#[tokio::test(start_paused = true)]
async fn a_resync_fires_in_each_of_its_periods() {
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
    // Timers are exact to a millisecond: each period may last one longer.
    let fired = fired.load(Ordering::Relaxed);
    assert!((49..=101).contains(&fired), "{fired} in 100 periods");
    assert_eq!(next(&mut events).await, "Updated a red->red");
}

/// client-go: `TestReflectorResyncChan`; a zero period is never.
#[tokio::test(start_paused = true)]
async fn without_a_period_there_is_no_resync() {
    let server = server();
    create(&server, "a", "red");
    let informer = Widget::informer(server.client())
        .resync_if(Duration::ZERO, || panic!("nobody asked for a resync"))
        .start();
    informer.wait_for_sync().await.unwrap();
    let mut events = informer.subscribe();
    assert_eq!(next(&mut events).await, "Added a red (initial)");
    sleep(Duration::from_secs(24 * 3600)).await;
    assert!(events.is_empty());
    assert!(informer.is_synced());
}

/// client-go: `TestReflectorResync` (`ShouldResync` is asked in each period).
#[tokio::test(start_paused = true)]
async fn a_resync_that_is_not_wanted_is_left_out() {
    let server = server();
    create(&server, "a", "red");
    let wanted = Arc::new(AtomicUsize::new(0));
    let asked = wanted.clone();
    let informer = Widget::informer(server.client())
        .resync_if(Duration::from_secs(1), move || asked.fetch_add(1, Ordering::Relaxed) == 3)
        .start();
    let mut events = informer.subscribe_with(Delivery::EveryEvent);
    assert_eq!(next(&mut events).await, "Added a red (initial)");
    sleep(Duration::from_millis(3500)).await;
    assert!(events.is_empty());
    sleep(Duration::from_secs(60)).await;
    assert_eq!((next(&mut events).await.as_str(), events.len()), ("Updated a red->red", 0));
    assert!(wanted.load(Ordering::Relaxed) > 60);
}

/// client-go: `TestReflectorResync`; a resync is of the cache, and no matter of the server.
#[tokio::test(start_paused = true)]
async fn resyncs_go_on_while_the_server_is_away() {
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
    let told = std::iter::from_fn(|| events.try_next()).filter(|event| show(event) == "Updated a red->red");
    assert_eq!(told.count(), 60);
}

/// client-go: `TestReflectorWatchHandler`: each event reaches the store but one of another kind, and the version is the
/// last one's.
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
    let informer = listing(&server).await;
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

/// client-go: `TestReflectorListAndWatchWithErrors`, its table; what ends a round here is a 410, since another failure
/// of a watch costs no list.
#[tokio::test(start_paused = true)]
async fn whatever_fails_the_state_comes_out_right_and_each_change_is_told_once() {
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
    until(|| asked(&server).len() == 11).await;
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
    assert_eq!(asked(&server), expected);
    assert_eq!(names(&informer.lister().list()), ["bar", "baz", "qux"]);
    let told: Vec<String> = std::iter::from_fn(|| events.try_next()).map(|event| show(&event)).collect();
    assert_eq!(told, ["Added foo red", "Added bar red", "Deleted foo red", "Added qux red", "Added baz red"]);
}

/// client-go: `TestReflectorResourceVersionUpdate`: with additions, changes, bookmarks and deletions.
#[tokio::test(start_paused = true)]
async fn the_version_moves_with_whatever_comes() {
    type Write = (&'static str, fn(&ApiServer));
    let steps: [Write; 4] = [
        ("an addition", |server| create(server, "b", "red")),
        ("a change", |server| paint(server, "a", "blue")),
        ("a bookmark", |server| {
            // The version moves on, and nothing else would tell a watch of widgets.
            server
                .create("v1", "configmaps", Some("default"), json!({ "metadata": { "name": "c" } }))
                .unwrap();
            server.send_bookmarks();
        }),
        ("a deletion", |server| delete(server, "a")),
    ];
    let server = server();
    create(&server, "a", "red");
    let informer = listing(&server).await;
    for (what, step) in steps {
        step(&server);
        sleep(Duration::from_secs(1)).await;
        let version = server.resource_version().to_string();
        assert_eq!(informer.lister().resource_version().as_ref(), Some(&version), "{what}: the store's");
        let health = informer.health().borrow().clone();
        let Health::Synced { resource_version, .. } = health else { panic!("{what}: {health}") };
        assert_eq!(resource_version, version, "{what}: the reflector's");
    }
    assert_eq!(asked(&server).len(), 2, "one list, one watch");
}
