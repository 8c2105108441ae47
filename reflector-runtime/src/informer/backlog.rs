//! [`Backlog`]: the events and markers that a subscriber has not received yet. Must not know how the subscriber waits.
//!
//! Positions of markers and of the ends of batches are numbers of entries: each follows the entries with lower numbers.

use std::{collections::VecDeque, sync::Arc};

use tokio::time::Instant;

use super::{
    Delivery, DeliveryOptions, Event, EventBatch, Overflow, StreamItem,
    gate::Gate,
    mailbox::IsClosed,
    notices::{Notices, Place},
    pending::{Merged, Pending},
};
use crate::{
    delta_fifo::InvalidObjectNotice, key::HashedKey, keyed_queue::KeyedQueue, resource_type::ResourceType,
};

pub(super) struct Backlog<K: 'static> {
    resource_type: Arc<ResourceType<K>>,
    options: DeliveryOptions,
    events: KeyedQueue<K, Pending<K>>,
    /// When entries arrived: each from this number on.
    arrivals: VecDeque<(u64, Instant)>,
    /// How many events were merged into queued ones.
    merged: u64,
    /// Where the initial list is complete.
    initial_list_until: Option<u64>,
    initial_batch: InitialBatch,
    marks: VecDeque<(Place, Mark)>,
    /// The number of markers and notices that have been queued.
    placed: u64,
    notices: Notices,
    batch_ends: VecDeque<BatchEnd>,
    gate: Arc<Gate>,
    /// Whether the gate counts this queue as full.
    is_full: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum Mark {
    InitialListComplete,
    RelistBegan,
    RelistEnded(Option<Arc<str>>),
}

/// Which batch completes the initial list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum InitialBatch {
    /// None of the queued events.
    Awaited,
    /// The next one to end.
    Due,
    /// It has ended.
    Queued,
}

struct BatchEnd {
    position: u64,
    version: Option<Arc<str>>,
    completes_initial_list: bool,
}

impl<K: 'static> Backlog<K> {
    pub(super) fn new(
        resource_type: Arc<ResourceType<K>>,
        options: DeliveryOptions,
        gate: Arc<Gate>,
    ) -> Self {
        Self {
            events: KeyedQueue::new(resource_type.clone()),
            resource_type,
            options,
            arrivals: VecDeque::new(),
            merged: 0,
            initial_list_until: None,
            initial_batch: InitialBatch::Awaited,
            marks: VecDeque::new(),
            placed: 0,
            notices: Notices::default(),
            batch_ends: VecDeque::new(),
            gate,
            is_full: false,
        }
    }

    /// The number of queued entries: objects with queued events or, if every event is delivered, events.
    pub(super) fn len(&self) -> usize {
        self.events.len()
    }

    pub(super) fn merged(&self) -> u64 {
        self.merged
    }

    /// Whether the subscriber has taken the complete initial list.
    pub(super) fn has_synced(&self) -> bool {
        self.initial_list_until.is_some_and(|until| self.is_past(until))
    }

    /// Whether all entries before this position have been taken.
    fn is_past(&self, position: u64) -> bool {
        self.events.front_number().is_none_or(|front| front >= position)
    }

    /// Whether no entry is queued after this position.
    fn is_last(&self, position: u64) -> bool {
        self.events.back_number().is_none_or(|back| back < position)
    }

    /// Whether a change is merged into the queued event of its object.
    fn merges(&self) -> bool {
        match (self.options.delivery, self.options.overflow) {
            (Delivery::Coalesced, _) => true,
            (Delivery::EveryEvent, Overflow::Coalesce) => self.len() >= self.options.limit,
            (Delivery::EveryEvent, Overflow::Backpressure) => false,
        }
    }

    /// The next events arrive at this time.
    pub(super) fn arrive(&mut self, now: Instant) {
        let position = self.events.arrived();
        match self.arrivals.back_mut() {
            // Nothing is queued of what arrived at that time.
            Some(last) if self.events.back_number().is_none_or(|back| back < last.0) => {
                *last = (position, now);
            }
            _ => self.arrivals.push_back((position, now)),
        }
    }

    /// When the oldest queued entry arrived.
    pub(super) fn waiting_since(&self) -> Option<Instant> {
        let front = self.events.front_number()?;
        self.arrivals.iter().take_while(|(position, _)| *position <= front).last().map(|(_, at)| *at)
    }

    pub(super) fn push(&mut self, event: Event<K>) {
        // Every cached object has a key.
        let object = event.object().clone();
        let resource_type = self.resource_type.clone();
        let Ok(key) = resource_type.key(&object).map(HashedKey::from) else { return };
        if !self.merges() {
            return self.append(key, event);
        }
        let Some((number, entry)) = self.events.get_mut(key) else {
            return self.events.append(key, Pending::One(event));
        };
        let placeholder = Pending::One(event.clone());
        match std::mem::replace(entry, placeholder).merge(event) {
            Merged::Queued(merged) => *entry = merged,
            Merged::Nothing => {
                self.events.remove(key);
            }
        }
        self.merged += 1;
        // The batches that end after the entry would contain a part of this one: they are merged with it.
        while let Some(end) = self.batch_ends.back().filter(|end| end.position > number) {
            if end.completes_initial_list {
                self.initial_batch = InitialBatch::Due;
            }
            self.batch_ends.pop_back();
        }
    }

    /// Queues an event that no other event is merged into.
    fn append(&mut self, key: HashedKey<'_>, event: Event<K>) {
        self.events.append_newest(key, Pending::One(event));
        self.update_gate();
    }

    /// Reports to the gate whether the queue is full. It opens again when half of the queue has been taken.
    fn update_gate(&mut self) {
        if self.options.delivery != Delivery::EveryEvent || self.options.overflow != Overflow::Backpressure {
            return;
        }
        if !self.is_full && self.len() >= self.options.limit {
            self.is_full = true;
            self.gate.filled();
        } else if self.is_full && self.len() <= self.options.limit / 2 {
            self.is_full = false;
            self.gate.emptied();
        }
    }

    pub(super) fn notify(&mut self, notice: &InvalidObjectNotice) {
        if self.options.invalid_objects {
            let place = self.place(self.events.arrived());
            self.notices.push(notice.clone(), place);
        }
    }

    /// The place after everything at this position.
    fn place(&mut self, position: u64) -> Place {
        self.placed += 1;
        Place { position, order: self.placed }
    }

    /// The initial list is queued completely.
    pub(super) fn initial_list_complete(&mut self) {
        let position = self.events.arrived();
        self.initial_list_until = Some(position);
        self.initial_batch = InitialBatch::Due;
        let place = self.place(position);
        self.marks.push_back((place, Mark::InitialListComplete));
    }

    pub(super) fn relist_began(&mut self) {
        if !self.options.relist_markers {
            return;
        }
        if let Some(ended) = self.mergeable_relist() {
            self.marks.remove(ended);
            return;
        }
        let position = if self.merges() {
            let after_marks = self.marks.back().map_or(0, |(place, _)| place.position);
            self.events.front_number().unwrap_or_else(|| self.events.arrived()).max(after_marks)
        } else {
            self.events.arrived()
        };
        let place = self.place(position);
        self.marks.push_back((place, Mark::RelistBegan));
    }

    /// The end of the last relist in the queue, if the next one may be a part of it: its events are merged with those of
    /// the next one, or it has none.
    fn mergeable_relist(&self) -> Option<usize> {
        let ended = self.marks.iter().rposition(|(_, mark)| matches!(mark, Mark::RelistEnded(_)))?;
        let began = ended.checked_sub(1).and_then(|at| self.marks.get(at));
        let is_empty =
            began.is_some_and(|(place, mark)| *mark == Mark::RelistBegan && self.is_last(place.position));
        (self.merges() || is_empty).then_some(ended)
    }

    pub(super) fn relist_ended(&mut self, version: Option<Arc<str>>) {
        if self.options.relist_markers {
            let place = self.place(self.events.arrived());
            self.marks.push_back((place, Mark::RelistEnded(version)));
        }
    }

    /// The queued events lead to a consistent state at this version.
    pub(super) fn end_batch(&mut self, version: Option<Arc<str>>) {
        let completes_initial_list = self.initial_batch == InitialBatch::Due;
        if completes_initial_list {
            self.initial_batch = InitialBatch::Queued;
        }
        let position = self.events.arrived();
        let back = self.events.back_number();
        match self.batch_ends.back_mut() {
            // Nothing has changed since.
            Some(last) if back.is_none_or(|back| back < last.position) => {
                last.version = version;
                last.completes_initial_list |= completes_initial_list;
            }
            None if back.is_none() && !completes_initial_list => {}
            _ => self.batch_ends.push_back(BatchEnd { position, version, completes_initial_list }),
        }
    }

    /// The events that must be applied together, if they are queued completely. Once the mailbox is closed, the last
    /// batch may be incomplete.
    pub(super) fn pop_batch(&mut self, is_closed: IsClosed) -> Option<EventBatch<K>> {
        while let Some(BatchEnd { position, version, completes_initial_list }) = self.batch_ends.pop_front() {
            let events = self.pop_events_before(position);
            if !events.is_empty() || completes_initial_list {
                return Some(EventBatch { events, resource_version: version, completes_initial_list });
            }
        }
        (is_closed.0 && self.len() > 0).then(|| EventBatch {
            events: self.pop_events_before(u64::MAX),
            resource_version: None,
            completes_initial_list: false,
        })
    }

    fn pop_events_before(&mut self, position: u64) -> Vec<Event<K>> {
        let mut events = Vec::new();
        while self.events.front_number().is_some_and(|front| front < position) {
            events.extend(self.pop_event());
        }
        while self.marks.front().is_some_and(|(place, _)| self.is_past(place.position)) {
            self.marks.pop_front();
        }
        while self.notices.front().is_some_and(|place| self.is_past(place.position)) {
            self.notices.pop();
        }
        events
    }

    /// The next item, if one is queued.
    pub(super) fn pop(&mut self) -> Option<StreamItem<K>> {
        let mark = self.marks.front().map(|(place, _)| *place);
        let is_due = |place: Place| self.is_past(place.position);
        if let Some(notice) = self.notices.front().filter(|notice| is_due(*notice))
            && mark.is_none_or(|mark| mark > notice)
        {
            return self.notices.pop().map(StreamItem::InvalidObject);
        }
        if mark.is_some_and(is_due) {
            return self.marks.pop_front().map(|(_, mark)| match mark {
                Mark::InitialListComplete => StreamItem::InitialListComplete,
                Mark::RelistBegan => StreamItem::RelistBegan,
                Mark::RelistEnded(resource_version) => StreamItem::RelistEnded { resource_version },
            });
        }
        let event = self.pop_event()?;
        while self.batch_ends.front().is_some_and(|end| self.is_past(end.position)) {
            self.batch_ends.pop_front();
        }
        Some(StreamItem::Event(event))
    }

    fn pop_event(&mut self) -> Option<Event<K>> {
        let (number, hash, pending) = self.events.pop()?;
        while self.arrivals.get(1).is_some_and(|(position, _)| *position <= number) {
            self.arrivals.pop_front();
        }
        let (event, rest) = pending.split();
        if let (Some(rest), Ok(key)) = (rest, self.resource_type.key(event.object())) {
            self.events.restore(HashedKey::with_hash(key, hash), number, rest);
        }
        self.update_gate();
        Some(event)
    }
}

#[cfg(test)]
impl<K: 'static> Backlog<K> {
    /// The numbers of queued markers and of ends of batches.
    pub(super) fn bookkeeping(&self) -> (usize, usize) {
        (self.marks.len(), self.batch_ends.len())
    }
}

impl<K> Drop for Backlog<K> {
    fn drop(&mut self) {
        if self.is_full {
            self.gate.emptied();
        }
    }
}
