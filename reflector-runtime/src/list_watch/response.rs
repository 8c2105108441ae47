//! What a response is, before its body is read: where it comes from ([`Origin`]), and the error that it reports.

use std::time::Duration;

use http::{Response, header};
use http_body_util::BodyExt as _;
use kube::client::Body;
use tokio::time::timeout;

use super::ListWatchError;
use crate::wire::read_status;

/// The maximum length of an error's body that is read. A Status contains a message of any length, and a proxy's page
/// may be longer.
const MAX_ERROR_BYTES: usize = 1 << 20;

/// How long to wait for an error's body.
const ERROR_BODY_TIMEOUT: Duration = Duration::from_secs(5);

/// The parts of a response's head that show whether it is from an API server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    code: u16,
    content_type: Option<String>,
    retry_after: Option<Duration>,
}

impl Origin {
    pub(super) fn of(response: &Response<Body>) -> Self {
        let header = |name| response.headers().get(name).and_then(|value| value.to_str().ok());
        let content_type = header(header::CONTENT_TYPE).map(|text| {
            let without_parameters = text.split(';').next().unwrap_or_default();
            without_parameters.trim().chars().take(100).collect::<String>().to_ascii_lowercase()
        });
        let retry_after = header(header::RETRY_AFTER).and_then(|text| text.trim().parse().ok());
        Self {
            code: response.status().as_u16(),
            content_type: content_type.filter(|text| !text.is_empty()),
            retry_after: retry_after.map(Duration::from_secs),
        }
    }

    /// The content type, without its parameters, in lower case.
    pub(super) fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// Whether the response is meant for a browser.
    pub(super) fn is_web_page(&self) -> bool {
        matches!(self.content_type.as_deref(), Some("text/html" | "application/xhtml+xml"))
    }

    /// The response is not from an API server.
    pub(super) fn not_api_server(&self) -> ListWatchError {
        let Self { code, content_type, retry_after } = self.clone();
        ListWatchError::NotApiServer { code, content_type, retry_after }
    }
}

/// Reads a response with another status than 200, or a web page.
pub(super) async fn read_error(response: Response<Body>, origin: Origin) -> ListWatchError {
    // An API server neither redirects nor returns another success to these requests.
    if response.status().is_success() || response.status().is_redirection() {
        return origin.not_api_server();
    }
    let body = http_body_util::Limited::new(response.into_body(), MAX_ERROR_BYTES).collect();
    // The information in the headers must not be lost if the body does not arrive.
    let body = timeout(ERROR_BODY_TIMEOUT, body).await.ok().and_then(Result::ok);
    let status = body.and_then(|body| read_status(&body.to_bytes()));
    let Origin { code, retry_after, .. } = origin;
    match status {
        Some(status) => ListWatchError::api(code, status, retry_after),
        None if origin.is_web_page() => origin.not_api_server(),
        None => ListWatchError::Http { code, retry_after },
    }
}
