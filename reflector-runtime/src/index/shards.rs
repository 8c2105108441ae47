//! [`Shards`]: a hash table that is shared with snapshots and copied on write, one shard at a time.
//!
//! It grows by linear hashing: when the shards are full on average, one of them is split. No insertion moves more than
//! the entries of one shard, so that no reader waits until a large table is rehashed.

use std::{fmt, sync::Arc};

use hashbrown::HashTable;

/// The average number of entries in a shard. A shard is the unit of copying.
const SHARD: usize = 32;

/// A hash table in shards. Cloning it is cheap and allocates nothing.
pub(crate) struct Shards<T> {
    shards: Arc<Vec<Arc<HashTable<T>>>>,
    len: usize,
}

impl<T> Shards<T> {
    pub(crate) fn new() -> Self {
        Self { shards: Arc::new(vec![Arc::new(HashTable::new())]), len: 0 }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn find(&self, hash: u64, is_same: impl FnMut(&T) -> bool) -> Option<&T> {
        self.shards.get(place(hash, self.shards.len()))?.find(hash, is_same)
    }

    /// All entries, in no particular order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.shards.iter().flat_map(|shard| shard.iter())
    }
}

impl<T: Clone> Shards<T> {
    fn shard_mut(&mut self, hash: u64) -> Option<&mut HashTable<T>> {
        let at = place(hash, self.shards.len());
        Arc::make_mut(&mut self.shards).get_mut(at).map(Arc::make_mut)
    }

    pub(crate) fn find_mut(&mut self, hash: u64, is_same: impl FnMut(&T) -> bool) -> Option<&mut T> {
        self.shard_mut(hash)?.find_mut(hash, is_same)
    }

    /// Inserts an entry that is not in the table. `rehash` returns the hash of an entry.
    pub(crate) fn insert_unique(&mut self, hash: u64, value: T, rehash: impl Fn(&T) -> u64) {
        if self.len >= self.shards.len() * SHARD {
            self.split(&rehash);
        }
        if let Some(shard) = self.shard_mut(hash) {
            shard.insert_unique(hash, value, &rehash);
            self.len += 1;
        }
    }

    pub(crate) fn remove(&mut self, hash: u64, is_same: impl FnMut(&T) -> bool) -> Option<T> {
        let (removed, _) = self.shard_mut(hash)?.find_entry(hash, is_same).ok()?.remove();
        self.len -= 1;
        Some(removed)
    }

    /// Adds a shard and moves entries to it from the shard in which they were until then.
    fn split(&mut self, rehash: &impl Fn(&T) -> u64) {
        let new = self.shards.len();
        let old = new & (mask(new + 1) >> 1);
        let shards = Arc::make_mut(&mut self.shards);
        let mut moved = HashTable::new();
        if let Some(shard) = shards.get_mut(old).map(Arc::make_mut) {
            for entry in shard.extract_if(|entry| place(rehash(entry), new + 1) == new) {
                moved.insert_unique(rehash(&entry), entry, rehash);
            }
        }
        shards.push(Arc::new(moved));
    }
}

fn mask(count: usize) -> usize {
    count.next_power_of_two() - 1
}

/// The shard of a hash. It depends on the upper half of the hash: within a shard, the lowest bits select the bucket.
fn place(hash: u64, count: usize) -> usize {
    let mask = mask(count);
    // The highest 7 bits are the tag of an entry within its shard. They matter above 2^25 shards only.
    let at = usize::try_from(hash >> 32).unwrap_or_default() & mask;
    if at < count { at } else { at & (mask >> 1) }
}

impl<T> Clone for Shards<T> {
    fn clone(&self) -> Self {
        Self { shards: self.shards.clone(), len: self.len }
    }
}

impl<T> fmt::Debug for Shards<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shards").field("len", &self.len).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::hash::BuildHasher as _;

    use super::*;

    #[test]
    fn entries_are_found_after_every_split_and_copies_do_not_change() {
        let hasher = hashbrown::DefaultHashBuilder::default();
        let hash = |value: &u32| hasher.hash_one(value);
        let mut table = Shards::new();
        let mut copies = Vec::new();
        for value in 0_u32..10_000 {
            table.insert_unique(hash(&value), value, hash);
            if value % 1000 == 0 {
                copies.push((table.clone(), value));
            }
        }
        for value in (0..10_000).filter(|value| value % 3 == 0) {
            assert_eq!(table.remove(hash(&value), |known| *known == value), Some(value));
            assert_eq!(table.remove(hash(&value), |known| *known == value), None);
        }
        let has =
            |table: &Shards<u32>, value: u32| table.find(hash(&value), |known| *known == value).is_some();
        assert!((0..10_000).all(|value| has(&table, value) == (value % 3 != 0)));
        assert_eq!((table.len(), table.iter().count()), (6666, 6666));
        for (copy, last) in copies {
            assert_eq!(copy.len(), last as usize + 1);
            assert!((0..10_000).all(|value| has(&copy, value) == (value <= last)));
        }
    }

    #[test]
    fn shards_stay_small() {
        let hasher = hashbrown::DefaultHashBuilder::default();
        let hash = |value: &u32| hasher.hash_one(value);
        let mut table = Shards::new();
        (0_u32..100_000).for_each(|value| table.insert_unique(hash(&value), value, hash));
        let longest = table.shards.iter().map(|shard| shard.len()).max().unwrap_or_default();
        assert!(longest < 5 * SHARD, "{longest} entries in one shard");
    }
}
