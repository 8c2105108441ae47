//! Responses that are not a list or a watch: what is reported, and whether retrying can help.

use std::sync::{Arc, Mutex};

use futures::StreamExt as _;
use reflector_apiserver::{Answer, RequestMatcher};
use reflector_runtime::{
    InitialListStrategy, KubeListerWatcher, ListerWatcher as _, Reflect as _, ReflectorError, list_watch,
};
use serde_json::json;

use crate::support::{ErrorLog, Widget, create, server, until};

/// The last error of an informer on a server that always returns this response.
async fn permanent_error(answer: Answer) -> String {
    let server = server();
    server.faults().script_or(RequestMatcher::list("widgets"), [], answer);
    let last: Arc<Mutex<Option<String>>> = Arc::default();
    let seen = last.clone();
    let informer = Widget::informer(server.client())
        .initial_list_strategy(InitialListStrategy::List)
        .on_error(move |error: &ReflectorError| *seen.lock().unwrap() = Some(error.to_string()))
        .start();
    informer.wait_for_sync().await.unwrap_err();
    let error = last.lock().unwrap().clone();
    error.unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_response_that_is_not_from_an_api_server_ends_the_wait() {
    let page = "<!DOCTYPE html><html><body>Log in</body></html>";
    let html = |code| Answer::bytes(code, page).header("content-type", "text/html; charset=utf-8");
    for (answer, expected) in [
        (html(200), "HTTP 200 with content type text/html is not a response of a Kubernetes API server"),
        (html(401), "HTTP 401 with content type text/html"),
        (html(403), "HTTP 403 with content type text/html"),
        (html(404), "HTTP 404 with content type text/html"),
        (Answer::bytes(200, page), "HTTP 200 with content type application/json"),
        (
            Answer::bytes(200, "ok").header("content-type", "text/plain"),
            "HTTP 200 with content type text/plain",
        ),
        (Answer::bytes(302, "").header("location", "https://example.com/login"), "HTTP 302"),
        (Answer::bytes(308, page), "HTTP 308"),
        (Answer::bytes(204, ""), "HTTP 204"),
    ] {
        let error = permanent_error(answer).await;
        assert!(error.contains(expected), "{expected}: {error}");
        assert!(!error.contains("Log in"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_plain_404_is_a_resource_that_is_not_served() {
    let answer =
        Answer::bytes(404, "404 page not found\n").header("content-type", "text/plain; charset=utf-8");
    let error = permanent_error(answer).await;
    assert!(error.contains("the server does not serve this resource"), "{error}");
    assert!(!error.contains("proxy"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn the_message_of_the_server_is_reported_unabridged() {
    let message = "x".repeat(200_000);
    let status = json!({ "kind": "Status", "code": 403, "reason": "Forbidden", "message": message });
    let error = permanent_error(Answer::json(403, &status)).await;
    assert!(error.contains(&message));
    let message = "the server does not allow this method on the requested resource";
    let status = json!({ "kind": "Status", "code": 405, "reason": "MethodNotAllowed", "message": message });
    let error = permanent_error(Answer::json(405, &status)).await;
    assert!(error.contains(&format!("405 MethodNotAllowed: {message}")), "{error}");
}

/// A page with a retry delay from a load balancer is still temporary.
#[tokio::test(start_paused = true)]
async fn a_page_with_a_server_error_is_retried() {
    let server = server();
    create(&server, "a", "red");
    let page = Answer::bytes(503, "<html>").header("content-type", "text/html").header("retry-after", "7");
    server.faults().script(RequestMatcher::list("widgets"), vec![page; 10]);
    let errors = ErrorLog::default();
    let informer = Widget::informer(server.client())
        .initial_list_strategy(InitialListStrategy::List)
        .on_error(errors.hook())
        .start();
    let begin = tokio::time::Instant::now();
    informer.wait_for_sync().await.unwrap();
    assert!(begin.elapsed().as_secs() >= 70, "the delay that the server asks for is respected");
    assert_eq!(errors.all().len(), 10);
}

#[tokio::test(start_paused = true)]
async fn a_watch_that_is_a_web_page_is_reported_as_such() {
    let html = Answer::bytes(200, "<html></html>").header("content-type", "text/html");
    let text = Answer::bytes(200, "<html></html>\n").header("content-type", "text/plain");
    for (answer, expected) in [(html, "content type text/html"), (text, "content type text/plain")] {
        let server = server();
        create(&server, "a", "red");
        server.faults().script(RequestMatcher::plain_watch("widgets"), [answer]);
        let errors = ErrorLog::default();
        let informer = Widget::informer(server.client())
            .initial_list_strategy(InitialListStrategy::List)
            .on_error(errors.hook())
            .start();
        informer.wait_for_sync().await.unwrap();
        until(|| errors.contains(expected)).await;
        create(&server, "b", "red");
        until(|| informer.lister().len() == 2).await;
    }
}

#[test]
fn a_lister_watcher_is_created_without_a_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let server = server();
    create(&server, "a", "red");
    let client = runtime.block_on(async { server.client() });
    let lister_watcher = KubeListerWatcher::<Widget>::new(client, Widget::resource_type().clone());
    // It serves several runtimes, one after the other.
    for _ in 0..2 {
        runtime.block_on(list_once(&lister_watcher));
    }
}

async fn list_once(lister_watcher: &KubeListerWatcher<Widget>) {
    let request = list_watch::ListRequest {
        resource_version: list_watch::ReadVersion::MostRecent,
        limit: None,
        continue_token: None,
    };
    let parts = lister_watcher.list(request, Arc::new(list_watch::NoDecodedObjects)).await.unwrap();
    let parts: Vec<_> = parts.collect().await;
    assert!(parts.iter().all(Result::is_ok));
}
