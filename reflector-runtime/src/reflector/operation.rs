//! [`Operation`]: a list or a watch in progress, as a `tracing` span and, with the crate feature `metrics`, in histograms.
//! Must not decide anything, and must not see an object.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use tokio::time::{Duration, Instant};
use tracing::{Span, field::Empty};

use super::RequestVerb;
#[cfg(feature = "metrics")]
use crate::metrics::{self, Labels};
use crate::{list_watch::Reason, resource_type::ResourceType};

/// What a reflector lists and watches, in the fields of its spans.
#[derive(Debug)]
pub(super) struct Subject {
    group: String,
    version: String,
    resource: String,
    namespace: Option<String>,
}

impl Subject {
    pub(super) fn new<K>(resource_type: &ResourceType<K>, namespace: Option<&str>) -> Self {
        Self {
            group: resource_type.group().to_owned(),
            version: resource_type.version().to_owned(),
            resource: resource_type.plural().to_owned(),
            namespace: namespace.map(str::to_owned),
        }
    }
}

/// The kinds of operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OperationKind {
    /// A list, with all of its pages.
    List,
    /// A streaming list: the initial events of a watch.
    WatchList,
    /// A watch, or what follows the initial events of a streaming list.
    Watch,
}

impl OperationKind {
    fn span(self, name: &str, subject: &Subject) -> Span {
        let Subject { group, version, resource, namespace } = subject;
        match self {
            Self::List | Self::WatchList => tracing::debug_span!(
                "list",
                name,
                group,
                version,
                resource,
                namespace,
                streaming = self == Self::WatchList,
                resource_version = Empty,
                objects = Empty,
                bytes = Empty,
                outcome = Empty,
                otel.status_code = Empty,
            ),
            Self::Watch => tracing::debug_span!(
                "watch",
                name,
                group,
                version,
                resource,
                namespace,
                resource_version = Empty,
                events = Empty,
                bytes = Empty,
                outcome = Empty,
                otel.status_code = Empty,
            ),
        }
    }
}

/// How an operation ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// The reflector was stopped.
    Cancelled,
    /// The list is complete.
    Complete,
    /// The server ended the watch.
    Closed,
    /// The list was given up for another one, although no request failed.
    Restarted,
    Failed(Reason),
}

impl Outcome {
    fn as_str(self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::Complete => "complete",
            Self::Closed => "closed",
            Self::Restarted => "restarted",
            Self::Failed(reason) => reason.as_str(),
        }
    }
}

/// A list or a watch in progress. It ends when it is dropped.
pub(super) struct Operation {
    kind: OperationKind,
    span: Span,
    began: Instant,
    /// Objects of a list, events of a watch.
    items: u64,
    /// Whether the server has accepted the request.
    is_open: bool,
    /// The received bytes of its reflector.
    bytes: Arc<AtomicU64>,
    bytes_before: u64,
    outcome: Outcome,
    #[cfg(feature = "metrics")]
    labels: Option<Labels>,
}

impl Operation {
    pub(super) fn begin(
        kind: OperationKind,
        name: &str,
        subject: &Subject,
        bytes: &Arc<AtomicU64>,
        #[cfg(feature = "metrics")] labels: Option<Labels>,
    ) -> Self {
        Self {
            kind,
            span: kind.span(name, subject),
            began: Instant::now(),
            items: 0,
            is_open: false,
            bytes_before: bytes.load(Ordering::Relaxed),
            bytes: bytes.clone(),
            outcome: Outcome::Cancelled,
            #[cfg(feature = "metrics")]
            labels,
        }
    }

    /// The verb of its request.
    pub(super) fn verb(&self) -> RequestVerb {
        match self.kind {
            OperationKind::List => RequestVerb::List,
            OperationKind::WatchList | OperationKind::Watch => RequestVerb::Watch,
        }
    }

    pub(super) fn span(&self) -> &Span {
        &self.span
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// The server has accepted the request.
    pub(super) fn opened(&mut self) {
        self.is_open = true;
    }

    /// Objects or events were received.
    pub(super) fn received(&mut self, items: u64) {
        self.items += items;
    }

    /// The list is complete, or the watch begins, at this version.
    pub(super) fn at_version(&self, version: &str) {
        self.span.record("resource_version", version);
    }

    pub(super) fn completed(&mut self) {
        self.outcome = Outcome::Complete;
    }

    pub(super) fn failed(&mut self, reason: Reason) {
        self.outcome = Outcome::Failed(reason);
    }

    /// Ends the operation because another one, or a delay, follows.
    pub(super) fn end(mut self) {
        if self.outcome == Outcome::Cancelled {
            self.outcome = match self.kind {
                OperationKind::List | OperationKind::WatchList => Outcome::Restarted,
                OperationKind::Watch => Outcome::Closed,
            };
        }
    }

    #[cfg(feature = "metrics")]
    fn record_histograms(&self) {
        let Some(labels) = &self.labels else { return };
        let (duration, items) = match (self.kind, self.outcome) {
            (OperationKind::List | OperationKind::WatchList, Outcome::Complete) => {
                (metrics::REFLECTOR_LIST_DURATION_SECONDS, metrics::REFLECTOR_ITEMS_PER_LIST)
            }
            (OperationKind::Watch, _) if self.is_open => {
                (metrics::REFLECTOR_WATCH_DURATION_SECONDS, metrics::REFLECTOR_ITEMS_PER_WATCH)
            }
            _ => return,
        };
        labels.histogram(duration).record(self.elapsed().as_secs_f64());
        // Precise up to 2^53.
        #[allow(clippy::cast_precision_loss, reason = "no list has so many objects")]
        labels.histogram(items).record(self.items as f64);
    }
}

impl Drop for Operation {
    fn drop(&mut self) {
        let items = match self.kind {
            OperationKind::List | OperationKind::WatchList => "objects",
            OperationKind::Watch => "events",
        };
        self.span.record(items, self.items);
        self.span.record("bytes", self.bytes.load(Ordering::Relaxed) - self.bytes_before);
        self.span.record("outcome", self.outcome.as_str());
        if let Outcome::Failed(_) = self.outcome {
            self.span.record("otel.status_code", "ERROR");
        }
        #[cfg(feature = "metrics")]
        self.record_histograms();
    }
}
