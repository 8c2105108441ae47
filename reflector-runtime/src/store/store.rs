//! [`Store`]: the read side of the cache.

use std::{fmt, fmt::Display, sync::Arc};

use kube::core::{Selector, SelectorExt as _};
use parking_lot::RwLock;

use super::table::Table;
use crate::{index::Index, key::KeyRef, resource_type::ResourceType};

/// A shared, read-only view of the cached objects. Cheap to clone.
///
/// Readers never wait for the network, only for the short time in which a batch is written. They receive shared
/// pointers. A returned object never changes: a newer version of it is a separate object.
pub struct Store<K: 'static> {
    pub(super) table: Arc<RwLock<Table<K>>>,
}

impl<K: 'static> Store<K> {
    pub(super) fn new(resource_type: Arc<ResourceType<K>>) -> Self {
        Self { table: Arc::new(RwLock::new(Table::new(resource_type))) }
    }

    /// The object with this key.
    pub fn get(&self, key: KeyRef<'_>) -> Option<Arc<K>> {
        self.table.read().get(key).cloned()
    }

    /// All objects, in no particular order.
    pub fn list(&self) -> Vec<Arc<K>> {
        self.table.read().iter().cloned().collect()
    }

    /// The objects for which `matches` returns `true`. It runs under the read lock: keep it short, and do not call
    /// the store in it.
    pub fn filter(&self, mut matches: impl FnMut(&K) -> bool) -> Vec<Arc<K>> {
        self.table.read().iter().filter(|object| matches(object)).cloned().collect()
    }

    /// The objects whose labels match.
    pub fn list_matching(&self, labels: &Selector) -> Vec<Arc<K>> {
        let table = self.table.read();
        let none = std::collections::BTreeMap::new();
        let matches = |object: &&Arc<K>| {
            labels.matches(table.resource_type().metadata(object).labels.as_ref().unwrap_or(&none))
        };
        table.iter().filter(matches).cloned().collect()
    }

    /// The objects of one namespace.
    pub fn list_in_namespace(&self, namespace: &str) -> Vec<Arc<K>> {
        self.table.read().list_in_namespace(namespace).cloned().collect()
    }

    /// The objects under `value` in an index (client-go's `ByIndex`).
    ///
    /// If the informer was not built with this index, the call falls back to a full scan.
    pub fn by_index(&self, index: Index<K>, value: impl Display) -> Vec<Arc<K>> {
        let value = value.to_string();
        let table = self.table.read();
        if let Some(found) = table.by_index(&index, &value) {
            return found.cloned().collect();
        }
        let matches = |object: &&Arc<K>| {
            let mut found = false;
            index.values(object, &mut |text| found |= text == value);
            found
        };
        table.iter().filter(matches).cloned().collect()
    }

    /// Every value in an index with its number of objects, ordered by value (client-go's `ListIndexFuncValues`).
    pub fn index_values(&self, index: Index<K>) -> Vec<(String, usize)> {
        let table = self.table.read();
        let mut values: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
        if let Some(kept) = table.values(&index) {
            values.extend(kept.map(|(value, count)| (value.to_owned(), count)));
        } else {
            for object in table.iter() {
                index.values(object, &mut |value| {
                    *values.entry(value.to_owned()).or_default() += 1;
                });
            }
        }
        values.into_iter().collect()
    }

    /// Calls `visit` with every object, under the read lock: keep it short, and do not call the store in it.
    pub fn for_each(&self, visit: impl FnMut(&Arc<K>)) {
        self.table.read().iter().for_each(visit);
    }

    /// The number of objects.
    pub fn len(&self) -> usize {
        self.table.read().len()
    }

    /// Whether there are no objects.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The type of the objects.
    pub fn resource_type(&self) -> Arc<ResourceType<K>> {
        self.table.read().resource_type().clone()
    }

    /// The resourceVersion up to which all changes are in the store (client-go's
    /// `LastStoreSyncResourceVersion`). `None` before the initial list is complete.
    pub fn resource_version(&self) -> Option<String> {
        self.table.read().version.clone()
    }
}

impl<K> Clone for Store<K> {
    fn clone(&self) -> Self {
        Self { table: self.table.clone() }
    }
}

impl<K> fmt::Debug for Store<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = self.table.read();
        f.debug_struct("Store")
            .field("resource_type", table.resource_type())
            .field("len", &table.len())
            .finish_non_exhaustive()
    }
}
