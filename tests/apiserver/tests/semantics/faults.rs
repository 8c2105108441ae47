//! Faults in lists and single responses: exact, counted, composable.

use std::{io::ErrorKind, time::Duration};

use http::Method;
use http_body_util::BodyExt as _;
use reflector_apiserver::{RequestMatcher, Status, TooLargeForm, Verb};
use serde_json::{Value, json};
use tower::Service as _;

use crate::common::{WIDGETS, get, names, request, send, server, widget};

#[tokio::test(start_paused = true)]
async fn fails_a_number_of_requests_with_retry_after() {
    let server = server();
    let fault = server.faults().on(RequestMatcher::list("widgets")).times(2).status(429).retry_after(3);
    for _ in 0..2 {
        let response = send(&server, request(Method::GET, WIDGETS, &Value::Null)).await;
        assert_eq!(response.headers()["retry-after"], "3");
        let (code, status) = crate::common::read(response).await;
        assert_eq!((code, status["reason"].as_str()), (429, Some("TooManyRequests")));
        assert_eq!(status["details"]["retryAfterSeconds"], 3);
    }
    assert_eq!(get(&server, WIDGETS).await.0, 200);
    assert_eq!(get(&server, &format!("{WIDGETS}/a")).await.0, 404, "a get is not a list");
    assert_eq!(fault.fired(), 2);
    let fired = server.faults().fired();
    assert_eq!((fired[0].fault.as_str(), fired[0].times), ("status 429 on list widgets", 2));
}

#[tokio::test(start_paused = true)]
async fn skips_matches_and_can_be_removed() {
    let server = server();
    let faults = server.faults();
    let fault =
        faults.on(RequestMatcher::any().namespace("default")).skip(1).always().status(503).without_body();
    assert_eq!(get(&server, WIDGETS).await.0, 200);
    assert_eq!(get(&server, WIDGETS).await, (503, Value::String(String::new())));
    assert_eq!(get(&server, "/apis/example.com/v1/namespaces/kube-system/widgets").await.0, 200);
    fault.remove();
    assert_eq!(get(&server, WIDGETS).await.0, 200);
    faults
        .on(RequestMatcher::verb(Verb::List))
        .always()
        .status(500)
        .text_body("<html>oops</html>")
        .message("unused");
    assert_eq!(get(&server, WIDGETS).await, (500, Value::String("<html>oops</html>".to_owned())));
    faults.clear();
    assert_eq!(get(&server, WIDGETS).await.0, 200);
}

#[tokio::test(start_paused = true)]
async fn a_fault_can_fail_a_single_page() {
    let server = server();
    let objects = (0..3).map(|i| widget(&format!("w{i}"), "red"));
    server.create_all("example.com/v1", "widgets", Some("default"), objects).unwrap();
    let _fault = server.faults().on(RequestMatcher::list("widgets").page(2)).gone();
    let (_, first) = get(&server, &format!("{WIDGETS}?limit=1")).await;
    let token = first["metadata"]["continue"].as_str().unwrap();
    let second = format!("{WIDGETS}?limit=1&continue={token}");
    let (code, status) = get(&server, &second).await;
    assert_eq!((code, status["reason"].as_str()), (410, Some("Expired")));
    assert_eq!(names(&get(&server, &second).await.1), ["w1"]);
}

#[tokio::test(start_paused = true)]
async fn delays_add_up_and_one_fault_responds() {
    let server = server();
    let faults = server.faults();
    faults.on(RequestMatcher::list("widgets")).delay(Duration::from_secs(5));
    faults.on(RequestMatcher::list("widgets")).delay(Duration::from_secs(2));
    let first = faults.on(RequestMatcher::list("widgets")).status(500);
    let second = faults.on(RequestMatcher::list("widgets")).status(503);
    let start = tokio::time::Instant::now();
    assert_eq!(get(&server, WIDGETS).await.0, 500);
    assert_eq!(start.elapsed(), Duration::from_secs(7));
    assert_eq!((first.fired(), second.fired()), (1, 0), "the second fault is kept for the next request");
    assert_eq!(get(&server, WIDGETS).await.0, 503);
    assert_eq!(start.elapsed(), Duration::from_secs(7));
}

#[tokio::test(start_paused = true)]
async fn a_connection_is_refused_or_hangs() {
    let server = server();
    server.faults().on(RequestMatcher::any()).refuse_connection();
    let error = server.clone().call(request(Method::GET, WIDGETS, &Value::Null)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionRefused);
    server.faults().on(RequestMatcher::any()).hang();
    let hanging = tokio::time::timeout(Duration::from_secs(3600), get(&server, WIDGETS));
    assert!(hanging.await.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_body_is_cut_or_ends_early() {
    let server = server();
    server.create("example.com/v1", "widgets", Some("default"), widget("a", "red")).unwrap();
    let complete = crate::common::text(&server, WIDGETS).await;
    server.faults().on(RequestMatcher::list("widgets")).cut_after_bytes(10);
    let mut body = send(&server, request(Method::GET, WIDGETS, &Value::Null)).await.into_body();
    let frame = body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert_eq!(frame, complete.as_bytes()[..10]);
    assert_eq!(body.frame().await.unwrap().unwrap_err().kind(), ErrorKind::ConnectionReset);
    server.faults().on(RequestMatcher::list("widgets")).end_after_bytes(10);
    assert_eq!(crate::common::text(&server, WIDGETS).await, complete[..10]);
    assert_eq!(crate::common::text(&server, WIDGETS).await, complete);
}

#[tokio::test(start_paused = true)]
async fn objects_are_changed_in_the_response() {
    let server = server();
    for name in ["a", "b"] {
        server.create("example.com/v1", "widgets", Some("default"), widget(name, "red")).unwrap();
    }
    let faults = server.faults();
    faults.on(RequestMatcher::list("widgets")).replace_value("b", "/spec/color", json!(7));
    faults.on(RequestMatcher::list("widgets")).skip(1).wrong_kind("Gadget");
    let (_, list) = get(&server, WIDGETS).await;
    assert_eq!(
        (&list["items"][0]["spec"]["color"], &list["items"][1]["spec"]["color"]),
        (&json!("red"), &json!(7))
    );
    let (_, list) = get(&server, WIDGETS).await;
    assert_eq!(list["items"][0]["kind"], "Gadget");
    assert_eq!(list["kind"], "WidgetList");
    let (_, list) = get(&server, WIDGETS).await;
    assert_eq!(list["items"][1]["spec"]["color"], "red", "the stored object is unchanged");
}

#[tokio::test(start_paused = true)]
async fn lists_repeat_the_first_page_or_are_stale() {
    let server = server();
    let create = |name: &str| {
        server.create("example.com/v1", "widgets", Some("default"), widget(name, "red")).unwrap()
    };
    create("a");
    let then = server.resource_version();
    create("b");
    server.faults().on(RequestMatcher::list("widgets")).stale_list(then);
    let (_, list) = get(&server, WIDGETS).await;
    assert_eq!(
        (names(&list), list["metadata"]["resourceVersion"].as_str()),
        (vec!["a".to_owned()], Some(&*then.to_string()))
    );
    server.faults().on(RequestMatcher::list("widgets").page(2)).repeat_first_page();
    let (_, first) = get(&server, &format!("{WIDGETS}?limit=1")).await;
    let token = first["metadata"]["continue"].as_str().unwrap();
    assert_eq!(names(&get(&server, &format!("{WIDGETS}?limit=1&continue={token}")).await.1), ["a"]);
}

#[tokio::test(start_paused = true)]
async fn too_large_version_errors_have_three_forms() {
    let server = server();
    for form in [TooLargeForm::CauseType, TooLargeForm::CauseMessage, TooLargeForm::Message] {
        server.faults().on(RequestMatcher::list("widgets")).too_large_resource_version(form);
        let (code, value) = get(&server, WIDGETS).await;
        let status: Status = serde_json::from_value(value).unwrap();
        assert_eq!((code, status.reason.as_str()), (504, "Timeout"));
        let causes = status.details.map(|details| details.causes).unwrap_or_default();
        let cause_type = causes.iter().any(|cause| cause.reason == "ResourceVersionTooLarge");
        let cause_message = causes.iter().any(|cause| cause.message == "Too large resource version");
        let message = status.message.contains("Too large resource version");
        let found = (cause_type, cause_message, message);
        assert_eq!(
            found,
            match form {
                TooLargeForm::CauseType => (true, true, true),
                TooLargeForm::CauseMessage => (false, true, false),
                TooLargeForm::Message => (false, false, true),
            }
        );
    }
}
