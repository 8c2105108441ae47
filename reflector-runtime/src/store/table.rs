//! The objects and their indexes, without a lock.
//!
//! Objects are stored in numbered slots. The table of keys and all indexes contain slot numbers only, so that neither
//! stores a key or a second pointer.

use std::sync::Arc;

use hashbrown::{HashMap, HashTable};

use super::slots::{Slot, Slots};
use crate::{
    index::Index,
    key::{KeyError, KeyHasher, KeyRef},
    resource_type::ResourceType,
};

pub(super) struct Table<K: 'static> {
    resource_type: Arc<ResourceType<K>>,
    hasher: KeyHasher,
    slots: Vec<Option<Arc<K>>>,
    free: Vec<Slot>,
    keys: HashTable<Slot>,
    namespaces: Values,
    indexes: Vec<Values>,
    /// The resourceVersion up to which all changes are in the table.
    pub(super) version: Option<String>,
}

/// One index: the slots of each value.
type Values = HashMap<Box<str>, Slots>;

impl<K> Table<K> {
    pub(super) fn new(resource_type: Arc<ResourceType<K>>) -> Self {
        let indexes = resource_type.indexes().iter().map(|_| Values::new()).collect();
        Self {
            resource_type,
            hasher: KeyHasher::default(),
            slots: Vec::new(),
            free: Vec::new(),
            keys: HashTable::new(),
            namespaces: Values::new(),
            indexes,
            version: None,
        }
    }

    pub(super) fn resource_type(&self) -> &Arc<ResourceType<K>> {
        &self.resource_type
    }

    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    fn object(&self, slot: Slot) -> Option<&Arc<K>> {
        self.slots.get(slot as usize)?.as_ref()
    }

    fn find(&self, key: KeyRef<'_>) -> Option<Slot> {
        let same =
            |slot: &Slot| self.object(*slot).is_some_and(|object| self.resource_type.key(object) == Ok(key));
        self.keys.find(self.hasher.hash(key), same).copied()
    }

    pub(super) fn get(&self, key: KeyRef<'_>) -> Option<&Arc<K>> {
        self.find(key).and_then(|slot| self.object(slot))
    }

    /// All objects, in the order of their slots.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<K>> {
        self.slots.iter().flatten()
    }

    /// Inserts an object. Returns the object that it replaces.
    pub(super) fn insert(&mut self, object: &Arc<K>) -> Result<Option<Arc<K>>, KeyError> {
        let key = self.resource_type.key(object)?;
        if let Some(slot) = self.find(key) {
            let old = self.slots.get_mut(slot as usize).and_then(|place| place.replace(object.clone()));
            self.reindex(slot, old.as_deref(), Some(object));
            return Ok(old);
        }
        let slot = match self.free.pop() {
            Some(slot) => slot,
            // 2^32 objects do not fit into any memory; if they did, the last slot would be shared.
            None => Slot::try_from(self.slots.len()).unwrap_or(Slot::MAX),
        };
        let at = slot as usize;
        if at == self.slots.len() {
            self.slots.push(None);
        }
        self.slots[at] = Some(object.clone());
        let (slots, resource_type, hasher) = (&self.slots, &self.resource_type, &self.hasher);
        let rehash = |slot: &Slot| {
            let object = slots.get(*slot as usize).and_then(Option::as_ref);
            object.and_then(|object| resource_type.key(object).ok()).map_or(0, |key| hasher.hash(key))
        };
        self.keys.insert_unique(hasher.hash(key), slot, rehash);
        if let Some(namespace) = key.namespace {
            insert_value(&mut self.namespaces, namespace, slot);
        }
        self.reindex(slot, None, Some(object));
        Ok(None)
    }

    /// Removes an object.
    pub(super) fn remove(&mut self, key: KeyRef<'_>) -> Option<Arc<K>> {
        let slot = self.find(key)?;
        if let Ok(found) = self.keys.find_entry(self.hasher.hash(key), |known| *known == slot) {
            found.remove();
        }
        let old = self.slots.get_mut(slot as usize)?.take()?;
        self.free.push(slot);
        if let Some(namespace) = key.namespace {
            remove_value(&mut self.namespaces, namespace, slot);
        }
        self.reindex(slot, Some(&old), None);
        Some(old)
    }

    /// Moves a slot from the values of its old object to the values of its new one, in every index.
    fn reindex(&mut self, slot: Slot, old: Option<&K>, new: Option<&K>) {
        let resource_type = self.resource_type.clone();
        for (index, values) in resource_type.indexes().iter().zip(&mut self.indexes) {
            let (before, after) = (values_of(index, old), values_of(index, new));
            for value in before.iter().filter(|value| !after.contains(value)) {
                remove_value(values, value, slot);
            }
            for value in after.iter().filter(|value| !before.contains(value)) {
                insert_value(values, value, slot);
            }
        }
    }

    /// The objects of one namespace.
    pub(super) fn list_in_namespace(&self, namespace: &str) -> impl Iterator<Item = &Arc<K>> {
        self.under(self.namespaces.get(namespace))
    }

    /// The objects under one value of an index. `None` if the table does not maintain this index.
    pub(super) fn by_index(&self, index: &Index<K>, value: &str) -> Option<impl Iterator<Item = &Arc<K>>> {
        let at = self.position(index)?;
        Some(self.under(self.indexes.get(at)?.get(value)))
    }

    /// Every value of an index with its number of objects. `None` if the table does not maintain this index.
    pub(super) fn values(&self, index: &Index<K>) -> Option<impl Iterator<Item = (&str, usize)>> {
        let values = self.indexes.get(self.position(index)?)?;
        Some(values.iter().map(|(value, slots)| (&**value, slots.len())))
    }

    fn position(&self, index: &Index<K>) -> Option<usize> {
        self.resource_type.indexes().iter().position(|known| known.name() == index.name())
    }

    fn under<'a>(&'a self, slots: Option<&'a Slots>) -> impl Iterator<Item = &'a Arc<K>> {
        slots.into_iter().flat_map(Slots::iter).filter_map(|slot| self.object(slot))
    }
}

fn values_of<K>(index: &Index<K>, object: Option<&K>) -> Vec<Box<str>> {
    let mut values = Vec::new();
    if let Some(object) = object {
        index.values(object, &mut |value| values.push(value.into()));
    }
    values
}

fn insert_value(values: &mut Values, value: &str, slot: Slot) {
    match values.get_mut(value) {
        Some(slots) => slots.insert(slot),
        None => {
            values.insert(value.into(), Slots::One(slot));
        }
    }
}

/// Removes a slot from a value. An empty set is removed together with its value (client-go's #84959).
fn remove_value(values: &mut Values, value: &str, slot: Slot) {
    if values.get_mut(value).is_some_and(|slots| slots.remove(slot)) {
        values.remove(value);
    }
}
