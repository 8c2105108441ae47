//! [`Notices`]: what a subscriber has not been notified of, about objects that cannot be decoded. Bounded by the number of
//! such objects, for a subscriber that never reads. Must not depend on the queued events.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::{
    delta_fifo::{InvalidObjectNotice, InvalidObjectState},
    key::ObjectKey,
};

/// Where something other than an event is in a queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// The number of the event that it precedes.
    pub(super) position: u64,
    /// Its number among the things at the same position.
    pub(super) order: u64,
}

#[derive(Debug, Default)]
pub(super) struct Notices {
    queued: BTreeMap<Place, InvalidObjectNotice>,
    /// The queued notice of each object.
    places: HashMap<ObjectKey, Place>,
    /// The objects that the subscriber knows to be undecodable.
    delivered: HashSet<ObjectKey>,
}

impl Notices {
    /// Queues a notice, which replaces the queued one of its object.
    pub(super) fn push(&mut self, notice: InvalidObjectNotice, place: Place) {
        if let Some(place) = self.places.remove(&notice.key) {
            self.queued.remove(&place);
        }
        let is_undecodable = matches!(notice.state, InvalidObjectState::Undecodable(_));
        if is_undecodable || self.delivered.contains(&notice.key) {
            self.places.insert(notice.key.clone(), place);
            self.queued.insert(place, notice);
        }
    }

    /// The place of the oldest notice.
    pub(super) fn front(&self) -> Option<Place> {
        self.queued.first_key_value().map(|(place, _)| *place)
    }

    pub(super) fn pop(&mut self) -> Option<InvalidObjectNotice> {
        let (_, notice) = self.queued.pop_first()?;
        self.places.remove(&notice.key);
        if matches!(notice.state, InvalidObjectState::Undecodable(_)) {
            self.delivered.insert(notice.key.clone());
        } else {
            self.delivered.remove(&notice.key);
        }
        Some(notice)
    }
}
