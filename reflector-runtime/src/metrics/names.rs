//! The names of the metrics, and their descriptions.
//!
//! Names that client-go has, or had until it dropped the metrics of its reflector (kubernetes#74636), are the same: those
//! with "As in client-go". KEP-4346 plans to bring them back. The others follow their style.

use ::metrics::Unit;

use super::{Metric, MetricKind};

/// The labels of every metric, as in client-go: the informer's name, and the group, version and plural of the resource.
pub const LABELS: [&str; 4] = ["name", "group", "version", "resource"];

/// The label of [`REFLECTOR_RELISTS_TOTAL`].
pub(crate) const CAUSE: &str = "cause";
/// The label of [`REFLECTOR_FAILURES_TOTAL`].
pub(crate) const REASON: &str = "reason";
/// The label of [`REFLECTOR_EVENTS_TOTAL`].
pub(crate) const TYPE: &str = "type";
/// The label of the metrics of a handler.
pub(crate) const HANDLER: &str = "handler";

/// Completed lists, including streaming lists and polls. As in client-go.
pub const REFLECTOR_LISTS_TOTAL: &str = "reflector_lists_total";
/// The time from the request of a list to its last object. As in client-go.
pub const REFLECTOR_LIST_DURATION_SECONDS: &str = "reflector_list_duration_seconds";
/// The objects in a completed list. As in client-go.
pub const REFLECTOR_ITEMS_PER_LIST: &str = "reflector_items_per_list";
/// Opened watches, including streaming lists. As in client-go.
pub const REFLECTOR_WATCHES_TOTAL: &str = "reflector_watches_total";
/// Watches that ended within a second without a result. As in client-go.
pub const REFLECTOR_SHORT_WATCHES_TOTAL: &str = "reflector_short_watches_total";
/// The time from the request of a watch, or from the end of a streaming list, to the end of the watch. As in client-go.
pub const REFLECTOR_WATCH_DURATION_SECONDS: &str = "reflector_watch_duration_seconds";
/// The events of a watch, including bookmarks, without the initial events of a streaming list. As in client-go.
pub const REFLECTOR_ITEMS_PER_WATCH: &str = "reflector_items_per_watch";
/// The lists after the first one, by their cause: `poll`, `verification`, or the reason of the failure that made a list
/// necessary.
pub const REFLECTOR_RELISTS_TOTAL: &str = "reflector_relists_total";
/// Failed lists and watches, by reason.
pub const REFLECTOR_FAILURES_TOTAL: &str = "reflector_failures_total";
/// The bytes of list and watch responses, without HTTP framing.
pub const REFLECTOR_RECEIVED_BYTES_TOTAL: &str = "reflector_received_bytes_total";
/// Objects and events that were skipped, such as objects that cannot be decoded.
pub const REFLECTOR_SKIPPED_ITEMS_TOTAL: &str = "reflector_skipped_items_total";
/// 1 if the cache is complete and kept up to date, otherwise 0.
pub const REFLECTOR_SYNCED: &str = "reflector_synced";
/// Cached objects.
pub const REFLECTOR_OBJECTS: &str = "reflector_objects";
/// Changes of the cache, by type: `added`, `updated`, `deleted` or `resynced`.
pub const REFLECTOR_EVENTS_TOTAL: &str = "reflector_events_total";
/// The time since the last change of the cache. NaN if there was none.
pub const REFLECTOR_SINCE_LAST_EVENT_SECONDS: &str = "reflector_since_last_event_seconds";
/// The events that wait in the queue of a handler.
pub const REFLECTOR_HANDLER_QUEUED_EVENTS: &str = "reflector_handler_queued_events";
/// How long the oldest event in the queue of a handler has been waiting.
pub const REFLECTOR_HANDLER_LAG_SECONDS: &str = "reflector_handler_lag_seconds";
/// The events that a handler has processed.
pub const REFLECTOR_HANDLER_PROCESSED_EVENTS_TOTAL: &str = "reflector_handler_processed_events_total";
/// The events that were merged into queued ones, because a handler did not keep up.
pub const REFLECTOR_HANDLER_MERGED_EVENTS_TOTAL: &str = "reflector_handler_merged_events_total";
/// Calls of handlers that have panicked.
pub const REFLECTOR_HANDLER_PANICS_TOTAL: &str = "reflector_handler_panics_total";
/// The objects whose changes have been received and are not in the cache yet. As in client-go.
pub const INFORMER_QUEUED_ITEMS: &str = "informer_queued_items";
/// The resourceVersion of the cache. NaN if it is not known, or is not a number. As in client-go.
pub const INFORMER_STORE_RESOURCE_VERSION: &str = "informer_store_resource_version";

/// The time from taking a batch of changes out of the queue until it is in the cache and queued for each handler. As in
/// client-go, for which it also is one observation per batch.
pub const INFORMER_PROCESSING_LATENCY_SECONDS: &str = "informer_processing_latency_seconds";

/// All metrics.
pub const ALL: &[Metric] = &[
    Metric {
        name: REFLECTOR_LISTS_TOTAL,
        kind: MetricKind::Counter,
        unit: Unit::Count,
        labels: &[],
        help: "Completed lists, including streaming lists and polls.",
    },
    Metric {
        name: REFLECTOR_LIST_DURATION_SECONDS,
        kind: MetricKind::Histogram,
        unit: Unit::Seconds,
        labels: &[],
        help: "The time from the request of a list to its last object.",
    },
    Metric {
        name: REFLECTOR_ITEMS_PER_LIST,
        kind: MetricKind::Histogram,
        unit: Unit::Count,
        labels: &[],
        help: "The objects in a completed list.",
    },
    Metric {
        name: REFLECTOR_WATCHES_TOTAL,
        kind: MetricKind::Counter,
        unit: Unit::Count,
        labels: &[],
        help: "Opened watches, including streaming lists.",
    },
    Metric {
        name: REFLECTOR_SHORT_WATCHES_TOTAL,
        kind: MetricKind::Counter,
        unit: Unit::Count,
        labels: &[],
        help: "Watches that ended within a second without a result.",
    },
    Metric {
        name: REFLECTOR_WATCH_DURATION_SECONDS,
        kind: MetricKind::Histogram,
        unit: Unit::Seconds,
        labels: &[],
        help: "The time from the request of a watch, or from the end of a streaming list, to the end of the watch.",
    },
    Metric {
        name: REFLECTOR_ITEMS_PER_WATCH,
        kind: MetricKind::Histogram,
        unit: Unit::Count,
        labels: &[],
        help: "The events of a watch, including bookmarks, without the initial events of a streaming list.",
    },
    Metric {
        name: REFLECTOR_RELISTS_TOTAL,
        kind: MetricKind::Counter,
        unit: Unit::Count,
        labels: &[CAUSE],
        help: "The lists after the first one, by their cause: `poll`, `verification`, or the reason of the failure that made a list necessary.",
    },
    Metric {
        name: REFLECTOR_FAILURES_TOTAL,
        kind: MetricKind::Counter,
        unit: Unit::Count,
        labels: &[REASON],
        help: "Failed lists and watches, by reason.",
    },
    Metric {
        name: REFLECTOR_RECEIVED_BYTES_TOTAL,
        kind: MetricKind::Counter,
        unit: Unit::Bytes,
        labels: &[],
        help: "The bytes of list and watch responses, without HTTP framing.",
    },
    Metric {
        name: REFLECTOR_SKIPPED_ITEMS_TOTAL,
        kind: MetricKind::Counter,
        unit: Unit::Count,
        labels: &[],
        help: "Objects and events that were skipped, such as objects that cannot be decoded.",
    },
    Metric {
        name: REFLECTOR_SYNCED,
        kind: MetricKind::Gauge,
        unit: Unit::Count,
        labels: &[],
        help: "1 if the cache is complete and kept up to date, otherwise 0.",
    },
    Metric {
        name: REFLECTOR_OBJECTS,
        kind: MetricKind::Gauge,
        unit: Unit::Count,
        labels: &[],
        help: "Cached objects.",
    },
    Metric {
        name: REFLECTOR_EVENTS_TOTAL,
        kind: MetricKind::Counter,
        unit: Unit::Count,
        labels: &[TYPE],
        help: "Changes of the cache, by type: `added`, `updated`, `deleted` or `resynced`.",
    },
    Metric {
        name: REFLECTOR_SINCE_LAST_EVENT_SECONDS,
        kind: MetricKind::Gauge,
        unit: Unit::Seconds,
        labels: &[],
        help: "The time since the last change of the cache. NaN if there was none.",
    },
    Metric {
        name: REFLECTOR_HANDLER_QUEUED_EVENTS,
        kind: MetricKind::Gauge,
        unit: Unit::Count,
        labels: &[HANDLER],
        help: "The events that wait in the queue of a handler.",
    },
    Metric {
        name: REFLECTOR_HANDLER_LAG_SECONDS,
        kind: MetricKind::Gauge,
        unit: Unit::Seconds,
        labels: &[HANDLER],
        help: "How long the oldest event in the queue of a handler has been waiting.",
    },
    Metric {
        name: REFLECTOR_HANDLER_PROCESSED_EVENTS_TOTAL,
        kind: MetricKind::Counter,
        unit: Unit::Count,
        labels: &[HANDLER],
        help: "The events that a handler has processed.",
    },
    Metric {
        name: REFLECTOR_HANDLER_MERGED_EVENTS_TOTAL,
        kind: MetricKind::Counter,
        unit: Unit::Count,
        labels: &[HANDLER],
        help: "The events that were merged into queued ones, because a handler did not keep up.",
    },
    Metric {
        name: REFLECTOR_HANDLER_PANICS_TOTAL,
        kind: MetricKind::Counter,
        unit: Unit::Count,
        labels: &[],
        help: "Calls of handlers that have panicked.",
    },
    Metric {
        name: INFORMER_QUEUED_ITEMS,
        kind: MetricKind::Gauge,
        unit: Unit::Count,
        labels: &[],
        help: "The objects whose changes have been received and are not in the cache yet.",
    },
    Metric {
        name: INFORMER_STORE_RESOURCE_VERSION,
        kind: MetricKind::Gauge,
        unit: Unit::Count,
        labels: &[],
        help: "The resourceVersion of the cache. NaN if it is not known, or is not a number.",
    },
    Metric {
        name: INFORMER_PROCESSING_LATENCY_SECONDS,
        kind: MetricKind::Histogram,
        unit: Unit::Seconds,
        labels: &[],
        help: "The time from taking a batch of changes out of the queue until it is in the cache and queued for each handler.",
    },
];
