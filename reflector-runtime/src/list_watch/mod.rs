//! Asking the API server: the [`ListerWatcher`] trait, what it is asked ([`ListRequest`], [`WatchRequest`]), what
//! it answers ([`ListPart`], [`WatchItem`]) and [`KubeListerWatcher`], which does it over a `kube::Client`.
//!
//! One call is one request. Must not know stores, and never retries: that is the reflector's to decide.

mod error;
mod gather;
mod kube_list;
mod kube_lister_watcher;
mod kube_watch;
mod request;
mod selectors;
mod single_shot;

use std::{fmt, sync::Arc};

use futures::{future::BoxFuture, stream::BoxStream};

pub use self::{
    error::{ListWatchError, Reason},
    kube_lister_watcher::KubeListerWatcher,
    request::{ListRequest, ReadVersion, WatchKind, WatchRequest},
    selectors::{Selectors, ShardRange, ShardRangeError},
};
pub use crate::wire::{DecodedObjects, Item, ManagedFields, NoDecodedObjects, ObjectVersion};

/// Lists and watches one resource (client-go's `ListerWatcher`).
///
/// Each call makes one request. Implement it to reflect from something other than an API server; most programs
/// use [`KubeListerWatcher`].
///
/// # Cancel safety
/// Dropping a future or a stream ends its request. Nothing is kept that a later call would miss.
pub trait ListerWatcher<K>: Send + Sync + 'static {
    /// Requests one page of a list, or all of it where the request has no limit.
    ///
    /// `known` answers which versions the caller already holds: an implementation may hand those out instead
    /// of decoding them again.
    fn list(
        &self,
        request: ListRequest,
        known: Arc<dyn DecodedObjects<K>>,
    ) -> BoxFuture<'_, Result<ListStream<K>, ListWatchError>>;

    /// Opens a watch. `known` as in [`list`](Self::list), for the initial events of a watch that has them.
    fn watch(
        &self,
        request: WatchRequest,
        known: Arc<dyn DecodedObjects<K>>,
    ) -> BoxFuture<'_, Result<WatchStream<K>, ListWatchError>>;

    /// What is listed, for logs and errors: `widgets.example.com/v1 in namespace team-a`.
    fn description(&self) -> String;
}

/// The parts of a list, as they arrive. The end of the stream is the end of the page.
pub type ListStream<K> = BoxStream<'static, Result<ListPart<K>, ListWatchError>>;

/// The events of a watch in batches: what had arrived together. After an error the stream is over.
pub type WatchStream<K> = BoxStream<'static, Result<Vec<WatchItem<K>>, ListWatchError>>;

/// A part of a list.
pub enum ListPart<K> {
    /// Some of the items.
    Items(Vec<Item<K>>),
    /// The list's own metadata; comes once, before or behind the items.
    Metadata {
        /// The version that the list shows, from which a watch goes on.
        resource_version: String,
        /// Asks for the next page; `None` on the last.
        continue_token: Option<String>,
        /// How many items the pages to come hold, where the server tells.
        remaining: Option<u64>,
    },
}

/// One event of a watch.
pub enum WatchItem<K> {
    /// The object was created, or was there when the watch began.
    Added(Item<K>),
    /// The object was changed.
    Modified(Item<K>),
    /// The object was deleted, or no longer matches the selectors; this is its last state.
    Deleted(Item<K>),
    /// Nothing changed, but the watch has come to this version.
    Bookmark {
        /// The version.
        resource_version: String,
        /// All events that stand for the initial state have been sent.
        ends_initial_events: bool,
    },
    /// An event of a type that the API does not know.
    Unknown {
        /// The type it named.
        event_type: String,
        /// The resourceVersion of its object, where it has one.
        resource_version: Option<String>,
    },
}

// None of these shows an object in its `Debug`: it may be a Secret.

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
    fn debug_shows_no_object() {
        let event = WatchItem::Added(Item::Object(object("hunter2", 1)));
        assert_eq!(format!("{event:?}"), "Added(Object)");
    }
}
