//! [`Keys`]: what the loop remembers about keys between their runs.

use std::{collections::HashMap, sync::Arc};

use kube::core::ObjectMeta;
use parking_lot::Mutex;

use super::RunError;
use crate::key::ObjectKey;

/// The state of the keys that have one: most have none.
pub(super) struct Keys<K> {
    state: Mutex<State<K>>,
}

struct State<K> {
    failures: HashMap<ObjectKey, Failures>,
    /// The last known states of deleted objects, until a run has succeeded since.
    deleted: HashMap<ObjectKey, Arc<K>>,
    /// The uids of the objects that need no further run.
    ignored: HashMap<ObjectKey, Option<String>>,
}

/// The failures of a key since its last success.
#[derive(Clone, Debug)]
pub(super) struct Failures {
    pub(super) count: u32,
    pub(super) last: RunError,
}

impl<K> Keys<K> {
    pub(super) fn new() -> Self {
        let state = State { failures: HashMap::new(), deleted: HashMap::new(), ignored: HashMap::new() };
        Self { state: Mutex::new(state) }
    }

    pub(super) fn deleted(&self, key: ObjectKey, last_known: Arc<K>) {
        self.state.lock().deleted.insert(key, last_known);
    }

    /// The failures of a key, and its deleted object.
    pub(super) fn get(&self, key: &ObjectKey) -> (Option<Failures>, Option<Arc<K>>) {
        let state = self.state.lock();
        (state.failures.get(key).cloned(), state.deleted.get(key).cloned())
    }

    /// Whether the object needs no run. The metadata is that of the cached object.
    pub(super) fn is_ignored(&self, key: &ObjectKey, cached: Option<&ObjectMeta>) -> bool {
        let mut state = self.state.lock();
        let Some(ignored) = state.ignored.get(key) else { return false };
        let is_same = cached.is_some_and(|cached| cached.uid == *ignored) && !state.deleted.contains_key(key);
        if !is_same {
            state.ignored.remove(key);
        }
        is_same
    }

    pub(super) fn ignore(&self, key: &ObjectKey, uid: Option<String>) {
        self.state.lock().ignored.insert(key.clone(), uid);
    }

    /// Counts a failed run. Returns the number of failures since the last success.
    pub(super) fn failed(&self, key: &ObjectKey, error: RunError) -> u32 {
        let mut state = self.state.lock();
        let count = state.failures.get(key).map_or(0, |failures| failures.count).saturating_add(1);
        state.failures.insert(key.clone(), Failures { count, last: error });
        count
    }

    /// A run succeeded that was given this deleted object.
    pub(super) fn succeeded(&self, key: &ObjectKey, handled: Option<&Arc<K>>) {
        let mut state = self.state.lock();
        state.failures.remove(key);
        if handled
            .is_some_and(|handled| state.deleted.get(key).is_some_and(|last| Arc::ptr_eq(last, handled)))
        {
            state.deleted.remove(key);
        }
    }
}
