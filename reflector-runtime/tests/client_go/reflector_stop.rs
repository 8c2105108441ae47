//! How watches and reflectors end, and that no request stays open: client-go's tests of `Stop` and of closed
//! channels. client-go returns `errorStopRequested`; here a future completes or is dropped.

use std::time::Duration;

use reflector_apiserver::{Answer, ApiServer, RequestMatcher, Status, Step, Verb};
use reflector_runtime::{Health, InitialListStrategy, Reason, Reflect as _};
use serde_json::json;
use tokio::{
    sync::oneshot,
    time::{Instant, sleep, timeout},
};

use crate::{
    reflector_queue::{pop_all, reflector_and_queue},
    support::{
        ErrorLog, Widget, create, delete, list_at, names, open_requests, paint, request_lines, requests,
        requests_of, server, synced_by_list, until, widget_at,
    },
};

const SECOND: Duration = Duration::from_secs(1);

fn added(name: &str, version: &str) -> Step {
    Step::event("ADDED", widget_at(name, version, "red"))
}

/// client-go: `TestCloseWatchChannelOnError`, for any error, and before any other request.
#[tokio::test(start_paused = true)]
async fn an_error_within_a_watch_closes_it() {
    let errors = [
        Step::error(&Status::for_code(410)),
        Step::error(&Status::for_code(500)),
        Step::error(&Status::for_code(429)),
        Step::Line(json!({ "type": "ERROR", "object": widget_at("bar", "100", "red") })),
        Step::bytes("{\"type\":\n"),
        // An error that the reflector detects by itself: the server has lost its history.
        Step::event("MODIFIED", widget_at("a", "1", "red")),
    ];
    for error in errors {
        let server = server();
        // The server does not end the watch by itself.
        let watch = Answer::watch([added("a", "100"), error.clone(), Step::Silence]);
        server.faults().script(RequestMatcher::plain_watch("widgets"), [watch]);
        let informer =
            Widget::informer(server.client()).initial_list_strategy(InitialListStrategy::List).start();
        until(|| requests_of(&server, Verb::Watch).first().is_some_and(|watch| watch.ended.is_some())).await;
        let watch = requests_of(&server, Verb::Watch).remove(0);
        assert!(watch.ended.is_some_and(|ended| ended - watch.at < SECOND / 10), "{error:?}: {watch:?}");
        assert_eq!(open_requests(&server), [""; 0], "{error:?}");
        assert_eq!(names(&informer.lister().list()), ["a"], "{error:?}: the event before it is applied");
    }
}

/// client-go: `TestRunUntil`.
#[tokio::test(start_paused = true)]
async fn a_stop_ends_the_watch_immediately() {
    let server = server();
    let (mut reflector, queue) = reflector_and_queue(&server, InitialListStrategy::List, |_| ());
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(async move { reflector.run(async move { _ = stopped.await }).await });
    until(|| requests(&server, Verb::Watch) == 1).await;
    create(&server, "bar", "red");
    until(|| queue.len() == 1).await;
    assert_eq!(open_requests(&server).len(), 1, "the watch is open");
    let now = Instant::now();
    stop.send(()).unwrap();
    running.await.unwrap();
    assert_eq!(now.elapsed(), Duration::ZERO);
    assert_eq!(open_requests(&server), [""; 0]);
    create(&server, "baz", "red");
    sleep(3600 * SECOND).await;
    assert_eq!(
        (queue.len(), request_lines(&server).len()),
        (1, 2),
        "no further event and no further request"
    );
}

/// client-go: `TestReflectorWatchStoppedBefore`.
#[tokio::test(start_paused = true)]
async fn a_stopped_reflector_sends_no_request() {
    for initial_list_strategy in [InitialListStrategy::WatchList, InitialListStrategy::List] {
        let server = server();
        let (mut reflector, queue) = reflector_and_queue(&server, initial_list_strategy, |_| ());
        let health = reflector.health();
        reflector.run(std::future::ready(())).await;
        assert_eq!(request_lines(&server), [""; 0]);
        assert_eq!(*health.borrow(), Health::Stopped);
        assert!(queue.is_empty());
    }
}

/// client-go: `TestReflectorWatchStoppedAfter`, and every other state of a reflector.
#[tokio::test(start_paused = true)]
async fn a_stop_ends_any_pending_operation() {
    type Case = (&'static str, InitialListStrategy, fn(&ApiServer), &'static str);
    let cases: [Case; 6] = [
        ("an idle watch", InitialListStrategy::List, |_| (), "watch"),
        (
            "a watch without a response",
            InitialListStrategy::List,
            |server| {
                server.faults().on(RequestMatcher::plain_watch("widgets")).hang();
            },
            "watch",
        ),
        (
            "a streaming list",
            InitialListStrategy::WatchList,
            |server| {
                server.faults().on(RequestMatcher::watch_list("widgets")).silence_after_events(0);
            },
            "watch-list",
        ),
        (
            "a list without a response",
            InitialListStrategy::List,
            |server| {
                server.faults().on(RequestMatcher::list("widgets")).hang();
            },
            "list",
        ),
        (
            "a list whose body does not end",
            InitialListStrategy::List,
            |server| {
                let begun = Answer::watch([Step::bytes("{\"apiVersion\""), Step::Silence]);
                server.faults().on(RequestMatcher::list("widgets")).answer(begun);
            },
            "list",
        ),
        (
            "a backoff",
            InitialListStrategy::List,
            |server| {
                server.faults().on(RequestMatcher::list("widgets")).status(429).retry_after(3600);
            },
            "list",
        ),
    ];
    for (name, initial_list_strategy, inject, last) in cases {
        let server = server();
        inject(&server);
        let (mut reflector, _queue) = reflector_and_queue(&server, initial_list_strategy, |_| ());
        let start = Instant::now();
        reflector.run(sleep(30 * SECOND)).await;
        assert!(start.elapsed() < 31 * SECOND, "{name}: {:?}", start.elapsed());
        assert_eq!(open_requests(&server), [""; 0], "{name}");
        let before = request_lines(&server);
        assert_eq!(before.last().unwrap().split(' ').next(), Some(last), "{name}: {before:?}");
        sleep(3600 * SECOND).await;
        assert_eq!(request_lines(&server), before, "{name}");
    }
}

/// client-go: `TestReflectorHandleWatchStoppedBefore`.
#[tokio::test(start_paused = true)]
async fn a_stop_before_the_first_event_queues_none() {
    let late = [
        ("the watch", Answer::watch([added("a", "100"), Step::Silence]).delay(10 * SECOND)),
        ("the event", Answer::watch([Step::Pause(10 * SECOND), added("a", "100"), Step::Silence])),
    ];
    for (what, answer) in late {
        let server = server();
        server.faults().script(RequestMatcher::plain_watch("widgets"), [answer]);
        let (mut reflector, queue) = reflector_and_queue(&server, InitialListStrategy::List, |_| ());
        reflector.run(sleep(5 * SECOND)).await;
        assert_eq!(open_requests(&server), [""; 0], "{what} would have arrived later");
        sleep(10 * SECOND).await;
        assert_eq!(pop_all(&queue).await, [""; 0], "{what} arrived too late");
    }
}

/// client-go: `TestReflectorHandleWatchStoppedAfter`.
#[tokio::test(start_paused = true)]
async fn a_stop_after_an_event_keeps_it_and_queues_no_other() {
    let server = server();
    let watch =
        Answer::watch([added("a", "100"), Step::Pause(10 * SECOND), added("b", "101"), Step::Silence]);
    server.faults().script(RequestMatcher::plain_watch("widgets"), [watch]);
    let (mut reflector, queue) = reflector_and_queue(&server, InitialListStrategy::List, |_| ());
    reflector.run(sleep(5 * SECOND)).await;
    assert_eq!(open_requests(&server), [""; 0]);
    sleep(10 * SECOND).await;
    assert_eq!(reflector.last_sync_resource_version(), Some("100"));
    assert_eq!(pop_all(&queue).await, ["Added a"]);
}

/// client-go: `TestReflectorHandleWatchResultChanClosedBefore`: a very short watch. There it costs a list; ours waits
/// and resumes with the next watch.
#[tokio::test(start_paused = true)]
async fn after_an_empty_watch_the_next_one_is_delayed() {
    for open_for in [Duration::ZERO, SECOND / 100] {
        let server = server();
        let empty = Answer::watch([Step::Pause(open_for), Step::End]);
        server.faults().script(RequestMatcher::plain_watch("widgets"), [empty]);
        let informer =
            Widget::informer(server.client()).initial_list_strategy(InitialListStrategy::List).start();
        let mut health = informer.health();
        let is_short = |health: &Health| {
            matches!(health, Health::Degraded { reason: Reason::ShortWatch, failures: 1, .. })
        };
        health.wait_for(is_short).await.unwrap();
        until(|| requests(&server, Verb::Watch) == 2).await;
        let watches = requests_of(&server, Verb::Watch);
        let ended = watches[0].ended.expect("the first has ended");
        assert!(watches[1].at - ended >= Duration::from_millis(800), "{:?}", watches[1].at - ended);
        let version = server.resource_version();
        let watch = format!("watch rv={version}");
        assert_eq!(request_lines(&server), ["list rv=0 limit=500", &watch, &watch]);
    }
}

/// client-go: `TestReflectorHandleWatchResultChanClosedAfter`.
#[tokio::test(start_paused = true)]
async fn a_watch_that_closes_after_an_event_is_resumed_immediately() {
    let server = server();
    let closed = Answer::watch([added("a", "100"), Step::Pause(SECOND / 100), Step::End]);
    server.faults().script_or(
        RequestMatcher::plain_watch("widgets"),
        [closed],
        Answer::watch([Step::Silence]),
    );
    let informer = synced_by_list(&server).await;
    until(|| requests(&server, Verb::Watch) == 2).await;
    let watches = requests_of(&server, Verb::Watch);
    assert!(watches[0].ended.is_some(), "the first has ended");
    assert!(watches[1].at - watches[0].at < SECOND / 10, "{:?}", watches[1].at - watches[0].at);
    assert_eq!(watches[1].parameter("resourceVersion").as_deref(), Some("100"));
    assert_eq!(names(&informer.lister().list()), ["a"]);
    assert_eq!(requests(&server, Verb::List), 1);
}

/// client-go: `TestReflectorStopWatch`; ours can be started again and resumes from its last version.
#[tokio::test(start_paused = true)]
async fn a_dropped_round_ends_its_watch_and_the_next_round_resumes() {
    let server = server();
    create(&server, "a", "red");
    create(&server, "b", "red");
    let first = server.resource_version();
    let (mut reflector, queue) = reflector_and_queue(&server, InitialListStrategy::List, |_| ());
    assert!(timeout(5 * SECOND, reflector.list_and_watch()).await.is_err(), "it is watching");
    assert_eq!(open_requests(&server), [""; 0]);
    assert_eq!(reflector.last_sync_resource_version(), Some(first.to_string().as_str()));
    delete(&server, "a");
    paint(&server, "b", "blue");
    let second = server.resource_version();
    assert!(timeout(5 * SECOND, reflector.list_and_watch()).await.is_err(), "it is watching");
    let expected = [
        "list rv=0 limit=500".to_owned(),
        format!("watch rv={first}"),
        format!("list rv={first}"),
        format!("watch rv={second}"),
    ];
    assert_eq!(request_lines(&server), expected);
    assert_eq!(pop_all(&queue).await, ["Replaced a", "Missing a", "Replaced b", "Replaced b"]);
}

/// The error hook receives every failure. client-go's handler is not called for failures within a watch.
#[tokio::test(start_paused = true)]
async fn every_failure_is_reported() {
    type Case = (&'static str, Reason, fn(&ApiServer));
    let cases: [Case; 3] = [
        ("a short watch", Reason::ShortWatch, |server| {
            server.faults().on(RequestMatcher::plain_watch("widgets")).close_at_once();
        }),
        ("a watch whose versions go backwards", Reason::StaleResourceVersion, |server| {
            let older = Step::event("MODIFIED", widget_at("a", "1", "red"));
            let watch = Answer::watch([added("a", "100"), older, Step::Silence]);
            server.faults().script(RequestMatcher::plain_watch("widgets"), [watch]);
        }),
        ("a list older than requested", Reason::StaleResourceVersion, |server| {
            server.faults().on(RequestMatcher::plain_watch("widgets")).gone();
            server.faults().on(RequestMatcher::list("widgets")).answer(Answer::json(200, &list_at("1", &[])));
        }),
    ];
    let mut unreported = Vec::new();
    for (what, expected, inject) in cases {
        let (server, errors) = (server(), ErrorLog::default());
        let informer = Widget::informer(server.client())
            .initial_list_strategy(InitialListStrategy::List)
            .on_error(errors.hook())
            .start();
        informer.wait_for_sync().await.unwrap();
        // A watch that ends from now on is not a short watch.
        sleep(10 * SECOND).await;
        inject(&server);
        server.drop_all_watches();
        let is_due =
            |health: &Health| matches!(health, Health::Degraded { reason, .. } if *reason == expected);
        informer.health().wait_for(is_due).await.unwrap();
        if errors.all().iter().all(|line| line.contains("410")) {
            unreported.push(what);
        }
    }
    assert_eq!(unreported, [""; 0], "degraded, but the hook was not called");
}
