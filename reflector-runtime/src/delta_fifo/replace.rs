//! A list that is under way: which objects it has shown so far, so that the others can be swept at its end.

use std::sync::Arc;

use hashbrown::HashTable;

use crate::{
    key::{KeyHasher, KeyRef},
    resource_type::ResourceType,
};

/// How far a list can be trusted against what is already held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListConsistency {
    /// The list may lag behind what a watch has already told: an older version of an object than the one held
    /// is passed over.
    NotOlder,
    /// The list is the newest state there is: an older version of an object than the one held is taken.
    Newest,
    /// The newest state there is, and the server's versions have run back: it was restored from a backup. Then
    /// even the same version may stand for another content, and every object is taken anew.
    Restored,
}

/// Whether a list shows an object for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    First,
    /// It has shown it before; or it has no key.
    Again,
}

/// The keys that a list has shown. Holds pointers to the objects, no copies of keys.
pub(super) struct Replacing<K: 'static> {
    resource_type: Arc<ResourceType<K>>,
    hasher: KeyHasher,
    seen: HashTable<Arc<K>>,
    pub(super) consistency: ListConsistency,
}

impl<K> Replacing<K> {
    pub(super) fn new(resource_type: Arc<ResourceType<K>>, consistency: ListConsistency) -> Self {
        Self { resource_type, hasher: KeyHasher::default(), seen: HashTable::new(), consistency }
    }

    fn same<'a>(&'a self, key: KeyRef<'a>) -> impl Fn(&Arc<K>) -> bool + 'a {
        move |object| self.resource_type.key(object) == Ok(key)
    }

    pub(super) fn see(&mut self, object: &Arc<K>) -> Seen {
        let Ok(key) = self.resource_type.key(object) else { return Seen::Again };
        if self.has(key) {
            return Seen::Again;
        }
        let hash = self.hasher.hash(key);
        let (resource_type, hasher) = (&self.resource_type, &self.hasher);
        self.seen.insert_unique(hash, object.clone(), |object| {
            resource_type.key(object).map_or(0, |key| hasher.hash(key))
        });
        Seen::First
    }

    pub(super) fn has(&self, key: KeyRef<'_>) -> bool {
        self.seen.find(self.hasher.hash(key), self.same(key)).is_some()
    }
}
