//! Constructors of [`InformerBuilder`]: [`Informer::builder`], [`Informer::dynamic`] and [`InformerExt`].
//!
//! They only choose the [`ResourceType`]. The builder does the rest.

use kube::{
    Client,
    core::{ApiResource, DynamicObject},
};

use super::{Informer, InformerBuilder};
use crate::resource_type::{DynamicScope, NameError, ResourceType, ScopeMarker};

/// Adds `informer(client)` to every type that implements `kube::Resource`, such as `k8s_openapi`'s `Pod`.
///
/// ```no_run
/// use k8s_openapi::api::core::v1::Pod;
/// use reflector_runtime::InformerExt;
///
/// # fn start(client: kube::Client) {
/// let pods = Pod::informer(client).namespace("team-a").start();
/// # }
/// ```
///
/// A type with `#[derive(Reflect)]` needs no extension trait: the derive gives it an `informer` of its own, which
/// also knows its indexes and takes precedence over this one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a type with a known Kubernetes kind",
    label = "does not implement `kube::Resource`, `Clone`, `Send` and `Sync`",
    note = "if `{Self}` is your type, add `#[derive(Reflect)]` to it, or to its spec next to `CustomResource`, and write \
            `{Self}::informer(client)`",
    note = "a kind that is known only at run time is a `DynamicObject`: use `Informer::dynamic`"
)]
pub trait InformerExt:
    kube::Resource<DynamicType = (), Scope: ScopeMarker> + Clone + Send + Sync + 'static
{
    /// Starts building an informer. No request is sent before [`InformerBuilder::start`].
    fn informer(client: Client) -> InformerBuilder<Self, Self::Scope> {
        InformerBuilder::new(client, ResourceType::from_resource())
    }
}

#[diagnostic::do_not_recommend]
impl<K: kube::Resource<DynamicType = (), Scope: ScopeMarker> + Clone + Send + Sync + 'static> InformerExt
    for K
{
}

/// What [`Informer::builder`] requires: [`InformerExt`], in a trait that no trait of another crate is a part of. With such a
/// part, the compiler reports a type without it twice.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a type with a known Kubernetes kind",
    label = "does not implement `kube::Resource`, `Clone`, `Send` and `Sync`",
    note = "if `{Self}` is your type, add `#[derive(Reflect)]` to it, or to its spec next to `CustomResource`, and write \
            `{Self}::informer(client)`",
    note = "a kind that is known only at run time is a `DynamicObject`: use `Informer::dynamic`"
)]
#[doc(hidden)]
pub trait KnownKind: Sized + 'static {
    /// The scope.
    type Scope: ScopeMarker;

    /// See [`InformerExt::informer`].
    fn builder(client: Client) -> InformerBuilder<Self, Self::Scope>;
}

#[diagnostic::do_not_recommend]
impl<K: InformerExt + kube::Resource<Scope = S>, S: ScopeMarker> KnownKind for K {
    type Scope = S;

    fn builder(client: Client) -> InformerBuilder<K, S> {
        K::informer(client)
    }
}

// Implemented for `Informer<K>` with the default scope, because a path such as `Informer::<Node>` names that type
// regardless of `Node`'s scope. The returned builder has the correct scope.
//
// The bound is on the function, so that a type without it is an error with an explanation.
impl<K: 'static> Informer<K> {
    /// Starts building an informer of a type that implements `kube::Resource`: `Informer::<Pod>::builder(client)`.
    /// The same as [`InformerExt::informer`], without an import.
    ///
    /// For a type with `#[derive(Reflect)]` use `Widget::informer(client)`, which also keeps its indexes.
    pub fn builder(client: Client) -> InformerBuilder<K, <K as KnownKind>::Scope>
    where
        K: KnownKind,
    {
        <K as KnownKind>::builder(client)
    }
}

impl Informer<DynamicObject, DynamicScope> {
    /// Starts building an informer of a resource that is known only at run time.
    ///
    /// ```no_run
    /// use kube::core::{ApiResource, GroupVersionKind};
    /// use reflector_runtime::Informer;
    ///
    /// # async fn run(client: kube::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let kind = GroupVersionKind::gvk("example.com", "v1", "Widget");
    /// // The plural is guessed. `kube::discovery` asks the server for it.
    /// let resource = ApiResource::from_gvk(&kind);
    /// let widgets = Informer::dynamic(client, &resource)?.start();
    /// widgets.wait_for_sync().await?;
    /// let widget = widgets.lister().get(Some("team-a"), "w1");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`NameError`] if a name in `resource` is not valid in Kubernetes.
    pub fn dynamic(
        client: Client,
        resource: &ApiResource,
    ) -> Result<InformerBuilder<DynamicObject, DynamicScope>, NameError> {
        Ok(InformerBuilder::new(client, ResourceType::from_api_resource(resource)?))
    }
}
