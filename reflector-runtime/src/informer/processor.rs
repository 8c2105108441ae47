//! The pop loop: from the queue into the store, and on to every subscriber.

use std::sync::Arc;

use parking_lot::Mutex;

use super::{
    Event,
    subscription::{Delivery, Feed, Subscription, subscription},
};
use crate::{
    delta_fifo::{Batch, Delta, DeltaFifo, Popped},
    kind::Kind,
    reflector::HealthCell,
    store::{Indexer, Store, Transaction},
};

/// How many keys are popped under one lock.
const BATCH: usize = 256;

/// Everyone who is told of changes.
///
/// Its lock is held while a batch is written to the store and told, so that whoever joins sees the store either
/// before or behind it.
pub(super) struct Subscribers<K: 'static> {
    kind: Arc<Kind<K>>,
    store: Store<K>,
    members: Mutex<Members<K>>,
}

enum Members<K: 'static> {
    Open(Vec<Feed<K>>),
    /// The informer has stopped.
    Closed,
}

impl<K: Send + Sync + 'static> Subscribers<K> {
    pub(super) fn new(kind: Arc<Kind<K>>, store: Store<K>) -> Self {
        Self { kind, store, members: Mutex::new(Members::Open(Vec::new())) }
    }

    /// A new subscriber: is told what is in the store, then every change behind it.
    pub(super) fn join(&self, delivery: Delivery) -> Subscription<K> {
        let (feed, subscription) = subscription(self.kind.clone(), delivery);
        let mut members = self.members.lock();
        feed.send(self.store.list().into_iter().map(|object| Event::Added { object, initial: true }));
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
    mut indexer: Indexer<K>,
    subscribers: Arc<Subscribers<K>>,
    health: Arc<HealthCell>,
) {
    let kind = subscribers.kind.clone();
    let mut was_synced = false;
    loop {
        let popped = fifo.pop(BATCH, |batch| {
            let mut members = subscribers.members.lock();
            let events = store_batch(&kind, indexer.write(), batch);
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
fn store_batch<K>(kind: &Kind<K>, mut store: Transaction<'_, K>, batch: Batch<K>) -> Vec<Event<K>> {
    let mut events = Vec::with_capacity(batch.popped.len());
    for Popped { deltas, initial } in batch.popped {
        for delta in deltas {
            events.extend(store_delta(kind, &mut store, delta, initial));
        }
    }
    if let Some(version) = batch.version {
        store.set_version(version);
    }
    events
}

fn store_delta<K>(
    kind: &Kind<K>,
    store: &mut Transaction<'_, K>,
    delta: Delta<K>,
    initial: bool,
) -> Option<Event<K>> {
    match delta {
        Delta::Added(object) | Delta::Updated(object) | Delta::Replaced(object) => {
            match store.insert(&object).ok()? {
                None => Some(Event::Added { object, initial }),
                Some(old) => Some(Event::Updated { old, new: object }),
            }
        }
        Delta::Deleted(tombstone) => {
            let held = store.remove(kind.key(&tombstone.last_known).ok()?)?;
            let last_known = if tombstone.observed { tombstone.last_known } else { held };
            Some(Event::Deleted { last_known, observed: tombstone.observed })
        }
        Delta::Sync(object) => {
            let held = store.get(kind.key(&object).ok()?)?.clone();
            Some(Event::Updated { old: held.clone(), new: held })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn who_left_is_forgotten_although_there_is_nothing_to_tell() {
        let kind = testing::kind();
        let subscribers = Subscribers::new(kind.clone(), Indexer::new(kind).store());
        let stays = subscribers.join(Delivery::Coalesced);
        for _ in 0..1000 {
            drop(subscribers.join(Delivery::Lossless));
        }
        let Members::Open(feeds) = &*subscribers.members.lock() else { panic!("closed") };
        assert!(feeds.len() < 10, "{} feeds of nobody", feeds.len());
        assert_eq!(feeds.iter().filter(|feed| feed.is_heard()).count(), 1);
        drop(stays);
    }
}
