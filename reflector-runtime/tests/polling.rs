//! Resources that can be listed and not watched, such as `metrics.k8s.io`: polled on request.

mod support;

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use reflector_apiserver::{Answer, ApiServer, RequestMatcher, Status, Verb};
use reflector_runtime::{Health, Informer, InformerBuilder, InitialListStrategy, Reason, Reflect as _};
use serde_json::{Value, json};
use support::{Widget, names, next, request_lines, requests, server, widget_at};
use tokio::time::{Instant, sleep};

const INTERVAL: Duration = Duration::from_secs(60);

/// An object of a metrics API: computed by each request, so without uid and resourceVersion.
fn metric(name: &str, color: &str) -> Value {
    let mut widget = widget_at(name, "", color);
    let metadata = widget["metadata"].as_object_mut().unwrap();
    metadata.remove("uid");
    metadata.remove("resourceVersion");
    widget
}

/// A list of a metrics API: without a resourceVersion.
fn list_of(items: &[Value]) -> Answer {
    let list =
        json!({ "apiVersion": "example.com/v1", "kind": "WidgetList", "metadata": {}, "items": items });
    Answer::json(200, &list)
}

/// A server that answers lists so, the last one repeatedly, and does not allow watches.
fn list_only<const N: usize>(lists: [Answer; N]) -> ApiServer {
    let server = server();
    let last = lists.last().unwrap().clone();
    server.faults().script_or(RequestMatcher::list("widgets"), lists, last);
    let not_allowed = Status::failure(405, "MethodNotAllowed", "the server does not allow this method");
    server.faults().script_or(RequestMatcher::watch("widgets"), [], Answer::status(&not_allowed));
    server
}

fn polled(server: &ApiServer) -> InformerBuilder<Widget> {
    Widget::informer(server.client()).poll(INTERVAL)
}

async fn synced(builder: InformerBuilder<Widget>) -> Informer<Widget> {
    let informer = builder.start();
    informer.wait_for_sync().fail_fast().await.expect("synced by the first list");
    informer
}

/// Waits until the next poll is over, if there was just one.
async fn next_poll() {
    sleep(INTERVAL + Duration::from_millis(100)).await;
}

#[tokio::test(start_paused = true)]
async fn without_polling_the_error_names_the_option() {
    for strategy in
        [InitialListStrategy::List, InitialListStrategy::PagedList, InitialListStrategy::WatchList]
    {
        for list in [list_of(&[metric("a", "red")]), Answer::json(200, &support::list_at("7", &[]))] {
            let server = list_only([list]);
            let informer = Widget::informer(server.client()).initial_list_strategy(strategy).start();
            let error = informer.wait_for_sync().await.unwrap_err().to_string();
            assert!(error.contains("`.poll(interval)`"), "{error}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_polled_resource_is_cached_and_its_changes_are_delivered() {
    let server = list_only([
        list_of(&[metric("a", "red"), metric("b", "red")]),
        list_of(&[metric("a", "blue"), metric("b", "red")]),
        list_of(&[metric("b", "red"), metric("c", "red")]),
        list_of(&[metric("a", "red")]),
    ]);
    let start = Instant::now();
    let informer = synced(polled(&server)).await;
    assert!(start.elapsed() < Duration::from_secs(1));
    assert_eq!(names(&informer.lister().list()), ["a", "b"]);
    assert_eq!(names(&informer.lister().by_index(Widget::BY_COLOR, "red")), ["a", "b"]);
    assert!(informer.lister().get("default", "a").is_some());
    let mut events = informer.subscribe();
    let mut expect = async |expected: &[&str]| {
        let mut delivered = Vec::new();
        for _ in expected {
            delivered.push(next(&mut events).await);
        }
        delivered.sort();
        assert_eq!(delivered, expected);
        assert!(events.try_next().is_none());
    };
    expect(&["Added a red (initial)", "Added b red (initial)"]).await;
    expect(&["Updated a red->blue"]).await;
    expect(&["Added c red", "Missing a blue"]).await;
    expect(&["Added a red", "Missing b red", "Missing c red"]).await;
    assert_eq!(names(&informer.lister().list()), ["a"]);
    assert_eq!((requests(&server, Verb::List), requests(&server, Verb::Watch)), (4, 0));
    let elapsed = start.elapsed();
    assert!(elapsed >= 3 * INTERVAL && elapsed < 3 * INTERVAL + Duration::from_secs(5), "{elapsed:?}");
    let Health::Synced { resource_version, .. } = informer.health().borrow().clone() else { panic!() };
    assert_eq!(resource_version, "");
}

/// Objects without a resourceVersion are compared by their text, also if a transform gives them one.
#[tokio::test(start_paused = true)]
async fn objects_without_a_version_are_decoded_only_if_their_text_has_changed() {
    for sets_version in [false, true] {
        let (a, b) = (metric("a", "red"), metric("b", "red"));
        let with_other_label = {
            let mut other = metric("a", "red");
            other["metadata"]["labels"] = json!({ "tier": "db" });
            other
        };
        let server = list_only([
            list_of(&[a.clone(), b.clone()]),
            list_of(&[b.clone(), a.clone()]),
            list_of(&[with_other_label, b.clone()]),
            list_of(std::slice::from_ref(&b)),
            list_of(&[a, b]),
        ]);
        let decoded = Arc::new(AtomicUsize::new(0));
        let count = decoded.clone();
        let builder = polled(&server).transform(move |widget| {
            count.fetch_add(1, Ordering::SeqCst);
            if sets_version {
                widget.metadata.resource_version = Some("7".into());
            }
        });
        let informer = synced(builder).await;
        let mut events = informer.subscribe();
        while events.try_next().is_some() {}
        for (expected, to_decode) in [
            (vec![], 0),
            (vec!["Updated a red->red"], 1),
            (vec!["Missing a red"], 0),
            // It was gone: what was decoded before its deletion no longer counts.
            (vec!["Added a red"], 1),
            (vec![], 0),
        ] {
            let before = decoded.load(Ordering::SeqCst);
            next_poll().await;
            let delivered: Vec<String> =
                std::iter::from_fn(|| events.try_next()).map(|event| support::show(&event)).collect();
            assert_eq!(delivered, expected, "{sets_version}");
            assert_eq!(decoded.load(Ordering::SeqCst) - before, to_decode, "{sets_version}");
        }
    }
}

/// A transform is called once per decoded object.
#[tokio::test(start_paused = true)]
async fn unchanged_objects_are_not_decoded_again() {
    for with_uid in [true, false] {
        let object = |name, version, color| {
            let mut widget = widget_at(name, version, color);
            if !with_uid {
                widget["metadata"].as_object_mut().unwrap().remove("uid");
            }
            widget
        };
        let server = list_only([
            list_of(&[object("a", "1", "red"), object("b", "2", "red"), metric("c", "red")]),
            list_of(&[object("a", "1", "red"), object("b", "3", "blue"), metric("c", "red")]),
            list_of(&[object("a", "1", "red"), object("b", "3", "blue")]),
        ]);
        let decoded = Arc::new(AtomicUsize::new(0));
        let count = decoded.clone();
        let builder = polled(&server).transform(move |_| {
            count.fetch_add(1, Ordering::SeqCst);
        });
        let informer = synced(builder).await;
        let mut events = informer.subscribe();
        while events.try_next().is_some() {}
        let mut decoded_since = async |events_expected: &[&str]| {
            let before = decoded.load(Ordering::SeqCst);
            next_poll().await;
            let delivered: Vec<String> =
                std::iter::from_fn(|| events.try_next()).map(|event| support::show(&event)).collect();
            assert_eq!(delivered, events_expected);
            decoded.load(Ordering::SeqCst) - before
        };
        assert_eq!(decoded_since(&["Updated b red->blue"]).await, 1);
        assert_eq!(decoded_since(&["Missing c red"]).await, 0);
        assert_eq!(decoded_since(&[]).await, 0);
    }
}

/// A failed poll is retried with the backoff, and changes neither the cache nor `has_synced`.
/// Found by simulation: no watch shows the changes that keep a version, so that their number is unknown.
#[tokio::test(start_paused = true)]
async fn a_change_without_a_new_version_is_delivered() {
    let list = |color: &str, version: &str| {
        Answer::json(
            200,
            &support::list_at(version, &[widget_at("a", "5", color), widget_at("b", "6", "red")]),
        )
    };
    let server = list_only([list("red", "6"), list("blue", "6"), list("green", "7")]);
    let informer = synced(polled(&server)).await;
    let mut events = informer.subscribe();
    while events.try_next().is_some() {}
    for expected in ["Updated a red->blue", "Updated a blue->green"] {
        next_poll().await;
        assert_eq!(next(&mut events).await, expected);
        assert!(events.try_next().is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_poll_is_retried() {
    let unavailable = || Answer::status(&Status::failure(503, "ServiceUnavailable", "no metrics yet"));
    let server = list_only([
        unavailable(),
        list_of(&[metric("a", "red")]),
        unavailable(),
        unavailable(),
        list_of(&[metric("b", "red")]),
    ]);
    let informer = synced(polled(&server)).await;
    next_poll().await;
    let Health::Degraded { reason, .. } = informer.health().borrow().clone() else { panic!() };
    assert_eq!(reason, Reason::ServerError);
    assert_eq!(names(&informer.lister().list()), ["a"]);
    sleep(Duration::from_secs(30)).await;
    assert!(informer.is_synced());
    assert_eq!(names(&informer.lister().list()), ["b"]);
}

/// An API that has resourceVersions and pages is polled as well.
#[tokio::test(start_paused = true)]
async fn an_ordinary_resource_can_be_polled() {
    for strategy in
        [InitialListStrategy::List, InitialListStrategy::PagedList, InitialListStrategy::WatchList]
    {
        let server = server();
        for number in 0..25 {
            support::create(&server, &format!("w{number:02}"), "red");
        }
        let informer = synced(polled(&server).initial_list_strategy(strategy).page_size(10)).await;
        assert_eq!(informer.lister().len(), 25);
        let mut events = informer.subscribe();
        for _ in 0..25 {
            next(&mut events).await;
        }
        support::paint(&server, "w03", "blue");
        support::delete(&server, "w04");
        support::create(&server, "w99", "red");
        let mut delivered = [next(&mut events).await, next(&mut events).await, next(&mut events).await];
        delivered.sort();
        assert_eq!(delivered, ["Added w99 red", "Missing w04 red", "Updated w03 red->blue"]);
        sleep(10 * INTERVAL).await;
        assert!(events.try_next().is_none());
        assert_eq!(requests(&server, Verb::Watch), 0, "{:?}", request_lines(&server));
    }
}

#[tokio::test(start_paused = true)]
async fn any_interval_is_bounded() {
    for interval in [Duration::ZERO, Duration::from_nanos(1), Duration::MAX] {
        let server = list_only([list_of(&[metric("a", "red")])]);
        let informer = synced(Widget::informer(server.client()).poll(interval)).await;
        sleep(Duration::from_secs(100)).await;
        assert!(requests(&server, Verb::List) <= 101, "{}", requests(&server, Verb::List));
        informer.shutdown().await;
    }
}

/// A poll that fails does not sync, and the error gives the advice for a list.
#[tokio::test(start_paused = true)]
async fn a_resource_that_cannot_be_listed_is_an_error() {
    let server = server();
    server.faults().on(RequestMatcher::any()).always().status(405);
    let error = polled(&server).start().wait_for_sync().await.unwrap_err().to_string();
    assert!(error.ends_with("; the resource cannot be listed, so it cannot be cached"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn the_rbac_advice_names_the_verbs_that_polling_needs() {
    let server = server();
    server.faults().on(RequestMatcher::any()).always().status(403);
    let error = polled(&server).start().wait_for_sync().await.unwrap_err().to_string();
    assert!(error.contains(r#"verbs: ["list"]"#), "{error}");
}
