//! What a subscriber has not been told yet, merged per object, so that a slow subscriber costs at most two
//! events for each object.
//!
//! An object that is deleted and made anew (another uid) is told as a deletion and an addition, never as an
//! update.

use std::sync::Arc;

use super::Event;
use crate::keyed_queue::Keyed;

/// What waits for one object.
pub(super) enum Pending<K: 'static> {
    One(Event<K>),
    /// A deletion, then what came behind it.
    Recreated {
        deleted: Event<K>,
        then: Event<K>,
    },
}

/// What is left after an event was merged in.
pub(super) enum Merged<K: 'static> {
    Waits(Pending<K>),
    /// The subscriber never heard of the object, and it is gone again.
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
                return Merged::Waits(match next {
                    // Two deletions in a row tell the same.
                    Event::Deleted { .. } => Self::One(event),
                    then => Self::Recreated { deleted: event, then },
                });
            }
            Self::One(event) => (None, event),
            Self::Recreated { deleted, then } => (Some(deleted), then),
        };
        let merged = match (newest, next) {
            (
                Event::Added { in_initial_list, metadata, .. },
                Event::Updated { new, .. } | Event::Added { object: new, .. },
            ) => Some(Event::Added { object: new, in_initial_list, metadata }),
            (Event::Added { .. }, Event::Deleted { .. }) => None,
            (
                Event::Updated { old, metadata, .. },
                Event::Updated { new, .. } | Event::Added { object: new, .. },
            ) => Some(Event::Updated { old, new, metadata }),
            (Event::Updated { .. }, deletion @ Event::Deleted { .. }) => Some(deletion),
            (Event::Deleted { .. }, next) => Some(next),
        };
        match (deleted, merged) {
            (None, None) => Merged::Nothing,
            (None, Some(event)) | (Some(event), None) => Merged::Waits(Self::One(event)),
            (Some(deleted), Some(then)) => Merged::Waits(Self::Recreated { deleted, then }),
        }
    }

    /// The event to tell now, and what waits behind it.
    pub(super) fn split(self) -> (Event<K>, Option<Self>) {
        match self {
            Self::One(event) => (event, None),
            Self::Recreated { deleted, then } => (deleted, Some(Self::One(then))),
        }
    }
}
