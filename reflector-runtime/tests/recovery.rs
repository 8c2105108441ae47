//! Failures between a client and a server, and how the reflector recovers from them.

mod support;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use futures::stream;
use http_body_util::{Either, StreamBody};
use kube::client::Body;
use reflector_apiserver::{ApiServer, RequestMatcher, Status, TooLargeForm, Verb};
use reflector_runtime::{ExponentialBackoff, Health, InitialListStrategy, Reason, Reflect as _};
use support::{
    ErrorLog, Widget, create, delete, listed_versions, names, next, paint, requests, requests_of, server,
    synced, synced_by_list, until,
};
use tokio::time::Instant;
use tower::Service as _;

/// D3 of kube-rs's watcher: there, a 410 in response to a watch request never causes a relist.
#[tokio::test(start_paused = true)]
async fn a_410_response_causes_a_relist() {
    let server = server();
    create(&server, "a", "red");
    let informer = synced_by_list(&server).await;
    server.faults().on(RequestMatcher::watch("widgets")).gone();
    server.drop_all_watches();
    delete(&server, "a");
    create(&server, "b", "red");
    until(|| names(&informer.lister().list()) == ["b"]).await;
    assert_eq!(requests(&server, Verb::List), 2);
}

/// client-go: `TestReflectorFullListIfTooLarge`, all three forms.
#[tokio::test(start_paused = true)]
async fn a_too_large_resource_version_lists_the_newest_state_immediately() {
    for form in [TooLargeForm::CauseType, TooLargeForm::CauseMessage, TooLargeForm::Message] {
        let server = server();
        create(&server, "a", "red");
        let informer = synced_by_list(&server).await;
        server.faults().on(RequestMatcher::watch("widgets")).gone();
        server.faults().on(RequestMatcher::list("widgets")).too_large_resource_version(form);
        server.drop_all_watches();
        create(&server, "b", "red");
        until(|| informer.lister().len() == 2).await;
        let listed = listed_versions(&server);
        assert_eq!(
            (listed.len(), listed[0].as_str(), listed[2].as_str()),
            (3, "0", "-"),
            "{form:?}: {listed:?}"
        );
    }
}

/// client-go: `TestNoRelistOnTooManyRequests`, and `Retry-After`, which both client-go and kube-rs ignore.
#[tokio::test(start_paused = true)]
async fn a_throttled_watch_honours_retry_after_and_does_not_relist() {
    let server = server();
    let informer = synced_by_list(&server).await;
    let mut health = informer.health();
    // A watch that ends within its first second counts as a separate failure.
    tokio::time::sleep(Duration::from_secs(2)).await;
    server.faults().on(RequestMatcher::watch("widgets")).status(429).retry_after(77);
    server.drop_all_watches();
    let start = Instant::now();
    let degraded = health.wait_for(|health| !health.is_synced()).await.unwrap().clone();
    assert!(
        matches!(degraded, Health::Degraded { reason: Reason::TooManyRequests, failures: 1, .. }),
        "{degraded}"
    );
    health.wait_for(Health::is_synced).await.unwrap();
    assert!(start.elapsed() >= Duration::from_secs(77), "{:?}", start.elapsed());
    // Nothing was received in the first watch: a probe showed where the server is.
    assert_eq!(listed_versions(&server), ["0", "-"]);
    assert_eq!(requests_of(&server, Verb::List)[1].parameter("limit").as_deref(), Some("1"));
    assert_eq!(requests(&server, Verb::Watch), 3);
}

/// A value that no clock can represent must not panic, and a server is not left uncontacted for years.
#[tokio::test(start_paused = true)]
async fn an_excessive_retry_after_is_capped_at_an_hour() {
    let server = server();
    for seconds in [u64::MAX, 7 * 24 * 3600] {
        let fault = server.faults().on(RequestMatcher::list("widgets")).status(429);
        fault.header("retry-after", &seconds.to_string());
        let start = Instant::now();
        let informer =
            Widget::informer(server.client()).initial_list_strategy(InitialListStrategy::List).start();
        informer.wait_for_sync().await.unwrap();
        assert!((3600..3601).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
    }
}

/// The delay is in the headers. The body after them may never arrive.
#[tokio::test(start_paused = true)]
async fn a_retry_after_is_honoured_although_its_body_never_arrives() {
    let server = server();
    let throttled = Arc::new(AtomicBool::new(true));
    let (real, is_first) = (server.clone(), throttled.clone());
    let service = tower::service_fn(move |request: http::Request<Body>| {
        let (mut real, is_throttled) = (real.clone(), is_first.swap(false, Ordering::Relaxed));
        async move {
            if is_throttled {
                let nothing = stream::pending::<Result<http_body::Frame<Bytes>, std::io::Error>>();
                let body = Either::Left(StreamBody::new(nothing));
                return Ok(http::Response::builder().status(429).header("retry-after", "60").body(body)?);
            }
            let response = real.call(request).await?;
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(response.map(Either::Right))
        }
    });
    let start = Instant::now();
    let informer = Widget::informer(kube::Client::new(service, "default")).start();
    informer.wait_for_sync().await.unwrap();
    assert!(!throttled.load(Ordering::Relaxed));
    assert!((60..70).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
}

/// No setting causes a panic. An excessive time is treated as a long time.
#[tokio::test(start_paused = true)]
async fn extreme_settings_do_not_panic() {
    let server = server();
    create(&server, "a", "red");
    for initial_list_strategy in [InitialListStrategy::WatchList, InitialListStrategy::List] {
        let informer = Widget::informer(server.client())
            .initial_list_strategy(initial_list_strategy)
            .resync(Duration::MAX)
            .backoff(ExponentialBackoff::new(Duration::MAX, Duration::MAX))
            .options(|options| {
                options.min_watch_timeout = Duration::MAX;
                options.watch_timeout_grace = Duration::MAX;
                options.response_timeout = Duration::MAX;
                options.watch_list_retry_after = Duration::MAX;
                options.max_internal_error_retry = Duration::MAX;
            })
            .start();
        informer.wait_for_sync().await.unwrap();
        server.faults().on(RequestMatcher::watch("widgets")).status(422);
        server.faults().on(RequestMatcher::watch("widgets")).status(500);
        server.drop_all_watches();
        let mut health = informer.health();
        health.wait_for(|health| matches!(health, Health::Degraded { .. })).await.unwrap();
        tokio::time::sleep(Duration::from_secs(3600)).await;
        assert_ne!(*informer.health().borrow(), Health::Stopped);
        // A fault that is left would delay the next informer by years of virtual time. With the feature `metrics`, each
        // 5 s of them are a step.
        server.faults().clear();
    }
}

/// kube's client retries 429, 503 and 504 by itself. The reflector's backoff must be the only one.
#[tokio::test(start_paused = true)]
async fn a_request_is_not_retried_by_the_client() {
    let server = server();
    let listening = server.listen().await.unwrap();
    let config = kube::Config::new(listening.url().parse().unwrap());
    assert!(config.default_retry, "this test needs a client that retries by default");
    server.faults().on(RequestMatcher::list("widgets")).times(3).status(503);
    let errors = ErrorLog::default();
    let client = kube::Client::try_from(config).unwrap();
    let informer = Widget::informer(client)
        .initial_list_strategy(InitialListStrategy::List)
        .on_error(errors.hook())
        .start();
    informer.wait_for_sync().await.unwrap();
    assert_eq!(errors.all().len(), 3, "{:?}", errors.all());
    assert_eq!(requests(&server, Verb::List), 4);
}

/// D1 of kube-rs's watcher: there, the backoff never grows while a list keeps failing.
#[tokio::test(start_paused = true)]
async fn a_list_that_keeps_failing_is_retried_with_growing_delays() {
    let server = server();
    server.faults().on(RequestMatcher::list("widgets")).always().status(500);
    let _informer =
        Widget::informer(server.client()).initial_list_strategy(InitialListStrategy::List).start();
    tokio::time::sleep(Duration::from_secs(3600)).await;
    let sent = requests(&server, Verb::List);
    // 800 ms doubled up to 30 s, plus a jitter of up to 100 %: between 60 and 130 lists in an hour.
    assert!((60..=130).contains(&sent), "{sent} lists in an hour");
}

/// Neither client-go's factories nor kube-rs's `Controller` allow this (kubernetes/kubernetes#136943).
#[tokio::test(start_paused = true)]
async fn the_backoff_is_configurable() {
    let server = server();
    server.faults().on(RequestMatcher::list("widgets")).always().status(500);
    let minute = Duration::from_secs(60);
    let _informer = Widget::informer(server.client())
        .initial_list_strategy(InitialListStrategy::List)
        .backoff(ExponentialBackoff::new(minute, minute).jitter(0.0))
        .start();
    tokio::time::sleep(Duration::from_secs(3590)).await;
    assert_eq!(requests(&server, Verb::List), 60);
}

/// D2 of kube-rs's watcher: there, 3.4 million requests in 8 s.
#[tokio::test(start_paused = true)]
async fn watches_that_close_immediately_are_reopened_with_growing_delays() {
    let server = server();
    let informer = synced_by_list(&server).await;
    server.faults().on(RequestMatcher::watch("widgets")).always().close_at_once();
    server.drop_all_watches();
    server.clear_requests();
    tokio::time::sleep(Duration::from_secs(3600)).await;
    let sent = requests(&server, Verb::Watch);
    assert!((60..=130).contains(&sent), "{sent} watches in an hour");
    // The version itself is in doubt after a few attempts: every third one is a list.
    let lists = requests(&server, Verb::List);
    assert!((sent / 4..=sent / 2).contains(&lists), "{lists} lists and {sent} watches");
    server.faults().clear();
    create(&server, "a", "red");
    until(|| informer.lister().len() == 1).await;
}

/// D4 of kube-rs's watcher: there, the informer never syncs if streaming lists are refused.
#[tokio::test(start_paused = true)]
async fn a_refused_streaming_list_falls_back_to_a_list_and_is_remembered() {
    let server = server();
    create(&server, "a", "red");
    server.faults().on(RequestMatcher::watch_list("widgets")).always().refuse_initial_events();
    let informer = synced(&server).await;
    assert_eq!(informer.lister().len(), 1);
    let streaming_lists = || {
        server.requests().iter().filter(|request| request.parameter("sendInitialEvents").is_some()).count()
    };
    assert_eq!(streaming_lists(), 1);
    server.faults().on(RequestMatcher::plain_watch("widgets")).gone();
    server.drop_all_watches();
    create(&server, "b", "red");
    until(|| informer.lister().len() == 2).await;
    assert_eq!((streaming_lists(), requests(&server, Verb::List)), (1, 2), "the refusal is remembered");
}

/// client-go stays unsynced indefinitely without the bookmark, or with another value in its annotation.
#[tokio::test(start_paused = true)]
async fn a_streaming_list_without_its_bookmark_is_abandoned() {
    for value in [None, Some("false")] {
        let server = server();
        create(&server, "a", "red");
        let on = server.faults().on(RequestMatcher::watch_list("widgets")).always();
        match value {
            None => on.omit_end_bookmark(),
            Some(value) => on.end_bookmark_value(value),
        };
        let start = Instant::now();
        let informer = synced(&server).await;
        assert_eq!(informer.lister().len(), 1);
        assert!(start.elapsed() <= Duration::from_secs(120), "{:?}", start.elapsed());
    }
}

/// A busy resource is never idle. Its changes must not be treated as a part of the initial list.
#[tokio::test(start_paused = true)]
async fn a_busy_streaming_list_without_its_bookmark_is_abandoned() {
    type Write = fn(&ApiServer, u32);
    let change: Write = |server, round| paint(server, "a", &format!("shade-{round}"));
    // New objects may be part of the initial list, but not for longer than the server keeps the watch open.
    let add: Write = |server, round| create(server, &format!("w{round}"), "red");
    for (what, write, seconds) in [("changed", change, 120), ("created", add, 11 * 60)] {
        let server = server();
        create(&server, "a", "red");
        server.faults().on(RequestMatcher::watch_list("widgets")).always().omit_end_bookmark();
        let errors = ErrorLog::default();
        let informer = Widget::informer(server.client()).on_error(errors.hook()).start();
        let start = Instant::now();
        let mut round = 0;
        while !informer.is_synced() {
            assert!(
                start.elapsed() < Duration::from_secs(seconds),
                "{what}: {:?}",
                *informer.health().borrow()
            );
            tokio::time::sleep(Duration::from_secs(5)).await;
            round += 1;
            write(&server, round);
        }
        assert!(
            errors.contains("the bookmark that ends the streaming list is missing"),
            "{:?}",
            errors.all()
        );
        assert_eq!(requests(&server, Verb::Watch), 2, "{what}: no second streaming list");
    }
}

/// client-go: `TestWatchList`. A deletion before the end of the initial events counts; kube-rs's watcher loses it.
#[tokio::test(start_paused = true)]
async fn changes_before_the_bookmark_are_applied() {
    use reflector_apiserver::{Answer, Step};
    use serde_json::json;
    let server = server();
    let widget = |name: &str, version: &str, color: &str| {
        json!({ "apiVersion": "example.com/v1", "kind": "Widget", "spec": { "color": color },
            "metadata": { "name": name, "namespace": "default", "resourceVersion": version, "uid": name } })
    };
    let bookmark = json!({ "apiVersion": "example.com/v1", "kind": "Widget", "metadata": {
        "resourceVersion": "9", "annotations": { "k8s.io/initial-events-end": "true" } } });
    let steps = [
        Step::event("ADDED", widget("a", "1", "red")),
        Step::event("ADDED", widget("b", "2", "red")),
        Step::event("MODIFIED", widget("b", "7", "blue")),
        Step::event("DELETED", widget("a", "8", "red")),
        Step::event("BOOKMARK", bookmark),
        Step::event("ADDED", widget("c", "10", "red")),
        Step::Silence,
    ];
    server.faults().script(RequestMatcher::watch_list("widgets"), [Answer::watch(steps)]);
    let informer = synced(&server).await;
    until(|| names(&informer.lister().list()) == ["b", "c"]).await;
    assert_eq!(informer.lister().get("default", "b").unwrap().spec.color, "blue");
    assert_eq!(requests(&server, Verb::Watch), 1, "the stream continues as the watch");
}

/// client-go: `propagateRVFromStart`.
#[tokio::test(start_paused = true)]
async fn a_watch_from_version_0_starts_with_unordered_events() {
    use reflector_apiserver::{Answer, Step};
    use serde_json::json;
    let server = server();
    let widget = |name: &str, version: &str| {
        json!({ "apiVersion": "example.com/v1", "kind": "Widget", "spec": { "color": "red" },
            "metadata": { "name": name, "namespace": "default", "resourceVersion": version, "uid": name } })
    };
    let list = json!({ "apiVersion": "example.com/v1", "kind": "WidgetList", "items": [],
        "metadata": { "resourceVersion": "0" } });
    server.faults().script(RequestMatcher::list("widgets"), [Answer::json(200, &list)]);
    let steps = [
        Step::event("ADDED", widget("a", "5")),
        Step::event("ADDED", widget("b", "3")),
        Step::event("MODIFIED", widget("b", "9")),
        Step::End,
    ];
    server.faults().script_or(RequestMatcher::watch("widgets"), [Answer::watch(steps)], Answer::hang());
    let informer = synced_by_list(&server).await;
    until(|| requests(&server, Verb::Watch) == 2).await;
    assert_eq!(names(&informer.lister().list()), ["a", "b"]);
    let watches = server.requests().into_iter().filter(|request| request.is(Verb::Watch, "widgets"));
    let versions: Vec<_> = watches.filter_map(|request| request.parameter("resourceVersion")).collect();
    assert_eq!((versions, requests(&server, Verb::List)), (vec!["0".to_owned(), "9".to_owned()], 1));
}

#[tokio::test(start_paused = true)]
async fn an_idle_watch_is_detected() {
    let server = server();
    let fault = server.faults().on(RequestMatcher::plain_watch("widgets")).silence_after_events(0);
    let informer = synced_by_list(&server).await;
    create(&server, "a", "red");
    let start = Instant::now();
    until(|| informer.lister().len() == 1).await;
    assert_eq!(fault.fired(), 1);
    assert!(start.elapsed() < Duration::from_secs(11 * 60), "{:?}", start.elapsed());
}

/// client-go: `TestReflectorReplacesStoreOnUnsafeDelete`: the forced deletion of a corrupt object is an error within
/// the watch, and only a relist removes the object.
#[tokio::test(start_paused = true)]
async fn an_internal_error_within_a_watch_causes_a_relist() {
    let server = server();
    create(&server, "a", "red");
    create(&server, "corrupt", "red");
    let broken = Status::failure(500, "InternalError", "StoreReadError");
    server.faults().on(RequestMatcher::plain_watch("widgets")).error_event_after(0, &broken);
    let informer = synced_by_list(&server).await;
    delete(&server, "corrupt");
    until(|| names(&informer.lister().list()) == ["a"]).await;
    assert_eq!(requests(&server, Verb::List), 2);
}

/// kubernetes/kubernetes#79610: an informer whose CRD is deleted.
#[tokio::test(start_paused = true)]
async fn an_informer_recovers_when_its_crd_is_recreated() {
    let server = server();
    create(&server, "a", "red");
    let informer = synced(&server).await;
    let mut events = informer.subscribe();
    next(&mut events).await;
    server
        .delete("apiextensions.k8s.io/v1", "customresourcedefinitions", None, "widgets.example.com")
        .unwrap();
    assert_eq!(next(&mut events).await, "Deleted a red");
    let mut health = informer.health();
    let gone = |health: &Health| matches!(health, Health::Degraded { reason: Reason::NotFound, .. });
    health.wait_for(gone).await.unwrap();
    server.clear_requests();
    tokio::time::sleep(Duration::from_secs(3600)).await;
    let sent = server.requests().len();
    assert!(sent <= 300, "{sent} requests in an hour");
    server.install_crd(support::crd()).unwrap();
    create(&server, "b", "red");
    assert_eq!(next(&mut events).await, "Added b red");
    health.wait_for(Health::is_synced).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn forbidden_is_an_error_with_the_missing_rbac_rule() {
    let server = server();
    server.deny(Verb::List, "widgets", None);
    server.deny(Verb::Watch, "widgets", None);
    let informer = Widget::informer(server.client()).namespace("default").start();
    let error = informer.wait_for_sync().fail_fast().await.unwrap_err().to_string();
    assert!(error.contains("403 Forbidden") && error.contains("Role in namespace default"), "{error}");
    assert!(
        error.contains(r#"apiGroups: ["example.com"], resources: ["widgets"], verbs: ["list", "watch"]"#),
        "{error}"
    );
    server.allow_everything();
    until(|| informer.is_synced()).await;
}

/// The server lost its history. Its resourceVersions restart below those that were seen.
#[tokio::test(start_paused = true)]
async fn the_informer_recovers_from_lost_history() {
    let server = server();
    create(&server, "a", "red");
    create(&server, "b", "red");
    let informer = synced(&server).await;
    server.restart_with_lost_history();
    delete(&server, "a");
    create(&server, "c", "red");
    until(|| names(&informer.lister().list()) == ["b", "c"]).await;
}
