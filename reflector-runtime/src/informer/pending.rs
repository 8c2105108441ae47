//! Events that a subscriber has not received yet, merged per object, so that a slow subscriber has at most two queued
//! events per object.
//!
//! An object that is deleted and recreated (with another uid) is delivered as a deletion and an addition, never as an
//! update.

use std::sync::Arc;

use super::Event;
use crate::keyed_queue::Keyed;

/// The queued events of one object.
pub(super) enum Pending<K: 'static> {
    One(Event<K>),
    /// A deletion, and the merged events after it.
    Recreated {
        deleted: Event<K>,
        then: Event<K>,
    },
}

/// The result of merging an event.
pub(super) enum Merged<K: 'static> {
    Queued(Pending<K>),
    /// The object was added and deleted again before the subscriber received it.
    Nothing,
}

impl<K: 'static> Keyed<K> for Pending<K> {
    fn object(&self) -> &Arc<K> {
        match self {
            Self::One(event) | Self::Recreated { then: event, .. } => event.object(),
        }
    }
}

impl<K: 'static> Pending<K> {
    pub(super) fn merge(self, next: Event<K>) -> Merged<K> {
        let (deleted, newest) = match self {
            Self::One(event @ Event::Deleted { .. }) => {
                return Merged::Queued(match next {
                    // The second of two consecutive deletions contains nothing new.
                    Event::Deleted { .. } => Self::One(event),
                    then => Self::Recreated { deleted: event, then },
                });
            }
            Self::One(event) => (None, event),
            Self::Recreated { deleted, then } => (Some(deleted), then),
        };
        let cause = next.cause();
        let merged = match (newest, next) {
            (
                Event::Added { in_initial_list, metadata, .. },
                Event::Updated { new, .. } | Event::Added { object: new, .. },
            ) => Some(Event::Added { object: new, in_initial_list, cause, metadata }),
            (Event::Added { .. }, Event::Deleted { .. }) => None,
            (
                Event::Updated { old, metadata, .. },
                Event::Updated { new, .. } | Event::Added { object: new, .. },
            ) => Some(Event::Updated { old, new, cause, metadata }),
            (Event::Updated { old, .. }, Event::Deleted { last_known, final_state_known, metadata, .. }) => {
                Some(Event::Deleted { last_known, final_state_known, previous: old, cause, metadata })
            }
            (Event::Deleted { .. }, next) => Some(next),
        };
        match (deleted, merged) {
            (None, None) => Merged::Nothing,
            (None, Some(event)) | (Some(event), None) => Merged::Queued(Self::One(event)),
            (Some(deleted), Some(then)) => Merged::Queued(Self::Recreated { deleted, then }),
        }
    }

    /// The next event to deliver, and the events that stay queued.
    pub(super) fn split(self) -> (Event<K>, Option<Self>) {
        match self {
            Self::One(event) => (event, None),
            Self::Recreated { deleted, then } => (deleted, Some(Self::One(then))),
        }
    }
}
