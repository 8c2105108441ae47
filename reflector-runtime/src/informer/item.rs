//! [`StreamItem`] and [`EventBatch`]: what a subscription yields in addition to events.

use std::{fmt, sync::Arc};

use super::Event;
use crate::delta_fifo::InvalidObjectNotice;

/// An event or a marker, in the order in which they apply:
/// [`Subscription::next_item`](super::Subscription::next_item).
#[derive(Debug)]
#[non_exhaustive]
pub enum StreamItem<K: 'static> {
    /// A change of an object.
    Event(Event<K>),
    /// The subscriber has received the complete initial list: the objects that existed when the informer was synced, or
    /// when the subscriber joined. Emitted once, also if the list is empty.
    InitialListComplete,
    /// A relist begins: the changes found by it follow, up to [`RelistEnded`](Self::RelistEnded). A relist that is
    /// interrupted and retried counts as one, and so do two relists of which the subscriber has not received the first
    /// one completely. Only with [`DeliveryOptions::relist_markers`](super::DeliveryOptions::relist_markers).
    ///
    /// Watch events may be between the markers as well. With [`Delivery::Coalesced`](super::Delivery::Coalesced), events
    /// that were queued before are moved between the markers, because changes of the relist may be merged into them.
    RelistBegan,
    /// An object cannot be decoded, or one that could not be decoded was deleted or is valid again. If the subscriber has
    /// not received an earlier notice of the same object, only the newest one is delivered, and none if the object was
    /// deleted or is valid again. Objects whose key cannot be read are reported only to
    /// [`InformerBuilder::on_error`](super::InformerBuilder::on_error). Only with
    /// [`DeliveryOptions::invalid_objects`](super::DeliveryOptions::invalid_objects).
    InvalidObject(InvalidObjectNotice),
    /// The events up to this item contain all changes found by the relist: state derived from them is consistent.
    #[non_exhaustive]
    RelistEnded {
        /// The resourceVersion of the list. `None` if the server's lists have none, or while one of several namespaces has
        /// not been listed.
        resource_version: Option<Arc<str>>,
    },
}

/// The events of one step, from one consistent state to the next:
/// [`Subscription::next_batch`](super::Subscription::next_batch).
#[non_exhaustive]
pub struct EventBatch<K: 'static> {
    /// The changes, in order. Empty only if the initial list is empty.
    pub events: Vec<Event<K>>,
    /// The resourceVersion up to which the batches contain all changes. `None` if the server's lists have none, while one
    /// of several namespaces has not been listed, or if the informer stopped within a list.
    pub resource_version: Option<Arc<str>>,
    /// Whether this batch completes the initial list.
    pub completes_initial_list: bool,
}

impl<K> fmt::Debug for EventBatch<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventBatch")
            .field("events", &self.events)
            .field("resource_version", &self.resource_version)
            .field("completes_initial_list", &self.completes_initial_list)
            .finish()
    }
}
