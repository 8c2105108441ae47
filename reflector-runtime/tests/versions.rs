//! Servers whose resourceVersions are not a rising line: no event starves another, no version is retried forever, and
//! what the versions mean is decided once.

mod support;

use std::time::Duration;

use reflector_apiserver::{Answer, ApiServer, RequestMatcher, Status, Step, Verb};
use reflector_runtime::{
    Delivery, Health, Informer, InitialListStrategy, Reason, Reflect as _, Subscription, VersionOrder,
    WaitError,
};
use serde_json::{Value, json};
use support::{ErrorLog, Widget, list_at, names, next, request_lines, requests, server, until, widget_at};

/// A server that returns this list, and probes at the same version; each watch from it gets one of `watches`, and further
/// ones stay silent.
struct Scripted {
    server: ApiServer,
    informer: Informer<Widget>,
    events: Subscription<Widget>,
}

fn scripted(lists: &[Value], watches: Vec<Vec<Step>>) -> Scripted {
    let server = server();
    let last = lists.last().cloned().expect("a list");
    let lists = lists.iter().map(|list| Answer::json(200, list));
    server.faults().script(RequestMatcher::list("widgets"), lists);
    server.faults().on(RequestMatcher::list("widgets")).always().answer(Answer::json(200, &last));
    server.faults().script(RequestMatcher::watch("widgets"), watches.into_iter().map(Answer::watch));
    server.faults().on(RequestMatcher::watch("widgets")).always().answer(Answer::watch([Step::Silence]));
    let informer = Widget::informer(server.client()).initial_list_strategy(InitialListStrategy::List).start();
    let events = informer.subscribe_with(Delivery::EveryEvent);
    Scripted { server, informer, events }
}

fn with_uid(mut widget: Value, uid: &str) -> Value {
    widget["metadata"]["uid"] = json!(uid);
    widget
}

/// The lists that returned a state: probes have a limit of 1.
fn full_lists(server: &ApiServer) -> usize {
    request_lines(server).iter().filter(|line| line.starts_with("list") && !line.ends_with("limit=1")).count()
}

fn probes(server: &ApiServer) -> usize {
    request_lines(server).iter().filter(|line| *line == "list limit=1").count()
}

fn version_order(informer: &Informer<Widget>) -> VersionOrder {
    match &*informer.health().borrow() {
        Health::Synced { version_order, .. } => *version_order,
        other => panic!("not synced: {other}"),
    }
}

#[tokio::test(start_paused = true)]
async fn an_older_event_does_not_starve_later_ones() {
    let list = list_at("25", &[widget_at("a", "20", "red")]);
    let steps = vec![
        Step::event("MODIFIED", widget_at("a", "19", "blue")),
        Step::event("ADDED", widget_at("b", "26", "red")),
        Step::Silence,
    ];
    let mut run = scripted(&[list], vec![steps]);
    assert_eq!(next(&mut run.events).await, "Added a red (initial)");
    assert_eq!(next(&mut run.events).await, "Added b red");
    // The probe shows that the server is current: it does not order its versions, and the event counts.
    assert_eq!(next(&mut run.events).await, "Updated a red->blue");
    tokio::time::sleep(Duration::from_secs(200)).await;
    assert_eq!((full_lists(&run.server), probes(&run.server), requests(&run.server, Verb::Watch)), (1, 1, 1));
    assert_eq!(version_order(&run.informer), VersionOrder::Unordered);
    // Whether the cache is as new as a version is unknown, although all versions are numbers.
    let error = run.informer.lister().wait_for("20").timeout(Duration::from_secs(60)).await.unwrap_err();
    assert!(matches!(error, WaitError::NotComparable { .. }), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_deletion_at_the_version_of_the_last_change_deletes() {
    let list = list_at("9", &[widget_at("a", "1", "red")]);
    let steps = vec![
        Step::event("ADDED", widget_at("b", "11", "red")),
        Step::event("ADDED", widget_at("c", "12", "red")),
        Step::event("DELETED", widget_at("a", "1", "red")),
        Step::event("MODIFIED", widget_at("b", "13", "blue")),
        Step::Silence,
    ];
    let mut run = scripted(&[list], vec![steps]);
    let mut delivered = Vec::new();
    for _ in 0..5 {
        delivered.push(next(&mut run.events).await);
    }
    // Events of different objects may be reordered.
    delivered.sort();
    assert_eq!(
        delivered,
        ["Added a red (initial)", "Added b red", "Added c red", "Deleted a red", "Updated b red->blue"]
    );
    tokio::time::sleep(Duration::from_secs(200)).await;
    assert_eq!((requests(&run.server, Verb::List), requests(&run.server, Verb::Watch)), (1, 1));
    assert_eq!(version_order(&run.informer), VersionOrder::Ordered);
    assert_eq!(run.informer.lister().resource_version().as_deref(), Some("13"));
}

/// Virtual APIs (such as those of aggregated servers) change objects without a new version.
#[tokio::test(start_paused = true)]
async fn a_change_without_a_new_version_is_delivered() {
    let list = list_at("50", &[widget_at("a", "10", "red"), widget_at("b", "20", "red")]);
    let steps = vec![
        Step::event("MODIFIED", widget_at("a", "10", "blue")),
        Step::event("MODIFIED", widget_at("b", "51", "green")),
        Step::Pause(Duration::from_secs(5)),
        Step::event("MODIFIED", widget_at("a", "10", "black")),
        Step::Silence,
    ];
    let mut run = scripted(&[list], vec![steps]);
    for expected in [
        "Added a red (initial)",
        "Added b red (initial)",
        "Updated a red->blue",
        "Updated b red->green",
        "Updated a blue->black",
    ] {
        assert_eq!(next(&mut run.events).await, expected);
    }
    assert_eq!((full_lists(&run.server), probes(&run.server)), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_late_deletion_of_an_earlier_object_is_ignored() {
    let list = list_at("20", &[with_uid(widget_at("a", "20", "red"), "2")]);
    let steps = vec![
        Step::event("DELETED", with_uid(widget_at("a", "15", "old"), "1")),
        Step::event("ADDED", widget_at("b", "21", "red")),
        Step::Silence,
    ];
    let mut run = scripted(&[list], vec![steps]);
    assert_eq!(next(&mut run.events).await, "Added a red (initial)");
    assert_eq!(next(&mut run.events).await, "Added b red");
    tokio::time::sleep(Duration::from_secs(100)).await;
    assert_eq!(names(&run.informer.lister().list()), ["a", "b"]);
    assert_eq!(full_lists(&run.server), 1);
}

/// An aggregation of two clusters shows an object of each under one key.
#[tokio::test(start_paused = true)]
async fn two_objects_with_one_key_do_not_replace_each_other_forever() {
    let one = |version: &str| with_uid(widget_at("a", version, "one"), "1");
    let two = |version: &str| with_uid(widget_at("a", version, "two"), "2");
    let list = list_at("20", &[one("10"), two("11")]);
    let steps = (21..41).map(|version: u32| {
        let version = version.to_string();
        Step::event(
            "MODIFIED",
            if version.ends_with(['1', '3', '5', '7', '9']) { one(&version) } else { two(&version) },
        )
    });
    let run = scripted(&[list], vec![steps.chain([Step::Silence]).collect()]);
    run.informer.wait_for_sync().await.unwrap();
    tokio::time::sleep(Duration::from_secs(10)).await;
    let mut received = run.events;
    let mut replaced = 0;
    while let Some(event) = received.try_next() {
        replaced += usize::from(event.name() == "Deleted");
    }
    assert!(replaced <= 1, "{replaced} replacements");
    assert!(run.informer.skipped().count >= 9, "{}", run.informer.skipped().count);
    let text = run.informer.skipped().last.expect("reported").to_string();
    assert!(text.contains("default/a is the key of two objects with different uids"), "{text}");
}

/// The remaining one of two objects with one key takes over once a list shows that the other is gone.
#[tokio::test(start_paused = true)]
async fn the_other_object_of_a_key_takes_over_when_the_cached_one_is_gone() {
    let one = || with_uid(widget_at("a", "10", "one"), "1");
    let two = || with_uid(widget_at("a", "11", "two"), "2");
    let lists = vec![list_at("20", &[one(), two()]), list_at("30", &[two()])];
    let gone = Step::error(&Status::expired("too old"));
    let mut run = scripted(&lists, vec![vec![gone]]);
    assert_eq!(next(&mut run.events).await, "Added a one (initial)");
    assert_eq!(next(&mut run.events).await, "Missing a one");
    assert_eq!(next(&mut run.events).await, "Added a two");
}

#[tokio::test(start_paused = true)]
async fn opaque_versions_are_followed_in_the_order_of_arrival() {
    let list = list_at("b3BhcXVl", &[widget_at("a", "Zmlyc3Q=", "red")]);
    let first = vec![
        Step::event("MODIFIED", widget_at("a", "c2Vjb25k", "blue")),
        Step::event("ADDED", widget_at("b", "YQ==", "red")),
        Step::event("DELETED", widget_at("b", "YQ==", "red")),
    ];
    let second = vec![Step::event("MODIFIED", widget_at("a", "dGhpcmQ=", "green")), Step::Silence];
    let mut run = scripted(&[list], vec![first, second]);
    for expected in ["Added a red (initial)", "Updated a red->blue"] {
        assert_eq!(next(&mut run.events).await, expected);
    }
    until(|| run.informer.lister().get("default", "a").is_some_and(|a| a.spec.color == "green")).await;
    assert_eq!(names(&run.informer.lister().list()), ["a"]);
    assert_eq!((requests(&run.server, Verb::List), requests(&run.server, Verb::Watch)), (1, 2));
    assert_eq!(version_order(&run.informer), VersionOrder::Unordered);
}

/// etcd proxies and kinds without a watch cache close a watch from a compacted version at once; k3s answers 500.
#[tokio::test(start_paused = true)]
async fn a_version_that_cannot_be_watched_is_listed_after_a_few_attempts() {
    let closed = Answer::watch([]);
    let error = Answer::status(&Status::failure(500, "InternalError", "revision has been compacted"));
    for answer in [closed, error] {
        let server = server();
        let lists = [
            list_at("100", &[widget_at("a", "10", "red")]),
            list_at("900", &[widget_at("a", "800", "blue")]),
        ];
        server
            .faults()
            .script(RequestMatcher::list("widgets"), lists.iter().map(|list| Answer::json(200, list)));
        server.faults().script(RequestMatcher::watch("widgets"), std::iter::repeat_n(answer, 3));
        server.faults().on(RequestMatcher::watch("widgets")).always().answer(Answer::watch([Step::Silence]));
        let informer =
            Widget::informer(server.client()).initial_list_strategy(InitialListStrategy::List).start();
        until(|| informer.lister().get("default", "a").is_some_and(|a| a.spec.color == "blue")).await;
        assert_eq!(requests(&server, Verb::Watch), 4, "{:?}", request_lines(&server));
    }
}

#[tokio::test(start_paused = true)]
async fn a_stale_list_after_410_is_not_accepted_twice() {
    let server = server();
    let (old, new) = (list_at("7", &[]), list_at("9", &[widget_at("a", "8", "red")]));
    let lists = [&old, &old, &new].map(|list| Answer::json(200, list));
    server.faults().script(RequestMatcher::list("widgets"), lists);
    let gone = Answer::status(&Status::expired("too old resource version"));
    server.faults().script(RequestMatcher::watch("widgets"), [gone.clone(), gone]);
    server.faults().on(RequestMatcher::watch("widgets")).always().answer(Answer::watch([Step::Silence]));
    let informer = Widget::informer(server.client()).initial_list_strategy(InitialListStrategy::List).start();
    until(|| informer.lister().len() == 1).await;
    assert_eq!(
        request_lines(&server),
        ["list rv=0 limit=500", "watch rv=7", "list rv=7", "watch rv=7", "list limit=500", "watch rv=9"]
    );
}

/// Some proxies send the head of a response only with the first byte of its body.
#[tokio::test(start_paused = true)]
async fn a_watch_whose_response_is_held_back_does_not_delay_the_sync() {
    let server = server();
    let list = list_at("10", &[widget_at("a", "5", "red")]);
    server.faults().script(RequestMatcher::list("widgets"), [Answer::json(200, &list)]);
    let steps = [Step::event("ADDED", widget_at("b", "11", "red")), Step::Silence];
    let held_back = Answer::watch(steps).delay(Duration::from_secs(240));
    server.faults().script(RequestMatcher::watch("widgets"), [held_back]);
    let informer = Widget::informer(server.client()).initial_list_strategy(InitialListStrategy::List).start();
    let start = tokio::time::Instant::now();
    informer.wait_for_sync().await.unwrap();
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    let mut health = informer.health();
    until(|| {
        assert!(health.borrow_and_update().is_synced(), "{:?}", *informer.health().borrow());
        informer.lister().len() == 2
    })
    .await;
    assert_eq!(requests(&server, Verb::Watch), 1);
}

/// kubernetes/kubernetes#135452: a server that was restored to an older state accepts a watch from a version of the
/// future, and sends nothing.
#[tokio::test(start_paused = true)]
async fn a_watch_from_the_future_is_noticed() {
    let server = server();
    let before = list_at("1000", &[widget_at("a", "900", "red"), widget_at("b", "901", "red")]);
    let after = list_at("300", &[widget_at("a", "200", "blue")]);
    server.faults().script(RequestMatcher::list("widgets"), [Answer::json(200, &before)]);
    server.faults().on(RequestMatcher::list("widgets")).always().answer(Answer::json(200, &after));
    let silent = Answer::watch([Step::Pause(Duration::from_secs(300)), Step::End]);
    server.faults().on(RequestMatcher::watch("widgets")).always().answer(silent);
    let errors = ErrorLog::default();
    let informer = Widget::informer(server.client())
        .initial_list_strategy(InitialListStrategy::List)
        .on_error(errors.hook())
        .start();
    until(|| names(&informer.lister().list()) == ["a"]).await;
    assert_eq!(informer.lister().get("default", "a").unwrap().spec.color, "blue");
    assert!(errors.contains("older than 1000"), "{:?}", errors.all());
    assert_eq!(requests(&server, Verb::List), 3, "{:?}", request_lines(&server));
}

/// A token that is rotated: the version is still good.
#[tokio::test(start_paused = true)]
async fn a_watch_that_is_denied_for_a_while_costs_no_list() {
    for (code, name) in [(401, "Unauthorized"), (403, "Forbidden")] {
        let list = list_at("10", &[widget_at("a", "5", "red")]);
        let server = server();
        server.faults().script(RequestMatcher::list("widgets"), [Answer::json(200, &list)]);
        let denied = Answer::status(&Status::failure(code, name, "token expired"));
        let ok = Answer::watch([Step::event("ADDED", widget_at("b", "12", "red")), Step::Silence]);
        let answers =
            [Answer::watch([Step::event("BOOKMARK", widget_at("", "11", ""))]), denied.clone(), denied, ok];
        server.faults().script(RequestMatcher::watch("widgets"), answers);
        let informer =
            Widget::informer(server.client()).initial_list_strategy(InitialListStrategy::List).start();
        until(|| informer.lister().len() == 2).await;
        assert_eq!((requests(&server, Verb::List), requests(&server, Verb::Watch)), (1, 4));
    }
}

/// A kind that the server can list and not watch, and every list a different version: bounded, and reported.
#[tokio::test(start_paused = true)]
async fn a_watch_that_is_not_allowed_is_permanent() {
    let server = server();
    server.faults().on(RequestMatcher::watch("widgets")).always().status(405);
    let informer = Widget::informer(server.client()).start();
    let error = informer.wait_for_sync().await.unwrap_err();
    assert!(error.to_string().contains(".poll("), "{error}");
    let Health::Degraded { reason, .. } = *informer.health().borrow() else { panic!() };
    assert_eq!(reason, Reason::NotWatchable);
}
