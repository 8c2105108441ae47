//! [`DeltaFifo`]: the queue between the reflector and the informer.

use std::{fmt, sync::Arc};

use parking_lot::Mutex;
use tokio::sync::{Notify, watch};

use super::{Change, ListConsistency, delta::Deltas, inner::Inner};
use crate::{
    key::{KeyError, KeyRef},
    resource_type::ResourceType,
    wire::{DecodedObjects, ObjectVersion},
};

/// The objects that the consumer's store holds (client-go's `DecodedObjects`).
pub trait KnownObjects<K>: Send + Sync + 'static {
    /// The object of that key.
    fn get(&self, key: KeyRef<'_>) -> Option<Arc<K>>;

    /// Calls `visit` with every object. The store may be locked meanwhile.
    fn for_each(&self, visit: &mut dyn FnMut(&Arc<K>));
}

/// A queue of changes, ordered by key: each key waits once, with all that happened to it since it was last
/// popped (client-go's `DeltaFIFO`).
///
/// Differences from client-go: a replacement is fed item by item while a list arrives
/// ([`begin_replace`](Self::begin_replace) … [`finish_replace`](Self::finish_replace)) and needs no second copy of
/// the list; objects that it shows in the very version that the store holds cause no delta; an object never
/// goes back to an older version; one that was deleted and made anew unseen (another uid) gets a tombstone and an
/// addition. One consumer.
pub struct DeltaFifo<K: 'static> {
    resource_type: Arc<ResourceType<K>>,
    inner: Mutex<Inner<K>>,
    ready: Notify,
    synced: watch::Sender<bool>,
}

/// How many keys of a list that is under way are queued before the consumer is woken for them. Its end wakes it in
/// any case.
const WORTH_WAKING: usize = 256;

/// What [`DeltaFifo::pop`] hands to the consumer.
#[derive(Debug)]
pub struct Batch<K> {
    /// Keys in order, each with its deltas, oldest first.
    pub popped: Vec<Popped<K>>,
    /// With these, everything up to this resourceVersion has been handed over.
    pub version: Option<String>,
}

/// One key's deltas.
#[derive(Debug)]
pub struct Popped<K> {
    /// At least one, oldest first.
    pub deltas: Deltas<K>,
    /// Whether the key belongs to the initial population (client-go's `isInInitialList`).
    pub in_initial_list: bool,
}

/// The queue was closed and is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the queue was closed")]
pub struct Closed;

impl<K: Send + Sync + 'static> DeltaFifo<K> {
    /// An empty queue before the store `cached`.
    pub fn new(resource_type: Arc<ResourceType<K>>, cached: Arc<dyn KnownObjects<K>>) -> Self {
        Self {
            inner: Mutex::new(Inner::new(resource_type.clone(), cached)),
            resource_type,
            ready: Notify::new(),
            synced: watch::Sender::new(false),
        }
    }

    /// Queues one change that a watch has told. Passed over: a deletion of an object that is neither queued nor
    /// in the store, and a change to a version older than the one held.
    ///
    /// # Errors
    /// Where the object has no name.
    pub fn push(&self, change: Change<K>) -> Result<(), KeyError> {
        self.push_all([change]).pop().map_or(Ok(()), Err)
    }

    /// Queues changes under one lock. Returns the errors of those that have no key; the others are queued.
    pub fn push_all(&self, changes: impl IntoIterator<Item = Change<K>>) -> Vec<KeyError> {
        let mut inner = self.inner.lock();
        let errors = changes.into_iter().filter_map(|change| inner.take(change).err()).collect();
        // A list comes in many small pieces, and to wake the consumer for each costs more than the pieces do.
        let is_due = !inner.is_replacing() || inner.len() >= WORTH_WAKING;
        drop(inner);
        if is_due {
            self.ready.notify_one();
        }
        errors
    }

    /// Begins a replacement: what a list shows is queued as it comes ([`Change::Listed`]), what it does not show
    /// is swept at its end. One that was under way is given up.
    pub fn begin_replace(&self, consistency: ListConsistency) {
        self.inner.lock().begin_replace(consistency);
        self.ready.notify_one();
    }

    /// Ends a replacement before its end: nothing is swept.
    pub fn abort_replace(&self) {
        self.inner.lock().abort_replace();
        self.ready.notify_one();
    }

    /// Ends a replacement: objects that are queued or in the store, and that the list did not show, get a
    /// tombstone. Returns how many. The first time, all that is queued now is the initial population.
    ///
    /// Does nothing where no replacement was begun.
    pub fn finish_replace(&self, version: &str) -> usize {
        let swept = self.inner.lock().finish_replace(version);
        self.ready.notify_one();
        swept
    }

    /// Everything up to this resourceVersion has been queued.
    pub fn set_resource_version(&self, version: &str) {
        self.inner.lock().set_resource_version(version);
        self.ready.notify_one();
    }

    /// Queues every object of the store for delivery once more, but those that have news waiting anyway
    /// (client-go's `Resync`). Returns how many.
    pub fn resync(&self) -> usize {
        let count = self.inner.lock().resync();
        self.ready.notify_one();
        count
    }

    /// Waits until something is queued, then hands up to `most` keys to `process`, which runs under the queue's
    /// lock: until it returns, nobody can decide on a store that does not have them yet.
    ///
    /// # Errors
    /// [`Closed`] once the queue is closed and empty.
    ///
    /// # Cancel safety
    /// Nothing is taken before `process` runs, and that does not wait.
    pub async fn pop<R>(&self, most: usize, process: impl FnOnce(Batch<K>) -> R) -> Result<R, Closed> {
        loop {
            let ready = self.ready.notified();
            {
                let mut inner = self.inner.lock();
                if inner.has_news() {
                    let result = process(inner.pop(most));
                    if inner.processed() {
                        self.synced.send_replace(true);
                    }
                    return Ok(result);
                }
                if inner.closed {
                    return Err(Closed);
                }
            }
            ready.await;
        }
    }

    /// Whether the first replacement has been popped and processed whole (client-go's `HasSynced`).
    pub fn has_synced(&self) -> bool {
        *self.synced.borrow()
    }

    /// Follows [`has_synced`](Self::has_synced).
    pub fn synced(&self) -> watch::Receiver<bool> {
        self.synced.subscribe()
    }

    /// How many keys wait.
    pub fn len(&self) -> usize {
        self.inner.lock().len()
    }

    /// Whether no key waits.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Lets [`pop`](Self::pop) end once the queue is empty.
    pub fn close(&self) {
        self.inner.lock().closed = true;
        self.ready.notify_one();
    }
}

impl<K: Send + Sync + 'static> DecodedObjects<K> for DeltaFifo<K> {
    fn known(&self, key: KeyRef<'_>, version: ObjectVersion<'_>) -> Option<Arc<K>> {
        let held = self.inner.lock().trusted(key)?;
        (ObjectVersion::of(self.resource_type.metadata(&held)) == Some(version)).then_some(held)
    }
}

impl<K> fmt::Debug for DeltaFifo<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.inner.lock();
        f.debug_struct("DeltaFifo")
            .field("resource_type", &self.resource_type)
            .field("len", &inner.len())
            .field("population", &inner.population())
            .finish_non_exhaustive()
    }
}
