//! [`OwnWrites`]: the writes that a key's next run must see in the caches.

use std::{cmp::Ordering, collections::HashMap, time::Duration};

use parking_lot::Mutex;
use tokio::time::Instant;

use crate::{key::ObjectKey, store::Store, version};

/// A cache that a reconciler reads.
pub(super) trait Cache: Send + Sync {
    fn is_of(&self, group: &str, kind: &str) -> bool;
    /// Whether the cache contains this write, or a later state.
    fn contains(&self, object: &ObjectKey, resource_version: &str) -> bool;
}

impl<D: Send + Sync + 'static> Cache for Store<D> {
    fn is_of(&self, group: &str, kind: &str) -> bool {
        let resource_type = self.resource_type();
        resource_type.group() == group && resource_type.kind() == kind
    }

    fn contains(&self, object: &ObjectKey, resource_version: &str) -> bool {
        let reached = |found: Option<&str>| {
            found.and_then(|found| version::compare(found, resource_version)).is_some_and(Ordering::is_ge)
        };
        let resource_type = self.resource_type();
        let cached = self.get(object.as_ref());
        // If the whole cache is newer, the object was deleted, or is not selected.
        reached(cached.as_ref().and_then(|cached| resource_type.metadata(cached).resource_version.as_deref()))
            || reached(self.resource_version().as_deref())
    }
}

/// A write to an object in the cache with this number.
#[derive(Clone, Debug)]
pub(super) struct Write {
    pub(super) cache: usize,
    pub(super) object: ObjectKey,
    pub(super) resource_version: String,
    pub(super) since: Instant,
}

/// The result of [`OwnWrites::check`].
pub(super) enum Check {
    /// The run may start.
    Seen,
    /// The run must wait. The write may be there after this delay at the latest, or the wait is over.
    Unseen { check_after: Duration },
    /// The run may start, although these writes did not arrive in time.
    Missing(Vec<Write>),
}

/// Bookmarks may update a cache without an event. A key that waits is checked again after this time.
const CHECK_AFTER: Duration = Duration::from_secs(1);

#[derive(Default)]
pub(super) struct OwnWrites {
    /// Caches by number.
    caches: Vec<Box<dyn Cache>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    writes: HashMap<ObjectKey, Vec<Write>>,
    /// The keys that wait for an object of a cache.
    waiting: HashMap<(usize, ObjectKey), Vec<ObjectKey>>,
}

impl OwnWrites {
    /// Adds a cache, and returns its number.
    pub(super) fn add_cache(&mut self, cache: impl Cache + 'static) -> usize {
        self.caches.push(Box::new(cache));
        self.caches.len() - 1
    }

    /// The cache of a type.
    pub(super) fn cache_of(&self, group: &str, kind: &str) -> Option<usize> {
        self.caches.iter().position(|cache| cache.is_of(group, kind))
    }

    /// The next run of this key must see this write.
    pub(super) fn record(&self, key: &ObjectKey, write: Write) {
        let mut state = self.state.lock();
        let object = (write.cache, write.object.clone());
        state.waiting.entry(object).or_default().push(key.clone());
        state.writes.entry(key.clone()).or_default().push(write);
    }

    /// The keys that wait for a write to this object.
    pub(super) fn waiting_for(
        &self,
        cache: usize,
        object: impl FnOnce() -> Option<ObjectKey>,
    ) -> Vec<ObjectKey> {
        let state = self.state.lock();
        if state.waiting.is_empty() {
            return Vec::new();
        }
        object().and_then(|object| state.waiting.get(&(cache, object)).cloned()).unwrap_or_default()
    }

    /// Whether a run of this key may start.
    pub(super) fn check(&self, key: &ObjectKey, now: Instant, timeout: Duration) -> Check {
        let mut state = self.state.lock();
        let Some(writes) = state.writes.remove(key) else { return Check::Seen };
        let contains = |write: &Write| {
            let cache = self.caches.get(write.cache);
            cache.is_none_or(|cache| cache.contains(&write.object, &write.resource_version))
        };
        let (seen, unseen): (Vec<_>, Vec<_>) = writes.into_iter().partition(contains);
        let is_missing = |write: &Write| now.saturating_duration_since(write.since) >= timeout;
        let (missing, unseen): (Vec<_>, Vec<_>) = unseen.into_iter().partition(is_missing);
        for write in seen.iter().chain(&missing) {
            let object = (write.cache, write.object.clone());
            if let Some(waiting) = state.waiting.get_mut(&object) {
                waiting.retain(|other| other != key);
                if waiting.is_empty() {
                    state.waiting.remove(&object);
                }
            }
        }
        let first = unseen.iter().map(|write| write.since).min();
        if let Some(first) = first {
            // The keys waiting for the same object include this one again.
            for write in &unseen {
                let waiting = state.waiting.entry((write.cache, write.object.clone())).or_default();
                if !waiting.contains(key) {
                    waiting.push(key.clone());
                }
            }
            let left = timeout.saturating_sub(now.saturating_duration_since(first));
            state.writes.insert(key.clone(), unseen);
            return Check::Unseen { check_after: left.min(CHECK_AFTER) };
        }
        if missing.is_empty() { Check::Seen } else { Check::Missing(missing) }
    }
}
