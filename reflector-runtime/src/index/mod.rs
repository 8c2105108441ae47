//! Secondary indexes: their definitions ([`Index`], [`DynamicIndex`]), the types of their values ([`IndexKey`],
//! [`IndexValue`]), and the table of one index.
//!
//! Must not depend on the store, which owns the objects and decides which indexes it maintains.

mod dynamic;
#[doc(hidden)]
pub mod function;
mod list;
#[doc(hidden)]
pub mod path;
mod shards;
mod slots;
mod table;
mod typed;
mod value;

use std::fmt;

pub use self::{
    dynamic::{DynamicIndex, FieldPathError},
    typed::{AnyIndex, IndexKey, TypedIndex},
    value::{IndexValue, IndexValues},
};
#[doc(hidden)]
pub use self::{list::List, table::IndexTable, value::marker};
pub(crate) use self::{
    shards::Shards,
    slots::{Slot, Slots},
    table::ValueTable,
};

/// A typed handle for an index over objects of type `K`, by values of type `V`.
///
/// By default an index is by text (`str`). It is looked up by a `&str`, and contains the text of any type with
/// `Display`. An index by another type contains values of exactly that type, which need no conversion to text, and is
/// looked up by a reference to one. A look-up by a value of another type does not compile.
///
/// `#[derive(Reflect)]` generates an associated constant for each `index(...)` (`Widget::BY_COLOR`). For types
/// without the derive, define the constant by hand and pass it to the informer's builder:
///
/// ```
/// use k8s_openapi::api::core::v1::Pod;
/// use reflector_runtime::Index;
///
/// const BY_NODE: Index<Pod> = Index::new("by_node", |pod, values| {
///     if let Some(node) = pod.spec.as_ref().and_then(|it| it.node_name.as_ref()) {
///         values.push(node);
///     }
/// });
/// const BY_PRIORITY: Index<Pod, i32> = Index::new("by_priority", |pod, values| {
///     if let Some(priority) = pod.spec.as_ref().and_then(|it| it.priority) {
///         values.push(&priority);
///     }
/// });
/// assert_eq!((BY_NODE.name(), BY_PRIORITY.name()), ("by_node", "by_priority"));
/// ```
///
/// For an index that is known only at run time, see [`DynamicIndex`].
pub struct Index<K: 'static, V: ?Sized + 'static = str> {
    name: &'static str,
    extract: fn(&K, &mut IndexValues<'_, V>),
}

impl<K, V: ?Sized> Index<K, V> {
    /// An index with this name. `extract` pushes the values under which an object is found: none, one or many
    /// (client-go's `IndexFunc`). It must depend only on the object and must not panic.
    pub const fn new(name: &'static str, extract: fn(&K, &mut IndexValues<'_, V>)) -> Self {
        Self { name, extract }
    }

    /// The name. It identifies the index within its resource type, and is used in logs and errors.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Calls `sink` with each value of the object. A value may occur more than once.
    pub fn values(&self, object: &K, sink: &mut dyn FnMut(&V)) {
        (self.extract)(object, &mut IndexValues::new(sink));
    }
}

impl<K, V: IndexKey + ?Sized> TypedIndex<K> for Index<K, V> {
    type Value = V;

    fn name(&self) -> &str {
        self.name
    }

    fn values(&self, object: &K, sink: &mut dyn FnMut(&V)) {
        Self::values(self, object, sink);
    }
}

impl<K, V: ?Sized> Clone for Index<K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V: ?Sized> Copy for Index<K, V> {}

impl<K, V: ?Sized> fmt::Debug for Index<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Index").field(&self.name).finish()
    }
}
