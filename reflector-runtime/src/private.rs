//! Items for generated code only. Not covered by semantic versioning.

use std::marker::PhantomData;

pub use k8s_openapi;
pub use kube;

pub use self::kube::core::ObjectMeta;
pub use crate::index::path::{
    At, Each, Fields, Text, at_key, part, push, push_controller, push_serde, unwrap,
};

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

/// How a type is cloned, if it can be. An inherent constant is preferred to a trait's, so `CloneOf::<K>::FN` is this one
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
