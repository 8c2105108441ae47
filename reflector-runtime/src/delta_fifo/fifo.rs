//! [`DeltaFifo`]: the queue between the reflector and the informer.

use std::{fmt, sync::Arc};

use parking_lot::Mutex;
use tokio::sync::{Notify, watch};

use super::{Change, Delta, Freshness, Tombstone, delta::Deltas, replace::Replacing};
use crate::{
    key::{KeyError, KeyRef},
    keyed_queue::KeyedQueue,
    kind::Kind,
    list_watch::{KnownObjects, ObjectVersion},
    version,
};

/// The objects that the consumer's store holds (client-go's `KnownObjects`).
pub trait CachedObjects<K>: Send + Sync + 'static {
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
/// goes back to an older version. One consumer.
pub struct DeltaFifo<K: 'static> {
    kind: Arc<Kind<K>>,
    cached: Arc<dyn CachedObjects<K>>,
    inner: Mutex<Inner<K>>,
    ready: Notify,
    synced: watch::Sender<bool>,
}

/// How many keys of a list that is under way are queued before the consumer is woken for them. Its end wakes it in
/// any case.
const WORTH_WAKING: usize = 256;

struct Inner<K: 'static> {
    entries: KeyedQueue<K, Deltas<K>>,
    replacing: Option<Replacing<K>>,
    population: Population,
    /// The version that the queue has been fed up to, where the consumer has not been told yet.
    version: Option<String>,
    closed: bool,
}

/// How far the first replacement has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Population {
    /// Not at its end.
    Awaited,
    /// All in the queue: complete when this many entries have been popped.
    Queued(u64),
    /// Popped and processed.
    Complete,
}

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
    pub initial: bool,
}

/// The queue was closed and is empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the queue was closed")]
pub struct Closed;

impl<K: Send + Sync + 'static> DeltaFifo<K> {
    /// An empty queue before the store `cached`.
    pub fn new(kind: Arc<Kind<K>>, cached: Arc<dyn CachedObjects<K>>) -> Self {
        let inner = Inner {
            entries: KeyedQueue::new(kind.clone()),
            replacing: None,
            population: Population::Awaited,
            version: None,
            closed: false,
        };
        Self {
            kind,
            cached,
            inner: Mutex::new(inner),
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
        let errors = changes.into_iter().filter_map(|change| self.take(&mut inner, change).err()).collect();
        // A list comes in many small pieces, and to wake the consumer for each costs more than the pieces do.
        let is_due = inner.replacing.is_none() || inner.entries.len() >= WORTH_WAKING;
        drop(inner);
        if is_due {
            self.ready.notify_one();
        }
        errors
    }

    fn take(&self, inner: &mut Inner<K>, change: Change<K>) -> Result<(), KeyError> {
        let object = match &change {
            Change::Added(object)
            | Change::Updated(object)
            | Change::Listed(object)
            | Change::Deleted(object) => object.clone(),
            Change::DeletedUnread(key) => {
                let newest = self.newest(inner, key.as_ref());
                if let Some(last_known) = newest {
                    let tombstone = Tombstone { last_known: last_known.clone(), observed: true };
                    inner.queue(self.kind.key(&last_known)?, Delta::Deleted(tombstone));
                }
                return Ok(());
            }
            Change::Kept(key) => {
                // After a restore, what is held of it belongs to a history that is gone.
                let is_good = inner.freshness() != Some(Freshness::Restored);
                let held = self.newest(inner, key.as_ref()).filter(|_| is_good);
                if let (Some(object), Some(replacing)) = (held, &mut inner.replacing) {
                    replacing.see(&object);
                }
                return Ok(());
            }
        };
        let key = self.kind.key(&object)?;
        let held = self.newest(inner, key);
        let is_listed = matches!(change, Change::Listed(_) | Change::Added(_) | Change::Updated(_));
        if let (Some(replacing), true) = (&mut inner.replacing, is_listed) {
            replacing.see(&object);
        }
        if held.as_ref().is_some_and(|held| self.tells_nothing(inner, &change, &object, held)) {
            return Ok(());
        }
        let delta = match change {
            Change::Added(object) => Delta::Added(object),
            Change::Updated(object) => Delta::Updated(object),
            Change::Listed(object) => Delta::Replaced(object),
            Change::Deleted(last_known) => {
                if held.is_none() && !matches!(inner.newest_delta(key), Some(Delta::Deleted(_))) {
                    return Ok(());
                }
                Delta::Deleted(Tombstone { last_known, observed: true })
            }
            Change::DeletedUnread(_) | Change::Kept(_) => return Ok(()),
        };
        inner.queue(key, delta);
        Ok(())
    }

    /// The object as it will be when all deltas are applied; `None` where it is gone or was never there.
    fn newest(&self, inner: &Inner<K>, key: KeyRef<'_>) -> Option<Arc<K>> {
        match inner.newest_delta(key) {
            Some(Delta::Deleted(_)) => None,
            Some(delta) => Some(delta.object().clone()),
            None => self.cached.get(key),
        }
    }

    /// Whether what is held is this very version of the object, or a newer one.
    fn tells_nothing(&self, inner: &Inner<K>, change: &Change<K>, object: &K, held: &K) -> bool {
        let of = |object| ObjectVersion::of(self.kind.metadata(object));
        let (Some(new), Some(held)) = (of(object), of(held)) else { return false };
        let freshness = match change {
            Change::Listed(_) => inner.freshness(),
            _ => None,
        };
        match (change, freshness) {
            (_, Some(Freshness::Restored)) => false,
            (_, Some(Freshness::Newest)) => new == held,
            // A deletion may show the state that is held already.
            (Change::Deleted(_), _) => version::is_older(new.resource_version, held.resource_version),
            _ => new == held || version::is_older(new.resource_version, held.resource_version),
        }
    }

    /// Begins a replacement: what a list shows is queued as it comes ([`Change::Listed`]), what it does not show
    /// is swept at its end. One that was under way is given up.
    pub fn begin_replace(&self, freshness: Freshness) {
        self.inner.lock().replacing = Some(Replacing::new(self.kind.clone(), freshness));
        self.ready.notify_one();
    }

    /// Ends a replacement before its end: nothing is swept.
    pub fn abandon_replace(&self) {
        self.inner.lock().replacing = None;
        self.ready.notify_one();
    }

    /// Ends a replacement: objects that are queued or in the store, and that the list did not show, get a
    /// tombstone. Returns how many. The first time, all that is queued now is the initial population.
    ///
    /// Does nothing where no replacement was begun.
    pub fn finish_replace(&self, version: &str) -> usize {
        let mut inner = self.inner.lock();
        let Some(replacing) = inner.replacing.take() else {
            return 0;
        };
        let mut missing: Vec<Arc<K>> = Vec::new();
        let mut check = |object: &Arc<K>| {
            if self.kind.key(object).is_ok_and(|key| !replacing.has(key)) {
                missing.push(object.clone());
            }
        };
        for delta in inner.entries.iter().map(Deltas::newest) {
            if !matches!(delta, Delta::Deleted(_)) {
                check(delta.object());
            }
        }
        self.cached.for_each(&mut |object| {
            if self.kind.key(object).is_ok_and(|key| inner.newest_delta(key).is_none()) {
                check(object);
            }
        });
        let swept = missing.len();
        for last_known in missing {
            let object = last_known.clone();
            if let Ok(key) = self.kind.key(&object) {
                inner.queue(key, Delta::Deleted(Tombstone { last_known, observed: false }));
            }
        }
        if inner.population == Population::Awaited {
            inner.population = Population::Queued(inner.entries.arrived());
        }
        inner.version = Some(version.to_owned());
        drop(inner);
        self.ready.notify_one();
        swept
    }

    /// Everything up to this resourceVersion has been queued.
    pub fn reached(&self, version: &str) {
        let mut inner = self.inner.lock();
        inner.version = Some(version.to_owned());
        drop(inner);
        self.ready.notify_one();
    }

    /// Queues every object of the store for delivery once more, but those that have news waiting anyway
    /// (client-go's `Resync`). Returns how many.
    pub fn resync(&self) -> usize {
        let mut inner = self.inner.lock();
        let mut again = Vec::new();
        self.cached.for_each(&mut |object| {
            if self.kind.key(object).is_ok_and(|key| inner.newest_delta(key).is_none()) {
                again.push(object.clone());
            }
        });
        let count = again.len();
        for object in again {
            let keyed = object.clone();
            if let Ok(key) = self.kind.key(&keyed) {
                inner.queue(key, Delta::Sync(object));
            }
        }
        drop(inner);
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
                if inner.entries.len() > 0 || inner.version.is_some() || inner.population_is_due() {
                    return Ok(self.hand_over(&mut inner, most, process));
                }
                if inner.closed {
                    return Err(Closed);
                }
            }
            ready.await;
        }
    }

    fn hand_over<R>(&self, inner: &mut Inner<K>, most: usize, process: impl FnOnce(Batch<K>) -> R) -> R {
        let initial_until = match inner.population {
            Population::Awaited => u64::MAX,
            Population::Queued(until) => until,
            Population::Complete => 0,
        };
        let popped = std::iter::from_fn(|| inner.entries.pop())
            .take(most)
            .map(|(number, deltas)| Popped { deltas, initial: number < initial_until })
            .collect();
        let version = if inner.entries.len() == 0 { inner.version.take() } else { None };
        let result = process(Batch { popped, version });
        if inner.population_is_due() {
            inner.population = Population::Complete;
            self.synced.send_replace(true);
        }
        result
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
        self.inner.lock().entries.len()
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

impl<K> Inner<K> {
    /// How far the list that is under way can be trusted.
    fn freshness(&self) -> Option<Freshness> {
        self.replacing.as_ref().map(|replacing| replacing.freshness)
    }

    fn population_is_due(&self) -> bool {
        let Population::Queued(until) = self.population else {
            return false;
        };
        self.entries.front_number().is_none_or(|front| front >= until)
    }

    /// The newest delta of a key.
    fn newest_delta(&self, key: KeyRef<'_>) -> Option<&Delta<K>> {
        self.entries.get(key).map(Deltas::newest)
    }

    fn queue(&mut self, key: KeyRef<'_>, delta: Delta<K>) {
        match self.entries.get_mut(key) {
            Some(deltas) => deltas.push(delta),
            None => self.entries.append(key, Deltas::from(delta)),
        }
    }
}

impl<K: Send + Sync + 'static> KnownObjects<K> for DeltaFifo<K> {
    fn known(&self, key: KeyRef<'_>, version: ObjectVersion<'_>) -> Option<Arc<K>> {
        let inner = self.inner.lock();
        if inner.freshness() == Some(Freshness::Restored) {
            return None;
        }
        let newest = self.newest(&inner, key)?;
        (ObjectVersion::of(self.kind.metadata(&newest)) == Some(version)).then_some(newest)
    }
}

impl<K> fmt::Debug for DeltaFifo<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = self.inner.lock();
        f.debug_struct("DeltaFifo")
            .field("kind", &self.kind)
            .field("len", &inner.entries.len())
            .field("population", &inner.population)
            .finish_non_exhaustive()
    }
}
