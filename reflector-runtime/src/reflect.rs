//! [`Reflect`]: the trait that `#[derive(Reflect)]` implements, and the entry point from a type to its informer.
//!
//! This module combines the other modules. None of them may depend on it.

use kube::Client;

use crate::{
    informer::InformerBuilder,
    list_watch::KubeListerWatcher,
    resource_type::{ResourceType, ScopeMarker},
};

/// Where the [`ResourceType`] of a type with [`Reflect`] comes from.
#[derive(Debug)]
pub enum TypeSource<K: 'static> {
    /// It is a constant.
    Constant(ResourceType<K>),
    /// A function returns it, always the same.
    Function(fn() -> &'static ResourceType<K>),
}

/// A type with a known [`ResourceType`], which can therefore be listed, watched and cached.
///
/// Implemented by `#[derive(Reflect)]`, which generates only [`Reflect::TYPE`] and [`Reflect::Scope`].
///
/// ```
/// use kube::core::ObjectMeta;
/// use reflector_runtime::Reflect;
///
/// /// Of each pod, only the metadata is requested and cached.
/// #[derive(Reflect, Clone, serde::Deserialize)]
/// #[reflect(version = "v1", kind = "Pod", namespaced)]
/// #[reflect(index(by_team = metadata.annotations["example.com/team"]))]
/// pub struct PodMeta {
///     pub metadata: ObjectMeta,
/// }
///
/// assert_eq!(<PodMeta as Reflect>::resource_type().to_string(), "pods/v1");
/// assert_eq!(PodMeta::BY_TEAM.name(), "by_team");
/// // With a client: `PodMeta::informer(client).start()`.
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not implement `Reflect`",
    note = "if `{Self}` is your type, add `#[derive(Reflect)]` to it, or to its spec next to `CustomResource`",
    note = "a type from another crate needs no derive: use `Informer::<{Self}>::builder(client)`"
)]
pub trait Reflect: Sized + Send + Sync + 'static {
    /// Namespaced or cluster-scoped, as a type. The lister of a namespaced type takes `(namespace, name)`; the lister
    /// of a cluster-scoped type takes a name only.
    type Scope: ScopeMarker;

    /// The source of [`resource_type`](Self::resource_type).
    const TYPE: TypeSource<Self>;

    /// How the API server serves this type: group, version, kind, plural and scope, with the indexes to maintain.
    fn resource_type() -> &'static ResourceType<Self> {
        match const { &Self::TYPE } {
            TypeSource::Constant(resource_type) => resource_type,
            TypeSource::Function(resource_type) => resource_type(),
        }
    }

    /// Starts building an informer: a live, indexed cache of the resource.
    ///
    /// No request is sent before [`InformerBuilder::start`].
    fn informer(client: Client) -> InformerBuilder<Self, Self::Scope> {
        InformerBuilder::new(client, Self::resource_type().clone())
    }

    /// Lists and watches this resource, for use without an informer.
    fn lister_watcher(client: Client) -> KubeListerWatcher<Self>
    where
        Self: serde::de::DeserializeOwned,
    {
        KubeListerWatcher::new(client, Self::resource_type().clone())
    }
}
