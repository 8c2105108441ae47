//! The errors of a request ([`ListWatchError`]), and the classes of errors that decisions depend on ([`Reason`]).

use std::{fmt, io, time::Duration};

use kube::core::Status;

use crate::wire::{DecodeError, ProtocolError};

#[cfg(test)]
mod tests;

/// The reason why a list or a watch failed or ended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ListWatchError {
    /// The server returned an error, or sent one within a watch.
    #[error("the server returned {}", ApiText(*.code, .status))]
    Api {
        /// The HTTP status code, or the code of the Status within a watch.
        code: u16,
        /// The server's Status.
        status: Box<Status>,
        /// How long the server asks the client to wait before the next request.
        retry_after: Option<Duration>,
    },
    /// The server, or a proxy in front of it, returned an error that is not a Kubernetes Status.
    #[error("HTTP {code}{}", without_status(*.code))]
    Http {
        /// The HTTP status code.
        code: u16,
        /// How long the server asks the client to wait before the next request.
        retry_after: Option<Duration>,
    },
    /// The response is not from an API server: a web page such as a login form, a redirect, or a success without a
    /// JSON object.
    #[error(
        "HTTP {code} with {} is not a response of a Kubernetes API server: check the address of the server, and \
         whether a proxy or a login page responds instead",
        content_type_text(.content_type.as_deref())
    )]
    NotApiServer {
        /// The HTTP status code.
        code: u16,
        /// The content type, without its parameters.
        content_type: Option<String>,
        /// How long the response asks the client to wait before the next request.
        retry_after: Option<Duration>,
    },
    /// No response was received.
    #[error(
        "could not reach the API server: check that it is running and that the address and TLS settings are correct"
    )]
    Connect(#[source] Box<kube::Error>),
    /// The connection broke while a response was being received.
    #[error(
        "the connection broke while reading the response; if this repeats, check the network and the proxies on the \
         way to the API server"
    )]
    ReadBody(#[source] Box<kube::Error>),
    /// The response violates the API protocol.
    #[error(transparent)]
    Protocol(#[from] ProtocolError),
    /// The namespace is not valid. No request was sent.
    #[error(
        "`{namespace}` is not a valid namespace: a namespace is a lower-case DNS label such as \"team-a\""
    )]
    Namespace {
        /// The invalid name.
        namespace: String,
    },
    /// The request could not be built. No request was sent.
    #[error(
        "cannot build the URL of the request: check whether the selectors exceed the URL limit of 64 KiB"
    )]
    Request(#[from] http::Error),
    /// No data was received for too long, not even the end that the server was asked to send in time.
    #[error(
        "no data for {}; assuming the connection is dead, and connecting again",
        fmt_duration(.0)
    )]
    IdleTimeout(Duration),
    /// A watch was closed as soon as it was open, without anything new (client-go's `VeryShortWatchError`).
    #[error(
        "the watch was closed immediately, without anything new: check whether a proxy or load balancer closes it"
    )]
    ShortWatch,
    /// A streaming list was closed before its end bookmark.
    #[error(
        "the streaming list was closed before its end bookmark; if this repeats, check whether a proxy or load \
         balancer closes it"
    )]
    WatchListInterrupted,
    /// A streaming list delivered the initial objects, but not the bookmark that ends them.
    #[error(
        "the bookmark that ends the streaming list is missing; falling back to a list (check whether a proxy or a \
         non-standard server drops the bookmark)"
    )]
    MissingEndBookmark,
    /// A list is older than the requested version, or a watch went back to an older version.
    #[error(
        "the server returned resourceVersion {returned}, older than {known} seen before: the server is not up to \
         date, or was restored from a backup; reading the most recent state"
    )]
    StaleResourceVersion {
        /// The version that the server returned.
        returned: String,
        /// The newer version that was seen before.
        known: String,
    },
    /// A list has no resourceVersion, so that no watch can follow it.
    #[error(
        "the list has no resourceVersion, so it cannot be followed by a watch: poll the resource (`.poll(interval)`) \
         if it can only be listed"
    )]
    MissingResourceVersion,
    /// The server returns page after page of a list without an end: it repeats a continue token, or shows nothing new.
    #[error(
        "the pages of the list never end: the server repeats its continue token, or returns nothing new; check what \
         serves the resource"
    )]
    EndlessPages,
    /// Every object of the state is of another kind or scope than the requested one.
    #[error("no object of the list has the requested kind and scope: {0}")]
    Mismatch(DecodeError),
    /// A custom [`ListerWatcher`](super::ListerWatcher) failed for another reason.
    #[error("{message}")]
    Other {
        /// The class that the failure is treated as.
        reason: Reason,
        /// The error message.
        message: String,
    },
}

/// Code, reason and message of a Status. The message is the server's own, unabridged.
struct ApiText<'a>(u16, &'a Status);

impl fmt::Display for ApiText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(code, status) = self;
        write!(f, "{code}")?;
        if !status.reason.is_empty() {
            write!(f, " {}", status.reason)?;
        }
        // The message of a kube-apiserver says the same.
        let says_so = status.message.contains("not allow");
        if api_reason(*code, status) == Reason::NotWatchable && !says_so {
            f.write_str(" and does not allow this method")?;
        }
        if !status.message.is_empty() {
            write!(f, ": {}", status.message)?;
        }
        Ok(())
    }
}

/// What an HTTP error without a Status means. A kube-apiserver itself responds so to a group that it does not serve.
fn without_status(code: u16) -> &'static str {
    match code {
        404 => {
            ": the server does not serve this resource; install its CRD, or check its group, version and plural"
        }
        405 => {
            ": the server does not allow this method; poll the resource (`.poll(interval)`) if it can only be listed"
        }
        _ => {
            " without a Kubernetes Status: check whether a proxy or load balancer responds instead of the API server"
        }
    }
}

fn content_type_text(content_type: Option<&str>) -> String {
    content_type.map_or_else(|| "no content type".to_owned(), |text| format!("content type {text}"))
}

fn fmt_duration(duration: &Duration) -> String {
    format!("{} s", duration.as_secs_f32())
}

/// The class of a failure, for decisions and for [health](crate::informer::Health).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Reason {
    /// 401: the credentials are missing, wrong or expired.
    Unauthorized,
    /// 403: RBAC does not allow the request.
    Forbidden,
    /// 404: the server does not serve the resource; its CRD is missing, or group, version or plural is wrong.
    NotFound,
    /// 429: the server asks the client to send fewer requests.
    TooManyRequests,
    /// 410: the requested version is no longer available.
    Expired,
    /// The requested version is newer than the server's own.
    ResourceVersionTooLarge,
    /// Another 4xx: the server does not accept the request.
    BadRequest,
    /// The request could not be built: nothing was sent.
    InvalidRequest,
    /// 405, or a list in place of a watch: the resource can be listed and not watched.
    NotWatchable,
    /// The response is complete and can be read, and is not what was requested: another kind or scope, a web page.
    UnexpectedResponse,
    /// 5xx.
    ServerError,
    /// The connection was refused: no server is listening.
    ConnectionFailed,
    /// The connection broke or timed out.
    Disconnected,
    /// The response could not be decoded.
    Decode,
    /// A watch was closed immediately, without anything new.
    ShortWatch,
    /// A list is older than the requested version, or a watch went back to an older version. Items are queued as they
    /// arrive, before the list's version is known. So deleted objects may be visible until the next list.
    StaleResourceVersion,
}

impl Reason {
    /// Whether retrying will not fix the failure: a credential, an RBAC rule or a CRD must be changed.
    pub fn is_permanent(self) -> bool {
        matches!(
            self,
            Self::Unauthorized
                | Self::Forbidden
                | Self::NotFound
                | Self::BadRequest
                | Self::InvalidRequest
                | Self::NotWatchable
                | Self::UnexpectedResponse
        )
    }
}

impl Reason {
    /// A short name for labels and fields, such as `too_many_requests`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not_found",
            Self::TooManyRequests => "too_many_requests",
            Self::Expired => "expired",
            Self::ResourceVersionTooLarge => "resource_version_too_large",
            Self::BadRequest => "bad_request",
            Self::InvalidRequest => "invalid_request",
            Self::NotWatchable => "not_watchable",
            Self::UnexpectedResponse => "unexpected_response",
            Self::ServerError => "server_error",
            Self::ConnectionFailed => "connection_failed",
            Self::Disconnected => "disconnected",
            Self::Decode => "decode",
            Self::ShortWatch => "short_watch",
            Self::StaleResourceVersion => "stale_resource_version",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unauthorized => "unauthorized (401)",
            Self::Forbidden => "forbidden (403)",
            Self::NotFound => "resource not found (404)",
            Self::TooManyRequests => "too many requests (429)",
            Self::Expired => "resourceVersion expired (410)",
            Self::ResourceVersionTooLarge => "resourceVersion too large",
            Self::BadRequest => "bad request (4xx)",
            Self::InvalidRequest => "invalid request (not sent)",
            Self::NotWatchable => "cannot be watched (405)",
            Self::UnexpectedResponse => "unexpected response",
            Self::ServerError => "server error (5xx)",
            Self::ConnectionFailed => "connection refused",
            Self::Disconnected => "disconnected",
            Self::Decode => "undecodable response",
            Self::ShortWatch => "watch closed immediately",
            Self::StaleResourceVersion => "stale resourceVersion",
        })
    }
}

impl ListWatchError {
    /// Returns the class of this failure.
    pub fn reason(&self) -> Reason {
        match self {
            Self::Api { code, status, .. } => api_reason(*code, status),
            Self::NotApiServer { code: ..400, .. }
            | Self::Protocol(ProtocolError::WrongList { .. } | ProtocolError::NotAList { .. })
            | Self::Mismatch(_)
            | Self::MissingResourceVersion
            | Self::EndlessPages => Reason::UnexpectedResponse,
            Self::Http { code, .. } | Self::NotApiServer { code, .. } => code_reason(*code),
            Self::Connect(error) if is_connection_refused(error) => Reason::ConnectionFailed,
            Self::Connect(_)
            | Self::ReadBody(_)
            | Self::IdleTimeout(_)
            | Self::WatchListInterrupted
            | Self::MissingEndBookmark
            | Self::Protocol(ProtocolError::Truncated) => Reason::Disconnected,
            Self::ShortWatch => Reason::ShortWatch,
            Self::StaleResourceVersion { .. } => Reason::StaleResourceVersion,
            Self::Protocol(ProtocolError::NotAWatch { .. }) => Reason::NotWatchable,
            Self::Protocol(_) => Reason::Decode,
            Self::Namespace { .. } | Self::Request(_) => Reason::InvalidRequest,
            Self::Other { reason, .. } => *reason,
        }
    }

    /// How long the server asks the client to wait (`Retry-After`, or the Status's `retryAfterSeconds`).
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Api { retry_after, .. }
            | Self::Http { retry_after, .. }
            | Self::NotApiServer { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// A failure that the server reports with a Status, as the response or as an `ERROR` event.
    pub(crate) fn api(code: u16, status: Box<Status>, header: Option<Duration>) -> Self {
        let in_status =
            status.details.as_ref().map(|details| details.retry_after_seconds).filter(|&seconds| seconds > 0);
        let retry_after = header.or(in_status.map(|seconds| Duration::from_secs(seconds.into())));
        Self::Api { code, status, retry_after }
    }
}

/// Recognizes all three forms in which servers report "Too large resource version" (client-go's
/// `isTooLargeResourceVersionError`): a separate cause since 1.19, earlier a cause's message, and before that the
/// Status's message.
fn is_too_large(status: &Status) -> bool {
    const TEXT: &str = "Too large resource version";
    let causes = status.details.iter().flat_map(|details| &details.causes);
    let by_cause = |cause: &kube::core::response::StatusCause| {
        cause.reason == "ResourceVersionTooLarge" || cause.message == TEXT
    };
    (status.reason == "Timeout" || status.code == 504) && status.message.contains(TEXT)
        || causes.into_iter().any(by_cause)
}

fn api_reason(code: u16, status: &Status) -> Reason {
    if is_too_large(status) {
        return Reason::ResourceVersionTooLarge;
    }
    match status.reason.as_str() {
        // Servers up to 1.17 send Gone, newer ones send Expired.
        "Expired" | "Gone" => Reason::Expired,
        "TooManyRequests" => Reason::TooManyRequests,
        "Forbidden" => Reason::Forbidden,
        "Unauthorized" => Reason::Unauthorized,
        "NotFound" => Reason::NotFound,
        "MethodNotAllowed" => Reason::NotWatchable,
        _ => code_reason(code),
    }
}

fn code_reason(code: u16) -> Reason {
    match code {
        401 => Reason::Unauthorized,
        403 => Reason::Forbidden,
        404 => Reason::NotFound,
        405 => Reason::NotWatchable,
        // The request did not arrive in time, not that it is wrong.
        408 => Reason::Disconnected,
        410 => Reason::Expired,
        429 => Reason::TooManyRequests,
        400..=499 => Reason::BadRequest,
        _ => Reason::ServerError,
    }
}

fn is_connection_refused(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source())
        .filter_map(|error| error.downcast_ref::<io::Error>())
        .any(|error| error.kind() == io::ErrorKind::ConnectionRefused)
}
