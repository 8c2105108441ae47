//! What client-go's `RetryWatcher` promises of a watch that fails: it goes on behind the last event, and each event
//! comes once. Ours is the watch of a reflector, so that what a `RetryWatcher` can only give up is listed again.

use std::time::Duration;

use reflector_apiserver::{Answer, ApiServer, FaultBuilder, RequestMatcher, Status, Step, Verb};
use reflector_runtime::{Delivery, Health, InitialListStrategy, Reason, Reflect as _};
use serde_json::{Value, json};
use tokio::time::sleep;

use crate::support::{
    Told, Widget, asked, create, end_bookmark, list_at, listing, names, next, requests, requests_of, server,
    show, until, widget_at,
};

const SECOND: Duration = Duration::from_secs(1);

/// What a fault does to the first watch.
type Spoil = fn(FaultBuilder);

/// What was asked behind the list, with the object that was written last in the place of a version.
fn asked_behind_the_list(server: &ApiServer) -> Vec<String> {
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
    asked(server).into_iter().skip(1).map(named).collect()
}

/// Lists `a` and spoils the watch behind it, in which `b`, `c` and `d` come to be.
async fn follow(name: &str, spoil: Spoil, expected: &[&str]) {
    let server = server();
    create(&server, "a", "red");
    spoil(server.faults().on(RequestMatcher::plain_watch("widgets")));
    let informer = Widget::informer(server.client()).initial_list_strategy(InitialListStrategy::List).start();
    let mut events = informer.subscribe_with(Delivery::EveryEvent);
    assert_eq!(next(&mut events).await, "Added a red (initial)");
    for object in ["b", "c", "d"] {
        create(&server, object, "red");
    }
    let mut told = Vec::new();
    for _ in 0..3 {
        told.push(next(&mut events).await);
    }
    assert_eq!(told, ["Added b red", "Added c red", "Added d red"], "{name}");
    until(|| asked(&server).len() > expected.len()).await;
    assert_eq!(asked_behind_the_list(&server), expected, "{name}");
    sleep(3600 * SECOND).await;
    assert_eq!(events.try_next().as_ref().map(show), None, "{name}: nothing is told twice");
    assert!(informer.is_synced(), "{name}");
}

/// client-go: `TestRetryWatcher`: a watch that cannot be opened. There all of these are tried again at the same
/// version; here a version that is forgotten or not known is listed instead.
#[tokio::test(start_paused = true)]
async fn a_watch_that_cannot_be_opened() {
    const AGAIN: &[&str] = &["watch rv=a", "watch rv=a"];
    let cases: [(&str, Spoil, &[&str]); 10] = [
        ("no connection", |on| drop(on.refuse_connection()), AGAIN),
        ("no answer", |on| drop(on.hang()), AGAIN),
        ("nothing in it", |on| drop(on.close_at_once()), AGAIN),
        ("cut off", |on| drop(on.cut_after_bytes(0)), AGAIN),
        ("429", |on| drop(on.status(429)), AGAIN),
        ("500", |on| drop(on.status(500)), AGAIN),
        ("503", |on| drop(on.status(503)), AGAIN),
        ("504", |on| drop(on.status(504)), AGAIN),
        ("a proxy's page", |on| drop(on.status(502).text_body("<html>")), AGAIN),
        ("410", |on| drop(on.gone()), &["watch rv=a", "list rv=a", "watch rv=d"]),
    ];
    for (name, spoil, expected) in cases {
        follow(name, spoil, expected).await;
    }
}

/// client-go: `TestRetryWatcher`: an error within a watch, behind an event. There a timeout, an internal error and an
/// unknown code go on behind the event; here they are listed, as by client-go's reflector.
#[tokio::test(start_paused = true)]
async fn an_error_within_a_watch() {
    const ON: &[&str] = &["watch rv=a", "watch rv=b"];
    const LISTED: &[&str] = &["watch rv=a", "list rv=b", "watch rv=d"];
    fn error(on: FaultBuilder, code: u16) {
        on.error_event_after(1, &Status::for_code(code));
    }
    let no_status: Spoil = |on| {
        let event = json!({ "type": "ERROR", "object": { "kind": "Unexpected", "code": 410 } });
        on.inject_after_events(1, format!("{event}\n"));
    };
    let cases: [(&str, Spoil, &[&str]); 10] = [
        ("410", |on| error(on, 410), LISTED),
        ("a timeout", |on| error(on, 504), LISTED),
        ("an internal error", |on| error(on, 500), LISTED),
        ("an unexpected code", |on| error(on, 666), LISTED),
        ("429", |on| error(on, 429), ON),
        ("an unexpected type", no_status, ON),
        ("a line that is none", |on| drop(on.malformed_line_after(1)), ON),
        ("a line without end", |on| drop(on.endless_line_after(1)), ON),
        ("a break", |on| drop(on.cut_after_events(1)), ON),
        ("silence", |on| drop(on.silence_after_events(1)), ON),
    ];
    for (name, spoil, expected) in cases {
        follow(name, spoil, expected).await;
    }
}

/// client-go: `TestRetryWatcher`: nothing is wrong, but for what was told before being told again.
#[tokio::test(start_paused = true)]
async fn events_that_were_told_are_skipped() {
    follow("no fault", drop, &["watch rv=a"]).await;
    follow("each twice", |on| drop(on.duplicate_events_after(0)), &["watch rv=a"]).await;
    // An object of before the watch: there it is skipped, here the server has lost its history.
    let older: Spoil = |on| {
        let event = json!({ "type": "MODIFIED", "object": crate::support::widget_at("a", "1", "old") });
        on.inject_after_events(1, format!("{event}\n"));
    };
    follow("of before", older, &["watch rv=a", "list limit=500", "watch rv=d"]).await;
}

/// client-go: `TestRetryWatcher` (recovers from an internal server error), where internal errors may be retried.
#[tokio::test(start_paused = true)]
async fn internal_errors_that_may_be_retried_cost_no_list() {
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
    let behind = asked_behind_the_list(&server);
    assert_eq!(behind[1..], ["watch rv=a", "watch rv=b", "watch rv=c"], "{behind:?}");
}

/// client-go: `TestRetryWatcher`: `Retry-After`, in an answer and within a watch.
#[tokio::test(start_paused = true)]
async fn a_watch_waits_as_long_as_it_was_asked_to() {
    let cases: [(&str, Spoil); 2] = [
        ("an answer", |on| drop(on.status(429).retry_after(77))),
        ("an event", |on| drop(on.error_event_after(0, &Status::too_many_requests("", 77)))),
    ];
    for (name, spoil) in cases {
        let server = server();
        spoil(server.faults().on(RequestMatcher::plain_watch("widgets")));
        let _informer =
            Widget::informer(server.client()).initial_list_strategy(InitialListStrategy::List).start();
        until(|| requests(&server, Verb::Watch) == 2).await;
        let watches = requests_of(&server, Verb::Watch);
        let waited = watches[1].at - watches[0].at;
        assert!((77 * SECOND..80 * SECOND).contains(&waited), "{name}: {waited:?}");
        assert_eq!(requests(&server, Verb::List), 1, "{name}");
    }
}

/// client-go: `TestRetryWatcher` (fails on Forbidden, on Unauthorized). There that is the end; here it is told, and
/// goes on once it is mended.
#[tokio::test(start_paused = true)]
async fn what_is_not_allowed_is_told_and_tried_again() {
    type Case = (Reason, fn(&ApiServer), fn(&ApiServer));
    let cases: [Case; 2] = [
        (Reason::Forbidden, |server| server.deny(Verb::Watch, "widgets", None), ApiServer::allow_everything),
        (Reason::Unauthorized, |server| server.require_token(Some("t")), |server| server.require_token(None)),
    ];
    for (expected, spoil, mend) in cases {
        let (server, told) = (server(), Told::default());
        let informer = Widget::informer(server.client())
            .initial_list_strategy(InitialListStrategy::List)
            .on_error(told.hook())
            .start();
        informer.wait_for_sync().await.unwrap();
        let (mut events, mut health) = (informer.subscribe_with(Delivery::EveryEvent), informer.health());
        spoil(&server);
        server.drop_all_watches();
        let is_told =
            |health: &Health| matches!(health, Health::Degraded { reason, .. } if *reason == expected);
        health.wait_for(is_told).await.unwrap();
        assert!(!told.all().is_empty());
        create(&server, "a", "red");
        sleep(600 * SECOND).await;
        mend(&server);
        create(&server, "b", "red");
        assert_eq!([next(&mut events).await, next(&mut events).await], ["Added a red", "Added b red"]);
        health.wait_for(Health::is_synced).await.unwrap();
        sleep(3600 * SECOND).await;
        assert!(events.is_empty(), "{expected}: nothing is told twice");
    }
}

/// No watch but one that begins with the state may begin anywhere.
fn every_watch_has_a_version(server: &ApiServer) {
    for watch in requests_of(server, Verb::Watch) {
        let version = watch.parameter("resourceVersion").unwrap_or_default();
        let streams = watch.parameter("sendInitialEvents").is_some();
        assert!(streams || !["", "0"].contains(&version.as_str()), "{:?}", asked(server));
    }
}

/// client-go: `TestNewRetryWatcher`: a watch without a version, or at 0, is refused. Here a list that tells none is
/// none, so that no such watch comes to be.
#[tokio::test(start_paused = true)]
async fn a_list_without_a_version_leads_to_no_watch() {
    let mut without = list_at("", &[]);
    let mut lists: Vec<Value> = vec![without.clone()];
    without["metadata"] = json!({});
    lists.push(without);
    for list in lists {
        let server = server();
        create(&server, "a", "red");
        server.faults().script(RequestMatcher::list("widgets"), [Answer::json(200, &list)]);
        let informer = listing(&server).await;
        until(|| requests(&server, Verb::Watch) == 1).await;
        every_watch_has_a_version(&server);
        assert_eq!((requests(&server, Verb::List), informer.lister().len()), (2, 1));
    }
}

/// client-go: `TestNewRetryWatcher`, however the state was read and whatever ended the watch.
#[tokio::test(start_paused = true)]
async fn no_watch_begins_anywhere() {
    for initial_list_strategy in
        [InitialListStrategy::WatchList, InitialListStrategy::List, InitialListStrategy::PagedList]
    {
        let server = server();
        let informer = Widget::informer(server.client()).initial_list_strategy(initial_list_strategy).start();
        informer.wait_for_sync().await.unwrap();
        let ends: [Spoil; 4] = [
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
        assert!(requests(&server, Verb::Watch) > 5, "{:?}", asked(&server));
        every_watch_has_a_version(&server);
    }
}

/// client-go: `TestNewRetryWatcher`: an empty version, of an event or of a bookmark, is none. A watch behind it would
/// begin anywhere, and deletions before that are never told.
#[tokio::test(start_paused = true)]
async fn an_empty_version_leads_to_no_watch() {
    let end = |what: &str| Step::event("BOOKMARK", end_bookmark("", what));
    let changed = Step::event("MODIFIED", widget_at("a", "", "blue"));
    let (a, b) = (widget_at("a", "1", "red"), widget_at("b", "1", "red"));
    let cases = [
        ("an event", InitialListStrategy::List, vec![changed]),
        ("a bookmark", InitialListStrategy::List, vec![end("false")]),
        (
            "the bookmark behind the initial events",
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
        let held = names(&informer.lister().list());
        if held != ["a"] {
            wrong.push(format!("{what}: {held:?} are held after {:?}", asked(&server)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
