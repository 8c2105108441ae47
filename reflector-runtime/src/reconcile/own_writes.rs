//! [`OwnWrites`]: the writes that a key's next run must see in the caches.

use std::{cmp::Ordering, collections::HashMap, time::Duration};

use parking_lot::Mutex;
use tokio::time::Instant;

use crate::{key::ObjectKey, store::Store, version};

/// A cache that a reconciler reads.
pub(super) trait Cache: Send + Sync {
    fn is_of(&self, group: &str, kind: &str) -> bool;
    /// Group and kind.
    fn group_kind(&self) -> (String, String);
    /// Whether the cached object is in the state of this version, or in a later one.
    fn has_object(&self, object: &ObjectKey, resource_version: &str) -> bool;
    /// Whether the whole cache is as new as this version.
    fn has_reached(&self, resource_version: &str) -> bool;
}

impl<D: Send + Sync + 'static> Cache for Store<D> {
    fn is_of(&self, group: &str, kind: &str) -> bool {
        let resource_type = self.resource_type();
        resource_type.group() == group && resource_type.kind() == kind
    }

    fn group_kind(&self) -> (String, String) {
        let resource_type = self.resource_type();
        (resource_type.group().to_owned(), resource_type.kind().to_owned())
    }

    fn has_object(&self, object: &ObjectKey, resource_version: &str) -> bool {
        let resource_type = self.resource_type();
        let cached = self.get(object.as_ref());
        let version = cached.as_ref().and_then(|it| resource_type.metadata(it).resource_version.as_deref());
        is_at_least(version, resource_version)
    }

    fn has_reached(&self, resource_version: &str) -> bool {
        is_at_least(self.resource_version().as_deref(), resource_version)
    }
}

fn is_at_least(version: Option<&str>, expected: &str) -> bool {
    version.and_then(|version| version::compare(version, expected)).is_some_and(Ordering::is_ge)
}

/// A write to an object of the resource with this number.
#[derive(Clone, Debug)]
pub(super) struct Write {
    pub(super) resource: usize,
    pub(super) object: ObjectKey,
    pub(super) resource_version: String,
    pub(super) since: Instant,
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
    fn take(&mut self, key: &ObjectKey, matches: impl Fn(&Write) -> bool) -> Vec<Write> {
        let Some(awaited) = self.keys.get_mut(key) else { return Vec::new() };
        let taken: Vec<Write> = awaited.writes.extract_if(.., |write| matches(write)).collect();
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
    fn contain(&self, write: &Write) -> bool {
        let caches = || self.caches.iter().filter(|(resource, _)| *resource == write.resource);
        let version = &write.resource_version;
        caches().any(|(_, cache)| cache.has_object(&write.object, version))
            // If all of them are newer as a whole, the object was deleted, or is not selected.
            || caches().all(|(_, cache)| cache.has_reached(version))
    }

    /// The next run of this key must see this write.
    pub(super) fn record(&self, key: &ObjectKey, write: Write) {
        let mut state = self.state.lock();
        if self.contain(&write) {
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

    /// The version of the object `a`, and of the whole cache.
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
            *object == ObjectKey::cluster("a") && is_at_least(self.0.lock().0, resource_version)
        }

        fn has_reached(&self, resource_version: &str) -> bool {
            is_at_least(self.0.lock().1, resource_version)
        }
    }

    const MINUTE: Duration = Duration::from_secs(60);

    fn write(resource: usize, version: &str) -> Write {
        let resource_version = version.to_owned();
        Write { resource, object: ObjectKey::cluster("a"), resource_version, since: Instant::now() }
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
        second.0.lock().1 = Some("7");
        assert!(run_may_start(&own_writes), "the object was deleted");
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
}
