//! [`Snapshot`]: the state of a store at one moment, and everything that can be read from it.

use std::{fmt, sync::Arc};

use super::{
    Query, Selector,
    table::{LookUp, Table},
};
use crate::{
    index::{Slots, TypedIndex, ValueTable},
    key::{KeyHash, KeyRef},
};

/// The state of a [`Store`](super::Store) at one moment. It never changes, and reading it takes no lock.
///
/// Taking a snapshot takes constant time, whatever the number of objects: it shares the store's tables. While it
/// exists, a write copies the pieces that it changes (about 128 pointers each) before it changes them, once per
/// snapshot. A snapshot that is kept for long keeps the objects of its state in memory. Cloning it is cheap.
///
/// ```
/// # use std::sync::Arc;
/// # use k8s_openapi::api::core::v1::Pod;
/// # use reflector_runtime::*;
/// # use serde_json::{from_value, json};
/// # let mut writer = Writer::new(Arc::new(ResourceType::<Pod>::from_resource()));
/// # let pod: Pod = from_value(json!({
/// #     "metadata": { "namespace": "team-a", "name": "web-0", "labels": { "app": "web" } },
/// #     "spec": { "nodeName": "node-7", "containers": [] },
/// # })).unwrap();
/// # writer.write().insert(&Arc::new(pod)).unwrap();
/// # let store = writer.store();
/// let snapshot = store.snapshot();
/// writer.write().remove(KeyRef { namespace: Some("team-a"), name: "web-0" });
///
/// assert_eq!(store.len(), 0);
/// assert_eq!(snapshot.len(), 1);
/// for pod in snapshot.iter() {
///     println!("{:?}", pod.metadata.name);
/// }
/// ```
#[must_use = "a snapshot has no effect unless it is read"]
pub struct Snapshot<K: 'static> {
    pub(super) table: Arc<Table<K>>,
}

impl<K: 'static> Snapshot<K> {
    /// The object with this key: a `&ObjectKey` or a `KeyRef`.
    pub fn get<'k>(&self, key: impl Into<KeyRef<'k>>) -> Option<&Arc<K>> {
        self.table.get(key.into().into())
    }

    /// Whether there is an object with this key: a `&ObjectKey` or a `KeyRef`.
    pub fn contains<'k>(&self, key: impl Into<KeyRef<'k>>) -> bool {
        self.get(key).is_some()
    }

    /// All objects, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<K>> {
        self.table.iter()
    }

    /// All objects with the hashes of their keys. No object is read.
    pub(crate) fn hashed(&self) -> impl Iterator<Item = (KeyHash, &Arc<K>)> {
        self.table.hashed()
    }

    /// All objects, in no particular order.
    pub fn list(&self) -> Vec<Arc<K>> {
        let mut objects = Vec::with_capacity(self.len());
        objects.extend(self.iter().cloned());
        objects
    }

    /// The objects for which `matches` returns `true`.
    pub fn filter(&self, mut matches: impl FnMut(&K) -> bool) -> Vec<Arc<K>> {
        self.iter().filter(|object| matches(object)).cloned().collect()
    }

    /// The objects whose labels match.
    pub fn list_matching(&self, labels: &Selector) -> Vec<Arc<K>> {
        self.query().labels(labels).list()
    }

    /// The objects of one namespace. An empty namespace means all namespaces (client-go's `NamespaceAll`).
    pub fn list_in_namespace(&self, namespace: &str) -> Vec<Arc<K>> {
        if namespace.is_empty() {
            return self.list();
        }
        let slots = self.table.slots_in_namespace(namespace).into_iter();
        slots.flat_map(Slots::iter).filter_map(|slot| self.table.object(slot)).cloned().collect()
    }

    /// The objects under `value` in an index (client-go's `ByIndex`). If the store does not maintain the index, this is
    /// a full scan.
    pub fn by_index<I: TypedIndex<K>>(&self, index: I, value: &I::Value) -> Vec<Arc<K>> {
        self.iter_by_index(&index, value).cloned().collect()
    }

    /// Like [`by_index`](Self::by_index), without copying any pointer.
    pub fn iter_by_index<'a, I: TypedIndex<K>>(
        &'a self,
        index: &'a I,
        value: &'a I::Value,
    ) -> impl Iterator<Item = &'a Arc<K>> + 'a {
        let (slots, scan) = match self.table.look_up(index, value) {
            LookUp::Found(slots) => (slots, None),
            LookUp::NotMaintained => {
                (None, Some(self.iter().filter(move |object| has(index, object, value))))
            }
        };
        let indexed = slots.into_iter().flat_map(Slots::iter);
        indexed.filter_map(|slot| self.table.object(slot)).chain(scan.into_iter().flatten())
    }

    /// The number of objects under `value` in an index. If the store maintains the index, no object is read.
    pub fn count_by_index<I: TypedIndex<K>>(&self, index: I, value: &I::Value) -> usize {
        match self.table.look_up(&index, value) {
            LookUp::Found(slots) => slots.map_or(0, Slots::len),
            LookUp::NotMaintained => self.iter().filter(|object| has(&index, object, value)).count(),
        }
    }

    /// Every value in an index with its number of objects, ordered by value (client-go's `ListIndexFuncValues`).
    pub fn index_values<I: TypedIndex<K>>(&self, index: I) -> Vec<(<I::Value as ToOwned>::Owned, usize)>
    where
        <I::Value as ToOwned>::Owned: Ord,
    {
        let mut values: Vec<_> = match self.table.values::<I::Value>(index.name()) {
            Some(kept) => kept.iter().map(|(value, slots)| (value.to_owned(), slots.len())).collect(),
            None => scan_values(&index, self.iter()),
        };
        values.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        values
    }

    /// Starts a query: objects that match all of several conditions, sorted or not, counted or listed.
    pub fn query<'q>(&self) -> Query<'q, K> {
        Query::new(self.clone())
    }

    /// The number of objects.
    pub fn len(&self) -> usize {
        self.table.len()
    }

    /// Whether there are no objects.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The resourceVersion up to which all changes are in the snapshot. It may contain later changes, too. `None` if it
    /// was taken before the initial list was complete, or while an added namespace was not listed.
    pub fn resource_version(&self) -> Option<&str> {
        self.table.version.as_deref()
    }
}

/// Whether an object has this value in an index.
pub(super) fn has<K: 'static, I: TypedIndex<K>>(index: &I, object: &K, value: &I::Value) -> bool {
    let mut found = false;
    index.values(object, &mut |known| found |= known == value);
    found
}

/// The values of an index that the store does not maintain. An object counts once per value.
fn scan_values<'a, K: 'static, I: TypedIndex<K>>(
    index: &I,
    objects: impl Iterator<Item = &'a Arc<K>>,
) -> Vec<(<I::Value as ToOwned>::Owned, usize)> {
    let mut table = ValueTable::<I::Value>::new();
    for (slot, object) in (0..).zip(objects) {
        index.values(object, &mut |value| table.insert(value, slot));
    }
    table.iter().map(|(value, slots)| (value.to_owned(), slots.len())).collect()
}

impl<K> Clone for Snapshot<K> {
    fn clone(&self) -> Self {
        Self { table: self.table.clone() }
    }
}

impl<K> fmt::Debug for Snapshot<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("resource_type", self.table.resource_type())
            .field("len", &self.len())
            .field("resource_version", &self.resource_version())
            .finish_non_exhaustive()
    }
}
