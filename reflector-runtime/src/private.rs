//! What generated code names, and nobody else: not covered by semantic versioning.

pub use k8s_openapi;
pub use kube;

use crate::index::{IndexValue, IndexValues};

/// Pushes the values of one field. A function with the bound on it, so that the compiler's complaint about
/// a field that cannot be indexed stands on the user's path.
#[inline]
pub fn push_values<T: IndexValue<M> + ?Sized, M>(values: &mut IndexValues<'_>, field: &T) {
    field.push_to(values);
}

/// Steps through an `Option` (`?` in an index path).
#[inline]
pub fn as_option<T>(field: &Option<T>) -> Option<&T> {
    field.as_ref()
}

/// Steps through a list (`[]` in an index path).
#[inline]
pub fn as_items<'a, I: ?Sized>(field: &'a I) -> <&'a I as IntoIterator>::IntoIter
where
    &'a I: IntoIterator,
{
    field.into_iter()
}
