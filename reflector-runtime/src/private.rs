//! What generated code names, and nobody else: not covered by semantic versioning.

pub use k8s_openapi;
pub use kube;

pub use self::kube::core::ObjectMeta;
use crate::index::{IndexValue, IndexValues, List};

/// What a root struct's `metadata` is. A trait so that both ways to it, `&` and `&mut`, are one error where it
/// is something else.
#[diagnostic::on_unimplemented(
    message = "the field `metadata` must be an `ObjectMeta`",
    label = "this is a `{Self}`",
    note = "it is `kube::core::ObjectMeta`; the name, the labels and the version of an object stand in it"
)]
pub trait Metadata {
    /// To read.
    fn get(&self) -> &ObjectMeta;

    /// To write.
    fn get_mut(&mut self) -> &mut ObjectMeta;
}

impl Metadata for ObjectMeta {
    #[inline]
    fn get(&self) -> &ObjectMeta {
        self
    }

    #[inline]
    fn get_mut(&mut self) -> &mut ObjectMeta {
        self
    }
}

#[diagnostic::do_not_recommend]
impl<M: Metadata + ?Sized> Metadata for Box<M> {
    #[inline]
    fn get(&self) -> &ObjectMeta {
        M::get(self)
    }

    #[inline]
    fn get_mut(&mut self) -> &mut ObjectMeta {
        M::get_mut(self)
    }
}

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
