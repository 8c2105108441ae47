//! Scripts: a sequence of canned responses, followed by those of the server.

use std::{io::ErrorKind, time::Duration};

use http::Method;
use http_body_util::BodyExt as _;
use reflector_apiserver::{Answer, RequestMatcher, Status, Step};
use serde_json::{Value, json};

use crate::common::{WIDGETS, get, request, send, server, watch, widget};

#[tokio::test(start_paused = true)]
async fn canned_responses_are_sent_in_order_before_those_of_the_server() {
    let server = server();
    let script = server.faults().script(
        RequestMatcher::list("widgets"),
        [
            Answer::json(200, &json!({"canned": 1})),
            Answer::status(&Status::for_code(500)),
            Answer::real(),
            Answer::bytes(200, "{\"half").delay(Duration::from_secs(3)),
        ],
    );
    assert_eq!(get(&server, WIDGETS).await, (200, json!({"canned": 1})));
    assert_eq!(get(&server, WIDGETS).await.0, 500);
    assert_eq!(get(&server, WIDGETS).await.1["kind"], "WidgetList");
    let start = tokio::time::Instant::now();
    assert_eq!(get(&server, WIDGETS).await.1, "{\"half");
    assert_eq!(start.elapsed(), Duration::from_secs(3));
    assert_eq!(get(&server, WIDGETS).await.1["kind"], "WidgetList");
    assert_eq!(script.fired(), 4);
}

#[tokio::test(start_paused = true)]
async fn the_last_response_can_repeat_indefinitely() {
    let server = server();
    server.faults().script_or(
        RequestMatcher::list("widgets"),
        [Answer::real()],
        Answer::status(&Status::for_code(503)),
    );
    assert_eq!(get(&server, WIDGETS).await.0, 200);
    for _ in 0..3 {
        assert_eq!(get(&server, WIDGETS).await.0, 503);
    }
}

#[tokio::test(start_paused = true)]
async fn a_watch_is_scripted_in_steps() {
    let server = server();
    server.faults().script(
        RequestMatcher::watch("widgets"),
        [
            Answer::watch([
                Step::event("ADDED", widget("a", "red")),
                Step::Pause(Duration::from_secs(7)),
                Step::bytes("half a "),
                Step::bytes("line\n"),
                Step::Cut,
            ]),
            Answer::watch([Step::error(&Status::for_code(410)), Step::End, Step::bytes("never")]),
            Answer::watch([Step::Silence]),
        ],
    );
    let path = format!("{WIDGETS}?watch=1");
    let mut first = watch(&server, &path).await;
    let start = tokio::time::Instant::now();
    assert_eq!(first.brief().await.1, "a");
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(first.line().await.unwrap().as_deref(), Some("half a line"));
    assert_eq!(start.elapsed(), Duration::from_secs(7));
    assert_eq!(first.line().await.unwrap_err().kind(), ErrorKind::ConnectionReset);
    let mut second = watch(&server, &path).await;
    assert_eq!(second.event().await["object"]["code"], 410);
    assert!(second.ended().await);
    assert!(watch(&server, &path).await.is_silent().await);
}

#[tokio::test(start_paused = true)]
async fn canned_responses_can_be_in_protobuf() {
    let server = server();
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}});
    let list = json!({"apiVersion": "v1", "kind": "PodList", "metadata": {}, "items": [pod]});
    let answers = [
        Answer::json(200, &list),
        Answer::watch([Step::event("ADDED", pod)]),
        Answer::status(&Status::for_code(500)),
        // Not an object.
        Answer::bytes(200, "<html>"),
    ];
    server.faults().script(RequestMatcher::resource("pods"), answers.map(Answer::in_protobuf));
    let expected: [(&str, &[u8]); 4] = [
        ("application/vnd.kubernetes.protobuf", b"k8s\0"),
        // An event has its length before it, and no envelope.
        ("application/vnd.kubernetes.protobuf;stream=watch", b"\0\0\0"),
        ("application/vnd.kubernetes.protobuf", b"k8s\0"),
        ("application/json", b"<html>"),
    ];
    for (content_type, begin) in expected {
        let response = send(&server, request(Method::GET, "/api/v1/pods", &Value::Null)).await;
        assert_eq!(response.headers()["content-type"], content_type);
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert!(body.starts_with(begin), "{content_type}: {body:?}");
    }
}
