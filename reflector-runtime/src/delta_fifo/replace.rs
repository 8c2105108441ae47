//! A list in progress: the objects received so far, so that the missing ones can be swept at its end.

use std::{collections::HashMap, sync::Arc};

use hashbrown::HashTable;

use crate::{
    key::{HashedKey, KeyHash, KeyRef, ObjectKey},
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
    /// The list is the newest state, and objects may change without a new resourceVersion. A listed object replaces the
    /// known one also if their versions are equal.
    Reused,
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
    /// With the hashes of their keys.
    seen: HashTable<(KeyHash, Arc<K>)>,
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
            seen: HashTable::new(),
            set_aside: HashMap::new(),
            consistency,
            has_unidentified: false,
        }
    }

    /// The list shows an object with this key.
    pub(super) fn mark_seen(&mut self, key: HashedKey<'_>, object: &Arc<K>) -> Seen {
        if self.has(key) {
            return Seen::Again;
        }
        self.seen.insert_unique(key.hash().get(), (key.hash(), object.clone()), |(hash, _)| hash.get());
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

    pub(super) fn has(&self, key: HashedKey<'_>) -> bool {
        let same = |(hash, object): &(KeyHash, Arc<K>)| {
            *hash == key.hash() && self.resource_type.key(object) == Ok(key.key())
        };
        self.seen.find(key.hash().get(), same).is_some()
    }

    /// Like [`has`](Self::has), of the key of this object. The object is not read if the list has shown the very same one.
    pub(super) fn has_key_of(&self, hash: KeyHash, object: &Arc<K>) -> bool {
        let same = |(seen_hash, seen): &(KeyHash, Arc<K>)| {
            *seen_hash == hash
                && (Arc::ptr_eq(seen, object)
                    || self.resource_type.key(seen) == self.resource_type.key(object))
        };
        self.seen.find(hash.get(), same).is_some()
    }
}
