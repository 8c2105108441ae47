//! The trait that `#[derive(Reflect)]` implements: the entry point that leads from a type to its informer.
//!
//! Ties the other modules together, so none of them may depend on it.

use kube::Client;

use crate::{
    informer::InformerBuilder,
    list_watch::KubeListerWatcher,
    resource_type::{ResourceType, ScopeMarker},
};

/// A resource type that knows its [`ResourceType`], and so can be listed, watched and cached.
///
/// Implemented by `#[derive(Reflect)]`; the derive gives only [`Reflect::resource_type`] and [`Reflect::Scope`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a reflected resource",
    note = "if `{Self}` is yours, add `#[derive(Reflect)]` to it, or beside `CustomResource` to its spec",
    note = "a type of another crate needs no derive: use `Informer::<{Self}>::builder(client)`"
)]
pub trait Reflect: Sized + Send + Sync + 'static {
    /// Namespaced or cluster-scoped, as a type: a lister of a namespaced kind is asked for
    /// `(namespace, name)`, one of a cluster-scoped kind for a name only.
    type Scope: ScopeMarker;

    /// What this type is to the API server.
    fn resource_type() -> &'static ResourceType<Self>;

    /// Begins to build an informer: a live, indexed copy of the resource in memory.
    ///
    /// Nothing is sent before [`InformerBuilder::start`].
    fn informer(client: Client) -> InformerBuilder<Self, Self::Scope> {
        InformerBuilder::new(client, Self::resource_type().clone())
    }

    /// What lists and watches this resource, for use without an informer.
    fn lister_watcher(client: Client) -> KubeListerWatcher<Self>
    where
        Self: serde::de::DeserializeOwned,
    {
        KubeListerWatcher::new(client, Self::resource_type().clone())
    }
}
