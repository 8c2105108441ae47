//! The objects and their indexes, without a lock.
//!
//! Objects are stored in numbered slots. The table of keys and all indexes contain slot numbers only, so that neither
//! stores a key or a second pointer. All parts are shared with snapshots and copied on write, piece by piece.

use std::{collections::HashMap, sync::Arc};

use super::objects::Objects;
use crate::{
    index::{AnyIndex, IndexKey, IndexTable, Shards, Slot, Slots, TypedIndex, ValueTable},
    key::{HashedKey, KeyError, KeyHash, KeyRef},
    resource_type::ResourceType,
};

pub(super) struct Table<K: 'static> {
    resource_type: Arc<ResourceType<K>>,
    objects: Objects<K>,
    keys: Shards<Slot>,
    namespaces: ValueTable<str>,
    indexes: Vec<Box<dyn IndexTable<K>>>,
    /// The resourceVersion up to which all changes are in the table.
    pub(super) version: Option<Arc<str>>,
    /// The same of each namespace, if each is listed by itself.
    namespace_versions: Arc<HashMap<Arc<str>, Arc<str>>>,
    /// Whether the server's resourceVersions have contradicted their order.
    pub(super) has_unordered_versions: bool,
}

impl<K> Table<K> {
    pub(super) fn new(resource_type: Arc<ResourceType<K>>) -> Self {
        let indexes = resource_type.indexes().map(AnyIndex::new_table).collect();
        Self {
            resource_type,
            objects: Objects::new(),
            keys: Shards::new(),
            namespaces: ValueTable::new(),
            indexes,
            version: None,
            namespace_versions: Arc::default(),
            has_unordered_versions: false,
        }
    }

    pub(super) fn resource_type(&self) -> &Arc<ResourceType<K>> {
        &self.resource_type
    }

    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    pub(super) fn object(&self, slot: Slot) -> Option<&Arc<K>> {
        self.objects.get(slot)
    }

    fn find(&self, key: HashedKey<'_>) -> Option<Slot> {
        let is_same = |slot: &Slot| {
            self.objects.hash(*slot) == Some(key.hash())
                && self.object(*slot).is_some_and(|object| self.resource_type.key(object) == Ok(key.key()))
        };
        self.keys.find(key.hash().get(), is_same).copied()
    }

    pub(super) fn get(&self, key: HashedKey<'_>) -> Option<&Arc<K>> {
        self.find(key).and_then(|slot| self.object(slot))
    }

    /// All objects with the hashes of their keys, in the order of their slots. No object is read.
    pub(super) fn hashed(&self) -> impl Iterator<Item = (KeyHash, &Arc<K>)> {
        self.objects.hashed()
    }

    /// All objects, in the order of their slots.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<K>> {
        self.objects.iter()
    }

    /// Inserts an object, in one of the `free` slots if there is one. Returns the object that it replaces.
    pub(super) fn insert(
        &mut self,
        object: &Arc<K>,
        hash: KeyHash,
        free: &mut Vec<Slot>,
    ) -> Result<Option<Arc<K>>, KeyError> {
        let key = HashedKey::with_hash(self.resource_type.key(object)?, hash);
        if let Some(slot) = self.find(key) {
            let old = self.objects.replace(slot, Some(object.clone()));
            self.reindex(slot, old.as_deref(), Some(object));
            return Ok(old);
        }
        let slot = if let Some(slot) = free.pop() {
            self.objects.fill(slot, key.hash(), object.clone());
            slot
        } else {
            self.objects.push(key.hash(), object.clone())
        };
        let hash = |slot: &Slot| self.objects.hash(*slot).unwrap_or(KeyHash::NONE).get();
        self.keys.insert_unique(key.hash().get(), slot, hash);
        if let Some(namespace) = key.namespace {
            self.namespaces.insert(namespace, slot);
        }
        self.reindex(slot, None, Some(object));
        Ok(None)
    }

    /// Removes an object. Its slot is added to `free`.
    pub(super) fn remove(&mut self, key: KeyRef<'_>, free: &mut Vec<Slot>) -> Option<Arc<K>> {
        let key = HashedKey::from(key);
        let slot = self.find(key)?;
        self.keys.remove(key.hash().get(), |known| *known == slot);
        let old = self.objects.replace(slot, None)?;
        free.push(slot);
        if let Some(namespace) = key.namespace {
            self.namespaces.remove(namespace, slot);
        }
        self.reindex(slot, Some(&old), None);
        Some(old)
    }

    /// Moves a slot from the values of its old object to the values of its new one, in every index.
    fn reindex(&mut self, slot: Slot, old: Option<&K>, new: Option<&K>) {
        for index in &mut self.indexes {
            index.update(slot, old, new);
        }
    }

    /// The resourceVersion up to which all changes of a namespace are in the table; of all namespaces for `None`.
    pub(super) fn version_in(&self, namespace: Option<&str>) -> Option<&str> {
        let version = namespace.and_then(|namespace| self.namespace_versions.get(namespace));
        version.or(self.version.as_ref()).map(|version| &**version)
    }

    pub(super) fn set_namespace_version(&mut self, namespace: &Arc<str>, version: Option<Arc<str>>) {
        let versions = Arc::make_mut(&mut self.namespace_versions);
        match version {
            Some(version) => versions.insert(namespace.clone(), version),
            None => versions.remove(namespace),
        };
    }

    /// The slots of the objects of one namespace.
    pub(super) fn slots_in_namespace(&self, namespace: &str) -> Option<&Slots> {
        self.namespaces.get(namespace)
    }

    /// The slots under one value of an index.
    pub(super) fn look_up<I: TypedIndex<K>>(&self, index: &I, value: &I::Value) -> LookUp<'_> {
        match self.values::<I::Value>(index.name()) {
            Some(values) => LookUp::Found(values.get(value)),
            None => LookUp::NotMaintained,
        }
    }

    /// The table of an index. `None` if there is none with this name and type of values.
    pub(super) fn values<V: IndexKey + ?Sized>(&self, name: &str) -> Option<&ValueTable<V>> {
        self.indexes.iter().find(|index| index.name() == name)?.values().downcast_ref()
    }

    pub(super) fn index_names(&self) -> impl Iterator<Item = &str> {
        self.indexes.iter().map(|index| index.name())
    }

    /// Brings an index table from the state of `before` to the state of this table.
    pub(super) fn catch_up(&self, index: &mut dyn IndexTable<K>, before: Option<&Self>) {
        let none = Objects::new();
        let before = before.map_or(&none, |table| &table.objects);
        self.objects.changes_since(before, |slot, old, new| {
            index.update(slot, old.map(|object| &**object), new.map(|object| &**object));
        });
    }

    pub(super) fn add_index(&mut self, index: Box<dyn IndexTable<K>>) {
        self.indexes.push(index);
    }

    pub(super) fn remove_index(&mut self, name: &str) -> Option<Box<dyn IndexTable<K>>> {
        let at = self.indexes.iter().position(|index| index.name() == name)?;
        Some(self.indexes.remove(at))
    }
}

/// The result of a look-up in an index.
#[derive(Clone, Copy, Debug)]
pub(super) enum LookUp<'a> {
    /// The slots under the value, if there are any.
    Found(Option<&'a Slots>),
    /// The table does not maintain this index.
    NotMaintained,
}

impl<K> Clone for Table<K> {
    fn clone(&self) -> Self {
        Self {
            resource_type: self.resource_type.clone(),
            objects: self.objects.clone(),
            keys: self.keys.clone(),
            namespaces: self.namespaces.clone(),
            indexes: self.indexes.iter().map(|index| index.shared_copy()).collect(),
            version: self.version.clone(),
            namespace_versions: self.namespace_versions.clone(),
            has_unordered_versions: self.has_unordered_versions,
        }
    }
}
