//! [`Lister`]: a store with look-ups that match the scope of the resource type.

use std::{fmt, marker::PhantomData, ops::Deref, sync::Arc};

use super::Store;
use crate::{
    key::KeyRef,
    resource_type::{ClusterScoped, DynamicScope, Namespaced},
};

/// Typed look-ups in the cache (client-go's lister). Derefs to [`Store`] for methods that do not depend on the scope:
/// `list`, `by_index`, `filter`, `list_matching`, `len` and others.
///
/// A lister does not keep its informer running. After the informer stops, the lister still returns the last state.
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
/// // `writer` is a filled cache. An informer returns its lister: `pods.lister()`.
/// let lister: Lister<Pod> = Lister::new(writer.store());
///
/// let pod = lister.get("team-a", "web-0").expect("it is cached");
/// assert_eq!(pod.metadata.name.as_deref(), Some("web-0"));
/// assert_eq!(lister.list_in_namespace("team-a").len(), 1);
/// assert!(lister.get("team-b", "web-0").is_none());
/// ```
pub struct Lister<K: 'static, S = Namespaced> {
    store: Store<K>,
    scope: PhantomData<fn() -> S>,
}

impl<K: 'static, S> Lister<K, S> {
    /// A lister of this store.
    pub fn new(store: Store<K>) -> Self {
        Self { store, scope: PhantomData }
    }

    /// The underlying store.
    pub fn store(&self) -> &Store<K> {
        &self.store
    }

    /// The object with this key: a `&ObjectKey` or a `KeyRef` (client-go's `GetByKey`).
    pub fn get_by_key<'k>(&self, key: impl Into<KeyRef<'k>>) -> Option<Arc<K>> {
        self.store.get(key)
    }
}

impl<K: 'static> Lister<K, Namespaced> {
    /// The object with this namespace and name.
    pub fn get(&self, namespace: &str, name: &str) -> Option<Arc<K>> {
        self.store.get(KeyRef { namespace: Some(namespace), name })
    }
}

impl<K: 'static> Lister<K, ClusterScoped> {
    /// The object with this name.
    pub fn get(&self, name: &str) -> Option<Arc<K>> {
        self.store.get(KeyRef { namespace: None, name })
    }
}

impl<K: 'static> Lister<K, DynamicScope> {
    /// The object with this key. `namespace` is `None` for a cluster-scoped type.
    pub fn get(&self, namespace: Option<&str>, name: &str) -> Option<Arc<K>> {
        self.store.get(KeyRef { namespace, name })
    }
}

impl<K: 'static, S> Deref for Lister<K, S> {
    type Target = Store<K>;

    fn deref(&self) -> &Store<K> {
        &self.store
    }
}

impl<K, S> Clone for Lister<K, S> {
    fn clone(&self) -> Self {
        Self::new(self.store.clone())
    }
}

impl<K, S> fmt::Debug for Lister<K, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Lister").field(&self.store).finish()
    }
}
