//! Faults in watches, event by event.

use std::io::ErrorKind;

use reflector_apiserver::{ApiServer, RequestMatcher, Status};
use serde_json::json;

use crate::common::{WIDGETS, server, watch, widget};

const LIST: &str =
    "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";

fn filled() -> ApiServer {
    let server = server();
    for name in ["a", "b", "c"] {
        server.create("example.com/v1", "widgets", Some("default"), widget(name, "red")).unwrap();
    }
    server
}

#[tokio::test(start_paused = true)]
async fn cuts_ends_or_stalls_after_events() {
    let server = filled();
    let path = format!("{WIDGETS}?watch=1");
    let faults = server.faults();

    faults.on(RequestMatcher::watch("widgets")).cut_after_events(2);
    let mut broken = watch(&server, &path).await;
    assert_eq!((broken.brief().await.1, broken.brief().await.1), ("a".to_owned(), "b".to_owned()));
    assert_eq!(broken.line().await.unwrap_err().kind(), ErrorKind::ConnectionReset);

    faults.on(RequestMatcher::watch("widgets")).end_after_events(1);
    let mut short = watch(&server, &path).await;
    assert_eq!(short.brief().await.1, "a");
    assert!(short.ended().await);

    faults.on(RequestMatcher::watch("widgets")).close_at_once();
    assert!(watch(&server, &path).await.ended().await);

    faults.on(RequestMatcher::watch("widgets")).silence_after_events(1);
    let mut silent = watch(&server, &format!("{path}&timeoutSeconds=5")).await;
    assert_eq!(silent.brief().await.1, "a");
    assert!(silent.is_silent().await, "the timeout does not end the watch either");

    assert_eq!(watch(&server, &path).await.brief().await.1, "a", "all faults are used up");
}

#[tokio::test(start_paused = true)]
async fn an_error_event_is_the_last_event() {
    let server = filled();
    server.faults().on(RequestMatcher::watch("widgets")).error_event_after(1, &Status::for_code(500));
    let mut watch = watch(&server, &format!("{WIDGETS}?watch=1")).await;
    assert_eq!(watch.brief().await.0, "ADDED");
    let event = watch.event().await;
    assert_eq!((event["type"].as_str(), event["object"]["code"].as_u64()), (Some("ERROR"), Some(500)));
    assert!(watch.ended().await);
}

#[tokio::test(start_paused = true)]
async fn malformed_lines_and_unknown_events_are_injected() {
    let server = filled();
    let faults = server.faults();
    faults.on(RequestMatcher::watch("widgets")).malformed_line_after(1);
    faults.on(RequestMatcher::watch("widgets")).unknown_event_after(3, &json!({"metadata": {"name": "x"}}));
    let mut watch = watch(&server, &format!("{WIDGETS}?watch=1")).await;
    assert_eq!(watch.brief().await.1, "a");
    let line = watch.line().await.unwrap().unwrap();
    assert!(serde_json::from_str::<serde_json::Value>(&line).is_err(), "{line}");
    assert_eq!(watch.brief().await.1, "b");
    assert_eq!(watch.event().await["type"], "RENAMED", "the malformed line counts as the second event");
    assert_eq!(watch.brief().await.1, "c");
}

#[tokio::test(start_paused = true)]
async fn an_injected_line_does_not_wait_for_the_next_event() {
    let server = filled();
    server.faults().on(RequestMatcher::watch("widgets")).inject_after_events(3, "now\n");
    let mut watch = watch(&server, &format!("{WIDGETS}?watch=1")).await;
    for _ in 0..3 {
        watch.event().await;
    }
    assert_eq!(watch.line().await.unwrap().as_deref(), Some("now"));
}

#[tokio::test(start_paused = true)]
async fn an_endless_line_is_injected() {
    let server = filled();
    server.faults().on(RequestMatcher::watch("widgets")).endless_line_after(1);
    let path = format!("{WIDGETS}?watch=1");
    let response = crate::common::send(
        &server,
        crate::common::request(http::Method::GET, &path, &serde_json::Value::Null),
    )
    .await;
    let mut body = response.into_body();
    let (mut lines, mut rest) = (0, 0);
    while rest < 1_000_000 {
        let frame = http_body_util::BodyExt::frame(&mut body).await.unwrap().unwrap().into_data().unwrap();
        let text = std::str::from_utf8(&frame).unwrap();
        lines += text.matches('\n').count();
        rest += frame.len();
    }
    assert_eq!(lines, 1);
}

#[tokio::test(start_paused = true)]
async fn the_end_bookmark_is_missing_or_wrong() {
    let server = filled();
    server.faults().on(RequestMatcher::watch_list("widgets")).omit_end_bookmark();
    let mut without = watch(&server, &format!("{WIDGETS}?{LIST}")).await;
    for _ in 0..3 {
        assert_eq!(without.brief().await.0, "ADDED");
    }
    server.send_bookmarks();
    let other = without.event().await;
    assert_eq!(other["type"], "BOOKMARK", "other bookmarks are sent unchanged");
    assert_eq!(other["object"]["metadata"]["annotations"], serde_json::Value::Null);

    server.faults().on(RequestMatcher::watch_list("widgets")).end_bookmark_value("false");
    let mut wrong = watch(&server, &format!("{WIDGETS}?{LIST}")).await;
    for _ in 0..3 {
        wrong.event().await;
    }
    let bookmark = wrong.event().await;
    assert_eq!(bookmark["object"]["metadata"]["annotations"]["k8s.io/initial-events-end"], "false");
}

#[tokio::test(start_paused = true)]
async fn streaming_lists_alone_can_be_rejected() {
    let server = filled();
    server.faults().on(RequestMatcher::watch_list("widgets")).always().refuse_initial_events();
    assert_eq!(watch(&server, &format!("{WIDGETS}?{LIST}")).await.status, 422);
    assert_eq!(watch(&server, &format!("{WIDGETS}?watch=1")).await.status, 200);
    server.faults().on(RequestMatcher::plain_watch("widgets")).gone();
    assert_eq!(watch(&server, &format!("{WIDGETS}?watch=1")).await.status, 410, "410 as HTTP status");
}

#[tokio::test(start_paused = true)]
async fn events_are_changed_or_duplicated() {
    let server = filled();
    server.faults().on(RequestMatcher::watch("widgets")).replace_value(
        "b",
        "/spec/color",
        json!({"deep": 1}),
    );
    server.faults().on(RequestMatcher::watch("widgets")).duplicate_events_after(1);
    let mut watch = watch(&server, &format!("{WIDGETS}?watch=1")).await;
    assert_eq!(watch.brief().await.1, "a");
    for _ in 0..2 {
        let event = watch.event().await;
        assert_eq!(
            (event["object"]["metadata"]["name"].as_str(), &event["object"]["spec"]["color"]),
            (Some("b"), &json!({"deep": 1}))
        );
    }
    assert_eq!(watch.event().await["object"]["spec"]["color"], "red");
}
