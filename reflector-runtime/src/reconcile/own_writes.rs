//! [`OwnWrites`]: the writes and deletes that a key's next run must see in the caches.

use std::{collections::HashMap, time::Duration};

use parking_lot::Mutex;
use tokio::time::Instant;

use super::cache::{Cache, Shown};
use crate::key::ObjectKey;

/// A write to an object of the resource with this number.
#[derive(Clone, Debug)]
pub(super) struct Write {
    pub(super) resource: usize,
    pub(super) object: ObjectKey,
    pub(super) effect: Effect,
    pub(super) since: Instant,
}

/// What a write does to its object.
#[derive(Clone, Debug)]
pub(super) enum Effect {
    /// It has the state of this version.
    Written { resource_version: String },
    /// It is gone, or has a deletionTimestamp.
    Deleted {
        uid: Option<String>,
        /// The version of a state in which it existed.
        resource_version: Option<String>,
        /// Whether a cache has contained the object since the deletion. If not, caches without the object may be older
        /// than its creation.
        was_cached: bool,
    },
}

/// The result of [`OwnWrites::check`].
#[derive(Debug)]
pub(super) struct Check {
    /// The run must wait. The writes may be there after this delay at the latest, or the wait is over. `None` if the run
    /// may start.
    pub(super) check_after: Option<Duration>,
    /// Writes that did not arrive in time. They are no longer awaited.
    pub(super) missing: Vec<Write>,
}

/// Bookmarks may update a cache without an event. A key that waits is checked again after this time.
const CHECK_AFTER: Duration = Duration::from_secs(1);

#[derive(Default)]
pub(super) struct OwnWrites {
    /// Caches, each with the number of its resource: several caches may contain parts of the same resource.
    caches: Vec<(usize, Box<dyn Cache>)>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    keys: HashMap<ObjectKey, Awaited>,
    /// The keys with writes to an object of a resource.
    objects: HashMap<(usize, ObjectKey), Vec<ObjectKey>>,
}

/// The writes that a key awaits.
#[derive(Default)]
struct Awaited {
    writes: Vec<Write>,
    /// Whether a run of the key was due and is waiting. Other keys need no run when their writes arrive.
    run_is_due: bool,
}

impl State {
    /// Removes the writes of a key that match, and returns them.
    fn take(&mut self, key: &ObjectKey, matches: impl FnMut(&mut Write) -> bool) -> Vec<Write> {
        let Some(awaited) = self.keys.get_mut(key) else { return Vec::new() };
        let taken: Vec<Write> = awaited.writes.extract_if(.., matches).collect();
        for write in &taken {
            let is_same = |other: &Write| other.resource == write.resource && other.object == write.object;
            if awaited.writes.iter().any(is_same) {
                continue;
            }
            let object = (write.resource, write.object.clone());
            if let Some(keys) = self.objects.get_mut(&object) {
                keys.retain(|other| other != key);
                if keys.is_empty() {
                    self.objects.remove(&object);
                }
            }
        }
        if awaited.writes.is_empty() {
            self.keys.remove(key);
        }
        taken
    }
}

impl OwnWrites {
    /// Adds a cache, and returns the number of its resource.
    pub(super) fn add_cache(&mut self, cache: impl Cache + 'static) -> usize {
        let (group, kind) = cache.group_kind();
        let resource = self.resource(&group, &kind).unwrap_or(self.caches.len());
        self.caches.push((resource, Box::new(cache)));
        resource
    }

    /// The number of a resource.
    pub(super) fn resource(&self, group: &str, kind: &str) -> Option<usize> {
        self.caches.iter().find(|(_, cache)| cache.is_of(group, kind)).map(|(resource, _)| *resource)
    }

    /// Whether the caches of the resource contain this write, or a later state.
    fn contain(&self, write: &mut Write) -> bool {
        let caches =
            || self.caches.iter().filter(|(resource, _)| *resource == write.resource).map(|(_, cache)| cache);
        match &mut write.effect {
            Effect::Written { resource_version: version } => {
                // If all of them are newer as a whole, the object was deleted, or is not selected. But a newer cache that
                // shows an older state of the object has the versions of another server, which a backup was restored to
                // or from: it will be read again.
                let is_gone = |cache: &dyn Cache| {
                    cache.has_reached(version) == Some(true)
                        && cache.shows(&write.object, None) == Shown::Nothing
                };
                caches().any(|cache| cache.has_object(&write.object, version))
                    || caches().all(|cache| is_gone(&**cache))
            }
            Effect::Deleted { uid, resource_version, was_cached } => {
                let shown = |expected| caches().any(|it| it.shows(&write.object, uid.as_deref()) == expected);
                if shown(Shown::Exists) {
                    *was_cached = true;
                    return false;
                }
                let is_newer = |version: &String| caches().all(|it| it.has_reached(version) != Some(false));
                *was_cached || shown(Shown::IsDeleted) || resource_version.as_ref().is_none_or(is_newer)
            }
        }
    }

    /// The next run of this key must see this write.
    pub(super) fn record(&self, key: &ObjectKey, mut write: Write) {
        let mut state = self.state.lock();
        if self.contain(&mut write) {
            return;
        }
        let keys = state.objects.entry((write.resource, write.object.clone())).or_default();
        if !keys.contains(key) {
            keys.push(key.clone());
        }
        state.keys.entry(key.clone()).or_default().writes.push(write);
    }

    /// An object has changed in a cache. Returns the keys whose runs have waited for it, and need not wait any longer.
    pub(super) fn arrived(
        &self,
        resource: usize,
        object: impl FnOnce() -> Option<ObjectKey>,
    ) -> Vec<ObjectKey> {
        let mut state = self.state.lock();
        if state.objects.is_empty() {
            return Vec::new();
        }
        let keys = object().and_then(|object| state.objects.get(&(resource, object)).cloned());
        let mut keys = keys.unwrap_or_default();
        keys.retain(|key| {
            let run_is_due = state.keys.get(key).is_some_and(|awaited| awaited.run_is_due);
            state.take(key, |write| self.contain(write));
            run_is_due && !state.keys.contains_key(key)
        });
        keys
    }

    /// Whether a run of this key, which is due, may start.
    pub(super) fn check(&self, key: &ObjectKey, now: Instant, timeout: Duration) -> Check {
        let mut state = self.state.lock();
        state.take(key, |write| self.contain(write));
        let waited = |write: &Write| now.saturating_duration_since(write.since);
        let missing = state.take(key, |write| waited(write) >= timeout);
        let check_after = state.keys.get_mut(key).map(|awaited| {
            awaited.run_is_due = true;
            let longest = awaited.writes.iter().map(waited).max().unwrap_or_default();
            timeout.saturating_sub(longest).min(CHECK_AFTER)
        });
        Check { check_after, missing }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    use crate::reconcile::cache::is_at_least;

    /// The version of the object `a`, and of the whole cache. The object is shown unless it is `None`.
    #[derive(Clone, Default)]
    struct Fake(Arc<Mutex<(Option<&'static str>, Option<&'static str>)>>);

    impl Cache for Fake {
        fn is_of(&self, group: &str, kind: &str) -> bool {
            group == "g" && kind == "Kind"
        }

        fn group_kind(&self) -> (String, String) {
            ("g".to_owned(), "Kind".to_owned())
        }

        fn has_object(&self, object: &ObjectKey, resource_version: &str) -> bool {
            *object == ObjectKey::cluster("a") && is_at_least(self.0.lock().0, resource_version) == Some(true)
        }

        fn shows(&self, _: &ObjectKey, _: Option<&str>) -> Shown {
            if self.0.lock().0.is_some() { Shown::Exists } else { Shown::Nothing }
        }

        fn has_reached(&self, resource_version: &str) -> Option<bool> {
            is_at_least(self.0.lock().1, resource_version)
        }
    }

    const MINUTE: Duration = Duration::from_secs(60);

    fn write(resource: usize, version: &str) -> Write {
        let effect = Effect::Written { resource_version: version.to_owned() };
        Write { resource, object: ObjectKey::cluster("a"), effect, since: Instant::now() }
    }

    fn deletion(version: &str) -> Write {
        let resource_version = Some(version.to_owned());
        let effect = Effect::Deleted { uid: None, resource_version, was_cached: false };
        Write { effect, ..write(0, version) }
    }

    fn run_may_start(own_writes: &OwnWrites) -> bool {
        own_writes.check(&ObjectKey::cluster("key"), Instant::now(), MINUTE).check_after.is_none()
    }

    fn is_empty(own_writes: &OwnWrites) -> bool {
        let state = own_writes.state.lock();
        state.keys.is_empty() && state.objects.is_empty()
    }

    #[test]
    fn a_write_is_awaited_in_all_caches_of_its_resource() {
        let (first, second) = (Fake::default(), Fake::default());
        let mut own_writes = OwnWrites::default();
        assert_eq!(own_writes.add_cache(first.clone()), 0);
        assert_eq!(own_writes.add_cache(second.clone()), 0);
        let key = ObjectKey::cluster("key");
        own_writes.record(&key, write(0, "5"));
        // The first cache, of another namespace, is newer: this does not prove that the object was deleted.
        first.0.lock().1 = Some("9");
        assert!(!run_may_start(&own_writes));
        second.0.lock().0 = Some("5");
        assert!(run_may_start(&own_writes) && is_empty(&own_writes));

        own_writes.record(&key, write(0, "7"));
        assert!(!run_may_start(&own_writes));
        *second.0.lock() = (None, Some("7"));
        assert!(run_may_start(&own_writes), "the object was deleted");
    }

    /// Found by simulation: the write went to a server that was restored from a backup, the cache is still that of the
    /// server before, whose versions are higher.
    #[test]
    fn a_newer_cache_with_an_older_object_does_not_contain_the_write() {
        let cache = Fake::default();
        let mut own_writes = OwnWrites::default();
        own_writes.add_cache(cache.clone());
        let key = ObjectKey::cluster("key");
        *cache.0.lock() = (Some("13"), Some("21"));
        own_writes.record(&key, write(0, "18"));
        assert!(!run_may_start(&own_writes));
        *cache.0.lock() = (Some("13"), Some("15"));
        assert!(!run_may_start(&own_writes), "an older state of the restored server");
        *cache.0.lock() = (Some("18"), Some("18"));
        assert!(run_may_start(&own_writes) && is_empty(&own_writes));
    }

    #[test]
    fn only_keys_whose_run_is_due_run_when_their_writes_arrive() {
        let cache = Fake::default();
        let mut own_writes = OwnWrites::default();
        own_writes.add_cache(cache.clone());
        let key = ObjectKey::cluster("key");
        let arrived = |own_writes: &OwnWrites| own_writes.arrived(0, || Some(ObjectKey::cluster("a")));
        own_writes.record(&key, write(0, "5"));
        cache.0.lock().0 = Some("5");
        assert!(arrived(&own_writes).is_empty(), "no run is due");
        assert!(is_empty(&own_writes));

        own_writes.record(&key, write(0, "6"));
        own_writes.record(&key, write(0, "7"));
        assert!(!run_may_start(&own_writes));
        cache.0.lock().0 = Some("6");
        assert!(arrived(&own_writes).is_empty(), "another write is awaited");
        cache.0.lock().0 = Some("8");
        assert_eq!(arrived(&own_writes), [key]);
        assert!(is_empty(&own_writes));
    }

    #[test]
    fn a_write_that_does_not_arrive_is_missing_although_others_are_awaited() {
        let mut own_writes = OwnWrites::default();
        own_writes.add_cache(Fake::default());
        let key = ObjectKey::cluster("key");
        let now = Instant::now();
        // An opaque version cannot be ordered, and a timeout ends the wait.
        own_writes.record(&key, Write { since: now, ..write(0, "opaque") });
        own_writes.record(&key, Write { since: now + MINUTE / 2, ..write(0, "6") });
        let check = own_writes.check(&key, now + MINUTE, MINUTE);
        assert_eq!(check.missing.len(), 1);
        assert_eq!(check.check_after, Some(CHECK_AFTER));
        let check = own_writes.check(&key, now + MINUTE * 2, MINUTE);
        assert_eq!((check.missing.len(), check.check_after), (1, None));
        assert!(is_empty(&own_writes));
    }

    #[test]
    fn a_deletion_is_awaited_also_if_no_cache_contains_the_object_yet() {
        let (first, second) = (Fake::default(), Fake::default());
        let mut own_writes = OwnWrites::default();
        own_writes.add_cache(first.clone());
        own_writes.add_cache(second.clone());
        let key = ObjectKey::cluster("key");
        // The caches are older than the creation.
        *second.0.lock() = (None, Some("4"));
        *first.0.lock() = (None, Some("4"));
        own_writes.record(&key, deletion("5"));
        assert!(!run_may_start(&own_writes));
        second.0.lock().0 = Some("5");
        assert!(!run_may_start(&own_writes), "the object is cached");
        second.0.lock().0 = None;
        assert!(run_may_start(&own_writes) && is_empty(&own_writes), "the object has been cached");

        own_writes.record(&key, deletion("7"));
        second.0.lock().1 = Some("7");
        assert!(!run_may_start(&own_writes), "the first cache may still receive it");
        first.0.lock().1 = Some("7");
        assert!(run_may_start(&own_writes));
        // Caches without the object that cannot be compared with it are not awaited.
        own_writes.record(&key, deletion("opaque"));
        assert!(run_may_start(&own_writes));
    }
}
