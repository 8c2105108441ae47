//! Streaming lists: when one is requested, what completes it, and the fallback if it does not complete.

use std::time::Duration;

use reflector_apiserver::{Answer, Fault, FaultBuilder, RequestMatcher, Status, Step, Verb};
use reflector_runtime::{Health, InitialListStrategy, Reflect as _};
use tokio::time::{Instant, sleep};

use crate::support::{
    ErrorLog, Widget, create, end_bookmark, names, request_lines, requests, requests_of, server, synced,
    synced_by_list, until, widget_at,
};

const SECOND: Duration = Duration::from_secs(1);

fn added(name: &str, version: &str) -> Step {
    Step::event("ADDED", widget_at(name, version, "red"))
}

fn bookmark(version: &str) -> Step {
    Step::event("BOOKMARK", end_bookmark(version, "true"))
}

/// client-go: `TestNewReflectorWithDisablementWatchList`: the setting, and the server's capabilities. There, a client
/// without support is known beforehand; here the server's refusal is detected and remembered.
#[tokio::test(start_paused = true)]
async fn a_streaming_list_is_used_if_it_is_configured_and_supported() {
    type Behaviour = fn(FaultBuilder);
    type Case = (InitialListStrategy, Behaviour, &'static [&'static str]);
    let supports: Behaviour = drop;
    let refuses: Behaviour = |on| drop(on.always().refuse_initial_events());
    let cases: [Case; 5] = [
        (InitialListStrategy::WatchList, supports, &["watch-list"]),
        (InitialListStrategy::WatchList, refuses, &["watch-list", "list rv=0 limit=500", "watch"]),
        (InitialListStrategy::List, supports, &["list rv=0 limit=500", "watch"]),
        (InitialListStrategy::List, refuses, &["list rv=0 limit=500", "watch"]),
        (InitialListStrategy::PagedList, supports, &["list limit=500", "watch"]),
    ];
    for (initial_list_strategy, behaviour, expected) in cases {
        let server = server();
        create(&server, "a", "red");
        behaviour(server.faults().on(RequestMatcher::watch_list("widgets")));
        let informer = Widget::informer(server.client()).initial_list_strategy(initial_list_strategy).start();
        informer.wait_for_sync().await.unwrap();
        until(|| request_lines(&server).len() >= expected.len()).await;
        let watch = format!("watch rv={}", server.resource_version());
        let lines: Vec<_> = request_lines(&server).iter().map(|line| line.replace(&watch, "watch")).collect();
        assert_eq!(lines, expected, "{initial_list_strategy:?}");
    }
}

/// client-go: `TestNewReflectorWithDisablementWatchList`; the server may be upgraded later.
#[tokio::test(start_paused = true)]
async fn a_refusal_is_remembered_for_an_hour() {
    let server = server();
    server.faults().on(RequestMatcher::watch_list("widgets")).refuse_initial_events();
    let _informer = synced(&server).await;
    for (after, expected) in [(59 * 60, "list"), (2 * 60, "watch-list")] {
        sleep(after * SECOND).await;
        server.clear_requests();
        server.faults().on(RequestMatcher::plain_watch("widgets")).gone();
        server.drop_all_watches();
        // A probe may precede the watch, if the one before sent nothing.
        let lines = || -> Vec<String> {
            request_lines(&server).into_iter().filter(|line| line != "list limit=1").collect()
        };
        until(|| lines().len() >= 2).await;
        assert_eq!(lines()[1].split(' ').next(), Some(expected), "{:?}", request_lines(&server));
    }
}

/// client-go: `TestInitialEventsEndBookmarkTicker`. There it warns; here it is reported once, followed by a list. The
/// time is counted from the last event.
#[tokio::test(start_paused = true)]
async fn an_overdue_bookmark_is_reported_and_no_longer_awaited() {
    let server = server();
    let pause = || Step::Pause(50 * SECOND);
    let overdue = [added("a", "1"), pause(), added("b", "2"), pause(), added("c", "3"), Step::Silence];
    server.faults().script(RequestMatcher::watch_list("widgets"), [Answer::watch(overdue)]);
    let (errors, start) = (ErrorLog::default(), Instant::now());
    let informer = Widget::informer(server.client()).on_error(errors.hook()).start();
    sleep(159 * SECOND).await;
    assert_eq!((errors.all(), request_lines(&server)), (vec![], vec!["watch-list".to_owned()]));
    assert!(matches!(*informer.health().borrow(), Health::Syncing { received: 3, remaining: None }));
    until(|| !errors.all().is_empty()).await;
    assert!((160..162).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
    assert!(errors.contains("the bookmark that ends the streaming list is missing"), "{:?}", errors.all());
    assert_eq!(request_lines(&server)[1], "list limit=500", "not older than the streamed objects");
    informer.wait_for_sync().await.unwrap();
    assert!(informer.lister().is_empty(), "the list contains none of them");
}

/// client-go: `TestInitialEventsEndBookmarkTicker`; nothing is reported if the bookmark arrives in time.
#[tokio::test(start_paused = true)]
async fn a_bookmark_in_time_is_not_reported() {
    let server = server();
    let in_time = [added("a", "1"), Step::Pause(59 * SECOND), bookmark("2"), Step::Silence];
    server.faults().script(RequestMatcher::watch_list("widgets"), [Answer::watch(in_time)]);
    let errors = ErrorLog::default();
    let informer = Widget::informer(server.client()).on_error(errors.hook()).start();
    informer.wait_for_sync().await.unwrap();
    sleep(240 * SECOND).await;
    assert_eq!((errors.all(), request_lines(&server)), (vec![], vec!["watch-list".to_owned()]));
    assert!(informer.is_synced());
}

/// client-go: `TestWatchList`: not synced before the bookmark, synced with it; one request, and its parameters.
#[tokio::test(start_paused = true)]
async fn the_bookmark_completes_the_sync() {
    let server = server();
    let events = [added("p1", "1"), added("p2", "2"), Step::Pause(30 * SECOND), bookmark("7"), Step::Silence];
    server.faults().script(RequestMatcher::watch_list("widgets"), [Answer::watch(events)]);
    let informer = Widget::informer(server.client()).start();
    sleep(29 * SECOND).await;
    assert!(!informer.is_synced());
    assert_eq!(informer.lister().resource_version(), None, "initial events do not set the version");
    sleep(2 * SECOND).await;
    assert!(informer.is_synced());
    assert_eq!(informer.lister().resource_version().as_deref(), Some("7"));
    assert_eq!(names(&informer.lister().list()), ["p1", "p2"]);
    assert_eq!(request_lines(&server), ["watch-list"]);
    let request = requests_of(&server, Verb::Watch).remove(0);
    let parameter = |name: &str| request.parameter(name);
    assert_eq!(parameter("sendInitialEvents").as_deref(), Some("true"));
    assert_eq!(parameter("resourceVersionMatch").as_deref(), Some("NotOlderThan"));
    assert_eq!(parameter("allowWatchBookmarks").as_deref(), Some("true"));
    let timeout: u64 = parameter("timeoutSeconds").unwrap().parse().unwrap();
    assert!((300..600).contains(&timeout), "{timeout}");
}

/// client-go: `TestWatchList`, disabled: the parameters of a list and a watch.
#[tokio::test(start_paused = true)]
async fn without_streaming_lists_no_request_has_their_parameters() {
    let server = server();
    let _informer = synced_by_list(&server).await;
    until(|| requests(&server, Verb::Watch) == 1).await;
    for request in server.requests() {
        for parameter in ["sendInitialEvents", "resourceVersionMatch"] {
            assert_eq!(request.parameter(parameter), None, "{parameter} of a {}", request.verb);
        }
        let bookmarks = request.parameter("allowWatchBookmarks");
        assert_eq!(bookmarks.is_some(), request.verb == Verb::Watch, "of a {}", request.verb);
    }
}

/// client-go: `TestWatchList`: any error, including `Invalid`, causes an immediate fallback to a list.
#[tokio::test(start_paused = true)]
async fn any_error_causes_an_immediate_fallback_to_a_list() {
    type Refusal = (&'static str, fn(FaultBuilder) -> Fault);
    let refusals: [Refusal; 6] = [
        ("any error", |on| on.status(500)),
        ("Invalid", FaultBuilder::refuse_initial_events),
        ("Forbidden", |on| on.status(403)),
        ("NotFound", |on| on.status(404)),
        ("BadRequest", |on| on.status(400)),
        ("no Status", |on| on.status(502).text_body("<html>")),
    ];
    for (name, refuse) in refusals {
        let server = server();
        create(&server, "p1", "red");
        refuse(server.faults().on(RequestMatcher::watch_list("widgets")));
        let start = Instant::now();
        let informer = synced(&server).await;
        assert!(start.elapsed() < SECOND, "{name}: {:?}", start.elapsed());
        let watch = format!("watch rv={}", server.resource_version());
        until(|| request_lines(&server).len() == 3).await;
        assert_eq!(request_lines(&server), ["watch-list", "list rv=0 limit=500", &watch], "{name}");
        create(&server, "p2", "red");
        until(|| names(&informer.lister().list()) == ["p1", "p2"]).await;
    }
}

/// client-go: `TestWatchList`: 429 is retried; ours honours `Retry-After`.
#[tokio::test(start_paused = true)]
async fn a_throttled_streaming_list_is_retried_without_a_list() {
    let server = server();
    create(&server, "p1", "red");
    server.faults().on(RequestMatcher::watch_list("widgets")).times(2).status(429).retry_after(45);
    let informer = synced(&server).await;
    assert_eq!(request_lines(&server), ["watch-list"; 3]);
    let attempts = requests_of(&server, Verb::Watch);
    for pair in attempts.windows(2) {
        assert!(pair[1].at - pair[0].at >= 45 * SECOND, "{:?}", pair[1].at - pair[0].at);
    }
    assert_eq!(names(&informer.lister().list()), ["p1"]);
}

/// client-go: `TestWatchList`: closed before it was synced, a new one is requested. Ours waits before that, and
/// objects that only the first one contained are removed.
#[tokio::test(start_paused = true)]
async fn a_streaming_list_closed_before_the_bookmark_is_restarted() {
    let server = server();
    let closed = [added("p0", "1"), added("p1", "1"), Step::End];
    let whole = [added("p1", "1"), bookmark("2"), Step::Silence];
    let answers = [Answer::watch(closed), Answer::watch(whole)];
    server.faults().script(RequestMatcher::watch_list("widgets"), answers);
    let informer = synced(&server).await;
    assert_eq!(request_lines(&server), ["watch-list"; 2]);
    let attempts = requests_of(&server, Verb::Watch);
    assert!(
        attempts[1].at - attempts[0].at >= Duration::from_millis(800),
        "not immediately and indefinitely"
    );
    assert_eq!(names(&informer.lister().list()), ["p1"]);
}

/// client-go: `TestWatchList`: closed after it was synced, a plain watch resumes after its last event.
#[tokio::test(start_paused = true)]
async fn after_a_close_following_the_bookmark_a_plain_watch_resumes() {
    let server = server();
    let closed = [added("p1", "1"), added("p2", "2"), bookmark("2"), added("p3", "3"), Step::End];
    server.faults().script(RequestMatcher::watch_list("widgets"), [Answer::watch(closed)]);
    let next = [added("p4", "4"), Step::Silence];
    server.faults().script(RequestMatcher::plain_watch("widgets"), [Answer::watch(next)]);
    let start = Instant::now();
    let informer = synced(&server).await;
    until(|| names(&informer.lister().list()) == ["p1", "p2", "p3", "p4"]).await;
    assert!(start.elapsed() < SECOND, "{:?}", start.elapsed());
    assert_eq!(request_lines(&server), ["watch-list", "watch rv=3"]);
}

/// client-go: `TestWatchList`: an established watch that expired is an error, and the next round streams again.
#[tokio::test(start_paused = true)]
async fn an_expired_watch_is_reported_and_streams_again() {
    let gone = Status::for_code(410);
    for expired in [Answer::status(&gone), Answer::watch([Step::error(&gone)])] {
        let server = server();
        let first = [added("p1", "1"), bookmark("2"), added("p3", "3"), Step::End];
        let second = [added("p3", "3"), bookmark("5"), Step::Silence];
        server
            .faults()
            .script(RequestMatcher::watch_list("widgets"), [Answer::watch(first), Answer::watch(second)]);
        server.faults().script(RequestMatcher::plain_watch("widgets"), [expired]);
        let errors = ErrorLog::default();
        let informer = Widget::informer(server.client()).on_error(errors.hook()).start();
        until(|| names(&informer.lister().list()) == ["p1", "p3"]).await;
        until(|| names(&informer.lister().list()) == ["p3"]).await;
        assert!(errors.contains("410 Expired"), "{:?}", errors.all());
        assert_eq!(request_lines(&server), ["watch-list", "watch rv=3", "watch-list rv=3"]);
    }
}

/// client-go: `TestWatchList`: the value of the annotation must be `true`.
#[tokio::test(start_paused = true)]
async fn another_value_in_the_annotation_does_not_complete_the_list() {
    for value in ["false", "", "True"] {
        let server = server();
        let end = Step::event("BOOKMARK", end_bookmark("2", value));
        let events = [added("p1", "1"), added("p2", "2"), end, Step::Silence];
        server.faults().script(RequestMatcher::watch_list("widgets"), [Answer::watch(events)]);
        let informer = Widget::informer(server.client()).start();
        sleep(55 * SECOND).await;
        assert!(!informer.is_synced(), "{value:?}");
        assert_eq!(informer.lister().resource_version(), None, "{value:?}");
        assert_eq!(request_lines(&server), ["watch-list"], "{value:?}");
    }
}
