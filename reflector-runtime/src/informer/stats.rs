//! [`InformerStats`]: a snapshot of what an informer has counted.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::time::Instant;

use super::{Event, handlers::Handlers, processor::Subscribers, source::Queues};
use crate::{
    delta_fifo::Cause,
    list_watch::Reason,
    reflector::{Counters, HealthCell, RelistCause},
    store::Store,
};

/// What an informer has counted since its start: [`Informer::stats`](super::Informer::stats). Counting costs a few atomic
/// additions per batch; a snapshot is taken only when it is read.
///
/// ```no_run
/// # use k8s_openapi::api::core::v1::Pod;
/// # fn show(pods: &reflector_runtime::Informer<Pod>) {
/// let stats = pods.stats();
/// println!("{} lists in {:?}", stats.lists, stats.list_time);
/// for handler in stats.handlers {
///     let (name, lag) = (handler.name, handler.lag);
///     println!("{name}: {} events queued, lag {lag:?}", handler.queued);
/// }
/// # }
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct InformerStats {
    /// Completed lists, including streaming lists and polls.
    pub lists: u64,
    /// The time that the completed lists took, from the request to the last object.
    pub list_time: Duration,
    /// The lists after the first one, by their cause.
    pub relists: BTreeMap<RelistCause, u64>,
    /// Failed lists and watches, by reason. Includes watches that ended in the ordinary way in which expired ones do
    /// ([`Reason::Expired`]).
    pub failures: BTreeMap<Reason, u64>,
    /// Opened watches, including streaming lists.
    pub watches: u64,
    /// Watches that ended within a second without a result.
    pub short_watches: u64,
    /// The bytes of list and watch responses, without HTTP framing.
    pub bytes_received: u64,
    /// Cached objects.
    pub objects: usize,
    /// The objects whose changes have been received and are not in the cache yet. With
    /// [`QueueOrder::Arrival`](crate::QueueOrder::Arrival) this is the number of changes.
    pub queued_items: usize,
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

/// Where the counts of an informer are.
pub(super) struct StatsSource<K: 'static> {
    pub(super) store: Store<K>,
    pub(super) queues: Arc<Queues<K>>,
    pub(super) subscribers: Arc<Subscribers<K>>,
    pub(super) health: Arc<HealthCell>,
    pub(super) counters: Arc<Counters>,
    pub(super) handlers: Arc<Handlers>,
}

impl<K: Send + Sync + 'static> StatsSource<K> {
    pub(super) fn snapshot(&self) -> InformerStats {
        let handlers = self.handlers.all().iter().map(|handler| handler.stats()).collect();
        InformerStats { handlers, ..self.counts() }
    }

    /// Everything but the handlers.
    pub(super) fn counts(&self) -> InformerStats {
        let Self { store, queues, subscribers, health, counters, .. } = self;
        let events = subscribers.events();
        InformerStats {
            lists: counters.lists(),
            list_time: counters.list_time(),
            relists: counters.relists(),
            failures: counters.failures(),
            watches: counters.watches(),
            short_watches: counters.short_watches(),
            bytes_received: counters.bytes_received(),
            objects: store.len(),
            queued_items: queues.len(),
            events: events.counts(),
            since_last_event: events.since_last(),
            skipped: health.all_skipped().count,
            handler_panics: health.handler_panics(),
            handlers: Vec::new(),
        }
    }
}

#[cfg(feature = "metrics")]
impl<K: Send + Sync + 'static> StatsSource<K> {
    pub(super) fn is_synced(&self) -> bool {
        self.health.subscribe().borrow().is_synced()
    }

    pub(super) fn resource_version(&self) -> Option<String> {
        self.store.resource_version()
    }

    pub(super) fn handlers(&self) -> &Handlers {
        &self.handlers
    }

    /// Completes when all handlers have ended.
    pub(super) async fn handlers_ended(&self) {
        for handler in self.handlers.all() {
            handler.ended().await;
        }
    }
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
