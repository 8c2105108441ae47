//! Home-made servers, as the simulation found them: events that arrive together, streaming lists, lists whose objects
//! contradict their version, and versions that cannot be watched although a cache returns them.

mod support;

use std::time::Duration;

use reflector_apiserver::{Answer, ApiServer, RequestMatcher, Status, Step, Verb};
use reflector_runtime::{Delivery, Health, Informer, InitialListStrategy, Reflect as _, VersionOrder};
use serde_json::Value;
use support::{
    Widget, end_bookmark, list_at, names, next, request_lines, requests, server, until, widget_at,
};

fn answering(lists: &[Value], watches: Vec<Vec<Step>>) -> ApiServer {
    let server = server();
    server.faults().script(RequestMatcher::list("widgets"), lists.iter().map(|list| Answer::json(200, list)));
    if let Some(last) = lists.last() {
        server.faults().on(RequestMatcher::list("widgets")).always().answer(Answer::json(200, last));
    }
    server.faults().script(RequestMatcher::watch("widgets"), watches.into_iter().map(Answer::watch));
    server.faults().on(RequestMatcher::watch("widgets")).always().answer(Answer::watch([Step::Silence]));
    server
}

fn listing(server: &ApiServer) -> Informer<Widget> {
    Widget::informer(server.client()).initial_list_strategy(InitialListStrategy::List).start()
}

fn is_unordered(informer: &Informer<Widget>) -> bool {
    matches!(&*informer.health().borrow(), Health::Synced { version_order: VersionOrder::Unordered, .. })
}

fn color(informer: &Informer<Widget>, name: &str) -> Option<String> {
    informer.lister().get("default", name).map(|widget| widget.spec.color.clone())
}

/// One line of several events, so that they arrive together.
fn together(events: &[(&str, Value)]) -> Step {
    let lines = events.iter().map(|(kind, object)| format!("{{\"type\":\"{kind}\",\"object\":{object}}}\n"));
    Step::bytes(lines.collect::<String>())
}

/// A server that repeats the events before the version that a watch continues from.
#[tokio::test(start_paused = true)]
async fn a_replayed_addition_does_not_outlive_its_deletion() {
    let list = list_at("20", &[widget_at("a", "15", "new")]);
    let replay = together(&[
        ("MODIFIED", widget_at("a", "10", "old")),
        ("MODIFIED", widget_at("a", "15", "new")),
        ("ADDED", widget_at("b", "11", "red")),
        ("DELETED", widget_at("b", "11", "red")),
    ]);
    let server = answering(&[list], vec![vec![replay, Step::Silence]]);
    let informer = listing(&server);
    until(|| is_unordered(&informer)).await;
    tokio::time::sleep(Duration::from_secs(10)).await;
    assert_eq!(names(&informer.lister().list()), ["a"]);
    assert_eq!(color(&informer, "a").as_deref(), Some("new"));
}

/// The cached objects save decoding the initial events of a streaming list, and only those.
#[tokio::test(start_paused = true)]
async fn a_change_without_a_new_version_is_delivered_after_a_streaming_list() {
    let server = server();
    let initial = |version: &str| {
        [
            Step::event("ADDED", widget_at("a", "10", "red")),
            Step::event("BOOKMARK", end_bookmark(version, "true")),
        ]
    };
    let [added, bookmark] = initial("20");
    let first = vec![added, bookmark, Step::error(&Status::expired("too old"))];
    let [added, bookmark] = initial("21");
    let change = Step::event("MODIFIED", widget_at("a", "10", "blue"));
    let second = vec![added, bookmark, change, Step::Silence];
    server.faults().script(RequestMatcher::watch("widgets"), [first, second].map(Answer::watch));
    server
        .faults()
        .on(RequestMatcher::list("widgets"))
        .always()
        .answer(Answer::json(200, &list_at("21", &[])));
    let informer = Widget::informer(server.client()).start();
    let mut events = informer.subscribe_with(Delivery::EveryEvent);
    assert_eq!(next(&mut events).await, "Added a red (initial)");
    assert_eq!(next(&mut events).await, "Updated a red->blue");
    assert_eq!(color(&informer, "a").as_deref(), Some("blue"));
}

/// The event is newer than the list and older than the object in it: only unordered versions do that.
#[tokio::test(start_paused = true)]
async fn a_list_with_an_object_newer_than_itself_shows_that_versions_are_not_ordered() {
    let list = list_at("100", &[widget_at("a", "900", "red")]);
    let steps = vec![Step::event("MODIFIED", widget_at("a", "700", "blue")), Step::Silence];
    let server = answering(&[list], vec![steps]);
    let informer = listing(&server);
    until(|| color(&informer, "a").as_deref() == Some("blue")).await;
    assert!(is_unordered(&informer));
    assert_eq!((requests(&server, Verb::List), requests(&server, Verb::Watch)), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_streaming_list_with_an_object_newer_than_itself_shows_it_too() {
    let server = server();
    let steps = [
        Step::event("ADDED", widget_at("a", "900", "red")),
        Step::event("BOOKMARK", end_bookmark("100", "true")),
        Step::event("MODIFIED", widget_at("a", "700", "blue")),
        Step::Silence,
    ];
    server.faults().script(RequestMatcher::watch("widgets"), [Answer::watch(steps)]);
    let informer = Widget::informer(server.client()).start();
    until(|| color(&informer, "a").as_deref() == Some("blue")).await;
    assert!(is_unordered(&informer));
}

/// A list that is not older shows an object in an older version: only the most recent list can be believed.
#[tokio::test(start_paused = true)]
async fn an_object_that_goes_back_in_a_newer_list_is_listed_again() {
    let lists =
        [list_at("20", &[widget_at("a", "15", "red")]), list_at("30", &[widget_at("a", "5", "blue")])];
    let gone = vec![Step::error(&Status::expired("too old"))];
    let server = answering(&lists, vec![gone]);
    let informer = listing(&server);
    until(|| color(&informer, "a").as_deref() == Some("blue")).await;
    assert_eq!(
        request_lines(&server),
        ["list rv=0 limit=500", "watch rv=20", "list rv=20", "list", "watch rv=30"]
    );
}

/// A cache returns a version that was compacted, and the server closes each watch from it without an error.
#[tokio::test(start_paused = true)]
async fn a_stale_list_after_fruitless_watches_is_not_accepted_twice() {
    let server = server();
    let stale = Answer::json(200, &list_at("7", &[]));
    let fresh = Answer::json(200, &list_at("900", &[widget_at("a", "800", "red")]));
    server
        .faults()
        .on(RequestMatcher::list("widgets").parameter("resourceVersion", ""))
        .always()
        .answer(fresh);
    server.faults().on(RequestMatcher::list("widgets")).always().answer(stale);
    let of_stale = RequestMatcher::watch("widgets").parameter("resourceVersion", "7");
    server.faults().on(of_stale).always().answer(Answer::watch([]));
    server.faults().on(RequestMatcher::watch("widgets")).always().answer(Answer::watch([Step::Silence]));
    let informer = listing(&server);
    until(|| informer.lister().len() == 1).await;
    assert_eq!(requests(&server, Verb::List), 3, "{:?}", request_lines(&server));
}

/// A server that repeats old events in each watch, and closes it: that is no progress.
#[tokio::test(start_paused = true)]
async fn replayed_events_are_no_result() {
    let lists = [
        list_at("100", &[widget_at("a", "10", "red"), widget_at("b", "20", "red")]),
        list_at("900", &[widget_at("a", "10", "red"), widget_at("b", "800", "blue")]),
    ];
    let replayed = || {
        vec![
            Step::event("MODIFIED", widget_at("a", "10", "red")),
            Step::event("MODIFIED", widget_at("b", "20", "red")),
        ]
    };
    let server = server();
    let is_probe = || RequestMatcher::list("widgets").parameter("limit", "1");
    server.faults().on(is_probe()).always().answer(Answer::json(200, &lists[1]));
    server
        .faults()
        .script(RequestMatcher::list("widgets").parameter("limit", "500"), [Answer::json(200, &lists[0])]);
    server.faults().on(RequestMatcher::list("widgets")).always().answer(Answer::json(200, &lists[1]));
    let from = |version: &str| RequestMatcher::watch("widgets").parameter("resourceVersion", version);
    server.faults().on(from("900")).always().answer(Answer::watch([Step::Silence]));
    server.faults().on(RequestMatcher::watch("widgets")).always().answer(Answer::watch(replayed()));
    let informer = listing(&server);
    until(|| color(&informer, "b").as_deref() == Some("blue")).await;
    assert!(requests(&server, Verb::Watch) < 10, "{:?}", request_lines(&server));
}

/// The deletion is late, and its object cannot be decoded: the uid still shows which object it was.
#[tokio::test(start_paused = true)]
async fn a_late_undecodable_deletion_of_an_earlier_object_is_ignored() {
    let list = list_at("b3BhcXVl", &[widget_at("a", "Zmlyc3Q=", "red")]);
    let mut earlier = widget_at("a", "ZWFybGllcg==", "red");
    earlier["metadata"]["uid"] = "earlier".into();
    earlier["spec"]["color"] = 7.into();
    let steps = vec![
        Step::event("MODIFIED", widget_at("a", "c2Vjb25k", "blue")),
        Step::event("DELETED", earlier),
        Step::event("ADDED", widget_at("b", "dGhpcmQ=", "red")),
        Step::Silence,
    ];
    let server = answering(&[list], vec![steps]);
    let informer = listing(&server);
    until(|| color(&informer, "b").is_some()).await;
    assert_eq!(names(&informer.lister().list()), ["a", "b"]);
    assert!(is_unordered(&informer));
}
