//! A list in progress: the objects received so far, so that the missing ones can be swept at its end.

use std::{collections::HashMap, sync::Arc};

use hashbrown::HashTable;

use crate::{
    key::{KeyHasher, KeyRef, ObjectKey},
    resource_type::ResourceType,
};

/// How a list relates to the objects that are already known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListConsistency {
    /// The list may be older than events that a watch has already delivered. A listed version that is older than the
    /// known object is skipped.
    NotOlder,
    /// The list is the newest state. A listed version replaces the known object even if it is older.
    Newest,
    /// The list is the newest state, and the server's resourceVersions went backwards because it was restored from a
    /// backup. Then even the same version may have other content, and every listed object replaces the known one.
    Restored,
}

/// Whether a list contains an object for the first time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    First,
    /// The list already contained it, or it has no key.
    Again,
}

/// The keys received in a list. Stores pointers to the objects, not copies of the keys.
pub(super) struct Replacing<K: 'static> {
    resource_type: Arc<ResourceType<K>>,
    hasher: KeyHasher,
    seen: HashTable<Arc<K>>,
    /// Objects with the key of a cached one that the list has not shown (yet).
    set_aside: HashMap<ObjectKey, Arc<K>>,
    pub(super) consistency: ListConsistency,
    /// The list contains an item whose key is unknown.
    pub(super) has_unidentified: bool,
}

impl<K> Replacing<K> {
    pub(super) fn new(resource_type: Arc<ResourceType<K>>, consistency: ListConsistency) -> Self {
        Self {
            resource_type,
            hasher: KeyHasher::default(),
            seen: HashTable::new(),
            set_aside: HashMap::new(),
            consistency,
            has_unidentified: false,
        }
    }

    fn same<'a>(&'a self, key: KeyRef<'a>) -> impl Fn(&Arc<K>) -> bool + 'a {
        move |object| self.resource_type.key(object) == Ok(key)
    }

    pub(super) fn mark_seen(&mut self, object: &Arc<K>) -> Seen {
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

    /// The list shows an object that shares its key with the cached one. If it does not show the cached one as well,
    /// this one replaces it at the end.
    pub(super) fn set_aside(&mut self, key: KeyRef<'_>, object: Arc<K>, seen: Option<Seen>) {
        if seen == Some(Seen::First) {
            self.set_aside.insert(key.to_key(), object);
        }
    }

    /// The list shows the cached object of this key.
    pub(super) fn take_back(&mut self, key: KeyRef<'_>) {
        if !self.set_aside.is_empty() {
            self.set_aside.remove(&key.to_key());
        }
    }

    pub(super) fn take_set_aside(&mut self) -> Vec<Arc<K>> {
        std::mem::take(&mut self.set_aside).into_values().collect()
    }

    pub(super) fn has(&self, key: KeyRef<'_>) -> bool {
        self.seen.find(self.hasher.hash(key), self.same(key)).is_some()
    }
}
