//! [`KindFollowerBuilder`], and the task of a follower: reads discovery, and starts and stops informers accordingly.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use kube::core::{DynamicObject, GroupVersionKind};
use tokio::{runtime::Handle, sync::watch};

use super::{
    InformerSet, KindFollower, SetError,
    crds::DiscoveryTrigger,
    follow::{Followed, FollowedKind},
    state::Owner,
};
use crate::{
    discovery::{Discovered, DiscoveryError, KindKey, KindSelector, ServedKind, discover_available},
    informer::{Informer, InformerBuilder},
    reflector::Health,
    resource_type::{DynamicScope, ResourceType},
};

type Builder = InformerBuilder<DynamicObject, DynamicScope>;
type Options = Arc<dyn Fn(Builder, &ServedKind) -> Builder + Send + Sync>;

/// Builds a [`KindFollower`]. Select at least one kind; several selections add up.
#[must_use = "a follower runs only once it is started"]
pub struct KindFollowerBuilder {
    set: InformerSet,
    selectors: Vec<KindSelector>,
    excluded: Vec<KindSelector>,
    options: Options,
}

impl KindFollowerBuilder {
    pub(super) fn new(set: InformerSet) -> Self {
        Self { set, selectors: Vec::new(), excluded: Vec::new(), options: Arc::new(|builder, _| builder) }
    }

    /// Follows one kind, in this version.
    pub fn kind(self, kind: GroupVersionKind) -> Self {
        self.select(KindSelector::Kind(kind))
    }

    /// Follows every kind of an API group, each in its most stable version. Empty for the core group.
    pub fn group(self, group: impl Into<String>) -> Self {
        self.select(KindSelector::Group(group.into()))
    }

    /// Follows every kind that the server serves, each in its most stable version.
    pub fn all(self) -> Self {
        self.select(KindSelector::All)
    }

    /// Follows what this selects.
    pub fn select(mut self, selector: KindSelector) -> Self {
        self.selectors.push(selector);
        self
    }

    /// Does not follow what this selects, such as `Event`s.
    pub fn exclude(mut self, selector: KindSelector) -> Self {
        self.excluded.push(selector);
        self
    }

    /// Sets options of each kind's informer, such as selectors, or namespaces for kinds that are
    /// [namespaced](ServedKind::scope).
    pub fn options(
        mut self,
        options: impl Fn(
            InformerBuilder<DynamicObject, DynamicScope>,
            &ServedKind,
        ) -> InformerBuilder<DynamicObject, DynamicScope>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        self.options = Arc::new(options);
        self
    }

    /// Starts the follower. Call it within a tokio runtime; outside of one nothing runs, and
    /// [`KindFollower::next`] returns `None`.
    pub fn start(self) -> KindFollower {
        let (sender, receiver) = watch::channel(Followed::default());
        let task = Handle::try_current().ok().map(|runtime| {
            let follower = Follower { builder: self, state: sender };
            runtime.spawn(follower.run()).abort_handle()
        });
        if task.is_none() {
            tracing::error!("the follower of kinds was started outside of a tokio runtime: nothing runs");
        }
        KindFollower::new(receiver, task)
    }

    fn concerns(&self, group: &str) -> bool {
        self.selectors.iter().any(|selector| selector.concerns(group))
    }

    fn is_excluded(&self, kind: &ServedKind) -> bool {
        self.excluded.iter().any(|selector| match selector {
            KindSelector::Kind(excluded) => {
                let resource = &kind.resource;
                excluded.kind == resource.kind
                    && excluded.group == resource.group
                    && excluded.version == resource.version
            }
            selector => selector.concerns(&kind.resource.group),
        })
    }

    fn request(&self, kind: &ServedKind) -> Result<Informer<DynamicObject, DynamicScope>, SetError> {
        let resource_type = ResourceType::from_api_resource(&kind.resource)?;
        let request =
            || self.set.request(resource_type, |builder| (self.options)(builder, kind), Owner::Followers);
        // The options are called without a lock, so that nothing is left half done.
        catch_unwind(AssertUnwindSafe(request))
            .unwrap_or_else(|_| Err(SetError::OptionsPanicked { kind: kind.resource.kind.clone() }))
    }
}

impl fmt::Debug for KindFollowerBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KindFollowerBuilder")
            .field("selectors", &self.selectors)
            .field("excluded", &self.excluded)
            .finish_non_exhaustive()
    }
}

struct Follower {
    builder: KindFollowerBuilder,
    state: watch::Sender<Followed>,
}

/// The set was shut down.
struct Stopped;

impl Follower {
    async fn run(self) {
        let client = self.builder.set.client();
        let mut trigger = DiscoveryTrigger::start(&self.builder.set);
        loop {
            trigger.next(|group| self.builder.concerns(group)).await;
            match discover_available(&client, &self.builder.selectors).await {
                Ok(discovered) => {
                    trigger.succeeded();
                    if self.apply(discovered).await.is_err() {
                        return;
                    }
                }
                Err(error) => {
                    self.failed(error);
                    trigger.failed();
                }
            }
        }
    }

    /// Starts the informers of new kinds and stops those of kinds that are gone. Kinds of an API server that does not answer
    /// stay as they are.
    async fn apply(&self, discovered: Discovered) -> Result<(), Stopped> {
        let Discovered { kinds: served, unavailable } = discovered;
        let before = self.state.borrow().kinds.clone();
        let (mut kinds, mut rejected) = (before.clone(), Vec::new());
        // Another follower may have found a kind gone that is served again.
        let has_stopped = |kind: &FollowedKind| *kind.informer.health().borrow() == Health::Stopped;
        let is_unknown = |kind: &FollowedKind| unavailable.contains(&kind.kind.resource.group);
        let is_served = |key: &KindKey| served.iter().any(|kind| kind.key() == *key);
        kinds.retain(|key, kind| (is_served(key) || is_unknown(kind)) && !has_stopped(kind));
        for kind in served {
            self.builder.set.retry(&kind);
            let key = kind.key();
            if kinds.contains_key(&key) || self.builder.is_excluded(&kind) {
                continue;
            }
            match self.builder.request(&kind) {
                Ok(informer) => {
                    kinds.insert(key, Arc::new(FollowedKind { kind, informer }));
                }
                Err(SetError::Stopped) => return Err(Stopped),
                Err(error) => rejected.push((kind, error)),
            }
        }
        let gone: Vec<Arc<FollowedKind>> = before
            .iter()
            .filter(|(key, _)| !kinds.contains_key(*key))
            .map(|(_, kind)| kind.clone())
            .collect();
        // At the event, they have stopped.
        for kind in &gone {
            kind.informer.shutdown().await;
        }
        drop(before);
        let last_error =
            (!unavailable.is_empty()).then(|| Arc::new(DiscoveryError::Unavailable(unavailable)));
        if let Some(error) = &last_error {
            tracing::warn!(%error, "the kinds of some groups stay as they are");
        }
        self.state.send_if_modified(|state| {
            if state.rejected != rejected {
                for (kind, error) in &rejected {
                    tracing::warn!(kind = %kind.resource.kind, %error, "the kind is not followed");
                }
            }
            let is_new = !state.is_discovered
                || !gone.is_empty()
                || state.last_error.is_some()
                || state.kinds.len() != kinds.len();
            *state = Followed { kinds, rejected, is_discovered: true, failures: 0, last_error };
            is_new
        });
        Ok(())
    }

    fn failed(&self, error: DiscoveryError) {
        tracing::warn!(%error, "discovery failed; it is retried");
        self.state.send_modify(|state| {
            state.failures = state.failures.saturating_add(1);
            state.last_error = Some(Arc::new(error));
        });
    }
}
