//! [`InformerStats`]: a snapshot of what an informer has counted.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use tokio::time::Instant;

use super::Event;
use crate::{delta_fifo::Cause, reflector::RelistCause};

/// What an informer has counted since its start: [`Informer::stats`](super::Informer::stats). Counting costs a few atomic
/// additions per batch; a snapshot is taken only when it is read.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct InformerStats {
    /// Completed lists, including streaming lists and polls.
    pub lists: u64,
    /// The time that the completed lists took, from the request to the last object.
    pub list_time: Duration,
    /// The lists after the first one, by their cause.
    pub relists: BTreeMap<RelistCause, u64>,
    /// Opened watches, including streaming lists.
    pub watches: u64,
    /// Watches that ended within a second without a result.
    pub short_watches: u64,
    /// The bytes of list and watch responses, without HTTP framing.
    pub bytes_received: u64,
    /// Cached objects.
    pub objects: usize,
    /// Changes of the cache, by type of event. Each counts once, whatever the number of subscribers.
    pub events: EventCounts,
    /// The time since the last of these events. `None` if there was none.
    pub since_last_event: Option<Duration>,
    /// Objects and events that were skipped ([`Informer::skipped`](super::Informer::skipped)).
    pub skipped: u64,
    /// Calls of handlers that have panicked.
    pub handler_panics: u64,
    /// The handlers that have not ended.
    pub handlers: Vec<HandlerStats>,
}

/// Events by type.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventCounts {
    /// Additions.
    pub added: u64,
    /// Updates, without those of a resync.
    pub updated: u64,
    /// Deletions.
    pub deleted: u64,
    /// Updates of the informer's own resync.
    pub resynced: u64,
}

/// The state of an event handler.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HandlerStats {
    /// The handler's name: [`DeliveryOptions::name`](super::DeliveryOptions::name), or its type.
    pub name: String,
    /// Whether the handler has processed the initial list.
    pub has_synced: bool,
    /// The events that the handler has been called with.
    pub processed: u64,
    /// The events that wait in its queue. With [`Delivery::Coalesced`](super::Delivery::Coalesced) this is the number of
    /// objects with queued events.
    pub queued: usize,
    /// How long the oldest of them has been waiting. `None` if none is queued.
    pub lag: Option<Duration>,
    /// The events that were merged into queued ones, because the handler did not keep up.
    pub merged: u64,
}

/// Counts the changes of the cache.
#[derive(Debug)]
pub(super) struct EventCounters {
    start: Instant,
    added: AtomicU64,
    updated: AtomicU64,
    deleted: AtomicU64,
    resynced: AtomicU64,
    /// Nanoseconds from the start to the last event, plus one. Zero if there was none.
    last: AtomicU64,
}

impl EventCounters {
    pub(super) fn new() -> Self {
        Self {
            start: Instant::now(),
            added: AtomicU64::new(0),
            updated: AtomicU64::new(0),
            deleted: AtomicU64::new(0),
            resynced: AtomicU64::new(0),
            last: AtomicU64::new(0),
        }
    }

    pub(super) fn count<K>(&self, events: &[Event<K>], now: Instant) {
        if events.is_empty() {
            return;
        }
        let mut counts = EventCounts::default();
        for event in events {
            match event {
                Event::Updated { .. } if event.cause() == Cause::Resync => counts.resynced += 1,
                Event::Updated { .. } => counts.updated += 1,
                Event::Added { .. } => counts.added += 1,
                Event::Deleted { .. } => counts.deleted += 1,
            }
        }
        let EventCounts { added, updated, deleted, resynced } = counts;
        for (counter, count) in [
            (&self.added, added),
            (&self.updated, updated),
            (&self.deleted, deleted),
            (&self.resynced, resynced),
        ] {
            if count > 0 {
                counter.fetch_add(count, Ordering::Relaxed);
            }
        }
        let nanoseconds = u64::try_from(now.duration_since(self.start).as_nanos()).unwrap_or(u64::MAX - 1);
        self.last.store(nanoseconds + 1, Ordering::Relaxed);
    }

    pub(super) fn counts(&self) -> EventCounts {
        EventCounts {
            added: self.added.load(Ordering::Relaxed),
            updated: self.updated.load(Ordering::Relaxed),
            deleted: self.deleted.load(Ordering::Relaxed),
            resynced: self.resynced.load(Ordering::Relaxed),
        }
    }

    pub(super) fn since_last(&self) -> Option<Duration> {
        let last = self.last.load(Ordering::Relaxed).checked_sub(1)?;
        Some(self.start.elapsed().saturating_sub(Duration::from_nanos(last)))
    }
}
