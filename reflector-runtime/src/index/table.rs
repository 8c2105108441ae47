//! The table of one index: the slots of each value ([`ValueTable`]), and the same with its types erased
//! ([`IndexTable`]).
//!
//! Must not depend on how objects are stored.

use std::{any::Any, borrow::Borrow as _, fmt, hash::BuildHasher as _};

use hashbrown::DefaultHashBuilder;

use super::{
    IndexKey, TypedIndex,
    shards::Shards,
    slots::{Slot, Slots},
};

/// The slots of each value of an index. Cloning it is cheap.
pub(crate) struct ValueTable<V: IndexKey + ?Sized> {
    hasher: DefaultHashBuilder,
    values: Shards<(V::Owned, Slots)>,
}

impl<V: IndexKey + ?Sized> ValueTable<V> {
    pub(crate) fn new() -> Self {
        Self { hasher: DefaultHashBuilder::default(), values: Shards::new() }
    }

    pub(crate) fn get(&self, value: &V) -> Option<&Slots> {
        let found = self.values.find(self.hasher.hash_one(value), |(known, _)| known.borrow() == value);
        found.map(|(_, slots)| slots)
    }

    /// Every value with its slots, in no particular order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&V, &Slots)> {
        self.values.iter().map(|(value, slots)| (value.borrow(), slots))
    }

    pub(crate) fn insert(&mut self, value: &V, slot: Slot) {
        let hash = self.hasher.hash_one(value);
        if let Some((_, slots)) = self.values.find_mut(hash, |(known, _)| known.borrow() == value) {
            slots.insert(slot);
        } else {
            let hasher = &self.hasher;
            let entry = (value.to_owned(), Slots::One(slot));
            self.values.insert_unique(hash, entry, |(known, _)| hasher.hash_one::<&V>(known.borrow()));
        }
    }

    /// Removes a slot from a value. An empty set is removed together with its value (client-go's #84959).
    pub(crate) fn remove(&mut self, value: &V, slot: Slot) {
        let hash = self.hasher.hash_one(value);
        let is_same = |(known, _): &(V::Owned, Slots)| known.borrow() == value;
        if self.values.find_mut(hash, is_same).is_some_and(|(_, slots)| slots.remove(slot)) {
            self.values.remove(hash, is_same);
        }
    }
}

impl<V: IndexKey + ?Sized> Clone for ValueTable<V> {
    fn clone(&self) -> Self {
        Self { hasher: self.hasher.clone(), values: self.values.clone() }
    }
}

impl<V: IndexKey + ?Sized> fmt::Debug for ValueTable<V> {
    /// Prints the number of values, but no value: they are parts of objects.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ValueTable").field("len", &self.values.len()).finish_non_exhaustive()
    }
}

/// The table of an index with values of any type, and the index itself. A store contains one for each of its indexes.
pub trait IndexTable<K>: Send + Sync {
    /// The name of the index.
    fn name(&self) -> &str;

    /// A copy that shares all contents until either is changed.
    fn shared_copy(&self) -> Box<dyn IndexTable<K>>;

    /// Moves a slot from the values of its old object to the values of its new one.
    fn update(&mut self, slot: Slot, old: Option<&K>, new: Option<&K>);

    /// The `ValueTable`, whose type depends on the type of the values.
    fn values(&self) -> &dyn Any;
}

pub(super) struct TypedTable<I, V: IndexKey + ?Sized> {
    index: I,
    values: ValueTable<V>,
}

impl<I, V: IndexKey + ?Sized> TypedTable<I, V> {
    pub(super) fn new(index: I) -> Self {
        Self { index, values: ValueTable::new() }
    }
}

impl<K: 'static, I, V> IndexTable<K> for TypedTable<I, V>
where
    I: TypedIndex<K, Value = V> + Clone + Send + Sync + 'static,
    V: IndexKey + ?Sized,
{
    fn name(&self) -> &str {
        self.index.name()
    }

    fn shared_copy(&self) -> Box<dyn IndexTable<K>> {
        Box::new(Self { index: self.index.clone(), values: self.values.clone() })
    }

    fn update(&mut self, slot: Slot, old: Option<&K>, new: Option<&K>) {
        let Self { index, values } = self;
        // The old values that are not among the new ones, each once.
        let mut removed: Vec<V::Owned> = Vec::new();
        let position =
            |removed: &[V::Owned], value: &V| removed.iter().position(|known| known.borrow() == value);
        if let Some(old) = old {
            index.values(old, &mut |value| {
                if position(&removed, value).is_none() {
                    removed.push(value.to_owned());
                }
            });
        }
        if let Some(new) = new {
            index.values(new, &mut |value| match position(&removed, value) {
                Some(at) => {
                    removed.swap_remove(at);
                }
                None => values.insert(value, slot),
            });
        }
        for value in &removed {
            values.remove(value.borrow(), slot);
        }
    }

    fn values(&self) -> &dyn Any {
        &self.values
    }
}
