//! [`Keys`]: what the loop remembers about keys between their runs.

use std::{collections::HashMap, sync::Arc};

use kube::core::ObjectMeta;
use parking_lot::Mutex;

use crate::key::ObjectKey;

/// The state of the keys that have one: most have none.
pub(super) struct Keys<K> {
    state: Mutex<State<K>>,
}

struct State<K> {
    /// The last known states of deleted objects, until a run has succeeded since.
    deleted: HashMap<ObjectKey, Arc<K>>,
    /// The objects that need no further run.
    ignored: HashMap<ObjectKey, Identity>,
}

/// What distinguishes an object from others with the same name.
pub(super) struct Identity {
    /// Objects of some servers have none.
    uid: Option<String>,
}

impl Identity {
    pub(super) fn of(metadata: &ObjectMeta) -> Self {
        Self { uid: metadata.uid.clone() }
    }
}

impl<K> Keys<K> {
    pub(super) fn new() -> Self {
        Self { state: Mutex::new(State { deleted: HashMap::new(), ignored: HashMap::new() }) }
    }

    pub(super) fn deleted(&self, key: ObjectKey, last_known: Arc<K>) {
        self.state.lock().deleted.insert(key, last_known);
    }

    /// The last known state of the object, if it was deleted.
    pub(super) fn last_known(&self, key: &ObjectKey) -> Option<Arc<K>> {
        self.state.lock().deleted.get(key).cloned()
    }

    /// Whether the object needs no run. The metadata is that of the cached object.
    pub(super) fn is_ignored(&self, key: &ObjectKey, cached: Option<&ObjectMeta>) -> bool {
        let mut state = self.state.lock();
        let Some(ignored) = state.ignored.get(key) else { return false };
        let is_same =
            cached.is_some_and(|cached| cached.uid == ignored.uid) && !state.deleted.contains_key(key);
        if !is_same {
            state.ignored.remove(key);
        }
        is_same
    }

    pub(super) fn ignore(&self, key: &ObjectKey, object: Identity) {
        self.state.lock().ignored.insert(key.clone(), object);
    }

    /// A run succeeded that was given this deleted object.
    pub(super) fn succeeded(&self, key: &ObjectKey, handled: Option<&Arc<K>>) {
        let mut state = self.state.lock();
        if handled
            .is_some_and(|handled| state.deleted.get(key).is_some_and(|last| Arc::ptr_eq(last, handled)))
        {
            state.deleted.remove(key);
        }
    }
}
