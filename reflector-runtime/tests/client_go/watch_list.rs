//! Streaming lists: when one is asked for, what ends it, and what is done where it does not come to its end.

use std::time::Duration;

use reflector_apiserver::{Answer, Fault, FaultBuilder, RequestMatcher, Status, Step, Verb};
use reflector_runtime::{Health, InitialListStrategy, Reflect as _};
use tokio::time::{Instant, sleep};

use crate::support::{
    Told, Widget, asked, create, end_bookmark, listing, names, requests, requests_of, server, synced, until,
    widget_at,
};

const SECOND: Duration = Duration::from_secs(1);

fn added(name: &str, version: &str) -> Step {
    Step::event("ADDED", widget_at(name, version, "red"))
}

fn bookmark(version: &str) -> Step {
    Step::event("BOOKMARK", end_bookmark(version, "true"))
}

/// client-go: `TestNewReflectorWithDisablementWatchList`: the setting, and what the server can. There, a client that
/// cannot is known beforehand; here the server says so, and that is remembered.
#[tokio::test(start_paused = true)]
async fn a_streaming_list_is_used_where_it_is_wanted_and_served() {
    type Does = fn(FaultBuilder);
    type Case = (InitialListStrategy, Does, &'static [&'static str]);
    let streams: Does = drop;
    let refuses: Does = |on| drop(on.always().refuse_initial_events());
    let cases: [Case; 5] = [
        (InitialListStrategy::WatchList, streams, &["watch-list"]),
        (InitialListStrategy::WatchList, refuses, &["watch-list", "list rv=0 limit=500", "watch"]),
        (InitialListStrategy::List, streams, &["list rv=0 limit=500", "watch"]),
        (InitialListStrategy::List, refuses, &["list rv=0 limit=500", "watch"]),
        (InitialListStrategy::PagedList, streams, &["list limit=500", "watch"]),
    ];
    for (initial_list_strategy, does, expected) in cases {
        let server = server();
        create(&server, "a", "red");
        does(server.faults().on(RequestMatcher::watch_list("widgets")));
        let informer = Widget::informer(server.client()).initial_list_strategy(initial_list_strategy).start();
        informer.wait_for_sync().await.unwrap();
        until(|| asked(&server).len() >= expected.len()).await;
        let watch = format!("watch rv={}", server.resource_version());
        let asked: Vec<_> = asked(&server).iter().map(|line| line.replace(&watch, "watch")).collect();
        assert_eq!(asked, expected, "{initial_list_strategy:?}");
    }
}

/// client-go: `TestNewReflectorWithDisablementWatchList`; a server may be upgraded.
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
        until(|| asked(&server).len() >= 2).await;
        assert_eq!(asked(&server)[1].split(' ').next(), Some(expected), "{:?}", asked(&server));
    }
}

/// client-go: `TestInitialEventsEndBookmarkTicker`. There it warns; here it is told once and a list takes over. The
/// time is counted from the last event.
#[tokio::test(start_paused = true)]
async fn a_bookmark_that_is_overdue_is_told_and_no_longer_waited_for() {
    let server = server();
    let wait = || Step::Pause(50 * SECOND);
    let overdue = [added("a", "1"), wait(), added("b", "2"), wait(), added("c", "3"), Step::Silence];
    server.faults().script(RequestMatcher::watch_list("widgets"), [Answer::watch(overdue)]);
    let (told, start) = (Told::default(), Instant::now());
    let informer = Widget::informer(server.client()).on_error(told.hook()).start();
    sleep(159 * SECOND).await;
    assert_eq!((told.all(), asked(&server)), (vec![], vec!["watch-list".to_owned()]));
    assert!(matches!(*informer.health().borrow(), Health::Syncing { received: 3, remaining: None }));
    until(|| !told.all().is_empty()).await;
    assert!((160..162).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
    assert!(told.has("the bookmark that ends the streaming list is missing"), "{:?}", told.all());
    assert_eq!(asked(&server)[1], "list limit=500", "nothing older than what was streamed");
    informer.wait_for_sync().await.unwrap();
    assert!(informer.lister().is_empty(), "the list shows none of them");
}

/// client-go: `TestInitialEventsEndBookmarkTicker`; nothing is told where the bookmark comes in time.
#[tokio::test(start_paused = true)]
async fn a_bookmark_in_time_is_no_trouble() {
    let server = server();
    let in_time = [added("a", "1"), Step::Pause(59 * SECOND), bookmark("2"), Step::Silence];
    server.faults().script(RequestMatcher::watch_list("widgets"), [Answer::watch(in_time)]);
    let told = Told::default();
    let informer = Widget::informer(server.client()).on_error(told.hook()).start();
    informer.wait_for_sync().await.unwrap();
    sleep(240 * SECOND).await;
    assert_eq!((told.all(), asked(&server)), (vec![], vec!["watch-list".to_owned()]));
    assert!(informer.is_synced());
}

/// client-go: `TestWatchList`: not synced before the bookmark, synced with it; one request, and what it says.
#[tokio::test(start_paused = true)]
async fn the_bookmark_makes_it_synced() {
    let server = server();
    let events = [added("p1", "1"), added("p2", "2"), Step::Pause(30 * SECOND), bookmark("7"), Step::Silence];
    server.faults().script(RequestMatcher::watch_list("widgets"), [Answer::watch(events)]);
    let informer = Widget::informer(server.client()).start();
    sleep(29 * SECOND).await;
    assert!(!informer.is_synced());
    assert_eq!(informer.lister().resource_version(), None, "initial events tell no version");
    sleep(2 * SECOND).await;
    assert!(informer.is_synced());
    assert_eq!(informer.lister().resource_version().as_deref(), Some("7"));
    assert_eq!(names(&informer.lister().list()), ["p1", "p2"]);
    assert_eq!(asked(&server), ["watch-list"]);
    let request = requests_of(&server, Verb::Watch).remove(0);
    let said = |name: &str| request.parameter(name);
    assert_eq!(said("sendInitialEvents").as_deref(), Some("true"));
    assert_eq!(said("resourceVersionMatch").as_deref(), Some("NotOlderThan"));
    assert_eq!(said("allowWatchBookmarks").as_deref(), Some("true"));
    let timeout: u64 = said("timeoutSeconds").unwrap().parse().unwrap();
    assert!((300..600).contains(&timeout), "{timeout}");
}

/// client-go: `TestWatchList`, turned off: what a list and a watch say then.
#[tokio::test(start_paused = true)]
async fn turned_off_a_list_and_a_watch_say_nothing_of_initial_events() {
    let server = server();
    let _informer = listing(&server).await;
    until(|| requests(&server, Verb::Watch) == 1).await;
    for request in server.requests() {
        for parameter in ["sendInitialEvents", "resourceVersionMatch"] {
            assert_eq!(request.parameter(parameter), None, "{parameter} of a {}", request.verb);
        }
        let bookmarks = request.parameter("allowWatchBookmarks");
        assert_eq!(bookmarks.is_some(), request.verb == Verb::Watch, "of a {}", request.verb);
    }
}

/// client-go: `TestWatchList`: any error, and `Invalid`, falls back to a list, at once.
#[tokio::test(start_paused = true)]
async fn whatever_is_wrong_with_it_a_list_takes_over_at_once() {
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
        until(|| asked(&server).len() == 3).await;
        assert_eq!(asked(&server), ["watch-list", "list rv=0 limit=500", &watch], "{name}");
        create(&server, "p2", "red");
        until(|| names(&informer.lister().list()) == ["p1", "p2"]).await;
    }
}

/// client-go: `TestWatchList`: 429 is tried again; ours waits as long as it was asked to.
#[tokio::test(start_paused = true)]
async fn throttled_it_is_asked_for_again_and_no_list_is() {
    let server = server();
    create(&server, "p1", "red");
    server.faults().on(RequestMatcher::watch_list("widgets")).times(2).status(429).retry_after(45);
    let informer = synced(&server).await;
    assert_eq!(asked(&server), ["watch-list"; 3]);
    let tries = requests_of(&server, Verb::Watch);
    for pair in tries.windows(2) {
        assert!(pair[1].at - pair[0].at >= 45 * SECOND, "{:?}", pair[1].at - pair[0].at);
    }
    assert_eq!(names(&informer.lister().list()), ["p1"]);
}

/// client-go: `TestWatchList`: closed before it was synced, a new one is asked for. Ours waits before that, and what
/// the first showed and the second does not is gone.
#[tokio::test(start_paused = true)]
async fn closed_before_the_bookmark_it_begins_anew() {
    let server = server();
    let closed = [added("p0", "1"), added("p1", "1"), Step::End];
    let whole = [added("p1", "1"), bookmark("2"), Step::Silence];
    let answers = [Answer::watch(closed), Answer::watch(whole)];
    server.faults().script(RequestMatcher::watch_list("widgets"), answers);
    let informer = synced(&server).await;
    assert_eq!(asked(&server), ["watch-list"; 2]);
    let tries = requests_of(&server, Verb::Watch);
    assert!(tries[1].at - tries[0].at >= Duration::from_millis(800), "not at once, for ever");
    assert_eq!(names(&informer.lister().list()), ["p1"]);
}

/// client-go: `TestWatchList`: closed after it was synced, a plain watch goes on behind its last event.
#[tokio::test(start_paused = true)]
async fn closed_behind_the_bookmark_a_plain_watch_goes_on() {
    let server = server();
    let closed = [added("p1", "1"), added("p2", "2"), bookmark("2"), added("p3", "3"), Step::End];
    server.faults().script(RequestMatcher::watch_list("widgets"), [Answer::watch(closed)]);
    let next = [added("p4", "4"), Step::Silence];
    server.faults().script(RequestMatcher::plain_watch("widgets"), [Answer::watch(next)]);
    let start = Instant::now();
    let informer = synced(&server).await;
    until(|| names(&informer.lister().list()) == ["p1", "p2", "p3", "p4"]).await;
    assert!(start.elapsed() < SECOND, "{:?}", start.elapsed());
    assert_eq!(asked(&server), ["watch-list", "watch rv=3"]);
}

/// client-go: `TestWatchList`: an established watch that expired is an error, and the next round streams again.
#[tokio::test(start_paused = true)]
async fn an_expired_watch_is_told_and_streams_again() {
    let gone = Status::for_code(410);
    for expired in [Answer::status(&gone), Answer::watch([Step::error(&gone)])] {
        let server = server();
        let first = [added("p1", "1"), bookmark("2"), added("p3", "3"), Step::End];
        let second = [added("p3", "3"), bookmark("5"), Step::Silence];
        server
            .faults()
            .script(RequestMatcher::watch_list("widgets"), [Answer::watch(first), Answer::watch(second)]);
        server.faults().script(RequestMatcher::plain_watch("widgets"), [expired]);
        let told = Told::default();
        let informer = Widget::informer(server.client()).on_error(told.hook()).start();
        until(|| names(&informer.lister().list()) == ["p1", "p3"]).await;
        until(|| names(&informer.lister().list()) == ["p3"]).await;
        assert!(told.has("410 Expired"), "{:?}", told.all());
        assert_eq!(asked(&server), ["watch-list", "watch rv=3", "watch-list rv=3"]);
    }
}

/// client-go: `TestWatchList`: the annotation must say `true`, and nothing else.
#[tokio::test(start_paused = true)]
async fn another_value_in_the_annotation_ends_nothing() {
    for value in ["false", "", "True"] {
        let server = server();
        let end = Step::event("BOOKMARK", end_bookmark("2", value));
        let events = [added("p1", "1"), added("p2", "2"), end, Step::Silence];
        server.faults().script(RequestMatcher::watch_list("widgets"), [Answer::watch(events)]);
        let informer = Widget::informer(server.client()).start();
        sleep(55 * SECOND).await;
        assert!(!informer.is_synced(), "{value:?}");
        assert_eq!(informer.lister().resource_version(), None, "{value:?}");
        assert_eq!(asked(&server), ["watch-list"], "{value:?}");
    }
}
