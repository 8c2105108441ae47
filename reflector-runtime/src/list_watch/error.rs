//! What can go wrong with a request, and the few classes of it that decisions are made on ([`Reason`]).

use std::{fmt, io, time::Duration};

use kube::core::Status;

use crate::wire::ProtocolError;

/// Why a list or a watch failed, or ended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ListWatchError {
    /// The server answered with an error, or sent one within a watch.
    #[error("the server answered {code} {}: {}", .status.reason, .status.message)]
    Api {
        /// The HTTP status, or the code of the Status within a watch.
        code: u16,
        /// The server's own words.
        status: Box<Status>,
        /// How long the server asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// The server, or a proxy before it, answered with an error that is no Kubernetes Status.
    #[error(
        "HTTP {code} without a Kubernetes Status: is a proxy or load balancer answering for the API server?"
    )]
    Http {
        /// The HTTP status.
        code: u16,
        /// How long the server asks to be left alone.
        retry_after: Option<Duration>,
    },
    /// No answer at all.
    #[error(
        "could not reach the API server: check that it runs and that the address and TLS settings are right"
    )]
    Connect(#[source] Box<kube::Error>),
    /// The connection broke while an answer came in.
    #[error("the connection broke while reading the response")]
    ReadBody(#[source] Box<kube::Error>),
    /// The answer was not of the form that the API promises.
    #[error(transparent)]
    Protocol(#[from] ProtocolError),
    /// There can be no such namespace; nothing was sent.
    #[error("`{namespace}` is no namespace: a namespace is a lower-case DNS label such as \"team-a\"")]
    Namespace {
        /// What was given for one.
        namespace: String,
    },
    /// The request could not be written; nothing was sent.
    #[error("the request makes no URL: are the selectors longer than the 64 KiB that one may have?")]
    Request(#[from] http::Error),
    /// Nothing came for too long, not even the end that the server had promised.
    #[error("nothing was received for {}: the connection is taken for dead", fmt_duration(.0))]
    IdleTimeout(Duration),
    /// A watch was closed as soon as it was open (client-go's `VeryShortWatchError`).
    #[error("the watch was closed at once, with nothing new: is a proxy or load balancer cutting it off?")]
    ShortWatch,
    /// A streaming list was closed before the bookmark that ends it.
    #[error("the streaming list was closed before its end")]
    WatchListInterrupted,
    /// A streaming list told all that there was, and never that this was all.
    #[error(
        "the bookmark that ends the streaming list is missing: does a proxy, or a server of another kind, drop it? \
         The state is read by a list instead"
    )]
    MissingEndBookmark,
    /// A list older than what was asked for, or a watch that ran back.
    #[error(
        "the server told resourceVersion {told} behind {known}: it lags behind, or was restored from a backup; \
         the newest state is read"
    )]
    StaleResourceVersion {
        /// The version that it told.
        told: String,
        /// The version that was known before.
        known: String,
    },
    /// A custom [`ListerWatcher`](super::ListerWatcher) failed in its own way.
    #[error("{message}")]
    Other {
        /// The class it wants to be treated as.
        reason: Reason,
        /// What happened.
        message: String,
    },
}

fn fmt_duration(duration: &Duration) -> String {
    format!("{} s", duration.as_secs_f32())
}

/// What a failure means, for decisions and for [health](crate::informer::Health).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Reason {
    /// 401: the credentials are missing, wrong or expired.
    Unauthorized,
    /// 403: RBAC does not allow the request.
    Forbidden,
    /// 404: the server does not serve the resource; its CRD is missing, or group, version or plural is wrong.
    NotFound,
    /// 429: the server asks to be left alone for a while.
    TooManyRequests,
    /// 410: the version asked for is forgotten.
    Expired,
    /// The version asked for is newer than the server's own.
    ResourceVersionTooLarge,
    /// Another 4xx: the request is not one that this server understands.
    BadRequest,
    /// 5xx.
    ServerError,
    /// The connection was refused: no server there.
    ConnectionFailed,
    /// The connection broke or went silent.
    Disconnected,
    /// What came could not be read.
    Decode,
    /// A watch was closed at once, with nothing sent.
    ShortWatch,
    /// A list older than what was asked for, or a watch that ran back. Items are queued as they come, before the
    /// list tells its version: until the next list, objects may be shown that had been deleted.
    StaleResourceVersion,
}

impl Reason {
    /// Whether waiting alone will not mend it: someone must change a credential, a rule or a CRD.
    pub fn is_permanent(self) -> bool {
        matches!(self, Self::Unauthorized | Self::Forbidden | Self::NotFound | Self::BadRequest)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unauthorized => "unauthorized (401)",
            Self::Forbidden => "forbidden (403)",
            Self::NotFound => "resource not found (404)",
            Self::TooManyRequests => "throttled (429)",
            Self::Expired => "resourceVersion expired (410)",
            Self::ResourceVersionTooLarge => "resourceVersion too large",
            Self::BadRequest => "request refused (4xx)",
            Self::ServerError => "server error (5xx)",
            Self::ConnectionFailed => "server unreachable",
            Self::Disconnected => "disconnected",
            Self::Decode => "unreadable response",
            Self::ShortWatch => "watch closed at once",
            Self::StaleResourceVersion => "older than what was known",
        })
    }
}

impl ListWatchError {
    /// The class of this failure.
    pub fn reason(&self) -> Reason {
        match self {
            Self::Api { code, status, .. } => api_reason(*code, status),
            Self::Http { code, .. } => code_reason(*code),
            Self::Connect(error) if is_connection_refused(error) => Reason::ConnectionFailed,
            Self::Connect(_)
            | Self::ReadBody(_)
            | Self::IdleTimeout(_)
            | Self::WatchListInterrupted
            | Self::MissingEndBookmark
            | Self::Protocol(ProtocolError::Truncated) => Reason::Disconnected,
            Self::ShortWatch => Reason::ShortWatch,
            Self::StaleResourceVersion { .. } => Reason::StaleResourceVersion,
            Self::Protocol(_) => Reason::Decode,
            Self::Namespace { .. } | Self::Request(_) => Reason::BadRequest,
            Self::Other { reason, .. } => *reason,
        }
    }

    /// How long the server asks to be left alone (`Retry-After`, or the Status's `retryAfterSeconds`).
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Api { retry_after, .. } | Self::Http { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// A failure that the server tells with a Status: as an answer, or as an `ERROR` event.
    pub(crate) fn api(code: u16, status: Box<Status>, header: Option<Duration>) -> Self {
        let told =
            status.details.as_ref().map(|details| details.retry_after_seconds).filter(|&seconds| seconds > 0);
        let retry_after = header.or(told.map(|seconds| Duration::from_secs(seconds.into())));
        Self::Api { code, status, retry_after }
    }
}

/// All three ways in which servers have said "Too large resource version" (client-go's
/// `isTooLargeResourceVersionError`): a cause of its own since 1.19, before that a cause's message, before that
/// the message.
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
        // Servers up to 1.17 say Gone where newer ones say Expired.
        "Expired" | "Gone" => Reason::Expired,
        "TooManyRequests" => Reason::TooManyRequests,
        "Forbidden" => Reason::Forbidden,
        "Unauthorized" => Reason::Unauthorized,
        "NotFound" => Reason::NotFound,
        _ => code_reason(code),
    }
}

fn code_reason(code: u16) -> Reason {
    match code {
        401 => Reason::Unauthorized,
        403 => Reason::Forbidden,
        404 => Reason::NotFound,
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
