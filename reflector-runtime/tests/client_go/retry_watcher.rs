//! The guarantees of client-go's `RetryWatcher` for a watch that fails: it resumes after the last event, and each
//! event is delivered once. Ours is the watch of a reflector, which relists in the cases in which a `RetryWatcher`
//! has to stop.

use std::time::Duration;

use reflector_apiserver::{Answer, ApiServer, FaultBuilder, RequestMatcher, Status, Step, Verb};
use reflector_runtime::{Delivery, Health, InitialListStrategy, Reason, Reflect as _};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::support::{
    ErrorLog, Widget, create, end_bookmark, list_at, names, next, request_lines, requests, requests_of,
    server, show, synced_by_list, until, widget_at,
};

const SECOND: Duration = Duration::from_secs(1);

/// Injects a fault into the first watch.
type Inject = fn(FaultBuilder);

/// The requests after the list. Each version is replaced by the name of the object that was written with it.
fn requests_after_the_list(server: &ApiServer) -> Vec<String> {
    let objects = server.list("example.com/v1", "widgets", None, "").unwrap();
    let name = |word: &str| {
        let version = word.strip_prefix("rv=")?;
        let written = objects.iter().find(|object| object["metadata"]["resourceVersion"] == version)?;
        Some(format!("rv={}", written["metadata"]["name"].as_str()?))
    };
    let named = |line: String| {
        line.split(' ')
            .map(|word| name(word).unwrap_or_else(|| word.to_owned()))
            .collect::<Vec<_>>()
            .join(" ")
    };
    request_lines(server).into_iter().skip(1).map(named).collect()
}

/// Lists `a` and injects a fault into the following watch, during which `b`, `c` and `d` are created.
async fn follow(name: &str, inject: Inject, expected: &[&str]) {
    let server = server();
    create(&server, "a", "red");
    inject(server.faults().on(RequestMatcher::plain_watch("widgets")));
    let informer = Widget::informer(server.client())
        .initial_list_strategy(InitialListStrategy::List)
        // An endless line is given up after a multiple of this.
        .max_object_bytes(1 << 16)
        .start();
    let mut events = informer.subscribe_with(Delivery::EveryEvent);
    assert_eq!(next(&mut events).await, "Added a red (initial)");
    for object in ["b", "c", "d"] {
        create(&server, object, "red");
    }
    let mut delivered = Vec::new();
    for _ in 0..3 {
        delivered.push(next(&mut events).await);
    }
    assert_eq!(delivered, ["Added b red", "Added c red", "Added d red"], "{name}");
    until(|| request_lines(&server).len() > expected.len()).await;
    assert_eq!(requests_after_the_list(&server), expected, "{name}");
    sleep(3600 * SECOND).await;
    assert_eq!(events.try_next().as_ref().map(show), None, "{name}: no event is delivered twice");
    assert!(informer.is_synced(), "{name}");
}

/// client-go: `TestRetryWatcher`: a watch that cannot be opened. There all of these are retried at the same version;
/// here an expired or unknown version causes a list instead.
#[tokio::test(start_paused = true)]
async fn a_watch_that_cannot_be_opened() {
    const AGAIN: &[&str] = &["watch rv=a", "watch rv=a"];
    let cases: [(&str, Inject, &[&str]); 10] = [
        ("no connection", |on| drop(on.refuse_connection()), AGAIN),
        ("no response", |on| drop(on.hang()), AGAIN),
        ("an empty watch", |on| drop(on.close_at_once()), AGAIN),
        ("a disconnect", |on| drop(on.cut_after_bytes(0)), AGAIN),
        ("429", |on| drop(on.status(429)), AGAIN),
        ("500", |on| drop(on.status(500)), AGAIN),
        ("503", |on| drop(on.status(503)), AGAIN),
        ("504", |on| drop(on.status(504)), AGAIN),
        ("a proxy's page", |on| drop(on.status(502).text_body("<html>")), AGAIN),
        ("410", |on| drop(on.gone()), &["watch rv=a", "list rv=a", "watch rv=d"]),
    ];
    for (name, inject, expected) in cases {
        follow(name, inject, expected).await;
    }
}

/// client-go: `TestRetryWatcher`: an error within a watch, after an event. There, a timeout, an internal error and an
/// unknown code resume after the event; here they cause a list, as in client-go's reflector.
#[tokio::test(start_paused = true)]
async fn an_error_within_a_watch() {
    const RESUMED: &[&str] = &["watch rv=a", "watch rv=b"];
    const LISTED: &[&str] = &["watch rv=a", "list rv=b", "watch rv=d"];
    fn error(on: FaultBuilder, code: u16) {
        on.error_event_after(1, &Status::for_code(code));
    }
    let no_status: Inject = |on| {
        let event = json!({ "type": "ERROR", "object": { "kind": "Unexpected", "code": 410 } });
        on.inject_after_events(1, format!("{event}\n"));
    };
    let cases: [(&str, Inject, &[&str]); 10] = [
        ("410", |on| error(on, 410), LISTED),
        ("a timeout", |on| error(on, 504), LISTED),
        ("an internal error", |on| error(on, 500), LISTED),
        ("an unexpected code", |on| error(on, 666), LISTED),
        ("429", |on| error(on, 429), RESUMED),
        ("an unexpected type", no_status, RESUMED),
        ("a malformed line", |on| drop(on.malformed_line_after(1)), RESUMED),
        ("a line without end", |on| drop(on.endless_line_after(1)), RESUMED),
        ("a disconnect", |on| drop(on.cut_after_events(1)), RESUMED),
        ("an idle watch", |on| drop(on.silence_after_events(1)), RESUMED),
    ];
    for (name, inject, expected) in cases {
        follow(name, inject, expected).await;
    }
}

/// client-go: `TestRetryWatcher`: no fault, except for events that are sent again.
#[tokio::test(start_paused = true)]
async fn events_that_were_delivered_are_skipped() {
    follow("no fault", drop, &["watch rv=a"]).await;
    follow("each twice", |on| drop(on.duplicate_events_after(0)), &["watch rv=a"]).await;
    // An object of an earlier uid, older than the watch.
    let older: Inject = |on| {
        let event = json!({ "type": "MODIFIED", "object": crate::support::widget_at("a", "1", "old") });
        on.inject_after_events(1, format!("{event}\n"));
    };
    follow("an older object", older, &["watch rv=a"]).await;
}

/// client-go: `TestRetryWatcher` (recovers from an internal server error), if internal errors may be retried.
#[tokio::test(start_paused = true)]
async fn retried_internal_errors_cause_no_list() {
    let server = server();
    let broken = Status::for_code(500);
    server.faults().on(RequestMatcher::plain_watch("widgets")).times(3).error_event_after(1, &broken);
    let informer = Widget::informer(server.client())
        .initial_list_strategy(InitialListStrategy::List)
        .options(|options| options.max_internal_error_retry = 30 * SECOND)
        .start();
    informer.wait_for_sync().await.unwrap();
    for name in ["a", "b", "c", "d"] {
        create(&server, name, "red");
    }
    until(|| informer.lister().len() == 4).await;
    let following = requests_after_the_list(&server);
    assert_eq!(following[1..], ["watch rv=a", "watch rv=b", "watch rv=c"], "{following:?}");
}

/// client-go: `TestRetryWatcher`: `Retry-After`, in a response and within a watch.
#[tokio::test(start_paused = true)]
async fn a_watch_honours_retry_after() {
    let cases: [(&str, Inject); 2] = [
        ("a response", |on| drop(on.status(429).retry_after(77))),
        ("an event", |on| drop(on.error_event_after(0, &Status::too_many_requests("", 77)))),
    ];
    for (name, inject) in cases {
        let server = server();
        inject(server.faults().on(RequestMatcher::plain_watch("widgets")));
        let _informer =
            Widget::informer(server.client()).initial_list_strategy(InitialListStrategy::List).start();
        until(|| requests(&server, Verb::Watch) == 2).await;
        let watches = requests_of(&server, Verb::Watch);
        let waited = watches[1].at - watches[0].at;
        assert!((77 * SECOND..80 * SECOND).contains(&waited), "{name}: {waited:?}");
        assert_eq!(requests(&server, Verb::List), 1, "{name}");
    }
}

/// client-go: `TestRetryWatcher` (fails on Forbidden, on Unauthorized). There the watcher ends; here the failure is
/// reported, and the watch resumes once it is fixed.
#[tokio::test(start_paused = true)]
async fn a_denied_watch_is_reported_and_retried() {
    type Case = (Reason, fn(&ApiServer), fn(&ApiServer));
    let cases: [Case; 2] = [
        (Reason::Forbidden, |server| server.deny(Verb::Watch, "widgets", None), ApiServer::allow_everything),
        (Reason::Unauthorized, |server| server.require_token(Some("t")), |server| server.require_token(None)),
    ];
    for (expected, deny, allow) in cases {
        let (server, errors) = (server(), ErrorLog::default());
        let informer = Widget::informer(server.client())
            .initial_list_strategy(InitialListStrategy::List)
            .on_error(errors.hook())
            .start();
        informer.wait_for_sync().await.unwrap();
        let (mut events, mut health) = (informer.subscribe_with(Delivery::EveryEvent), informer.health());
        deny(&server);
        server.drop_all_watches();
        let is_reported =
            |health: &Health| matches!(health, Health::Degraded { reason, .. } if *reason == expected);
        health.wait_for(is_reported).await.unwrap();
        assert!(!errors.all().is_empty());
        create(&server, "a", "red");
        sleep(600 * SECOND).await;
        allow(&server);
        create(&server, "b", "red");
        assert_eq!([next(&mut events).await, next(&mut events).await], ["Added a red", "Added b red"]);
        health.wait_for(Health::is_synced).await.unwrap();
        sleep(3600 * SECOND).await;
        assert!(events.is_empty(), "{expected}: no event is delivered twice");
    }
}

/// Every watch has a version, except one that starts with the initial list.
fn assert_every_watch_has_a_version(server: &ApiServer) {
    for watch in requests_of(server, Verb::Watch) {
        let version = watch.parameter("resourceVersion").unwrap_or_default();
        let is_streaming_list = watch.parameter("sendInitialEvents").is_some();
        assert!(is_streaming_list || !["", "0"].contains(&version.as_str()), "{:?}", request_lines(server));
    }
}

/// client-go: `TestNewRetryWatcher`: a watch without a version, or at 0, is rejected. Here a list without a version
/// is invalid, so that there is no such watch.
#[tokio::test(start_paused = true)]
async fn after_a_list_without_a_version_there_is_no_watch() {
    let mut without = list_at("", &[]);
    let mut lists: Vec<Value> = vec![without.clone()];
    without["metadata"] = json!({});
    lists.push(without);
    for list in lists {
        let server = server();
        create(&server, "a", "red");
        server.faults().script(RequestMatcher::list("widgets"), [Answer::json(200, &list)]);
        let informer = synced_by_list(&server).await;
        until(|| requests(&server, Verb::Watch) == 1).await;
        assert_every_watch_has_a_version(&server);
        assert_eq!((requests(&server, Verb::List), informer.lister().len()), (2, 1));
    }
}

/// client-go: `TestNewRetryWatcher`, for every initial list strategy and every end of a watch.
#[tokio::test(start_paused = true)]
async fn no_watch_starts_at_an_arbitrary_version() {
    for initial_list_strategy in
        [InitialListStrategy::WatchList, InitialListStrategy::List, InitialListStrategy::PagedList]
    {
        let server = server();
        let informer = Widget::informer(server.client()).initial_list_strategy(initial_list_strategy).start();
        informer.wait_for_sync().await.unwrap();
        let ends: [Inject; 4] = [
            |on| drop(on.close_at_once()),
            |on| drop(on.gone()),
            |on| drop(on.status(500)),
            |on| drop(on.error_event_after(0, &Status::for_code(410))),
        ];
        for (number, end) in ends.into_iter().enumerate() {
            end(server.faults().on(RequestMatcher::plain_watch("widgets")));
            server.drop_all_watches();
            create(&server, &format!("w{number}"), "red");
            until(|| informer.lister().len() == number + 1).await;
        }
        assert!(requests(&server, Verb::Watch) > 5, "{:?}", request_lines(&server));
        assert_every_watch_has_a_version(&server);
    }
}

/// client-go: `TestNewRetryWatcher`: an empty version of an event or of a bookmark is invalid. A watch from it would
/// start at an arbitrary version, and deletions before that would never be delivered.
#[tokio::test(start_paused = true)]
async fn after_an_empty_version_there_is_no_watch_from_it() {
    let end = |what: &str| Step::event("BOOKMARK", end_bookmark("", what));
    let modified = Step::event("MODIFIED", widget_at("a", "", "blue"));
    let (a, b) = (widget_at("a", "1", "red"), widget_at("b", "1", "red"));
    let cases = [
        ("an event", InitialListStrategy::List, vec![modified]),
        ("a bookmark", InitialListStrategy::List, vec![end("false")]),
        (
            "the bookmark after the initial events",
            InitialListStrategy::WatchList,
            vec![Step::event("ADDED", a), Step::event("ADDED", b), end("true")],
        ),
    ];
    let mut wrong = Vec::new();
    for (what, initial_list_strategy, mut steps) in cases {
        let server = server();
        create(&server, "a", "red");
        create(&server, "b", "red");
        steps.extend([Step::Pause(2 * SECOND), Step::End]);
        server.faults().script(RequestMatcher::watch("widgets"), [Answer::watch(steps)]);
        let informer = Widget::informer(server.client()).initial_list_strategy(initial_list_strategy).start();
        until(|| requests(&server, Verb::Watch) == 1).await;
        sleep(SECOND).await;
        server.delete("example.com/v1", "widgets", Some("default"), "b").unwrap();
        sleep(60 * SECOND).await;
        let cached = names(&informer.lister().list());
        if cached != ["a"] {
            wrong.push(format!("{what}: {cached:?} are cached after {:?}", request_lines(&server)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
