//! The pop loop: from the queue into the store, and on to every subscriber.

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

/// How many keys are popped under one lock.
const BATCH: usize = 256;

/// Everyone who is told of changes.
///
/// Its lock is held while a batch is written to the store and told, so that whoever joins sees the store either
/// before or behind it.
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

    /// A new subscriber: is told what is in the store, then every change behind it.
    pub(super) fn join(&self, delivery: Delivery) -> Subscription<K> {
        let (feed, subscription) = subscription(self.resource_type.clone(), delivery);
        let mut members = self.members.lock();
        feed.send(
            self.store.list().into_iter().map(|object| Event::added(&self.resource_type, object, true)),
        );
        match &mut *members {
            Members::Open(feeds) => {
                // Who left is noticed when there is something to tell, and on a quiet resource here.
                if feeds.len() == feeds.capacity() {
                    feeds.retain(Feed::is_heard);
                }
                feeds.push(feed);
            }
            Members::Closed => feed.close(),
        }
        subscription
    }

    fn tell(members: &mut Members<K>, events: &[Event<K>]) {
        match members {
            Members::Open(feeds) if !events.is_empty() => {
                feeds.retain(|feed| feed.send(events.iter().cloned()));
            }
            _ => {}
        }
    }

    /// Nobody will be told anything more.
    pub(super) fn close(&self) {
        if let Members::Open(feeds) = std::mem::replace(&mut *self.members.lock(), Members::Closed) {
            feeds.iter().for_each(Feed::close);
        }
    }
}

/// Pops until the queue is closed and empty.
pub(super) async fn pop_for_ever<K: Send + Sync + 'static>(
    fifo: Arc<DeltaFifo<K>>,
    mut writer: Writer<K>,
    subscribers: Arc<Subscribers<K>>,
    health: Arc<HealthCell>,
) {
    let resource_type = subscribers.resource_type.clone();
    let mut was_synced = false;
    loop {
        let popped = fifo.pop(BATCH, |batch| {
            let mut members = subscribers.members.lock();
            let events = store_batch(&resource_type, writer.write(), batch);
            Subscribers::tell(&mut members, &events);
        });
        if popped.await.is_err() {
            return;
        }
        if !was_synced && fifo.has_synced() {
            was_synced = true;
            health.stored();
        }
        // A long queue must not keep others from their turn.
        tokio::task::coop::consume_budget().await;
    }
}

/// Writes a batch to the store; returns what there is to tell.
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
            let held = store.remove(resource_type.key(&tombstone.last_known).ok()?)?;
            let last_known = if tombstone.final_state_known { tombstone.last_known } else { held };
            Some(Event::deleted(resource_type, last_known, tombstone.final_state_known))
        }
        Delta::Sync(object) => {
            let held = store.get(resource_type.key(&object).ok()?)?.clone();
            Some(Event::updated(resource_type, held.clone(), held))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn who_left_is_forgotten_although_there_is_nothing_to_tell() {
        let resource_type = testing::resource_type();
        let subscribers = Subscribers::new(resource_type.clone(), Writer::new(resource_type).store());
        let stays = subscribers.join(Delivery::Coalesced);
        for _ in 0..1000 {
            drop(subscribers.join(Delivery::EveryEvent));
        }
        let Members::Open(feeds) = &*subscribers.members.lock() else { panic!("closed") };
        assert!(feeds.len() < 10, "{} feeds of nobody", feeds.len());
        assert_eq!(feeds.iter().filter(|feed| feed.is_heard()).count(), 1);
        drop(stays);
    }
}
