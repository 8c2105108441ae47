//! [`Writer`]: the single write side of the cache.

use std::{fmt, sync::Arc};

use parking_lot::RwLockWriteGuard;
use tokio::sync::watch;

use super::{Store, table::Table};
use crate::{
    index::Slot,
    key::{KeyError, KeyHash, KeyRef},
    resource_type::ResourceType,
};

/// The only writer of a store and its indexes (the write half of client-go's `Indexer`). It cannot be cloned, so that
/// there is no second writer. When it is dropped, the waits of readers end.
///
/// ```
/// use std::sync::Arc;
/// use k8s_openapi::api::core::v1::Node;
/// use reflector_runtime::{KeyError, ResourceType, Writer};
///
/// // For tests of code that reads a lister: a cache without an informer.
/// let mut writer = Writer::new(Arc::new(ResourceType::<Node>::from_resource()));
/// let mut node = Node::default();
/// node.metadata.name = Some("node-7".to_owned());
/// writer.write().insert(&Arc::new(node))?;
/// assert_eq!(writer.store().len(), 1);
/// # Ok::<(), KeyError>(())
/// ```
#[derive(Debug)]
pub struct Writer<K: 'static> {
    store: Store<K>,
    changes: watch::Sender<()>,
    /// The slots of removed objects.
    free: Vec<Slot>,
}

impl<K: 'static> Writer<K> {
    /// An empty store with the indexes of the resource type.
    pub fn new(resource_type: Arc<ResourceType<K>>) -> Self {
        let (changes, receiver) = watch::channel(());
        Self { store: Store::new(resource_type, receiver), changes, free: Vec::new() }
    }

    /// The read side.
    pub fn store(&self) -> Store<K> {
        self.store.clone()
    }

    /// Locks the store for a batch of changes. Readers see either the whole batch or none of it.
    pub fn write(&mut self) -> WriteBatch<'_, K> {
        let Self { store, changes, free } = self;
        WriteBatch { table: store.table.write(), free, changes }
    }
}

/// A batch of changes. Readers wait until it is dropped.
pub struct WriteBatch<'a, K: 'static> {
    table: RwLockWriteGuard<'a, Arc<Table<K>>>,
    free: &'a mut Vec<Slot>,
    changes: &'a watch::Sender<()>,
}

impl<K: 'static> WriteBatch<'_, K> {
    /// The object with this key, including the changes of this batch.
    pub fn get(&self, key: KeyRef<'_>) -> Option<&Arc<K>> {
        self.table.get(key.into())
    }

    /// Inserts an object. Returns the object that it replaces.
    ///
    /// # Errors
    /// If the object has no name.
    pub fn insert(&mut self, object: &Arc<K>) -> Result<Option<Arc<K>>, KeyError> {
        let hash = KeyHash::of(self.table.resource_type().key(object)?);
        self.insert_hashed(object, hash)
    }

    /// Like [`insert`](Self::insert), of an object whose key was hashed before.
    pub(crate) fn insert_hashed(
        &mut self,
        object: &Arc<K>,
        hash: KeyHash,
    ) -> Result<Option<Arc<K>>, KeyError> {
        Arc::make_mut(&mut self.table).insert(object, hash, self.free)
    }

    /// Removes an object and returns it. `None` if there is no such object.
    pub fn remove(&mut self, key: KeyRef<'_>) -> Option<Arc<K>> {
        Arc::make_mut(&mut self.table).remove(key, self.free)
    }

    /// Records that all changes up to this resourceVersion are in the store.
    pub fn set_version(&mut self, version: String) {
        Arc::make_mut(&mut self.table).version = Some(version.into());
    }

    /// Records that there is no resourceVersion up to which all changes are in the store.
    pub(crate) fn clear_version(&mut self) {
        if self.table.version.is_some() {
            Arc::make_mut(&mut self.table).version = None;
        }
    }

    /// Records that all changes of a namespace up to this resourceVersion are in the store, if each namespace is listed by
    /// itself. `None` if the namespace is no longer listed.
    pub(crate) fn set_namespace_version(&mut self, namespace: &Arc<str>, version: Option<Arc<str>>) {
        Arc::make_mut(&mut self.table).set_namespace_version(namespace, version);
    }

    /// Records that the server's resourceVersions have no order. Waits for a version then fail.
    pub fn set_versions_unordered(&mut self) {
        if !self.table.has_unordered_versions {
            Arc::make_mut(&mut self.table).has_unordered_versions = true;
        }
    }
}

impl<K> Drop for WriteBatch<'_, K> {
    fn drop(&mut self) {
        self.changes.send_replace(());
    }
}

impl<K> fmt::Debug for WriteBatch<'_, K> {
    /// Prints the number of objects, but no object: they may be Secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriteBatch").field("len", &self.table.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::ConfigMap;

    use super::*;

    const BY_KEYS: crate::index::Index<ConfigMap> = crate::index::Index::new("by_keys", |object, values| {
        for key in object.data.iter().flatten().map(|(key, _)| key) {
            values.push(key);
        }
    });

    fn writer() -> Writer<ConfigMap> {
        Writer::new(Arc::new(ResourceType::from_resource().with_index(BY_KEYS)))
    }

    fn object(namespace: &str, name: &str, keys: &[&str]) -> Arc<ConfigMap> {
        let mut object = ConfigMap::default();
        object.metadata.namespace = Some(namespace.into());
        object.metadata.name = Some(name.into());
        object.data = Some(keys.iter().map(|key| ((*key).to_owned(), String::new())).collect());
        Arc::new(object)
    }

    fn names(objects: &[Arc<ConfigMap>]) -> Vec<&str> {
        objects.iter().filter_map(|object| object.metadata.name.as_deref()).collect()
    }

    #[test]
    fn debug_shows_no_object() {
        let mut writer = writer();
        let mut batch = writer.write();
        batch.insert(&object("n", "hunter2", &[])).unwrap();
        assert_eq!(format!("{batch:?}"), "WriteBatch { len: 1, .. }");
    }

    /// client-go: `TestCache`, `TestIndex`, `TestMultiIndexKeys`,
    /// `TestThreadSafeStoreIndexingFunctionsWithMultipleValues`.
    #[test]
    fn indexes_follow_every_write() {
        let mut writer = writer();
        let store = writer.store();
        let by = |key: &str| names(&store.by_index(BY_KEYS, key)).join(",");
        writer.write().insert(&object("n", "a", &["x", "y"])).unwrap();
        writer.write().insert(&object("n", "b", &["y"])).unwrap();
        writer.write().insert(&object("m", "a", &[])).unwrap();
        assert_eq!((by("x").as_str(), by("y").as_str(), store.len()), ("a", "a,b", 3));
        let old = writer.write().insert(&object("n", "a", &["z"])).unwrap();
        assert!(old.is_some());
        assert_eq!((by("x").as_str(), by("y").as_str(), by("z").as_str()), ("", "b", "a"));
        assert_eq!(names(&store.list_in_namespace("n")), ["a", "b"]);
        assert!(writer.write().remove(KeyRef { namespace: Some("n"), name: "b" }).is_some());
        assert!(writer.write().remove(KeyRef { namespace: Some("n"), name: "b" }).is_none());
        assert_eq!((by("y").as_str(), names(&store.list_in_namespace("n"))), ("", vec!["a"]));
        writer.write().insert(&object("n", "c", &["y"])).unwrap();
        assert_eq!((by("y").as_str(), store.len()), ("c", 3));
    }

    /// client-go: `TestThreadSafeStoreDeleteRemovesEmptySetsFromIndex`,
    /// `TestThreadSafeStoreAddKeepsNonEmptySetPostDeleteFromIndex`, `TestGetIndexFuncValues`.
    #[test]
    fn a_value_without_objects_is_removed() {
        let mut writer = writer();
        let store = writer.store();
        writer.write().insert(&object("n", "a", &["x", "y"])).unwrap();
        writer.write().insert(&object("n", "b", &["y"])).unwrap();
        writer.write().remove(KeyRef { namespace: Some("n"), name: "a" });
        assert_eq!(store.index_values(BY_KEYS), [("y".to_owned(), 1)]);
    }

    #[test]
    fn an_index_that_is_not_maintained_falls_back_to_a_scan() {
        let mut writer = Writer::new(Arc::new(ResourceType::from_resource()));
        writer.write().insert(&object("n", "a", &["x"])).unwrap();
        assert_eq!(names(&writer.store().by_index(BY_KEYS, "x")), ["a"]);
        assert_eq!(writer.store().index_values(BY_KEYS), [("x".to_owned(), 1)]);
    }

    /// client-go: `TestKeyError`.
    #[test]
    fn an_object_without_a_name_is_rejected() {
        assert_eq!(writer().write().insert(&Arc::default()).unwrap_err(), KeyError::NoName);
    }

    /// client-go: `TestCacheTransactionShouldIndexErrors`. An error concerns one object of a batch: the others are
    /// written.
    #[test]
    fn a_batch_reports_the_error_of_each_object() {
        let mut writer = writer();
        let mut batch = writer.write();
        let objects = [object("n", "a", &["x"]), Arc::default(), object("n", "b", &["x"])];
        let written: Vec<bool> = objects.iter().map(|object| batch.insert(object).is_ok()).collect();
        drop(batch);
        assert_eq!(written, [true, false, true]);
        assert_eq!(names(&writer.store().by_index(BY_KEYS, "x")), ["a", "b"]);
    }

    #[test]
    fn an_empty_namespace_means_all_namespaces() {
        let mut writer = writer();
        for namespace in ["m", "n"] {
            writer.write().insert(&object(namespace, "a", &[])).unwrap();
        }
        let store = writer.store();
        assert_eq!((store.list_in_namespace("").len(), store.list_in_namespace("n").len()), (2, 1));
    }
}
