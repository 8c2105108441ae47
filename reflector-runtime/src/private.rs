//! Items for generated code only. Not covered by semantic versioning.

use std::marker::PhantomData;

pub use k8s_openapi;
pub use kube;

pub use self::kube::core::ObjectMeta;
use crate::index::{IndexValue, IndexValues, List};

/// The type of a root struct's `metadata` field. A trait, so that a field of another type causes one error, not one
/// for `&` and one for `&mut`.
#[diagnostic::on_unimplemented(
    message = "the field `metadata` must be an `ObjectMeta`",
    label = "expected `ObjectMeta`, found `{Self}`",
    note = "use `kube::core::ObjectMeta`, which contains an object's name, labels and resourceVersion"
)]
pub trait Metadata {
    /// A shared reference.
    fn get(&self) -> &ObjectMeta;

    /// A mutable reference.
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

/// How a type is cloned, if it can be: an `Option<fn(&K) -> K>`.
#[doc(hidden)]
#[macro_export]
macro_rules! __clone_of {
    ($type:ty) => {{
        // Used only if the type cannot be cloned.
        #[allow(unused_imports)]
        use $crate::__private::NoClone as _;
        $crate::__private::CloneOf::<$type>::FN
    }};
}

pub use __clone_of as clone_of;

/// See [`clone_of`]. An inherent constant is preferred to a trait's, so `CloneOf::<K>::FN` is this one
/// if `K` is `Clone`, and else the one of [`NoClone`].
pub struct CloneOf<K>(PhantomData<K>);

impl<K: Clone> CloneOf<K> {
    /// `Clone::clone`.
    pub const FN: Option<fn(&K) -> K> = Some(K::clone);
}

/// See [`CloneOf`].
pub trait NoClone<K> {
    /// The type cannot be cloned.
    const FN: Option<fn(&K) -> K> = None;
}

impl<K> NoClone<K> for CloneOf<K> {}

/// Pushes the values of one field. The bound is on a function, so that the compiler reports a field that cannot be
/// indexed at the user's path.
#[inline]
pub fn push<T: IndexValue<M, V> + ?Sized, M, V: ?Sized>(values: &mut IndexValues<'_, V>, field: &T) {
    field.push_to(values);
}

/// Steps through an `Option` (`?` in an index path).
#[inline]
pub fn as_option<T>(field: &Option<T>) -> Option<&T> {
    field.as_ref()
}

/// Steps through a list (`[]` in an index path).
///
/// Takes a closure and does not return an iterator, because the iterator's type would cause a second and a third
/// error if the field is not a list. `T` is a parameter for the same reason.
#[inline]
pub fn for_each<L: List<Item = T> + ?Sized, T>(field: &L, then: impl FnMut(&T)) {
    field.items().for_each(then);
}
