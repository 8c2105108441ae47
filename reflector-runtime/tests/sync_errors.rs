//! The texts of `SyncError`: the server's message, each cause once, and how to fix it.

mod support;

use std::{error::Error as _, time::Duration};

use k8s_openapi::api::core::v1::Pod;
use reflector_apiserver::{Answer, ApiServer, RequestMatcher, Status};
use reflector_runtime::{
    Health, Informer, InformerBuilder, InitialListStrategy, Reason, Reflect as _, ReflectorError, SyncError,
};
use serde_json::{Value, json};
use support::{Widget, list_at, server, widget_at};

/// An informer that lists: a fixed answer of most of these servers is one to a list.
fn widgets(server: &ApiServer) -> InformerBuilder<Widget> {
    Widget::informer(server.client()).initial_list_strategy(InitialListStrategy::List)
}

/// The text of the error, which is complete by itself.
async fn text_of(builder: InformerBuilder<Widget>) -> String {
    let error = builder.start().wait_for_sync().await.unwrap_err();
    assert!(matches!(error, SyncError::Failed { .. }), "{error:?}");
    assert!(error.source().is_none(), "{error}");
    error.to_string()
}

async fn timed_out(server: &ApiServer) -> (SyncError, String) {
    let informer = widgets(server).start();
    let wait = informer.wait_for_sync().retry_forever().timeout(Duration::from_secs(70));
    let error = wait.await.unwrap_err();
    assert!(matches!(error, SyncError::TimedOut { .. }), "{error:?}");
    assert!(error.source().is_none(), "{error}");
    let text = error.to_string();
    (error, text)
}

/// A server that answers every request in this way.
fn answering(answer: Answer) -> ApiServer {
    let server = server();
    server.faults().script_or(RequestMatcher::any(), [], answer);
    server
}

fn failing(code: u16, reason: &str, message: &str) -> ApiServer {
    answering(Answer::status(&Status::failure(code, reason, message)))
}

fn of_type(code: u16, content_type: &str, body: &'static str) -> ApiServer {
    answering(Answer::bytes(code, body).header("content-type", content_type))
}

const RULE: &str = r#"{apiGroups: ["example.com"], resources: ["widgets"], verbs: ["list", "watch"]}"#;

const NOT_SERVED: &str = "cannot sync widgets.example.com/v1: list failed: the server returned 404 NotFound: no such resource; install the \
     CRD `widgets.example.com`, or check group, version and plural";

#[tokio::test(start_paused = true)]
async fn a_forbidden_request_names_the_missing_rule() {
    let message = "widgets.example.com is forbidden: User \"ci\" cannot list resource \"widgets\"";
    let server = failing(403, "Forbidden", message);
    assert_eq!(
        text_of(widgets(&server)).await,
        format!(
            "cannot sync widgets.example.com/v1: list failed: the server returned 403 Forbidden: {message}; RBAC \
             denies the verb `list`: bind a ClusterRole with the rule {RULE}"
        )
    );
    // By default the state is requested by a watch.
    let text = text_of(Widget::informer(server.client()).namespace("team-a")).await;
    assert!(text.starts_with("cannot sync widgets.example.com/v1 in namespace team-a: "), "{text}");
    assert!(text.ends_with(&format!("bind a Role in namespace team-a with the rule {RULE}")), "{text}");
}

/// Messages of admission and conversion webhooks are long.
#[tokio::test(start_paused = true)]
async fn the_message_of_the_server_is_unabridged() {
    let message = format!("{} the end", "x".repeat(20_000));
    for code in [400, 403, 404, 405] {
        let text = text_of(widgets(&failing(code, "", &message))).await;
        assert!(text.contains(&message), "{text:.200}");
    }
    let (_, text) = timed_out(&failing(500, "InternalError", &message)).await;
    assert!(text.contains(&message), "{text:.200}");
}

#[tokio::test(start_paused = true)]
async fn rejected_credentials() {
    assert_eq!(
        text_of(widgets(&failing(401, "Unauthorized", "token expired"))).await,
        "cannot sync widgets.example.com/v1: list failed: the server returned 401 Unauthorized: token expired; the \
         API server does not accept the credentials: renew the token or the client certificate"
    );
}

#[tokio::test(start_paused = true)]
async fn a_resource_that_is_not_served() {
    let server = failing(404, "NotFound", "no such resource");
    assert_eq!(text_of(widgets(&server)).await, NOT_SERVED);
    let text = text_of(widgets(&server).namespace("team-a")).await;
    let advice =
        "or check group, version, plural and scope (a cluster-scoped resource is not served in a namespace)";
    assert!(text.ends_with(advice), "{text}");
    let error = Informer::<Pod>::builder(server.client()).start().wait_for_sync().await.unwrap_err();
    assert!(error.to_string().ends_with("no such resource; check version and plural"), "{error}");
    // A kube-apiserver answers so for an unknown group.
    let text = text_of(widgets(&of_type(404, "text/plain", "404 page not found\n"))).await;
    let expected = NOT_SERVED
        .replace("the server returned 404 NotFound: no such", "HTTP 404: the server does not serve this");
    assert_eq!(text, expected);
}

#[tokio::test(start_paused = true)]
async fn a_resource_that_cannot_be_watched() {
    for status in [true, false] {
        let server = server();
        let fault = server.faults().on(RequestMatcher::watch("widgets")).always().status(405);
        if !status {
            fault.text_body("no");
        }
        let text = text_of(widgets(&server)).await;
        let advice = "; the resource cannot be watched: poll it (`.poll(interval)` on the builder)";
        assert!(text.starts_with("cannot sync widgets.example.com/v1: watch failed: "), "{text}");
        assert!(text.ends_with(advice) && text.matches(".poll").count() == 1, "{text}");
    }
    // Such as `tokenreviews`, which can only be created.
    let text = text_of(widgets(&failing(405, "MethodNotAllowed", "no"))).await;
    assert!(text.ends_with("; the resource cannot be listed, so it cannot be cached"), "{text}");
    assert!(!text.contains(".poll"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_not_sent() {
    let server = server();
    assert_eq!(
        text_of(Widget::informer(server.client()).namespace("Team")).await,
        "cannot sync widgets.example.com/v1 in namespace Team: `Team` is not a valid namespace: a namespace is a \
         lower-case DNS label such as \"team-a\"; nothing was sent: check the namespace and the selectors"
    );
    let text = text_of(Widget::informer(server.client()).labels("a".repeat(70_000))).await;
    assert!(text.contains("64 KiB"), "{text}");
    assert!(text.ends_with("; nothing was sent: check the namespace and the selectors"), "{text}");
    assert!(!text.contains("API server") && !text.contains("failed"), "{text}");
    assert!(server.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_request_that_the_server_rejects() {
    let message = "unable to parse requirement: found '=', expected: identifier";
    assert_eq!(
        text_of(widgets(&failing(400, "BadRequest", message))).await,
        format!(
            "cannot sync widgets.example.com/v1: list failed: the server returned 400 BadRequest: {message}; the API \
             server rejects the request: check the selectors"
        )
    );
}

/// The text of such an error says what to check. The advice must not repeat it.
#[tokio::test(start_paused = true)]
async fn a_response_that_is_not_the_requested_one() {
    let changed = |pointer: &str, value: Value| {
        let mut widget = widget_at("a", "1", "red");
        *widget.pointer_mut(pointer).unwrap() = value;
        answering(Answer::json(200, &list_at("7", &[widget])))
    };
    let list = |value: Value| answering(Answer::json(200, &value));
    for (server, contained) in [
        (of_type(200, "text/html", "<html>"), "HTTP 200 with content type text/html is not a response of"),
        (of_type(302, "text/html", ""), "HTTP 302 with content type text/html is not a response of"),
        (changed("/kind", json!("Gadget")), "wrong kind: found example.com/v1 Gadget"),
        (changed("/metadata/namespace", json!("")), "remove `namespaced`"),
        (list(json!({ "apiVersion": "v1", "kind": "Pod", "metadata": {} })), "the server returned v1 Pod"),
        (
            list(
                json!({ "apiVersion": "example.com/v1", "kind": "WidgetList", "metadata": {}, "items": [] }),
            ),
            "`.poll(interval)`",
        ),
    ] {
        let error = widgets(&server).start().wait_for_sync().await.unwrap_err();
        let SyncError::Failed { reason, advice, last_error, .. } = &error else { panic!("{error:?}") };
        assert_eq!((*reason, advice.as_str()), (Reason::UnexpectedResponse, ""));
        let text = error.to_string();
        assert!(text.starts_with("cannot sync widgets.example.com/v1: list failed: "), "{text}");
        assert!(text.contains(contained), "{text}");
        // The same text as in the hook, which also names the resource.
        let hook = last_error.as_ref().unwrap().to_string();
        assert_eq!(hook.split_once(" failed: ").unwrap().1, text.split_once(" failed: ").unwrap().1);
    }
}

/// A proxy may deny a request in the place of the API server.
#[tokio::test(start_paused = true)]
async fn an_error_without_a_status_may_have_two_causes() {
    for content_type in ["text/plain", "text/html"] {
        let text = text_of(widgets(&of_type(403, content_type, "denied"))).await;
        assert!(
            text.contains("HTTP 403") && text.contains("check whether a proxy")
                || text.contains("whether a proxy or")
        );
        assert!(text.contains("; otherwise RBAC denies the verb `list`: bind a ClusterRole"), "{text}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_timeout_reports_the_last_failure() {
    let message = "conversion webhook for example.com/v1, Kind=Widget failed: connection refused";
    let (error, text) = timed_out(&failing(500, "InternalError", message)).await;
    let (before, after) = text.split_once(" failures in a row); ").expect("it shows health");
    let start = "widgets.example.com/v1 did not sync within 70 s (degraded: server error (5xx), ";
    assert!(before.starts_with(start), "{text}");
    assert_eq!(after, format!("last failure (list): the server returned 500 InternalError: {message}"));
    let SyncError::TimedOut { last_error: Some(last_error), state, .. } = error else { panic!("{error:?}") };
    assert!(matches!(*last_error, ReflectorError::Request { .. }), "{last_error:?}");
    assert!(matches!(state, Health::Degraded { reason: Reason::ServerError, .. }), "{state:?}");
    // Failures that retrying will not fix come with the advice.
    let (_, text) = timed_out(&failing(404, "NotFound", "no such resource")).await;
    assert!(text.ends_with(
        "no such resource; install the CRD `widgets.example.com`, or check group, version and plural"
    ));
    let (_, text) = timed_out(&answering(Answer::refused())).await;
    assert!(text.contains("; last failure (list): could not reach the API server"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn an_informer_that_is_stopped_early() {
    let server = failing(403, "Forbidden", "no");
    let informer = widgets(&server).start();
    let wait = informer.wait_for_sync().retry_forever();
    tokio::time::sleep(Duration::from_secs(1)).await;
    drop(informer);
    assert_eq!(
        wait.await.unwrap_err().to_string(),
        "the informer of widgets.example.com/v1 was stopped before it was synced: it was shut down, or its last \
         handle was dropped; last failure (list): the server returned 403 Forbidden: no"
    );
}

/// A `main` that returns an error prints it with `Debug`. That shows the advice, and not the names of fields.
#[tokio::test(start_paused = true)]
async fn an_error_that_main_returns_shows_the_advice() {
    async fn main(server: &ApiServer) -> Result<(), Box<dyn std::error::Error>> {
        let widgets = widgets(server).start();
        widgets.wait_for_sync().await?;
        Ok(())
    }
    let printed = format!("Error: {:?}", main(&ApiServer::new()).await.unwrap_err());
    assert_eq!(
        printed,
        "Error: cannot sync widgets.example.com/v1: list failed: HTTP 404: the server does not serve this resource; \
         install the CRD `widgets.example.com`, or check group, version and plural"
    );
}

/// The commonest first mistake, in the log and in the error hook.
#[tokio::test(start_paused = true)]
async fn a_missing_crd_is_reported_as_such() {
    let informer = Widget::informer(ApiServer::new().client()).start();
    informer.wait_for_sync().await.unwrap_err();
    let error = informer.last_error().expect("a failure");
    assert!(
        error.to_string().ends_with(
            "HTTP 404: the server does not serve this resource; install its CRD, or check its group, version and plural"
        ),
        "{error}"
    );
    assert_eq!(format!("{error:?}"), error.to_string());
}
