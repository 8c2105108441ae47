//! What generated code names, and nobody else: not covered by semantic versioning.

pub use k8s_openapi;
pub use kube;

use crate::index::{IndexValue, IndexValues, List};

/// Pushes the values of one field. A function with the bound on it, so that the compiler's complaint about
/// a field that cannot be indexed stands on the user's path.
#[inline]
pub fn push<T: IndexValue<M> + ?Sized, M>(values: &mut IndexValues<'_>, field: &T) {
    field.push_to(values);
}

/// Steps through an `Option` (`?` in an index path).
#[inline]
pub fn as_option<T>(field: &Option<T>) -> Option<&T> {
    field.as_ref()
}

/// Steps through a list (`[]` in an index path).
///
/// No iterator, whose type would be wrong a second and a third time where the field is no list; for the same
/// reason `T` is a parameter.
#[inline]
pub fn for_each<L: List<Item = T> + ?Sized, T>(field: &L, then: impl FnMut(&T)) {
    field.items().for_each(then);
}
