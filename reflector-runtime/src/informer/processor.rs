//! The pop loop: applies the queue's deltas to the store and sends the resulting events to every subscriber.

use std::sync::Arc;

use parking_lot::Mutex;

use super::{
    Event,
    subscription::{Delivery, Feed, Subscription, subscription},
};
use crate::{
    delta_fifo::{Batch, Delta, DeltaFifo, Popped},
    reflector::HealthCell,
    resource_type::ResourceType,
    store::{Store, WriteBatch, Writer},
};

/// The maximum number of keys popped under one lock.
const BATCH: usize = 256;

/// The subscribers of an informer.
///
/// The lock is held while a batch is written to the store and its events are sent, so that a new subscriber sees the
/// store either before or after the whole batch.
pub(super) struct Subscribers<K: 'static> {
    resource_type: Arc<ResourceType<K>>,
    store: Store<K>,
    members: Mutex<Members<K>>,
}

enum Members<K: 'static> {
    Open(Vec<Feed<K>>),
    /// The informer has stopped.
    Closed,
}

impl<K: Send + Sync + 'static> Subscribers<K> {
    pub(super) fn new(resource_type: Arc<ResourceType<K>>, store: Store<K>) -> Self {
        Self { resource_type, store, members: Mutex::new(Members::Open(Vec::new())) }
    }

    /// Adds a subscriber. It receives the objects in the store, then every later change.
    pub(super) fn join(&self, delivery: Delivery) -> Subscription<K> {
        let (feed, subscription) = subscription(self.resource_type.clone(), delivery);
        let mut members = self.members.lock();
        feed.send(
            self.store.list().into_iter().map(|object| Event::added(&self.resource_type, object, true)),
        );
        match &mut *members {
            Members::Open(feeds) => {
                // Dropped subscribers are removed when an event is sent and, for a resource without events, here.
                if feeds.len() == feeds.capacity() {
                    feeds.retain(Feed::has_subscriber);
                }
                feeds.push(feed);
            }
            Members::Closed => feed.close(),
        }
        subscription
    }

    fn send(members: &mut Members<K>, events: &[Event<K>]) {
        match members {
            Members::Open(feeds) if !events.is_empty() => {
                feeds.retain(|feed| feed.send(events.iter().cloned()));
            }
            _ => {}
        }
    }

    /// Closes all subscriptions. No further event is sent.
    pub(super) fn close(&self) {
        if let Members::Open(feeds) = std::mem::replace(&mut *self.members.lock(), Members::Closed) {
            feeds.iter().for_each(Feed::close);
        }
    }
}

/// Pops until the queue is closed and empty.
pub(super) async fn run_pop_loop<K: Send + Sync + 'static>(
    fifo: Arc<DeltaFifo<K>>,
    mut writer: Writer<K>,
    subscribers: Arc<Subscribers<K>>,
    health: Arc<HealthCell>,
) {
    let resource_type = subscribers.resource_type.clone();
    let state = health.subscribe();
    let mut was_synced = false;
    loop {
        let popped = fifo.pop(BATCH, |batch| {
            let mut members = subscribers.members.lock();
            let mut store = writer.write();
            if state.borrow().has_unordered_versions() {
                store.set_versions_unordered();
            }
            let events = store_batch(&resource_type, store, batch);
            Subscribers::send(&mut members, &events);
        });
        if popped.await.is_err() {
            return;
        }
        if !was_synced && fifo.has_synced() {
            was_synced = true;
            health.stored();
        }
        // A long queue must not starve other tasks.
        tokio::task::coop::consume_budget().await;
    }
}

/// Writes a batch to the store. Returns the resulting events.
fn store_batch<K>(
    resource_type: &ResourceType<K>,
    mut store: WriteBatch<'_, K>,
    batch: Batch<K>,
) -> Vec<Event<K>> {
    let mut events = Vec::with_capacity(batch.popped.len());
    for Popped { deltas, in_initial_list } in batch.popped {
        for delta in deltas {
            events.extend(store_delta(resource_type, &mut store, delta, in_initial_list));
        }
    }
    if let Some(version) = batch.version {
        store.set_version(version);
    }
    events
}

fn store_delta<K>(
    resource_type: &ResourceType<K>,
    store: &mut WriteBatch<'_, K>,
    delta: Delta<K>,
    in_initial_list: bool,
) -> Option<Event<K>> {
    match delta {
        Delta::Added(object) | Delta::Updated(object) | Delta::Replaced(object) => {
            match store.insert(&object).ok()? {
                None => Some(Event::added(resource_type, object, in_initial_list)),
                Some(old) => Some(Event::updated(resource_type, old, object)),
            }
        }
        Delta::Deleted(tombstone) => {
            let cached = store.remove(resource_type.key(&tombstone.last_known).ok()?)?;
            let last_known = if tombstone.final_state_known { tombstone.last_known } else { cached };
            Some(Event::deleted(resource_type, last_known, tombstone.final_state_known))
        }
        Delta::Sync(object) => {
            let cached = store.get(resource_type.key(&object).ok()?)?.clone();
            Some(Event::updated(resource_type, cached.clone(), cached))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn dropped_subscribers_are_removed_without_an_event() {
        let resource_type = testing::resource_type();
        let subscribers = Subscribers::new(resource_type.clone(), Writer::new(resource_type).store());
        let active = subscribers.join(Delivery::Coalesced);
        for _ in 0..1000 {
            drop(subscribers.join(Delivery::EveryEvent));
        }
        let Members::Open(feeds) = &*subscribers.members.lock() else { panic!("closed") };
        assert!(feeds.len() < 10, "{} feeds are still registered", feeds.len());
        assert_eq!(feeds.iter().filter(|feed| feed.has_subscriber()).count(), 1);
        drop(active);
    }
}
