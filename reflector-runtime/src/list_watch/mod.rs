//! Requests to the API server: the [`ListerWatcher`] trait, its requests ([`ListRequest`], [`WatchRequest`]), its
//! responses ([`ListPart`], [`WatchItem`]) and [`KubeListerWatcher`], the implementation for a `kube::Client`.
//!
//! One call sends one request. Must not depend on stores and must not retry: the reflector decides about retries.

mod batcher;
mod decoding;
mod error;
mod fields;
mod formats;
mod heap;
mod in_order;
mod kube_list;
mod kube_lister_watcher;
mod kube_watch;
mod request;
mod response;
mod selectors;
mod single_shot;

use std::{fmt, sync::Arc};

use futures::{future::BoxFuture, stream::BoxStream};

pub(crate) use self::fields::{BUILT_IN, assert_selectable};
pub use self::{
    error::{ListWatchError, Reason},
    fields::{FieldSelector, IntoFieldSelector, SelectableField},
    formats::WireFormat,
    kube_lister_watcher::KubeListerWatcher,
    request::{ListRequest, ReadVersion, WatchKind, WatchRequest},
    selectors::{Selectors, ShardRange, ShardRangeError},
};
pub use crate::{
    managed_fields::ManagedFields,
    wire::{DecodedObjects, Item, NoDecodedObjects, ObjectVersion, TextFingerprint},
};

/// Lists and watches one resource (client-go's `ListerWatcher`).
///
/// Each call sends one request. Implement this trait to reflect from a source other than an API server: the example
/// `lister_watcher` of this repository does it for a folder of files. Most programs use [`KubeListerWatcher`].
///
/// ```no_run
/// # use std::sync::Arc;
/// # use futures::StreamExt as _;
/// # use k8s_openapi::api::core::v1::Pod;
/// # use reflector_runtime::list_watch::*;
/// # async fn count(pods: &dyn ListerWatcher<Pod>) -> Result<usize, ListWatchError> {
/// let request = ListRequest {
///     resource_version: ReadVersion::Any,
///     limit: None,
///     continue_token: None,
/// };
/// let mut parts = pods.list(request, Arc::new(NoDecodedObjects)).await?;
/// let mut count = 0;
/// while let Some(part) = parts.next().await {
///     if let ListPart::Items(items) = part? {
///         count += items.len();
///     }
/// }
/// # Ok(count)
/// # }
/// ```
///
/// # Cancel safety
/// Dropping a future or a stream aborts its request. No state that a later call needs is lost.
pub trait ListerWatcher<K>: Send + Sync + 'static {
    /// Requests one page of a list, or the complete list if the request has no limit.
    ///
    /// `known` looks up the object versions that the caller already has: an implementation may return those objects
    /// instead of decoding them again.
    ///
    /// # Errors
    /// [`ListWatchError`] if the request fails. A failure within the response is an item of the stream.
    fn list(
        &self,
        request: ListRequest,
        known: Arc<dyn DecodedObjects<K>>,
    ) -> BoxFuture<'_, Result<ListStream<K>, ListWatchError>>;

    /// Opens a watch. `known` is used as in [`list`](Self::list), for the initial events of a watch that has them.
    ///
    /// # Errors
    /// As [`list`](Self::list).
    fn watch(
        &self,
        request: WatchRequest,
        known: Arc<dyn DecodedObjects<K>>,
    ) -> BoxFuture<'_, Result<WatchStream<K>, ListWatchError>>;

    /// Describes the listed resource for logs and errors, such as `widgets.example.com/v1 in namespace team-a`.
    fn description(&self) -> String;

    /// The namespace that is listed, for `tracing` spans. `None`, which is the default, means all, or that the resource is
    /// cluster-scoped.
    fn namespace(&self) -> Option<&str> {
        None
    }
}

/// The parts of a list, as they arrive. The end of the stream is the end of the page.
pub type ListStream<K> = BoxStream<'static, Result<ListPart<K>, ListWatchError>>;

/// The events of a watch. A batch contains the events that arrived together. The stream ends after an error.
pub type WatchStream<K> = BoxStream<'static, Result<Vec<WatchItem<K>>, ListWatchError>>;

/// A part of a list.
pub enum ListPart<K> {
    /// Some of the items.
    Items(Vec<Item<K>>),
    /// The list's own metadata. Delivered once, before or after the items.
    Metadata {
        /// The version of the list. A watch continues from it. Empty if the server does not report it: such a list
        /// can only be polled.
        resource_version: String,
        /// The token that requests the next page; `None` on the last page.
        continue_token: Option<String>,
        /// The number of items in the following pages, if the server reports it.
        remaining: Option<u64>,
    },
}

/// One event of a watch.
pub enum WatchItem<K> {
    /// The object was created, or existed when the watch began.
    Added(Item<K>),
    /// The object was changed.
    Modified(Item<K>),
    /// The object was deleted, or no longer matches the selectors; this is its last state.
    Deleted(Item<K>),
    /// No object changed, but the watch has reached this version.
    Bookmark {
        /// The version.
        resource_version: String,
        /// All events of the initial state have been sent.
        ends_initial_events: bool,
    },
    /// An event of a type that the API does not define, or of a type that was not seen because the event exceeds the
    /// size limit.
    Unknown {
        /// The event type.
        event_type: String,
        /// The resourceVersion of its object, if it has one.
        resource_version: Option<String>,
    },
}

// `Debug` never prints an object: it may be a Secret.

impl<K> fmt::Debug for ListPart<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Items(items) => write!(f, "Items({})", items.len()),
            Self::Metadata { resource_version, remaining, .. } => f
                .debug_struct("Metadata")
                .field("resource_version", resource_version)
                .field("remaining", remaining)
                .finish_non_exhaustive(),
        }
    }
}

impl<K> fmt::Debug for WatchItem<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Added(item) => f.debug_tuple("Added").field(item).finish(),
            Self::Modified(item) => f.debug_tuple("Modified").field(item).finish(),
            Self::Deleted(item) => f.debug_tuple("Deleted").field(item).finish(),
            Self::Bookmark { resource_version, ends_initial_events } => f
                .debug_struct("Bookmark")
                .field("resource_version", resource_version)
                .field("ends_initial_events", ends_initial_events)
                .finish(),
            Self::Unknown { event_type, resource_version } => f
                .debug_struct("Unknown")
                .field("event_type", event_type)
                .field("resource_version", resource_version)
                .finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::object;

    #[test]
    fn debug_output_contains_no_object() {
        let event = WatchItem::Added(Item::Object(object("hunter2", 1)));
        assert_eq!(format!("{event:?}"), "Added(Object)");
    }
}
