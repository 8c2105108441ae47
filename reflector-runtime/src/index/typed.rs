//! What all indexes have in common: the type of their values ([`IndexKey`], [`TypedIndex`]), and the same without that
//! type ([`AnyIndex`]), so that one store maintains indexes with values of different types.

use std::hash::Hash;

use super::table::{IndexTable, TypedTable};

/// A type by whose values objects can be indexed: `str`, and any type with `Eq`, `Hash` and `Clone`.
///
/// It is implemented for every type that qualifies.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the value type of an index",
    label = "not a value type of an index",
    note = "a value type must be `str`, or implement `Eq`, `Hash`, `Clone`, `Send` and `Sync`",
    note = "if `{Self}` is your type, add `#[derive(Clone, PartialEq, Eq, Hash)]` to it"
)]
pub trait IndexKey:
    ToOwned<Owned: Clone + Send + Sync + 'static> + Eq + Hash + Send + Sync + 'static
{
}

#[diagnostic::do_not_recommend]
impl<V> IndexKey for V where
    V: ToOwned<Owned: Clone + Send + Sync + 'static> + Eq + Hash + Send + Sync + 'static + ?Sized
{
}

/// An index whose value type is known: [`Index`](super::Index), [`DynamicIndex`](super::DynamicIndex), or a reference
/// to either. Look-ups take it.
#[diagnostic::on_unimplemented(
    message = "this is not an index of `{K}`",
    label = "expected an `Index<{K}>`, a `DynamicIndex<{K}>` or a `Label<{K}>`, found `{Self}`",
    note = "an index is a constant that `#[derive(Reflect)]` generates, such as `Widget::BY_COLOR`, or one that is built by \
            hand: `const BY_NODE: Index<{K}> = Index::new(\"by_node\", ...)`"
)]
pub trait TypedIndex<K: 'static> {
    /// The type of the values. Look-ups take a reference to it.
    type Value: IndexKey + ?Sized;

    /// The name. It identifies the index within a store, and is used in logs and errors.
    fn name(&self) -> &str;

    /// Calls `sink` with each value of the object. A value may occur more than once.
    fn values(&self, object: &K, sink: &mut dyn FnMut(&Self::Value));
}

impl<K: 'static, I: TypedIndex<K> + ?Sized> TypedIndex<K> for &I {
    type Value = I::Value;

    fn name(&self) -> &str {
        I::name(self)
    }

    fn values(&self, object: &K, sink: &mut dyn FnMut(&I::Value)) {
        I::values(self, object, sink);
    }
}

/// An index of objects of type `K`, by values of any type. Every [`TypedIndex`] that can be cloned is one.
pub trait AnyIndex<K: 'static>: Send + Sync {
    /// The name. It identifies the index within a store.
    fn name(&self) -> &str;

    /// An empty table for this index.
    #[doc(hidden)]
    fn new_table(&self) -> Box<dyn IndexTable<K>>;
}

impl<K: 'static, I: TypedIndex<K> + Clone + Send + Sync + 'static> AnyIndex<K> for I {
    fn name(&self) -> &str {
        TypedIndex::name(self)
    }

    fn new_table(&self) -> Box<dyn IndexTable<K>> {
        Box::new(TypedTable::<I, I::Value>::new(self.clone()))
    }
}

impl<K: 'static> std::fmt::Debug for dyn AnyIndex<K> + '_ {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Index").field(&self.name()).finish()
    }
}
