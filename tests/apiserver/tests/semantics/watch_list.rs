//! Streaming lists: `sendInitialEvents`.

use crate::common::{WIDGETS, get, server, watch, widget};
use serde_json::json;

const QUERY: &str =
    "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true";

#[tokio::test(start_paused = true)]
async fn sends_the_initial_list_then_the_bookmark_then_events() {
    let server = server();
    for name in ["b", "a"] {
        server.create("example.com/v1", "widgets", Some("default"), widget(name, "red")).unwrap();
    }
    let version = server.resource_version();
    let mut watch = watch(&server, &format!("{WIDGETS}?{QUERY}")).await;
    assert_eq!(watch.brief().await.1, "a");
    assert_eq!(watch.brief().await.1, "b");
    let event = watch.event().await;
    assert_eq!(
        event,
        json!({"type": "BOOKMARK", "object": {"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {
            "annotations": {"k8s.io/initial-events-end": "true"}, "resourceVersion": version.to_string()}}})
    );
    server.delete("example.com/v1", "widgets", Some("default"), "a").unwrap();
    assert_eq!(watch.brief().await.0, "DELETED");
}

#[tokio::test(start_paused = true)]
async fn without_bookmarks_there_is_no_end_bookmark() {
    let server = server();
    let query = QUERY.replace("&allowWatchBookmarks=true", "");
    let mut watch = watch(&server, &format!("{WIDGETS}?{query}")).await;
    server.create("example.com/v1", "widgets", Some("default"), widget("a", "red")).unwrap();
    assert_eq!(watch.brief().await.0, "ADDED");
}

#[tokio::test(start_paused = true)]
async fn send_initial_events_false_sends_no_initial_events() {
    let server = server();
    server.create("example.com/v1", "widgets", Some("default"), widget("a", "red")).unwrap();
    let query = QUERY.replace("sendInitialEvents=true", "sendInitialEvents=false");
    let mut watch = watch(&server, &format!("{WIDGETS}?{query}")).await;
    server.create("example.com/v1", "widgets", Some("default"), widget("b", "red")).unwrap();
    assert_eq!(watch.brief().await.1, "b");
}

#[tokio::test(start_paused = true)]
async fn a_future_version_is_too_large_after_three_seconds() {
    let server = server();
    let now = server.resource_version();
    let start = tokio::time::Instant::now();
    let mut watch = watch(&server, &format!("{WIDGETS}?{QUERY}&resourceVersion=1000000")).await;
    let event = watch.event().await;
    assert_eq!(start.elapsed().as_secs(), 3);
    assert_eq!(event["type"], "ERROR");
    assert_eq!(
        event["object"]["message"],
        format!("Timeout: Too large resource version: 1000000, current: {now}")
    );
    assert_eq!(event["object"]["details"]["causes"][0]["reason"], "ResourceVersionTooLarge");
}

#[tokio::test(start_paused = true)]
async fn wrong_options_are_invalid() {
    let server = server();
    let message = |query: &'static str| {
        let server = server.clone();
        async move {
            let (code, status) = get(&server, &format!("{WIDGETS}?{query}")).await;
            assert_eq!((code, status["reason"].as_str()), (422, Some("Invalid")), "{query}");
            status["message"].as_str().unwrap().to_owned()
        }
    };
    let text = message("watch=1&sendInitialEvents=true").await;
    assert_eq!(
        text,
        "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting \
         resourceVersionMatch to NotOlderThan"
    );
    let text = message("watch=1&resourceVersionMatch=NotOlderThan").await;
    assert!(
        text.contains("resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"),
        "{text}"
    );
    let text = message("watch=1&sendInitialEvents=1&resourceVersionMatch=Exact").await;
    assert!(text.contains("Unsupported value: \"Exact\": supported values: \"NotOlderThan\""), "{text}");
    let text = message("sendInitialEvents=true").await;
    assert!(text.contains("sendInitialEvents is forbidden for list"), "{text}");
}
