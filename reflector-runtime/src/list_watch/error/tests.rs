use kube::core::{TypeMeta, response::StatusDetails};

use super::*;
use crate::resource_type::Scope;

fn status(code: u16, reason: &str, message: &str) -> ListWatchError {
    let status = Status {
        status: None,
        code,
        message: message.to_owned(),
        metadata: None,
        reason: reason.to_owned(),
        details: None,
    };
    ListWatchError::api(code, Box::new(status), None)
}

fn http(code: u16) -> ListWatchError {
    ListWatchError::Http { code, retry_after: None }
}

fn not_api_server(code: u16, content_type: Option<&str>) -> ListWatchError {
    ListWatchError::NotApiServer { code, content_type: content_type.map(str::to_owned), retry_after: None }
}

#[test]
fn answers_that_will_never_be_accepted_are_permanent() {
    let widget = TypeMeta { api_version: "example.com/v1".into(), kind: "Widget".into() };
    let mismatch = DecodeError::WrongScope { scope: Scope::Cluster };
    let wrong_list = ProtocolError::WrongList { expected: widget, found: "v1 SecretList".into() };
    let invalid_url = http::Uri::try_from("/\n").map_err(http::Error::from).unwrap_err();
    for (error, reason) in [
        (status(401, "Unauthorized", ""), Reason::Unauthorized),
        (status(403, "Forbidden", ""), Reason::Forbidden),
        (status(404, "NotFound", ""), Reason::NotFound),
        (status(405, "MethodNotAllowed", ""), Reason::NotWatchable),
        (status(0, "MethodNotAllowed", ""), Reason::NotWatchable),
        (status(422, "Invalid", ""), Reason::BadRequest),
        (http(401), Reason::Unauthorized),
        (http(403), Reason::Forbidden),
        (http(404), Reason::NotFound),
        (http(405), Reason::NotWatchable),
        (http(400), Reason::BadRequest),
        (not_api_server(200, Some("text/html")), Reason::UnexpectedResponse),
        (not_api_server(204, None), Reason::UnexpectedResponse),
        (not_api_server(302, None), Reason::UnexpectedResponse),
        (not_api_server(401, Some("text/html")), Reason::Unauthorized),
        (not_api_server(403, Some("text/html")), Reason::Forbidden),
        (not_api_server(404, Some("text/html")), Reason::NotFound),
        (wrong_list.into(), Reason::UnexpectedResponse),
        (ProtocolError::NotAList { problem: "" }.into(), Reason::UnexpectedResponse),
        (ProtocolError::NotAWatch { kind: "PodMetricsList".into() }.into(), Reason::NotWatchable),
        (ListWatchError::Mismatch(mismatch), Reason::UnexpectedResponse),
        (ListWatchError::MissingResourceVersion, Reason::UnexpectedResponse),
        (ListWatchError::EndlessPages, Reason::UnexpectedResponse),
        (ListWatchError::Namespace { namespace: "A".into() }, Reason::InvalidRequest),
        (ListWatchError::Request(invalid_url), Reason::InvalidRequest),
    ] {
        assert_eq!(error.reason(), reason, "{error}");
        assert!(reason.is_permanent(), "{error}");
    }
}

#[test]
fn answers_that_may_pass_are_not_permanent() {
    for (error, reason) in [
        (status(500, "InternalError", ""), Reason::ServerError),
        (status(410, "Expired", ""), Reason::Expired),
        (status(429, "TooManyRequests", ""), Reason::TooManyRequests),
        (http(408), Reason::Disconnected),
        (http(502), Reason::ServerError),
        (not_api_server(503, Some("text/html")), Reason::ServerError),
        (not_api_server(429, Some("text/html")), Reason::TooManyRequests),
        (ProtocolError::Truncated.into(), Reason::Disconnected),
        (ProtocolError::TooLong { limit: 1 }.into(), Reason::Decode),
        (ProtocolError::INVALID_EVENT.into(), Reason::Decode),
    ] {
        assert_eq!(error.reason(), reason, "{error}");
        assert!(!reason.is_permanent(), "{error}");
    }
}

#[test]
fn the_message_of_a_status_is_shown_unabridged() {
    let message =
        format!("conversion webhook for example.com/v2, Kind=Widget failed: {}", "x".repeat(100_000));
    let shown = status(500, "InternalError", &message).to_string();
    assert_eq!(shown, format!("the server returned 500 InternalError: {message}"));
    assert_eq!(status(500, "", "").to_string(), "the server returned 500");
    let message = "the server does not allow this method on the requested resource";
    assert_eq!(
        status(405, "MethodNotAllowed", message).to_string(),
        format!("the server returned 405 MethodNotAllowed: {message}")
    );
}

#[test]
fn a_response_without_a_status_is_described() {
    let contains = |error: ListWatchError, texts: &[&str]| {
        let shown = error.to_string();
        assert!(texts.iter().all(|text| shown.contains(text)), "{shown}");
    };
    contains(http(404), &["HTTP 404", "the server does not serve this resource"]);
    assert!(!http(404).to_string().contains("proxy"));
    contains(http(405), &["HTTP 405", "does not allow this method", ".poll"]);
    contains(http(502), &["HTTP 502 without a Kubernetes Status", "proxy"]);
    contains(not_api_server(200, Some("text/html")), &["HTTP 200 with content type text/html", "login page"]);
    contains(not_api_server(302, None), &["HTTP 302 with no content type"]);
}

#[test]
fn a_retry_delay_is_taken_from_the_header_or_the_status() {
    let details =
        |seconds| StatusDetails { retry_after_seconds: seconds, ..serde_json::from_str("{}").unwrap() };
    let with_details = |seconds, header| {
        let ListWatchError::Api { mut status, .. } = status(429, "TooManyRequests", "") else { panic!() };
        status.details = Some(details(seconds));
        ListWatchError::api(429, status, header).retry_after()
    };
    assert_eq!(with_details(3, None), Some(Duration::from_secs(3)));
    assert_eq!(with_details(3, Some(Duration::from_secs(5))), Some(Duration::from_secs(5)));
    assert_eq!(with_details(0, None), None);
    let page = ListWatchError::NotApiServer {
        code: 503,
        content_type: Some("text/html".to_owned()),
        retry_after: Some(Duration::from_secs(7)),
    };
    assert_eq!(page.retry_after(), Some(Duration::from_secs(7)));
}
