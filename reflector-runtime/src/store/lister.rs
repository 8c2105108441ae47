//! [`Lister`]: the store with look-ups that fit the kind's scope.

use std::{fmt, marker::PhantomData, ops::Deref, sync::Arc};

use super::Store;
use crate::{
    key::KeyRef,
    resource_type::{ClusterScoped, DynamicScope, Namespaced},
};

/// Typed look-ups in the cache (client-go's lister). Derefs to [`Store`] for all that needs no scope: `list`,
/// `by_index`, `filter`, `list_matching`, `len` and the rest.
///
/// A lister does not keep its informer running: when that stops, the lister goes on to show the last state.
pub struct Lister<K: 'static, S = Namespaced> {
    store: Store<K>,
    scope: PhantomData<fn() -> S>,
}

impl<K: 'static, S> Lister<K, S> {
    /// A lister of that store.
    pub fn new(store: Store<K>) -> Self {
        Self { store, scope: PhantomData }
    }

    /// The store below.
    pub fn store(&self) -> &Store<K> {
        &self.store
    }
}

impl<K: 'static> Lister<K, Namespaced> {
    /// The object of that namespace and name.
    pub fn get(&self, namespace: &str, name: &str) -> Option<Arc<K>> {
        self.store.get(KeyRef { namespace: Some(namespace), name })
    }
}

impl<K: 'static> Lister<K, ClusterScoped> {
    /// The object of that name.
    pub fn get(&self, name: &str) -> Option<Arc<K>> {
        self.store.get(KeyRef { namespace: None, name })
    }
}

impl<K: 'static> Lister<K, DynamicScope> {
    /// The object of that key; `namespace` is `None` for a cluster-scoped kind.
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
