//! [`Overlay`]: one's own writes on top of a store, until the store contains them (client-go's `MutationCache`).

use std::{cmp::Ordering, collections::HashMap, fmt, sync::Arc, time::Duration};

use parking_lot::Mutex;
use tokio::time::Instant;

use super::{Snapshot, Store, snapshot::has};
use crate::{
    index::TypedIndex,
    key::{KeyError, KeyRef, ObjectKey},
    resource_type::ResourceType,
    version,
};

/// How long a write is kept by default, as in client-go.
const EXPIRES_AFTER: Duration = Duration::from_secs(5 * 60);

/// How many writes are kept by default.
const CAPACITY: usize = 1024;

/// A view of a [`Store`] that contains one's own writes before the watch delivers them (client-go's `MutationCache`).
///
/// After a create, update or patch, pass the returned object to [`insert`](Self::insert); after a delete, pass the
/// deleted object to [`remove`](Self::remove). Reads return the newer one of the written and the cached object. A write
/// is dropped when the cache has caught up with it, when it expires, or when there are too many. The store itself is
/// never changed. Clones share the writes.
///
/// ```
/// # use std::sync::Arc;
/// # use k8s_openapi::api::core::v1::ConfigMap;
/// # use reflector_runtime::{ObjectKey, Overlay, ResourceType, Writer};
/// # use serde_json::{from_value, json};
/// # let store = Writer::new(Arc::new(ResourceType::<ConfigMap>::from_resource())).store();
/// let overlay = Overlay::new(store.clone()); // of `lister.store()`
/// // What `Api::create` has returned:
/// let created: ConfigMap = from_value(json!({
///     "metadata": { "namespace": "a", "name": "map", "resourceVersion": "7" },
/// }))?;
/// overlay.insert(Arc::new(created))?;
///
/// let key = ObjectKey::namespaced("a", "map");
/// assert!(store.get(&key).is_none(), "the watch has not delivered it yet");
/// assert!(overlay.get(&key)?.is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Overlay<K: 'static> {
    store: Store<K>,
    writes: Arc<Mutex<HashMap<ObjectKey, Write<K>>>>,
    expires_after: Duration,
    capacity: usize,
}

struct Write<K> {
    /// The written object, or the last state of the deleted object.
    object: Arc<K>,
    state: State,
    /// The cached object when the write was inserted.
    base: Option<Arc<K>>,
    written: Instant,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Exists,
    Deleted,
}

/// What a read returns for a key with a write.
enum Newer {
    /// The write is newer than the cache.
    Write,
    /// The cache contains the write, or a later state.
    Cache,
}

impl<K: 'static> Overlay<K> {
    /// An overlay without writes. A write expires after 5 minutes, and at most 1024 writes are kept.
    pub fn new(store: Store<K>) -> Self {
        Self { store, writes: Arc::default(), expires_after: EXPIRES_AFTER, capacity: CAPACITY }
    }

    /// How long a write is kept if the cache does not catch up with it.
    #[must_use]
    pub fn expires_after(mut self, duration: Duration) -> Self {
        self.expires_after = duration;
        self
    }

    /// How many writes are kept. When there are more, the oldest is dropped.
    #[must_use]
    pub fn capacity(mut self, writes: usize) -> Self {
        self.capacity = writes;
        self
    }

    /// Records an object that the server returned for a create, update or patch (client-go's `Mutation`). It has no
    /// effect if the cache or an earlier write is as new, or if the object has been recorded as deleted.
    ///
    /// # Errors
    /// [`OverlayError`] if the object has no name, or if its resourceVersion cannot be compared. Then nothing is
    /// recorded.
    pub fn insert(&self, object: Arc<K>) -> Result<(), OverlayError> {
        self.record(object, State::Exists)
    }

    /// Records that an object is deleted: after a delete, with the last known object. Reads do not return it while the
    /// cache still contains it, and a later [`insert`](Self::insert) of the same object has no effect.
    ///
    /// An object with finalizers still exists after a delete. Pass the object that the server returned for it to
    /// `insert` instead. Call it also with the objects of `Deleted` events if writes are recorded on other tasks than the
    /// deletes: a write that is recorded late then stays deleted (client-go's `OnDelete`).
    ///
    /// # Errors
    /// As [`insert`](Self::insert).
    pub fn remove(&self, last_known: Arc<K>) -> Result<(), OverlayError> {
        self.record(last_known, State::Deleted)
    }

    /// The newer one of the written and the cached object: the key is a `&ObjectKey` or a `KeyRef`.
    ///
    /// # Errors
    /// [`OverlayError::NotComparable`] if the resourceVersions of both cannot be compared.
    pub fn get<'k>(&self, key: impl Into<KeyRef<'k>>) -> Result<Option<Arc<K>>, OverlayError> {
        let key = key.into();
        let mut writes = self.writes.lock();
        if writes.is_empty() {
            return Ok(self.store.get(key));
        }
        let now = self.store.snapshot();
        let owned = key.to_key();
        let Some(write) = writes.get(&owned) else { return Ok(now.get(key).cloned()) };
        match self.newer(&now, key, write)? {
            Newer::Write => Ok((write.state == State::Exists).then(|| write.object.clone())),
            Newer::Cache => {
                writes.remove(&owned);
                Ok(now.get(key).cloned())
            }
        }
    }

    /// All objects, in no particular order.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn list(&self) -> Result<Vec<Arc<K>>, OverlayError> {
        self.merged(Snapshot::list, |_| true)
    }

    /// The objects under `value` in an index, with the values of the written objects (client-go's `ByIndex`).
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn by_index<I: TypedIndex<K>>(
        &self,
        index: I,
        value: &I::Value,
    ) -> Result<Vec<Arc<K>>, OverlayError> {
        self.merged(|now| now.by_index(&index, value), |object| has(&index, object, value))
    }

    /// The number of writes that the cache has not caught up with, and that have not expired.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub fn pending(&self) -> Result<usize, OverlayError> {
        let now = self.store.snapshot();
        let mut writes = self.writes.lock();
        self.evict(&now, &mut writes)?;
        let is_pending =
            |(key, write): &(&ObjectKey, &Write<K>)| write.state == State::Exists || now.contains(*key);
        Ok(writes.iter().filter(is_pending).count())
    }

    fn record(&self, object: Arc<K>, state: State) -> Result<(), OverlayError> {
        let resource_type = self.store.resource_type();
        let keyed = object.clone();
        let key = resource_type.key(&keyed)?;
        let now = self.store.snapshot();
        let base = now.get(key).cloned();
        let owned = key.to_key();
        let write = Write { object, state, base, written: Instant::now() };
        version_of(&resource_type, &keyed, key)?;
        let mut writes = self.writes.lock();
        if let Some(earlier) = writes.get(&owned)
            && !self.replaces(&now, key, earlier, &write)?
        {
            return Ok(());
        }
        if let Newer::Cache = self.newer(&now, key, &write)? {
            writes.remove(&owned);
            return Ok(());
        }
        writes.insert(owned, write);
        if writes.len() > self.capacity {
            self.evict(&now, &mut writes)?;
        }
        while writes.len() > self.capacity {
            let oldest = writes.iter().min_by_key(|(_, write)| write.written).map(|(key, _)| key.clone());
            let Some(oldest) = oldest else { break };
            writes.remove(&oldest);
        }
        Ok(())
    }

    /// Whether a write is newer than an earlier one of the same key.
    fn replaces(
        &self,
        now: &Snapshot<K>,
        key: KeyRef<'_>,
        earlier: &Write<K>,
        write: &Write<K>,
    ) -> Result<bool, OverlayError> {
        if self.is_expired(earlier) {
            return Ok(true);
        }
        let order = compare(now, key, &write.object, &earlier.object)?;
        let same = is_same(now.table.resource_type(), &write.object, &earlier.object);
        Ok(match (earlier.state, write.state) {
            // A deleted object does not return, however new a write of it is.
            (State::Deleted, _) if same => false,
            // A deletion is later than every write of the same object.
            (State::Exists, State::Deleted) if same => true,
            _ => order == Ordering::Greater,
        })
    }

    fn is_expired(&self, write: &Write<K>) -> bool {
        write.written.elapsed() >= self.expires_after
    }

    /// Whether the write or the cache is newer.
    fn newer(&self, now: &Snapshot<K>, key: KeyRef<'_>, write: &Write<K>) -> Result<Newer, OverlayError> {
        let resource_type = now.table.resource_type();
        if self.is_expired(write) {
            return Ok(Newer::Cache);
        }
        let Some(cached) = now.get(key) else {
            // It is kept, so that a write of the object that is recorded late has no effect.
            if write.state == State::Deleted {
                return Ok(Newer::Write);
            }
            // The object is deleted, or it is not cached yet.
            let was_cached =
                write.base.as_ref().is_some_and(|base| is_same(resource_type, base, &write.object));
            let has_caught_up = match now.table.version_in(key.namespace) {
                Some(reached) => {
                    let written = version_of(resource_type, &write.object, key)?;
                    compare_versions(now, key, reached, written)?.is_ge()
                }
                None => false,
            };
            return Ok(if was_cached || has_caught_up { Newer::Cache } else { Newer::Write });
        };
        let is_same = is_same(resource_type, cached, &write.object);
        let order = compare(now, key, cached, &write.object)?;
        Ok(match write.state {
            // The cache still contains the deleted object.
            State::Deleted if is_same => Newer::Write,
            _ if order.is_ge() => Newer::Cache,
            _ => Newer::Write,
        })
    }

    fn evict(
        &self,
        now: &Snapshot<K>,
        writes: &mut HashMap<ObjectKey, Write<K>>,
    ) -> Result<(), OverlayError> {
        let mut result = Ok(());
        writes.retain(|key, write| match self.newer(now, key.as_ref(), write) {
            Ok(newer) => matches!(newer, Newer::Write),
            Err(error) => {
                result = Err(error);
                true
            }
        });
        result
    }

    /// Cached objects, and written objects in place of those with the same keys.
    fn merged(
        &self,
        cached: impl FnOnce(&Snapshot<K>) -> Vec<Arc<K>>,
        matches: impl Fn(&K) -> bool,
    ) -> Result<Vec<Arc<K>>, OverlayError> {
        let now = self.store.snapshot();
        let mut writes = self.writes.lock();
        self.evict(&now, &mut writes)?;
        let mut objects = cached(&now);
        if writes.is_empty() {
            return Ok(objects);
        }
        let resource_type = now.table.resource_type();
        let is_written =
            |object: &K| resource_type.key(object).is_ok_and(|key| writes.contains_key(&key.to_key()));
        objects.retain(|object| !is_written(object));
        let written = writes.values().filter(|write| write.state == State::Exists && matches(&write.object));
        objects.extend(written.map(|write| write.object.clone()));
        Ok(objects)
    }
}

/// Whether both are the same object, and not two objects with the same name. Without a uid, they are.
fn is_same<K>(resource_type: &ResourceType<K>, one: &K, other: &K) -> bool {
    let uid = |object| resource_type.metadata(object).uid.as_deref();
    uid(one).zip(uid(other)).is_none_or(|(one, other)| one == other)
}

fn version_of<'a, K>(
    resource_type: &ResourceType<K>,
    object: &'a K,
    key: KeyRef<'_>,
) -> Result<&'a str, OverlayError> {
    let found = resource_type.metadata(object).resource_version.as_deref().unwrap_or_default();
    if version::is_number(found) { Ok(found) } else { Err(not_comparable(key, found, "")) }
}

fn compare<K>(now: &Snapshot<K>, key: KeyRef<'_>, one: &K, other: &K) -> Result<Ordering, OverlayError> {
    let resource_type = now.table.resource_type();
    let (one, other) = (version_of(resource_type, one, key)?, version_of(resource_type, other, key)?);
    compare_versions(now, key, one, other)
}

/// An error if the server's versions have contradicted their order, although they are numbers: which one is newer would be
/// a guess.
fn compare_versions<K>(
    now: &Snapshot<K>,
    key: KeyRef<'_>,
    one: &str,
    other: &str,
) -> Result<Ordering, OverlayError> {
    let order = version::compare(one, other);
    let is_known = |order: &Ordering| order.is_eq() || !now.table.has_unordered_versions;
    order.filter(is_known).ok_or_else(|| not_comparable(key, one, other))
}

fn not_comparable(key: KeyRef<'_>, one: &str, other: &str) -> OverlayError {
    let versions = [one, other].into_iter().filter(|version| !version.is_empty());
    OverlayError::NotComparable { key: key.to_key(), versions: versions.map(str::to_owned).collect() }
}

/// Why an [`Overlay`] cannot record or return a write.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OverlayError {
    /// The object has no key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A resourceVersion is missing or not a number, or the server's versions have no order, so that it is unknown which of
    /// two objects is newer.
    #[error(
        "cannot decide which state of {key} is newer: a resourceVersion is missing or not a number, or the server's \
         versions have no order (found {versions:?})"
    )]
    NotComparable {
        /// The key of the object.
        key: ObjectKey,
        /// The versions found.
        versions: Vec<String>,
    },
}

crate::causes::debug_as_text!(OverlayError);

impl<K> Clone for Overlay<K> {
    fn clone(&self) -> Self {
        let Self { store, writes, expires_after, capacity } = self;
        Self {
            store: store.clone(),
            writes: writes.clone(),
            expires_after: *expires_after,
            capacity: *capacity,
        }
    }
}

impl<K> fmt::Debug for Overlay<K> {
    /// Prints the number of writes, but no object: they may be Secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Overlay")
            .field("store", &self.store)
            .field("writes", &self.writes.lock().len())
            .finish_non_exhaustive()
    }
}
