//! [`Store`]: the read side of the cache.

use std::{fmt, sync::Arc};

use parking_lot::RwLock;
use tokio::sync::watch;

use super::{Query, Selector, Snapshot, table::Table};
use crate::{
    index::{AnyIndex, TypedIndex},
    key::{HashedKey, KeyRef},
    resource_type::ResourceType,
};

/// A shared, read-only view of the cached objects. Cheap to clone.
///
/// Readers never wait for the network, only for the short time in which a batch is written. They receive shared
/// pointers. A returned object never changes: a newer version of it is a separate object.
///
/// A call that may read many objects reads a [`Snapshot`], so that it blocks neither the writer nor other readers.
/// Closures that are passed to it may call the store; [`for_each`](Self::for_each) is the exception. Two calls may
/// see two states: to read more than once from one state, take a [`snapshot`](Self::snapshot).
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
/// const APP: Label<Pod> = Label::new("app");
///
/// // `writer` is a filled cache. That of an informer: `pods.lister().store()`.
/// let store: Store<Pod> = writer.store();
/// assert!(store.contains(&ObjectKey::namespaced("team-a", "web-0")));
/// assert_eq!(store.by_index(APP, "web").len(), 1);
/// assert_eq!(store.index_values(APP), [("web".to_owned(), 1)]);
/// assert!(store.filter(|pod| pod.status.is_some()).is_empty());
/// ```
pub struct Store<K: 'static> {
    pub(super) table: Arc<RwLock<Arc<Table<K>>>>,
    /// Changes with each batch. Closed when the writer is dropped.
    pub(super) changes: watch::Receiver<()>,
}

impl<K: 'static> Store<K> {
    pub(super) fn new(resource_type: Arc<ResourceType<K>>, changes: watch::Receiver<()>) -> Self {
        Self { table: Arc::new(RwLock::new(Arc::new(Table::new(resource_type)))), changes }
    }

    /// The current state, which can be read without a lock and does not change. Takes constant time.
    pub fn snapshot(&self) -> Snapshot<K> {
        Snapshot { table: self.table.read().clone() }
    }

    /// The object with this key: a `&ObjectKey` or a `KeyRef` (client-go's `GetByKey`).
    pub fn get<'k>(&self, key: impl Into<KeyRef<'k>>) -> Option<Arc<K>> {
        self.get_hashed(key.into().into())
    }

    /// Like [`get`](Self::get), with a key that was hashed before.
    pub(crate) fn get_hashed(&self, key: HashedKey<'_>) -> Option<Arc<K>> {
        self.table.read().get(key).cloned()
    }

    /// Whether there is an object with this key: a `&ObjectKey` or a `KeyRef`.
    pub fn contains<'k>(&self, key: impl Into<KeyRef<'k>>) -> bool {
        self.table.read().get(key.into().into()).is_some()
    }

    /// All objects, in no particular order.
    pub fn list(&self) -> Vec<Arc<K>> {
        self.snapshot().list()
    }

    /// The objects for which `matches` returns `true`.
    pub fn filter(&self, matches: impl FnMut(&K) -> bool) -> Vec<Arc<K>> {
        self.snapshot().filter(matches)
    }

    /// The objects whose labels match.
    pub fn list_matching(&self, labels: &Selector) -> Vec<Arc<K>> {
        self.snapshot().list_matching(labels)
    }

    /// The objects of one namespace. An empty namespace means all namespaces (client-go's `NamespaceAll`).
    pub fn list_in_namespace(&self, namespace: &str) -> Vec<Arc<K>> {
        self.snapshot().list_in_namespace(namespace)
    }

    /// The objects under `value` in an index (client-go's `ByIndex`). The type of the value is the index's: a value of
    /// another type does not compile.
    ///
    /// If the store does not maintain this index, the call falls back to a full scan.
    pub fn by_index<I: TypedIndex<K>>(&self, index: I, value: &I::Value) -> Vec<Arc<K>> {
        self.snapshot().by_index(index, value)
    }

    /// The number of objects under `value` in an index. If the store maintains the index, no object is read.
    pub fn count_by_index<I: TypedIndex<K>>(&self, index: I, value: &I::Value) -> usize {
        self.snapshot().count_by_index(index, value)
    }

    /// Any one of the objects under `value` in an index.
    pub fn first_by_index<I: TypedIndex<K>>(&self, index: I, value: &I::Value) -> Option<Arc<K>> {
        self.snapshot().iter_by_index(&index, value).next().cloned()
    }

    /// Every value in an index with its number of objects, ordered by value (client-go's `ListIndexFuncValues`).
    pub fn index_values<I: TypedIndex<K>>(&self, index: I) -> Vec<(<I::Value as ToOwned>::Owned, usize)>
    where
        <I::Value as ToOwned>::Owned: Ord,
    {
        self.snapshot().index_values(index)
    }

    /// Starts a query on the current state: objects that match all of several conditions, sorted or not, counted or
    /// listed.
    pub fn query<'q>(&self) -> Query<'q, K> {
        Query::new(self.snapshot())
    }

    /// Calls `visit` with every object, under the read lock: keep it short, and do not call the store in it. To iterate
    /// without the lock, use [`Snapshot::iter`].
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

    /// The resourceVersion up to which all changes are in the store (client-go's
    /// `LastStoreSyncResourceVersion`). `None` before the initial list is complete, and while an added namespace is not
    /// listed.
    pub fn resource_version(&self) -> Option<String> {
        self.table.read().version.as_deref().map(str::to_owned)
    }

    /// The resource type of the objects.
    pub fn resource_type(&self) -> Arc<ResourceType<K>> {
        self.table.read().resource_type().clone()
    }
}

/// Indexes that are added and removed while the store is in use.
impl<K: 'static> Store<K> {
    /// Adds an index to a store that is in use (client-go's `AddIndexers`). From then on the store maintains it.
    ///
    /// The index is built on the calling thread from a snapshot. Readers and the writer wait only while the changes
    /// since that snapshot are added. For a large store, call it on a thread on which blocking is acceptable.
    ///
    /// # Errors
    /// [`IndexConflict`] if the store already has an index with this name. The store is then unchanged.
    pub fn add_index(&self, index: &(impl AnyIndex<K> + ?Sized)) -> Result<(), IndexConflict> {
        let mut seen = self.snapshot();
        check_conflict(&seen.table, index.name())?;
        let mut built = index.new_table();
        seen.table.catch_up(&mut *built, None);
        // While the index was built, there may have been many changes. Most are added without the lock.
        let now = self.snapshot();
        now.table.catch_up(&mut *built, Some(&seen.table));
        seen = now;
        let mut table = self.table.write();
        check_conflict(&table, index.name())?;
        table.catch_up(&mut *built, Some(&seen.table));
        drop(seen);
        Arc::make_mut(&mut table).add_index(built);
        Ok(())
    }

    /// Removes the index with this name. Returns whether there was one. Look-ups in it fall back to a full scan.
    pub fn remove_index(&self, name: &str) -> bool {
        // The removed table is dropped after the lock is released.
        let removed = Arc::make_mut(&mut self.table.write()).remove_index(name);
        removed.is_some()
    }

    /// The names of the indexes that the store maintains, in the order in which they were added.
    pub fn index_names(&self) -> Vec<String> {
        self.table.read().index_names().map(str::to_owned).collect()
    }
}

fn check_conflict<K>(table: &Table<K>, name: &str) -> Result<(), IndexConflict> {
    if table.index_names().any(|known| known == name) {
        return Err(IndexConflict { name: name.to_owned() });
    }
    Ok(())
}

/// A store already has an index with this name.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("the store already has an index named `{name}`: remove it first, or choose another name")]
pub struct IndexConflict {
    /// The name of both indexes.
    pub name: String,
}

crate::causes::debug_as_text!(IndexConflict);

impl<K> Clone for Store<K> {
    fn clone(&self) -> Self {
        Self { table: self.table.clone(), changes: self.changes.clone() }
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
