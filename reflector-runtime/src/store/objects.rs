//! [`Objects`]: the objects in numbered slots, in chunks that are shared with snapshots and copied on write. Each slot also
//! has the hash of its object's key, so that tables of slots grow without reading the objects.

use std::sync::Arc;

use crate::{index::Slot, key::KeyHash};

/// The number of slots in a chunk, which is the unit of copying.
const CHUNK_SLOTS: Slot = 32;
const CHUNK: usize = CHUNK_SLOTS as usize;

struct Chunk<K> {
    objects: [Option<Arc<K>>; CHUNK],
    hashes: [KeyHash; CHUNK],
}

impl<K> Chunk<K> {
    const EMPTY: Self = Self { objects: [const { None }; CHUNK], hashes: [KeyHash::NONE; CHUNK] };
}

impl<K> Clone for Chunk<K> {
    fn clone(&self) -> Self {
        Self { objects: self.objects.clone(), hashes: self.hashes }
    }
}

/// Objects by slot. Cloning it is cheap and allocates nothing.
pub(super) struct Objects<K> {
    chunks: Arc<Vec<Arc<Chunk<K>>>>,
    /// The number of slots in use or free.
    end: Slot,
}

impl<K> Objects<K> {
    pub(super) fn new() -> Self {
        Self { chunks: Arc::new(Vec::new()), end: 0 }
    }

    pub(super) fn get(&self, slot: Slot) -> Option<&Arc<K>> {
        let (chunk, at) = position(slot);
        self.chunks.get(chunk)?.objects.get(at)?.as_ref()
    }

    /// The hash of the key of a slot's object.
    pub(super) fn hash(&self, slot: Slot) -> Option<KeyHash> {
        let (chunk, at) = position(slot);
        self.chunks.get(chunk)?.hashes.get(at).copied()
    }

    /// All objects, in the order of their slots.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<K>> {
        self.chunks.iter().flat_map(|chunk| chunk.objects.iter()).flatten()
    }

    /// All objects with the hashes of their keys, in the order of their slots.
    pub(super) fn hashed(&self) -> impl Iterator<Item = (KeyHash, &Arc<K>)> {
        let slots = self.chunks.iter().flat_map(|chunk| chunk.hashes.iter().zip(&chunk.objects));
        slots.filter_map(|(hash, object)| Some((*hash, object.as_ref()?)))
    }

    /// Adds a slot.
    pub(super) fn push(&mut self, hash: KeyHash, object: Arc<K>) -> Slot {
        let slot = self.end;
        // 2^32 objects do not fit into any memory; if they did, the last slot would be shared.
        self.end = self.end.saturating_add(1);
        if position(slot).0 == self.chunks.len() {
            Arc::make_mut(&mut self.chunks).push(Arc::new(Chunk::EMPTY));
        }
        self.fill(slot, hash, object);
        slot
    }

    /// Fills a slot that is free.
    pub(super) fn fill(&mut self, slot: Slot, hash: KeyHash, object: Arc<K>) {
        let (chunk, at) = position(slot);
        let Some(chunk) = Arc::make_mut(&mut self.chunks).get_mut(chunk).map(Arc::make_mut) else { return };
        if let (Some(slot), Some(hash_of_slot)) = (chunk.objects.get_mut(at), chunk.hashes.get_mut(at)) {
            *slot = Some(object);
            *hash_of_slot = hash;
        }
    }

    /// Replaces the object of a slot by one with the same key, or empties the slot. Returns what was in it.
    pub(super) fn replace(&mut self, slot: Slot, object: Option<Arc<K>>) -> Option<Arc<K>> {
        let (chunk, at) = position(slot);
        let chunk = Arc::make_mut(&mut self.chunks).get_mut(chunk)?;
        std::mem::replace(Arc::make_mut(chunk).objects.get_mut(at)?, object)
    }

    /// Calls `visit` with each slot whose object is not the same as in `before`: the slot, the object before, and the
    /// object now. Chunks that have not been copied since are skipped.
    pub(super) fn changes_since(
        &self,
        before: &Self,
        mut visit: impl FnMut(Slot, Option<&Arc<K>>, Option<&Arc<K>>),
    ) {
        if Arc::ptr_eq(&self.chunks, &before.chunks) {
            return;
        }
        let mut first: Slot = 0;
        for (number, chunk) in self.chunks.iter().enumerate() {
            let old = before.chunks.get(number);
            if !old.is_some_and(|old| Arc::ptr_eq(old, chunk)) {
                for (slot, (at, now)) in (first..).zip(chunk.objects.iter().enumerate()) {
                    let old = old.and_then(|old| old.objects.get(at)).and_then(Option::as_ref);
                    if old.map(Arc::as_ptr) != now.as_ref().map(Arc::as_ptr) {
                        visit(slot, old, now.as_ref());
                    }
                }
            }
            first = first.saturating_add(CHUNK_SLOTS);
        }
    }
}

fn position(slot: Slot) -> (usize, usize) {
    let slot = slot as usize;
    (slot / CHUNK, slot % CHUNK)
}

impl<K> Clone for Objects<K> {
    fn clone(&self) -> Self {
        Self { chunks: self.chunks.clone(), end: self.end }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::KeyRef;

    fn hash(number: u32) -> KeyHash {
        KeyHash::of(KeyRef { namespace: None, name: &number.to_string() })
    }

    #[test]
    fn a_copy_does_not_change_and_its_differences_are_found() {
        let mut objects = Objects::new();
        for number in 0..1000_u32 {
            assert_eq!(objects.push(hash(number), Arc::new(number)), number);
        }
        let copy = objects.clone();
        objects.replace(5, Some(Arc::new(50)));
        objects.replace(700, None);
        objects.push(hash(1000), Arc::new(1000));
        objects.fill(700, hash(7), Arc::new(7));
        assert_eq!((objects.hash(700), copy.hash(700)), (Some(hash(7)), Some(hash(700))));
        objects.replace(700, None);
        assert!(objects.hashed().all(|(hashed, object)| hashed == hash(**object) || **object == 50));
        assert!(copy.iter().map(|object| **object).eq(0..1000));
        let mut changes = Vec::new();
        let value = |object: Option<&Arc<u32>>| object.map(|object| **object);
        objects.changes_since(&copy, |slot, old, new| changes.push((slot, value(old), value(new))));
        let expected = [(5, Some(5), Some(50)), (700, Some(700), None), (1000, None, Some(1000))];
        assert_eq!(changes, expected);
        copy.changes_since(&copy.clone(), |_, _, _| panic!("no change"));
        let is_shared = |(now, old): &(&Arc<Chunk<u32>>, &Arc<Chunk<u32>>)| Arc::ptr_eq(now, old);
        let shared = objects.chunks.iter().zip(copy.chunks.iter()).filter(is_shared).count();
        assert_eq!(shared, 1000_usize.div_ceil(CHUNK) - 3, "only the changed chunks are copied");
    }
}
