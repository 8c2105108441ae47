//! Secondary indexes: the definition of an index ([`Index`]) and the types of its values ([`IndexValue`]).
//!
//! Contains definitions only. The store owns the index tables.

mod list;
mod value;

use std::fmt;

pub use self::value::{IndexValue, IndexValues};
#[doc(hidden)]
pub use self::{list::List, value::marker};

/// A typed handle for an index over objects of type `K`.
///
/// `#[derive(Reflect)]` generates an associated constant for each `index(...)` (`Widget::BY_COLOR`). For types
/// without the derive, define the constant by hand and pass it to the informer's builder:
///
/// ```
/// use k8s_openapi::api::core::v1::Pod;
/// use reflector_runtime::Index;
///
/// const BY_NODE: Index<Pod> = Index::new("by_node", |pod, values| {
///     if let Some(node) = pod.spec.as_ref().and_then(|spec| spec.node_name.as_ref()) {
///         values.push(node);
///     }
/// });
/// assert_eq!(BY_NODE.name(), "by_node");
/// ```
pub struct Index<K: 'static> {
    name: &'static str,
    extract: fn(&K, &mut IndexValues<'_>),
}

impl<K> Index<K> {
    /// An index with this name. `extract` pushes the values under which an object is found: none, one or many
    /// (client-go's `IndexFunc`). It must depend only on the object and must not panic.
    pub const fn new(name: &'static str, extract: fn(&K, &mut IndexValues<'_>)) -> Self {
        Self { name, extract }
    }

    /// The name. It identifies the index within its resource type, and is used in logs and errors.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Calls `sink` with each value of the object, as text. A value may occur more than once.
    pub fn values(&self, object: &K, sink: &mut dyn FnMut(&str)) {
        (self.extract)(object, &mut IndexValues::new(sink));
    }
}

impl<K> Clone for Index<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K> Copy for Index<K> {}

impl<K> fmt::Debug for Index<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Index").field(&self.name).finish()
    }
}
