//! [`Table`]: the entries of the queue, found by key or by slot.

use std::hash::{BuildHasher as _, Hash};

use hashbrown::{DefaultHashBuilder, HashTable};
use slab::Slab;

use super::{Priority, entry::Entry, slot::Slot};

/// A key is stored once. Everything else refers to its slot.
pub(super) struct Table<K> {
    hasher: DefaultHashBuilder,
    entries: Slab<Entry<K>>,
    /// Hashes are not stored: they are calculated again when an entry is removed, and when the table grows.
    slots: HashTable<Slot>,
}

/// A table, or a heap, with a larger capacity than this is released when it is empty.
pub(super) const RETAINED: usize = 1024;

impl<K: Eq + Hash> Table<K> {
    pub(super) fn new() -> Self {
        Self { hasher: DefaultHashBuilder::default(), entries: Slab::new(), slots: HashTable::new() }
    }

    pub(super) fn get(&self, slot: Slot) -> Option<&Entry<K>> {
        self.entries.get(slot.index())
    }

    pub(super) fn get_mut(&mut self, slot: Slot) -> Option<&mut Entry<K>> {
        self.entries.get_mut(slot.index())
    }

    /// The slot of this key, which is inserted if it is missing.
    pub(super) fn slot_of(&mut self, key: K, priority: Priority) -> Slot {
        let Self { hasher, entries, slots } = self;
        let hash = hasher.hash_one(&key);
        let has_key = |slot: &Slot| entries.get(slot.index()).is_some_and(|entry| entry.key == key);
        if let Some(slot) = slots.find(hash, has_key) {
            return *slot;
        }
        let slot = Slot::new(entries.insert(Entry::new(key, priority)));
        let hash_of = |slot: &Slot| entries.get(slot.index()).map_or(0, |entry| hasher.hash_one(&entry.key));
        slots.insert_unique(hash, slot, hash_of);
        slot
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The slots of the entries for which `matches` returns `true`.
    pub(super) fn slots_where(&self, matches: impl Fn(&Entry<K>) -> bool) -> Vec<Slot> {
        self.entries.iter().filter(|(_, entry)| matches(entry)).map(|(index, _)| Slot::new(index)).collect()
    }

    /// Removes an entry and returns its key.
    pub(super) fn remove(&mut self, slot: Slot) -> Option<K> {
        let entry = self.entries.try_remove(slot.index())?;
        if let Ok(found) = self.slots.find_entry(self.hasher.hash_one(&entry.key), |other| *other == slot) {
            found.remove();
        }
        if self.entries.is_empty() && self.entries.capacity() > RETAINED {
            self.entries = Slab::new();
            self.slots = HashTable::new();
        }
        Some(entry.key)
    }
}
