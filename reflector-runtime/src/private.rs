//! Items for generated code only. Not covered by semantic versioning.

use std::marker::PhantomData;
pub use std::{option::Option::Some, sync::OnceLock};

pub use k8s_openapi;
pub use kube;

pub use self::kube::core::ObjectMeta;
use crate::{
    causes::Causes,
    crd::differences_from_file,
    index::AnyIndex,
    list_watch::{BUILT_IN, assert_selectable},
    resource_type::{MetadataFn, ResourceTypeParts, ScopeMarker},
};
pub use crate::{
    index::{
        Index,
        function::call,
        path::{at, at_key, part, push, push_controller, push_serde, unwrap},
    },
    informer::{Informer, InformerBuilder},
    list_watch::SelectableField,
    reflect::{Reflect, TypeSource},
    resource_type::{ClusterScoped, Namespaced, ResourceType},
    store::{Label, Lister},
};

/// The traits of generated code. They have no names there, so that they hide nothing.
pub mod traits {
    pub use super::NoClone as _;
    pub use crate::index::{
        function::{Push as _, Values as _},
        path::{Each as _, Fields as _, Text as _},
    };
}

/// Implements `kube::Resource` for a root struct.
#[doc(hidden)]
#[macro_export]
macro_rules! __resource {
    (
        $root:ident, $scope:ty, [$group:literal, $version:literal, $kind:literal, $plural:literal],
        &$this:ident => $get:expr, &mut $this_mut:ident => $get_mut:expr
    ) => {
        #[automatically_derived]
        impl $crate::__private::kube::Resource for $root {
            type DynamicType = ();
            type Scope = $scope;

            fn kind((): &()) -> $crate::__private::Text<'_> {
                $crate::__private::Text::Borrowed($kind)
            }

            fn group((): &()) -> $crate::__private::Text<'_> {
                $crate::__private::Text::Borrowed($group)
            }

            fn version((): &()) -> $crate::__private::Text<'_> {
                $crate::__private::Text::Borrowed($version)
            }

            fn plural((): &()) -> $crate::__private::Text<'_> {
                $crate::__private::Text::Borrowed($plural)
            }

            fn meta(&$this) -> &$crate::__private::ObjectMeta {
                $get
            }

            fn meta_mut(&mut $this_mut) -> &mut $crate::__private::ObjectMeta {
                $get_mut
            }
        }
    };
}

pub use crate::__resource as resource;

/// A name in `kube::Resource`.
pub type Text<'a> = std::borrow::Cow<'a, str>;

/// The type of a builder of an informer of `K`.
pub type BuilderOf<K> = InformerBuilder<K, <K as Reflect>::Scope>;

/// The type of an informer of `K`.
pub type InformerOf<K> = Informer<K, <K as Reflect>::Scope>;

/// The type of a lister of `K`.
pub type ListerOf<K> = Lister<K, <K as Reflect>::Scope>;

/// A root struct that is described by its `kube::Resource`. A trait of its own, so that a missing description is one
/// error that contains the fix.
#[diagnostic::on_unimplemented(
    message = "`Reflect` does not know which Kubernetes resource `{Self}` is",
    label = "no group, version and kind",
    note = "describe the resource: `#[reflect(version = \"v1\", kind = \"Pod\", namespaced)]`, with \
            `group = \"example.com\"` unless it is in the core group, and without `namespaced` if it is cluster-scoped",
    note = "if `{Self}` implements `kube::Resource`, its `DynamicType` must be `()`"
)]
pub trait Described: Sized + 'static {
    /// The scope.
    type Scope: ScopeMarker;

    /// The resource type.
    fn resource_type(clone: Option<fn(&Self) -> Self>) -> ResourceType<Self>;
}

#[diagnostic::do_not_recommend]
impl<K: kube::Resource<DynamicType = (), Scope: ScopeMarker> + 'static> Described for K {
    type Scope = K::Scope;

    fn resource_type(clone: Option<fn(&K) -> K>) -> ResourceType<K> {
        ResourceType::from_resource_with(clone)
    }
}

/// The constant resource type of a derive. The names are the group, the version, the kind and the plural.
///
/// # Panics
/// See [`ResourceType::new`].
pub const fn resource_type<K: Reflect + kube::Resource>(
    names: [&'static str; 4],
    clone: Option<fn(&K) -> K>,
    indexes: &'static [&'static dyn AnyIndex<K>],
) -> TypeSource<K> {
    TypeSource::Constant(resource_type_with(names, K::meta, clone, indexes))
}

/// [`resource_type`] of a type for which the derive does not know that it implements `kube::Resource`.
///
/// # Panics
/// See [`ResourceType::new`].
pub const fn resource_type_with<K: Reflect>(
    [group, version, kind, plural]: [&'static str; 4],
    metadata: MetadataFn<K>,
    clone: Option<fn(&K) -> K>,
    indexes: &'static [&'static dyn AnyIndex<K>],
) -> ResourceType<K> {
    let scope = <K::Scope as ScopeMarker>::SCOPE;
    ResourceType::new(ResourceTypeParts { group, version, kind, plural, scope, metadata, clone, indexes })
}

/// Checks a field that the attributes of a type name as selectable.
///
/// # Panics
/// If it is a built-in kind, and the API server does not select its objects by this field. In a constant, this is an error
/// of the compiler.
#[track_caller]
pub const fn check_selectable([group, kind]: [&str; 2], path: &'static str) {
    assert_selectable(group, kind, path);
}

/// A field that the attributes of a type name as selectable.
pub const fn selectable<K>(path: &'static str) -> SelectableField<K> {
    SelectableField::trusted(path)
}

/// Group, kind and selectable fields of the built-in kinds that have others than those of `metadata`.
pub fn built_in_fields() -> impl Iterator<Item = (&'static str, &'static str, &'static [&'static str])> {
    BUILT_IN.iter().map(|row| (row.group, row.kind, row.paths))
}

/// The body of the test that `#[reflect(test = "...")]` generates. `path` is in the message only.
///
/// # Panics
/// If the CRD in the file does not fit the type: the test fails.
#[track_caller]
pub fn assert_fits_crd_file<K: kube::CustomResourceExt>(path: &str, file: &str) {
    let differences = match differences_from_file::<K>(file) {
        Ok(differences) => differences,
        Err(error) => panic!("the file `{path}`: {}", Causes(&error)),
    };
    let lines: Vec<String> = differences.iter().map(|difference| format!("\n  {difference}")).collect();
    assert!(
        lines.is_empty(),
        "the CRD `{}` in the file `{path}` does not fit the type:{}",
        K::crd_name(),
        lines.concat()
    );
}

/// The type of a root struct's `metadata` field. A trait, so that a field of another type causes one error, not one
/// for `&` and one for `&mut`.
#[diagnostic::on_unimplemented(
    message = "the field `metadata` must be an `ObjectMeta`",
    label = "expected `ObjectMeta`, found `{Self}`",
    note = "use `kube::core::ObjectMeta`; every object has metadata, so that an `Option` is not needed",
    note = "if it is an `ObjectMeta`, it is the one of another version: `reflector_runtime` uses kube 5 and k8s-openapi \
            0.29; `cargo tree --duplicates` shows which crates use another one"
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
