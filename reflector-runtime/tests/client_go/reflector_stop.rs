//! How watches and reflectors end, and that nothing of them stays open: client-go's tests of `Stop` and of closed
//! channels. Where client-go returns `errorStopRequested`, ours is a future that is over, or was dropped.

use std::time::Duration;

use reflector_apiserver::{Answer, ApiServer, RequestMatcher, Status, Step, Verb};
use reflector_runtime::{Health, InitialListStrategy, Reason, Reflect as _};
use serde_json::json;
use tokio::{
    sync::oneshot,
    time::{Instant, sleep, timeout},
};

use crate::{
    fed::{fed, popped},
    support::{
        Told, Widget, asked, create, delete, list_at, listing, names, open, paint, requests, requests_of,
        server, until, widget_at,
    },
};

const SECOND: Duration = Duration::from_secs(1);

fn added(name: &str, version: &str) -> Step {
    Step::event("ADDED", widget_at(name, version, "red"))
}

/// client-go: `TestCloseWatchChannelOnError`, whatever the error is, before anything else is asked.
#[tokio::test(start_paused = true)]
async fn an_error_within_a_watch_closes_it() {
    let errors = [
        Step::error(&Status::for_code(410)),
        Step::error(&Status::for_code(500)),
        Step::error(&Status::for_code(429)),
        Step::Line(json!({ "type": "ERROR", "object": widget_at("bar", "100", "red") })),
        Step::bytes("{\"type\":\n"),
        // One that the reflector finds by itself: the server has lost its history.
        Step::event("MODIFIED", widget_at("a", "1", "red")),
    ];
    for error in errors {
        let server = server();
        // The server does not end it by itself.
        let watch = Answer::watch([added("a", "100"), error.clone(), Step::Silence]);
        server.faults().script(RequestMatcher::plain_watch("widgets"), [watch]);
        let informer =
            Widget::informer(server.client()).initial_list_strategy(InitialListStrategy::List).start();
        until(|| requests_of(&server, Verb::Watch).first().is_some_and(|watch| watch.ended.is_some())).await;
        let watch = requests_of(&server, Verb::Watch).remove(0);
        assert!(watch.ended.is_some_and(|ended| ended - watch.at < SECOND / 10), "{error:?}: {watch:?}");
        assert_eq!(open(&server), [""; 0], "{error:?}");
        assert_eq!(names(&informer.lister().list()), ["a"], "{error:?}: the event before it counts");
    }
}

/// client-go: `TestRunUntil`.
#[tokio::test(start_paused = true)]
async fn a_stop_ends_the_watch_at_once() {
    let server = server();
    let (mut reflector, queue) = fed(&server, InitialListStrategy::List, |_| ());
    let (stop, stopped) = oneshot::channel::<()>();
    let running = tokio::spawn(async move { reflector.run(async move { _ = stopped.await }).await });
    until(|| requests(&server, Verb::Watch) == 1).await;
    create(&server, "bar", "red");
    until(|| queue.len() == 1).await;
    assert_eq!(open(&server).len(), 1, "the watch goes on");
    let now = Instant::now();
    stop.send(()).unwrap();
    running.await.unwrap();
    assert_eq!(now.elapsed(), Duration::ZERO);
    assert_eq!(open(&server), [""; 0]);
    create(&server, "baz", "red");
    sleep(3600 * SECOND).await;
    assert_eq!((queue.len(), asked(&server).len()), (1, 2), "nothing more is taken or asked");
}

/// client-go: `TestReflectorWatchStoppedBefore`.
#[tokio::test(start_paused = true)]
async fn a_reflector_that_is_stopped_already_asks_nothing() {
    for initial_list_strategy in [InitialListStrategy::WatchList, InitialListStrategy::List] {
        let server = server();
        let (mut reflector, queue) = fed(&server, initial_list_strategy, |_| ());
        let health = reflector.health();
        reflector.run(std::future::ready(())).await;
        assert_eq!(asked(&server), [""; 0]);
        assert_eq!(*health.borrow(), Health::Stopped);
        assert!(queue.is_empty());
    }
}

/// client-go: `TestReflectorWatchStoppedAfter`, and wherever else a reflector may stand.
#[tokio::test(start_paused = true)]
async fn a_stop_ends_whatever_is_under_way() {
    type Case = (&'static str, InitialListStrategy, fn(&ApiServer), &'static str);
    let cases: [Case; 6] = [
        ("a watch that tells nothing", InitialListStrategy::List, |_| (), "watch"),
        (
            "a watch that is not answered",
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
            "a list that is not answered",
            InitialListStrategy::List,
            |server| {
                server.faults().on(RequestMatcher::list("widgets")).hang();
            },
            "list",
        ),
        (
            "a list that comes to no end",
            InitialListStrategy::List,
            |server| {
                let begun = Answer::watch([Step::bytes("{\"apiVersion\""), Step::Silence]);
                server.faults().on(RequestMatcher::list("widgets")).answer(begun);
            },
            "list",
        ),
        (
            "a wait",
            InitialListStrategy::List,
            |server| {
                server.faults().on(RequestMatcher::list("widgets")).status(429).retry_after(3600);
            },
            "list",
        ),
    ];
    for (name, initial_list_strategy, spoil, last) in cases {
        let server = server();
        spoil(&server);
        let (mut reflector, _queue) = fed(&server, initial_list_strategy, |_| ());
        let start = Instant::now();
        reflector.run(sleep(30 * SECOND)).await;
        assert!(start.elapsed() < 31 * SECOND, "{name}: {:?}", start.elapsed());
        assert_eq!(open(&server), [""; 0], "{name}");
        let before = asked(&server);
        assert_eq!(before.last().unwrap().split(' ').next(), Some(last), "{name}: {before:?}");
        sleep(3600 * SECOND).await;
        assert_eq!(asked(&server), before, "{name}");
    }
}

/// client-go: `TestReflectorHandleWatchStoppedBefore`.
#[tokio::test(start_paused = true)]
async fn a_stop_before_the_first_event_takes_none() {
    let late = [
        ("the watch", Answer::watch([added("a", "100"), Step::Silence]).delay(10 * SECOND)),
        ("the event", Answer::watch([Step::Pause(10 * SECOND), added("a", "100"), Step::Silence])),
    ];
    for (what, answer) in late {
        let server = server();
        server.faults().script(RequestMatcher::plain_watch("widgets"), [answer]);
        let (mut reflector, queue) = fed(&server, InitialListStrategy::List, |_| ());
        reflector.run(sleep(5 * SECOND)).await;
        assert_eq!(open(&server), [""; 0], "{what} would have come later");
        sleep(10 * SECOND).await;
        assert_eq!(popped(&queue).await, [""; 0], "{what} came too late");
    }
}

/// client-go: `TestReflectorHandleWatchStoppedAfter`.
#[tokio::test(start_paused = true)]
async fn a_stop_behind_an_event_keeps_it_and_takes_no_other() {
    let server = server();
    let watch =
        Answer::watch([added("a", "100"), Step::Pause(10 * SECOND), added("b", "101"), Step::Silence]);
    server.faults().script(RequestMatcher::plain_watch("widgets"), [watch]);
    let (mut reflector, queue) = fed(&server, InitialListStrategy::List, |_| ());
    reflector.run(sleep(5 * SECOND)).await;
    assert_eq!(open(&server), [""; 0]);
    sleep(10 * SECOND).await;
    assert_eq!(reflector.last_sync_resource_version(), Some("100"));
    assert_eq!(popped(&queue).await, ["Added a"]);
}

/// client-go: `TestReflectorHandleWatchResultChanClosedBefore`: a very short watch. There it costs a list; ours waits
/// and opens the next one where it was.
#[tokio::test(start_paused = true)]
async fn a_watch_that_is_closed_with_nothing_in_it_waits() {
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
        let ended = watches[0].ended.expect("the first is over");
        assert!(watches[1].at - ended >= Duration::from_millis(800), "{:?}", watches[1].at - ended);
        let version = server.resource_version();
        let watch = format!("watch rv={version}");
        assert_eq!(asked(&server), ["list rv=0 limit=500", &watch, &watch]);
    }
}

/// client-go: `TestReflectorHandleWatchResultChanClosedAfter`.
#[tokio::test(start_paused = true)]
async fn a_watch_that_is_closed_behind_an_event_goes_on_at_once() {
    let server = server();
    let closed = Answer::watch([added("a", "100"), Step::Pause(SECOND / 100), Step::End]);
    server.faults().script_or(
        RequestMatcher::plain_watch("widgets"),
        [closed],
        Answer::watch([Step::Silence]),
    );
    let informer = listing(&server).await;
    until(|| requests(&server, Verb::Watch) == 2).await;
    let watches = requests_of(&server, Verb::Watch);
    assert!(watches[0].ended.is_some(), "the first is over");
    assert!(watches[1].at - watches[0].at < SECOND / 10, "{:?}", watches[1].at - watches[0].at);
    assert_eq!(watches[1].parameter("resourceVersion").as_deref(), Some("100"));
    assert_eq!(names(&informer.lister().list()), ["a"]);
    assert_eq!(requests(&server, Verb::List), 1);
}

/// client-go: `TestReflectorStopWatch`; ours can be begun again, and knows where it was.
#[tokio::test(start_paused = true)]
async fn a_round_that_is_dropped_ends_its_watch_and_the_next_goes_on() {
    let server = server();
    create(&server, "a", "red");
    create(&server, "b", "red");
    let first = server.resource_version();
    let (mut reflector, queue) = fed(&server, InitialListStrategy::List, |_| ());
    assert!(timeout(5 * SECOND, reflector.list_and_watch()).await.is_err(), "it watches");
    assert_eq!(open(&server), [""; 0]);
    assert_eq!(reflector.last_sync_resource_version(), Some(first.to_string().as_str()));
    delete(&server, "a");
    paint(&server, "b", "blue");
    let second = server.resource_version();
    assert!(timeout(5 * SECOND, reflector.list_and_watch()).await.is_err(), "it watches");
    let expected = [
        "list rv=0 limit=500".to_owned(),
        format!("watch rv={first}"),
        format!("list rv={first}"),
        format!("watch rv={second}"),
    ];
    assert_eq!(asked(&server), expected);
    assert_eq!(popped(&queue).await, ["Replaced a", "Missing a", "Replaced b", "Replaced b"]);
}

/// The error hook promises every failure; client-go's handler is not told of what happens within a watch.
#[tokio::test(start_paused = true)]
async fn every_failure_is_told() {
    type Case = (&'static str, Reason, fn(&ApiServer));
    let cases: [Case; 3] = [
        ("a short watch", Reason::ShortWatch, |server| {
            server.faults().on(RequestMatcher::plain_watch("widgets")).close_at_once();
        }),
        ("a watch that runs back", Reason::StaleResourceVersion, |server| {
            let older = Step::event("MODIFIED", widget_at("a", "1", "red"));
            let watch = Answer::watch([added("a", "100"), older, Step::Silence]);
            server.faults().script(RequestMatcher::plain_watch("widgets"), [watch]);
        }),
        ("a list older than asked for", Reason::StaleResourceVersion, |server| {
            server.faults().on(RequestMatcher::plain_watch("widgets")).gone();
            server.faults().on(RequestMatcher::list("widgets")).answer(Answer::json(200, &list_at("1", &[])));
        }),
    ];
    let mut silent = Vec::new();
    for (what, expected, spoil) in cases {
        let (server, told) = (server(), Told::default());
        let informer = Widget::informer(server.client())
            .initial_list_strategy(InitialListStrategy::List)
            .on_error(told.hook())
            .start();
        informer.wait_for_sync().await.unwrap();
        // A watch that is ended now is not a short one itself.
        sleep(10 * SECOND).await;
        spoil(&server);
        server.drop_all_watches();
        let is_due =
            |health: &Health| matches!(health, Health::Degraded { reason, .. } if *reason == expected);
        informer.health().wait_for(is_due).await.unwrap();
        if told.all().iter().all(|line| line.contains("410")) {
            silent.push(what);
        }
    }
    assert_eq!(silent, [""; 0], "degraded, and the hook was not told");
}
