//! A FIFO queue in which entries are found by key. The delta queue and each subscriber's queue are built on it.
//!
//! Entries form a linked list in a slab, so that an entry can be removed from the middle. A table finds the newest entry
//! of a key by the key in the object. The module uses the objects' keys and must not depend on the type of the queued
//! values.

use std::sync::Arc;

use hashbrown::HashTable;
use slab::Slab;

use crate::{
    key::{HashedKey, KeyHash, KeyRef},
    resource_type::ResourceType,
};

/// A value that is queued under the key of an object.
pub(crate) trait Keyed<K> {
    /// The object whose key the value is queued under.
    fn object(&self) -> &Arc<K>;
}

/// A FIFO queue of values of type `V`, in order of arrival.
#[derive(Debug)]
pub(crate) struct KeyedQueue<K: 'static, V> {
    resource_type: Arc<ResourceType<K>>,
    entries: Slab<Entry<V>>,
    index: HashTable<usize>,
    front: Option<usize>,
    back: Option<usize>,
    /// The number of entries appended so far.
    arrived: u64,
}

#[derive(Debug)]
struct Entry<V> {
    hash: KeyHash,
    number: u64,
    before: Option<usize>,
    after: Option<usize>,
    /// Where the entry was that the look-up of the key found before this one.
    earlier: Option<usize>,
    value: V,
}

impl<K, V: Keyed<K>> KeyedQueue<K, V> {
    pub(crate) fn new(resource_type: Arc<ResourceType<K>>) -> Self {
        Self {
            resource_type,
            entries: Slab::new(),
            index: HashTable::new(),
            front: None,
            back: None,
            arrived: 0,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The number of entries appended so far. Entries are numbered from 0 as they arrive.
    pub(crate) fn arrived(&self) -> u64 {
        self.arrived
    }

    /// The number of the oldest entry.
    pub(crate) fn front_number(&self) -> Option<u64> {
        self.front.and_then(|at| self.entries.get(at)).map(|entry| entry.number)
    }

    /// The number of the newest entry.
    pub(crate) fn back_number(&self) -> Option<u64> {
        self.back.and_then(|at| self.entries.get(at)).map(|entry| entry.number)
    }

    fn find(&self, key: HashedKey<'_>) -> Option<usize> {
        let same = |at: &usize| self.has_hash(*at, key.hash()) && self.has_key(*at, key.key());
        self.index.find(key.hash().get(), same).copied()
    }

    pub(crate) fn get(&self, key: HashedKey<'_>) -> Option<&V> {
        self.find(key).and_then(|at| self.entries.get(at)).map(|entry| &entry.value)
    }

    /// The newest value of the key of this object. The object is read only if values with the hash of its key are queued.
    pub(crate) fn get_of(&self, hash: KeyHash, object: &K) -> Option<&V> {
        let same = |at: &usize| {
            self.has_hash(*at, hash) && self.resource_type.key(object).is_ok_and(|key| self.has_key(*at, key))
        };
        let at = self.index.find(hash.get(), same)?;
        self.entries.get(*at).map(|entry| &entry.value)
    }

    /// The newest value of a key and its number.
    pub(crate) fn get_mut(&mut self, key: HashedKey<'_>) -> Option<(u64, &mut V)> {
        self.find(key).and_then(|at| self.entries.get_mut(at)).map(|entry| (entry.number, &mut entry.value))
    }

    /// Appends an entry for a key that is not queued yet.
    pub(crate) fn append(&mut self, key: HashedKey<'_>, value: V) {
        let at = self.link_back(key.hash(), None, value);
        self.index_entry(key.hash(), at);
    }

    /// Appends an entry for a key that may be queued. Look-ups no longer find its earlier entries.
    pub(crate) fn append_newest(&mut self, key: HashedKey<'_>, value: V) {
        let hash = key.hash();
        let earlier = self.find(key);
        let at = self.link_back(hash, earlier, value);
        match earlier.and_then(|earlier| self.index.find_mut(hash.get(), |known| *known == earlier)) {
            Some(indexed) => *indexed = at,
            None => self.index_entry(hash, at),
        }
    }

    fn link_back(&mut self, hash: KeyHash, earlier: Option<usize>, value: V) -> usize {
        let entry = Entry { hash, number: self.arrived, before: self.back, after: None, earlier, value };
        self.arrived += 1;
        let at = self.entries.insert(entry);
        match self.back.replace(at).and_then(|back| self.entries.get_mut(back)) {
            Some(back) => back.after = Some(at),
            None => self.front = Some(at),
        }
        at
    }

    /// Returns an entry to the front, under the number with which it was popped.
    pub(crate) fn restore(&mut self, key: HashedKey<'_>, number: u64, value: V) {
        let hash = key.hash();
        let is_newest = self.find(key).is_none();
        // It is the oldest entry, so that no entry of its key is earlier.
        let at = self.entries.insert(Entry {
            hash,
            number,
            before: None,
            after: self.front,
            earlier: None,
            value,
        });
        match self.front.replace(at).and_then(|front| self.entries.get_mut(front)) {
            Some(front) => front.before = Some(at),
            None => self.back = Some(at),
        }
        if is_newest {
            self.index_entry(hash, at);
        }
    }

    fn index_entry(&mut self, hash: KeyHash, at: usize) {
        let entries = &self.entries;
        let hash_at = |at: &usize| entries.get(*at).map_or(KeyHash::NONE, |entry| entry.hash).get();
        self.index.insert_unique(hash.get(), at, hash_at);
    }

    /// Removes the oldest entry and returns it with its number and the hash of its key.
    pub(crate) fn pop(&mut self) -> Option<(u64, KeyHash, V)> {
        let entry = self.front.and_then(|at| self.take(at))?;
        Some((entry.number, entry.hash, entry.value))
    }

    /// Removes the newest entry of a key. Look-ups find its earlier one again, if it is still queued.
    pub(crate) fn remove(&mut self, key: HashedKey<'_>) -> Option<V> {
        let removed = self.find(key).and_then(|at| self.take(at))?;
        // An entry that was popped may have been replaced by one of another key.
        let earlier = removed.earlier.filter(|at| self.has_key(*at, key.key()));
        if let Some(earlier) = earlier {
            self.index_entry(removed.hash, earlier);
        }
        Some(removed.value)
    }

    fn has_hash(&self, at: usize, hash: KeyHash) -> bool {
        self.entries.get(at).is_some_and(|entry| entry.hash == hash)
    }

    fn has_key(&self, at: usize, key: KeyRef<'_>) -> bool {
        self.entries.get(at).is_some_and(|entry| self.resource_type.key(entry.value.object()) == Ok(key))
    }

    fn take(&mut self, at: usize) -> Option<Entry<V>> {
        let entry = self.entries.try_remove(at)?;
        if let Ok(indexed) = self.index.find_entry(entry.hash.get(), |known| *known == at) {
            indexed.remove();
        }
        match entry.before.and_then(|before| self.entries.get_mut(before)) {
            Some(before) => before.after = entry.after,
            None => self.front = entry.after,
        }
        match entry.after.and_then(|after| self.entries.get_mut(after)) {
            Some(after) => after.before = entry.before,
            None => self.back = entry.before,
        }
        Some(entry)
    }

    /// The queued values, oldest first, with the hashes of their keys.
    pub(crate) fn hashed(&self) -> impl Iterator<Item = (KeyHash, &V)> {
        std::iter::successors(self.front.and_then(|at| self.entries.get(at)), |entry| {
            entry.after.and_then(|at| self.entries.get(at))
        })
        .map(|entry| (entry.hash, &entry.value))
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::ConfigMap;

    use super::*;

    impl Keyed<ConfigMap> for Arc<ConfigMap> {
        fn object(&self) -> &Arc<ConfigMap> {
            self
        }
    }

    fn named(name: &str) -> Arc<ConfigMap> {
        let mut object = ConfigMap::default();
        object.metadata.name = Some(name.into());
        Arc::new(object)
    }

    fn key(name: &str) -> HashedKey<'_> {
        KeyRef { namespace: None, name }.into()
    }

    #[test]
    fn keys_are_popped_in_order_after_removals_from_the_middle() {
        let mut queue = KeyedQueue::new(Arc::new(ResourceType::from_resource()));
        for name in ["a", "b", "c", "d"] {
            queue.append(key(name), named(name));
        }
        let names = |queue: &KeyedQueue<ConfigMap, Arc<ConfigMap>>| -> String {
            queue.hashed().map(|(_, object)| object.metadata.name.clone().unwrap()).collect()
        };
        assert!(queue.remove(key("b")).is_some() && queue.remove(key("b")).is_none());
        assert_eq!(names(&queue), "acd");
        queue.append(key("b"), named("b"));
        assert!(queue.remove(key("a")).is_some());
        assert_eq!((names(&queue).as_str(), queue.front_number(), queue.arrived()), ("cdb", Some(2), 5));
        assert!(queue.get(key("d")).is_some() && queue.get(key("a")).is_none());
        let popped: Vec<u64> = std::iter::from_fn(|| queue.pop()).map(|(number, ..)| number).collect();
        assert_eq!(popped, [2, 3, 4]);
        assert_eq!((queue.len(), queue.front_number()), (0, None));
    }

    #[test]
    fn a_look_up_finds_the_earlier_entry_once_the_newest_is_removed() {
        let mut queue = KeyedQueue::new(Arc::new(ResourceType::from_resource()));
        for name in ["a", "a", "b", "a"] {
            queue.append_newest(key(name), named(name));
        }
        let number = |queue: &mut KeyedQueue<ConfigMap, Arc<ConfigMap>>| {
            queue.get_mut(key("a")).map(|(number, _)| number)
        };
        for expected in [Some(3), Some(1), Some(0), None] {
            assert_eq!(number(&mut queue), expected);
            assert_eq!(queue.remove(key("a")).is_some(), expected.is_some());
        }
        // Another key takes the place of an earlier entry.
        queue.append_newest(key("a"), named("a"));
        queue.append_newest(key("a"), named("a"));
        assert!(queue.pop().is_some() && queue.pop().is_some());
        queue.append_newest(key("c"), named("c"));
        assert!(queue.remove(key("a")).is_some());
        assert_eq!((number(&mut queue), queue.len()), (None, 1));
    }

    #[test]
    fn a_look_up_finds_the_newest_entry_of_a_key() {
        let mut queue = KeyedQueue::new(Arc::new(ResourceType::from_resource()));
        for name in ["a", "b", "a"] {
            queue.append_newest(key(name), named(name));
        }
        assert_eq!(queue.get_mut(key("a")).unwrap().0, 2);
        assert_eq!((queue.pop().unwrap().0, queue.len()), (0, 2));
        assert_eq!(queue.get_mut(key("a")).unwrap().0, 2);
        assert!(queue.remove(key("a")).is_some() && queue.get(key("a")).is_none());
        assert_eq!((queue.front_number(), queue.back_number()), (Some(1), Some(1)));
    }

    #[test]
    fn a_restored_entry_is_popped_first() {
        let mut queue = KeyedQueue::new(Arc::new(ResourceType::from_resource()));
        queue.append(key("a"), named("a"));
        queue.append(key("b"), named("b"));
        let (number, _, value) = queue.pop().unwrap();
        queue.restore(key("a"), number, value);
        assert_eq!((queue.front_number(), queue.arrived()), (Some(0), 2));
        assert_eq!(queue.get_mut(key("a")).unwrap().0, 0);
        let popped: Vec<u64> = std::iter::from_fn(|| queue.pop()).map(|(number, ..)| number).collect();
        assert_eq!(popped, [0, 1]);
    }
}
