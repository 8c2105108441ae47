//! Scope, as a value ([`Scope`]) and as a type ([`ScopeMarker`]).

pub use kube::core::{
    ClusterResourceScope as ClusterScoped, DynamicResourceScope as DynamicScope,
    NamespaceResourceScope as Namespaced,
};

/// Whether the objects of a resource type are namespaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Each object is in a namespace.
    Namespaced,
    /// Objects are cluster-scoped.
    Cluster,
    /// Known only from the objects themselves (`DynamicObject`).
    Dynamic,
}

/// A scope in the type system. It determines the look-up methods of a lister.
///
/// The markers are kube's own types, so that `<K as kube::Resource>::Scope` can be used.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the scope of a listable resource",
    note = "listers support the scopes `Namespaced`, `ClusterScoped` and `DynamicScope`; subresources cannot be listed"
)]
pub trait ScopeMarker: sealed::Sealed + Send + Sync + 'static {
    /// The same scope as a value.
    const SCOPE: Scope;
}

impl ScopeMarker for Namespaced {
    const SCOPE: Scope = Scope::Namespaced;
}

impl ScopeMarker for ClusterScoped {
    const SCOPE: Scope = Scope::Cluster;
}

impl ScopeMarker for DynamicScope {
    const SCOPE: Scope = Scope::Dynamic;
}

/// A scope whose objects are, or can be, in namespaces: [`Namespaced`] and [`DynamicScope`].
#[diagnostic::on_unimplemented(
    message = "the objects of a cluster-scoped kind are in no namespace",
    label = "this kind is cluster-scoped: remove this call",
    note = "if the API server serves the kind with namespaces, its type must have the scope `Namespaced`: with \
            `#[derive(Reflect)]`, add `namespaced` to the attribute"
)]
pub trait HasNamespaces: ScopeMarker {}

impl HasNamespaces for Namespaced {}

impl HasNamespaces for DynamicScope {}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Namespaced {}
    impl Sealed for super::ClusterScoped {}
    impl Sealed for super::DynamicScope {}
}
