//! [`Table`]: the entries of the queue, found by key or by slot.

use std::hash::{BuildHasher as _, Hash};

use hashbrown::{DefaultHashBuilder, HashTable};
use slab::Slab;

use super::{
    Priority,
    entry::{Entry, Pending},
};

/// A key is stored once. Everything else refers to its slot.
pub(super) struct Table<K> {
    hasher: DefaultHashBuilder,
    entries: Slab<Entry<K>>,
    slots: HashTable<usize>,
}

/// A table with a larger capacity than this is released when it is empty.
const RETAINED: usize = 1024;

impl<K: Eq + Hash> Table<K> {
    pub(super) fn new() -> Self {
        Self { hasher: DefaultHashBuilder::default(), entries: Slab::new(), slots: HashTable::new() }
    }

    pub(super) fn get(&self, slot: usize) -> Option<&Entry<K>> {
        self.entries.get(slot)
    }

    pub(super) fn get_mut(&mut self, slot: usize) -> Option<&mut Entry<K>> {
        self.entries.get_mut(slot)
    }

    /// The slot of this key, which is inserted if it is missing.
    pub(super) fn slot_of(&mut self, key: K, priority: Priority) -> usize {
        let hash = self.hasher.hash_one(&key);
        let entries = &self.entries;
        let found = self.slots.find(hash, |slot| entries.get(*slot).is_some_and(|entry| entry.key == key));
        if let Some(slot) = found {
            return *slot;
        }
        let slot = self.entries.insert(Entry { key, hash, pending: Pending::No, run: None, priority });
        let entries = &self.entries;
        self.slots.insert_unique(hash, slot, |slot| entries.get(*slot).map_or(0, |entry| entry.hash));
        slot
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The slots of the entries for which `matches` returns `true`.
    pub(super) fn slots_where(&self, matches: impl Fn(&Entry<K>) -> bool) -> Vec<usize> {
        self.entries.iter().filter(|(_, entry)| matches(entry)).map(|(slot, _)| slot).collect()
    }

    /// Removes an entry and returns its key.
    pub(super) fn remove(&mut self, slot: usize) -> Option<K> {
        let entry = self.entries.try_remove(slot)?;
        if let Ok(found) = self.slots.find_entry(entry.hash, |other| *other == slot) {
            found.remove();
        }
        if self.entries.is_empty() && self.entries.capacity() > RETAINED {
            self.entries = Slab::new();
            self.slots = HashTable::new();
        }
        Some(entry.key)
    }
}
