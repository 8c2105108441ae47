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
pub fn as_items<'a, I: AsItems<'a> + ?Sized>(field: &'a I) -> impl Iterator<Item = I::Item> {
    field.items()
}

/// What `[]` steps through. A trait of our own only for the compiler's words where a field is none.
#[diagnostic::on_unimplemented(
    message = "`[]` steps through a list, and `{Self}` is none",
    label = "this is a `{Self}`",
    note = "leave the `[]` out, or step through an `Option` around the list with `?` first: `parts?[].image`"
)]
pub trait AsItems<'a> {
    /// One of them.
    type Item;

    /// All of them.
    fn items(&'a self) -> impl Iterator<Item = Self::Item>;
}

#[diagnostic::do_not_recommend]
impl<'a, I: ?Sized + 'a> AsItems<'a> for I
where
    &'a I: IntoIterator,
{
    type Item = <&'a I as IntoIterator>::Item;

    fn items(&'a self) -> impl Iterator<Item = Self::Item> {
        self.into_iter()
    }
}
