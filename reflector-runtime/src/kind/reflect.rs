//! The trait that `#[derive(Reflect)]` implements.

use kube::Client;
use serde::de::DeserializeOwned;

use super::{Kind, ScopeMarker};
use crate::{informer::InformerBuilder, list_watch::KubeListerWatcher};

/// A resource type that knows its [`Kind`], and so can be listed, watched and cached.
///
/// Implemented by `#[derive(Reflect)]`; the derive gives only [`Reflect::resource_kind`] and [`Reflect::Scope`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a reflected resource",
    note = "if `{Self}` is yours, add `#[derive(Reflect)]` to it, or beside `CustomResource` to its spec",
    note = "a type of another crate needs no derive: use `InformerBuilder::for_resource::<{Self}>(client)`"
)]
pub trait Reflect: Sized + Send + Sync + 'static {
    /// Namespaced or cluster-scoped, as a type: a lister of a namespaced kind is asked for
    /// `(namespace, name)`, one of a cluster-scoped kind for a name only.
    type Scope: ScopeMarker;

    /// What this type is to the API server.
    fn resource_kind() -> &'static Kind<Self>;

    /// Begins to build an informer: a live, indexed copy of the resource in memory.
    ///
    /// Nothing is sent before [`InformerBuilder::start`].
    fn informer(client: Client) -> InformerBuilder<Self, Self::Scope>
    where
        Self: DeserializeOwned,
    {
        InformerBuilder::new(client, Self::resource_kind().clone())
    }

    /// What lists and watches this resource, for use without an informer.
    fn lister_watcher(client: Client) -> KubeListerWatcher<Self>
    where
        Self: DeserializeOwned,
    {
        KubeListerWatcher::new(client, Self::resource_kind().clone())
    }
}
