//! Scope, as a value ([`Scope`]) and as a type ([`ScopeMarker`]).

pub use kube::core::{
    ClusterResourceScope as ClusterScoped, DynamicResourceScope as DynamicScope,
    NamespaceResourceScope as Namespaced,
};

/// Whether objects of a kind live in namespaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// In a namespace.
    Namespaced,
    /// In the cluster, in no namespace.
    Cluster,
    /// Known only from the objects themselves (`DynamicObject`).
    Dynamic,
}

/// A scope in the type system: decides which look-ups a lister has.
///
/// The markers are kube's own, so `<K as kube::Resource>::Scope` fits.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no scope of a listable resource",
    note = "a lister is made for a `Namespaced`, `ClusterScoped` or `DynamicScope` kind; subresources cannot be listed"
)]
pub trait ScopeMarker: sealed::Sealed + Send + Sync + 'static {
    /// The same, as a value.
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

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Namespaced {}
    impl Sealed for super::ClusterScoped {}
    impl Sealed for super::DynamicScope {}
}
