//! [`InformerSet`].

use std::{collections::HashMap, fmt, sync::Arc, time::Duration};

use kube::{
    Client,
    core::{ApiResource, DynamicObject, GroupVersionKind},
};
use parking_lot::Mutex;
use serde::de::DeserializeOwned;
use tokio::runtime::Handle;

use super::{
    InformerSetBuilder, KindFollowerBuilder, SetError, SetHealth, WaitForSetSync, crds,
    state::{Entry, Key, Owner, State, kind_health},
};
use crate::{
    discovery::{DiscoveryError, ServedKind, is_served},
    informer::{Informer, InformerBuilder, InformerExt},
    list_watch::Reason,
    reflect::Reflect,
    reflector::{Health, ListLimiter},
    resource_type::{DynamicScope, ResourceType},
};

/// The informers of a program: one per resource, namespaces and selectors, shared by all who request it (client-go's
/// `SharedInformerFactory`, controller-runtime's cache). Clones are the same set.
///
/// ```no_run
/// use k8s_openapi::api::core::v1::{Node, Pod};
/// use reflector_runtime::InformerSet;
///
/// # async fn run(client: kube::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let set = InformerSet::new(client);
/// let nodes = set.get_resource::<Node>()?;
/// let web = set.get_resource_with::<Pod>(|pods| pods.labels("app=web"))?;
/// set.wait_for_sync().await?; // lists each resource that is not synced, and why
/// println!("{} nodes, {} pods", nodes.lister().len(), web.lister().len());
/// # Ok(())
/// # }
/// ```
///
/// An informer starts when it is requested first and stops when its last [`Informer`] handle is dropped: the set does
/// not keep it running. (client-go's factory cannot stop one informer.) A later request starts another one.
///
/// A request for the same objects with another setting, such as a transform, is an error
/// ([`SetError::Conflict`]) and not a second cache. A setting that a request does not mention never conflicts, so one
/// place in a program can configure an informer, and all others just request it.
///
/// The informers share a limit on concurrent lists ([`ListLimiter`]), so that hundreds of them can start at once.
///
/// Request informers within a tokio runtime. Outside of one, nothing runs, as after
/// [`InformerBuilder::start`] outside of one.
#[derive(Clone)]
pub struct InformerSet {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    client: Client,
    limiter: ListLimiter,
    resync: Option<Duration>,
    state: Mutex<State>,
}

impl InformerSet {
    /// A set with the default configuration. Sends no request.
    pub fn new(client: Client) -> Self {
        Self::builder(client).build()
    }

    /// Configures a set.
    pub fn builder(client: Client) -> InformerSetBuilder {
        InformerSetBuilder::new(client)
    }

    pub(super) fn of(builder: InformerSetBuilder) -> Self {
        let InformerSetBuilder { client, limiter, resync } = builder;
        let state = Mutex::new(State::Running(HashMap::new()));
        Self { inner: Arc::new(Inner { client, limiter, resync, state }) }
    }

    /// The client of all informers.
    pub fn client(&self) -> Client {
        self.inner.client.clone()
    }

    /// The limit on concurrent lists.
    pub fn list_limiter(&self) -> &ListLimiter {
        &self.inner.limiter
    }

    /// The informer of a type with `#[derive(Reflect)]`. It is started if it is not running.
    ///
    /// # Errors
    /// [`SetError::Stopped`] after [`shutdown`](Self::shutdown).
    pub fn get<K: Reflect + DeserializeOwned>(&self) -> Result<Informer<K, K::Scope>, SetError> {
        self.get_with::<K>(|builder| builder)
    }

    /// Like [`get`](Self::get), with options, such as namespaces and selectors.
    ///
    /// # Errors
    /// [`SetError::Conflict`] if an informer of the same objects is running with other settings, and
    /// [`SetError::Stopped`].
    pub fn get_with<K: Reflect + DeserializeOwned>(
        &self,
        options: impl FnOnce(InformerBuilder<K, K::Scope>) -> InformerBuilder<K, K::Scope>,
    ) -> Result<Informer<K, K::Scope>, SetError> {
        self.request(K::resource_type().clone(), options, Owner::Users)
    }

    /// The informer of any type that implements `kube::Resource`, such as `k8s_openapi`'s `Pod`.
    ///
    /// # Errors
    /// Like [`get`](Self::get).
    pub fn get_resource<K: InformerExt + DeserializeOwned>(&self) -> Result<Informer<K, K::Scope>, SetError> {
        self.get_resource_with::<K>(|builder| builder)
    }

    /// Like [`get_resource`](Self::get_resource), with options.
    ///
    /// # Errors
    /// Like [`get_with`](Self::get_with).
    pub fn get_resource_with<K: InformerExt + DeserializeOwned>(
        &self,
        options: impl FnOnce(InformerBuilder<K, K::Scope>) -> InformerBuilder<K, K::Scope>,
    ) -> Result<Informer<K, K::Scope>, SetError> {
        self.request(ResourceType::from_resource(), options, Owner::Users)
    }

    /// The informer of a kind that is known only at run time. For kinds that come and go, and for all kinds of a group,
    /// use [`follow_kinds`](Self::follow_kinds).
    ///
    /// # Errors
    /// Like [`get`](Self::get), and [`SetError::Name`] if a name in `resource` is not valid.
    pub fn get_dynamic(
        &self,
        resource: &ApiResource,
    ) -> Result<Informer<DynamicObject, DynamicScope>, SetError> {
        self.get_dynamic_with(resource, |builder| builder)
    }

    /// Like [`get_dynamic`](Self::get_dynamic), with options.
    ///
    /// # Errors
    /// Like [`get_with`](Self::get_with), and [`SetError::Name`] if a name in `resource` is not valid.
    pub fn get_dynamic_with(
        &self,
        resource: &ApiResource,
        options: impl FnOnce(
            InformerBuilder<DynamicObject, DynamicScope>,
        ) -> InformerBuilder<DynamicObject, DynamicScope>,
    ) -> Result<Informer<DynamicObject, DynamicScope>, SetError> {
        self.request(ResourceType::from_api_resource(resource)?, options, Owner::Users)
    }

    /// Starts building a follower of kinds that are known only at run time: by group, version and kind, all of a group,
    /// or all that the server has.
    pub fn follow_kinds(&self) -> KindFollowerBuilder {
        KindFollowerBuilder::new(self.clone())
    }

    /// Whether the server serves this kind now, according to discovery. For optional CRDs.
    ///
    /// # Errors
    /// [`DiscoveryError`] if the server did not answer.
    pub async fn is_served(&self, kind: &GroupVersionKind) -> Result<bool, DiscoveryError> {
        is_served(&self.inner.client, kind).await
    }

    /// Waits until the server serves this kind: the installation of a CRD is noticed within seconds. Failures of
    /// discovery are retried.
    ///
    /// # Cancel safety
    /// Dropping the future ends its requests.
    pub async fn wait_until_served(&self, kind: &GroupVersionKind) {
        crds::wait_until_served(self, kind).await;
    }

    /// Waits until every informer that the set has now is synced. It can report progress; see [`WaitForSetSync`].
    pub fn wait_for_sync(&self) -> WaitForSetSync {
        WaitForSetSync::new(self.inner.state.lock().entries())
    }

    /// The health and the progress of all informers.
    pub fn health(&self) -> SetHealth {
        let entries = self.inner.state.lock().entries();
        SetHealth {
            kinds: entries.iter().map(|(entry, informer)| kind_health(&entry.what, &**informer)).collect(),
        }
    }

    /// Stops all informers, also those that still have users, and returns when their tasks have ended (client-go's `Shutdown`). Later
    /// requests fail with [`SetError::Stopped`].
    ///
    /// # Cancel safety
    /// The informers stop even if the future is dropped.
    pub async fn shutdown(&self) {
        let entries = {
            let mut state = self.inner.state.lock();
            let entries = state.entries();
            *state = State::Stopped;
            entries
        };
        let ends: Vec<_> = entries.iter().map(|(_, informer)| informer.stop()).collect();
        drop(entries);
        for mut end in ends {
            // Nothing is sent. This waits until the sender is dropped.
            let _ = end.changed().await;
        }
    }

    /// A kind is served: informers that have not found it try again now.
    pub(super) fn retry(&self, kind: &ServedKind) {
        let ApiResource { group, version, plural, .. } = &kind.resource;
        let not_found = |health: &Health| matches!(health, Health::Degraded { reason: Reason::NotFound, .. });
        if let Ok(entries) = self.inner.state.lock().running() {
            let of_the_kind = entries.iter().filter(|(key, _)| key.identity.is_of(group, version, plural));
            for informer in of_the_kind.filter_map(|(_, entry)| entry.running()) {
                if not_found(&informer.health().borrow()) {
                    informer.retry_now();
                }
            }
        }
    }

    pub(super) fn request<K: DeserializeOwned + Send + Sync + 'static, S>(
        &self,
        resource_type: ResourceType<K>,
        options: impl FnOnce(InformerBuilder<K, S>) -> InformerBuilder<K, S>,
        owner: Owner,
    ) -> Result<Informer<K, S>, SetError> {
        let builder = InformerBuilder::<K, S>::new(self.client(), resource_type);
        let builder = match self.inner.resync {
            Some(period) => builder.resync(period),
            None => builder,
        };
        let builder = options(builder).list_limiter(self.inner.limiter.clone());
        let key = Key { identity: builder.identity(), owner };
        let (what, settings) = (builder.description(), builder.settings());
        if Handle::try_current().is_err() {
            // Nothing can run, which the informer reports.
            return Ok(builder.start());
        }
        let mut state = self.inner.state.lock();
        let entries = state.running()?;
        if let Some(entry) = entries.get(&key)
            && let Some(informer) = entry.running().and_then(Informer::from_any)
        {
            let conflicts = entry.settings.conflicts(&settings);
            return if conflicts.is_empty() {
                Ok(informer)
            } else {
                Err(SetError::Conflict { what, conflicts })
            };
        }
        let informer = builder.start();
        entries.insert(key, Entry { what, settings, owner, informer: informer.downgrade() });
        // Entries without an informer must not accumulate.
        if entries.len().is_power_of_two() {
            entries.retain(|_, entry| entry.informer.strong_count() > 0);
        }
        Ok(informer)
    }
}

impl fmt::Debug for InformerSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds: Vec<String> = self.health().kinds.into_iter().map(|kind| kind.what).collect();
        f.debug_struct("InformerSet").field("informers", &kinds).finish_non_exhaustive()
    }
}
