//! [`Reconciler`]: what is reconciled, and how.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    pin::Pin,
    time::Duration,
};

use futures::Stream;
use tokio::sync::watch;

use super::{
    Context, FailingKeys, Next, ReconcileError, Report, Source, Summary, ToKey, Trigger,
    feed::{self, Feed, InformerFeed, MapEvent},
    keys::Keys,
    own_writes::OwnWrites,
    owner::controller_of,
    run,
};
use crate::{
    informer::Event,
    key::{KeyRef, ObjectKey},
    store::Store,
    workqueue::{AddOptions, Priority, RateLimiter, WorkQueue, default_controller_rate_limiter},
};

/// Runs a function for each object of a primary resource that has work to do. See the [module documentation](super).
///
/// The name is that of controller-runtime's `Reconciler`; its builder and loop are there called controller.
///
/// ```no_run
/// # use std::time::Duration;
/// # use k8s_openapi::api::core::v1::ConfigMap;
/// # use reflector_runtime::{Informer, reconcile::{Next, ReconcileError, Reconciler}};
/// # async fn run(maps: Informer<ConfigMap>) -> Result<(), ReconcileError> {
/// let summary = Reconciler::new(&maps)
///     .concurrency(8)
///     .every(Duration::from_secs(3600))
///     .run(
///         |_ctx, key| async move {
///             println!("{key}");
///             Ok::<_, std::io::Error>(Next::Done)
///         },
///         std::future::pending(), // the shutdown
///     )
///     .await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing runs before `run`"]
pub struct Reconciler<K: 'static> {
    pub(super) primary: Source<K>,
    pub(super) feeds: Vec<Box<dyn Feed<K>>>,
    pub(super) triggers: Vec<Pin<Box<dyn Stream<Item = Trigger> + Send>>>,
    pub(super) shared: Shared<K>,
    pub(super) concurrency: usize,
    pub(super) shutdown_timeout: Duration,
    pub(super) stuck_after: Duration,
    pub(super) sync_timeout: Option<Duration>,
    pub(super) leadership: Option<watch::Receiver<bool>>,
}

/// What feeds, runs and the loop share.
pub(super) struct Shared<K: 'static> {
    pub(super) queue: WorkQueue<ObjectKey>,
    pub(super) store: Store<K>,
    pub(super) keys: Keys<K>,
    pub(super) failing: FailingKeys,
    pub(super) own_writes: OwnWrites,
    pub(super) own_write_timeout: Duration,
    pub(super) debounce: Duration,
    pub(super) on_report: Box<dyn Fn(&Report) + Send + Sync>,
}

impl<K: 'static> Shared<K> {
    pub(super) fn trigger(&self, key: ObjectKey, priority: Priority) {
        self.queue.add_with(key, AddOptions::new().priority(priority).after(self.debounce));
    }

    pub(super) fn report(&self, report: &Report) {
        log(report);
        // The loop and the feeds do not end with the hook.
        if catch_unwind(AssertUnwindSafe(|| (self.on_report)(report))).is_err() {
            tracing::error!("the hook for reports panicked");
        }
    }
}

/// Keys and numbers only: the text of an error may contain values of the object.
fn log(report: &Report) {
    match report {
        Report::Failed { key, attempt, error, retry_after } => {
            tracing::warn!(%key, attempt, ?error, ?retry_after, "a run failed");
        }
        Report::Stuck { key, running_for } => {
            tracing::warn!(%key, ?running_for, "a run has not ended yet");
        }
        Report::OwnWriteMissing { key, object, resource_version } => {
            tracing::warn!(%key, %object, resource_version, "an own write did not arrive in the cache in time");
        }
        Report::OwnDeleteMissing { key, object, uid } => {
            tracing::warn!(%key, %object, uid, "the deletion of an own delete did not arrive in the cache in time");
        }
        Report::MappingPanicked { resource, object } => {
            tracing::error!(resource, ?object, "a predicate or a mapping function panicked");
        }
        Report::TriggersPanicked => tracing::error!("a stream of triggers panicked"),
        Report::NotSynced { unsynced, waited } => {
            for unsynced in unsynced {
                let (what, health, advice) = (&unsynced.what, &unsynced.health, &unsynced.advice);
                tracing::warn!(
                    what,
                    ?health,
                    advice,
                    ?waited,
                    "no run has started: an informer is not synced"
                );
            }
        }
    }
}

impl<K: Send + Sync + 'static> Reconciler<K> {
    /// A reconciler of the objects of this informer, its primary resource. Keeps the informer running.
    pub fn new(primary: impl Into<Source<K>>) -> Self {
        let primary = primary.into();
        let store = primary.informer.store();
        let mut own_writes = OwnWrites::default();
        own_writes.add_cache(store.clone());
        Self {
            primary,
            feeds: Vec::new(),
            triggers: Vec::new(),
            shared: Shared {
                queue: WorkQueue::with_rate_limiter(default_controller_rate_limiter()),
                store,
                keys: Keys::new(),
                failing: FailingKeys::default(),
                own_writes,
                own_write_timeout: Duration::from_secs(60),
                debounce: Duration::ZERO,
                on_report: Box::new(|_| {}),
            },
            concurrency: 1,
            shutdown_timeout: Duration::from_secs(30),
            stuck_after: Duration::from_secs(300),
            sync_timeout: None,
            leadership: None,
        }
    }

    /// Only events of the primary resource that satisfy this predicate lead to a run. See
    /// [`predicate`](super::predicate).
    pub fn on(mut self, predicate: impl Fn(&Event<K>) -> bool + Send + Sync + 'static) -> Self {
        self.primary = self.primary.on(predicate);
        self
    }

    /// A change of an owned object leads to a run of its controller: the object of the primary resource in its owner
    /// references with `controller: true`. If the controller changes, the old and the new one run.
    ///
    /// ```no_run
    /// # use k8s_openapi::api::{apps::v1::Deployment, core::v1::ConfigMap};
    /// # use reflector_runtime::{Informer, reconcile::Reconciler};
    /// # fn build(maps: Informer<ConfigMap>, deployments: Informer<Deployment>) {
    /// let reconciler = Reconciler::new(&maps).owns(&deployments);
    /// # }
    /// ```
    pub fn owns<D: Send + Sync + 'static>(self, owned: impl Into<Source<D>>) -> Self {
        let map = |shared: &Shared<K>, event: &Event<D>, add: &mut dyn FnMut(ObjectKey)| {
            let primary = shared.store.resource_type();
            for (_, metadata) in feed::states(event) {
                if let Some(key) = controller_of(metadata, &primary) {
                    add(key);
                }
            }
        };
        self.feed(owned.into(), Box::new(map))
    }

    /// A change of an object leads to a run of the objects that the function returns: keys, or objects of the primary
    /// resource, for example looked up in an index. The function is called with the old and the new state.
    ///
    /// ```no_run
    /// # use k8s_openapi::api::core::v1::{ConfigMap, Secret};
    /// # use reflector_runtime::{Informer, ObjectKey, reconcile::Reconciler};
    /// # fn build(maps: Informer<ConfigMap>, secrets: Informer<Secret>) {
    /// // Each ConfigMap depends on the Secret with the same name.
    /// let lister = maps.lister();
    /// let same_name = move |secret: &Secret| {
    ///     let namespace = secret.metadata.namespace.as_deref()?;
    ///     lister.get(namespace, secret.metadata.name.as_deref()?)
    /// };
    /// let reconciler = Reconciler::new(&maps).watches(&secrets, same_name);
    /// # }
    /// ```
    pub fn watches<D, I>(
        self,
        watched: impl Into<Source<D>>,
        map: impl Fn(&D) -> I + Send + Sync + 'static,
    ) -> Self
    where
        D: Send + Sync + 'static,
        I: IntoIterator<Item: ToKey<K>>,
    {
        let map = move |shared: &Shared<K>, event: &Event<D>, add: &mut dyn FnMut(ObjectKey)| {
            let primary = shared.store.resource_type();
            for (object, _) in feed::states(event) {
                map(object).into_iter().filter_map(|item| item.to_key(&primary)).for_each(&mut *add);
            }
        };
        self.feed(watched.into(), Box::new(map))
    }

    fn feed<D: Send + Sync + 'static>(mut self, source: Source<D>, map: MapEvent<K, D>) -> Self {
        let resource = self.shared.own_writes.add_cache(source.informer.store());
        self.feeds.push(Box::new(InformerFeed { source, resource, map }));
        self
    }

    /// Each item of the stream leads to a run: of one key, or of all cached objects. The end of the stream has no
    /// effect.
    pub fn also(
        mut self,
        triggers: impl Stream<Item = impl Into<Trigger> + 'static> + Send + 'static,
    ) -> Self {
        use futures::StreamExt as _;
        self.triggers.push(Box::pin(triggers.map(Into::into)));
        self
    }

    /// All cached objects run again after each period, of at least 1 ms. They wait behind keys with changes.
    pub fn every(self, period: Duration) -> Self {
        self.also(feed::every(period))
    }

    /// How many keys run concurrently; by default 1, as in controller-runtime. Zero counts as 1.
    pub fn concurrency(mut self, runs: usize) -> Self {
        self.concurrency = runs.max(1);
        self
    }

    /// The delays between failed runs; by default the [`default_controller_rate_limiter`]. Failed runs of a key that
    /// succeeds later are forgotten.
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # use k8s_openapi::api::core::v1::ConfigMap;
    /// # use reflector_runtime::{Informer, workqueue::ItemExponentialFailureRateLimiter};
    /// # use reflector_runtime::reconcile::Reconciler;
    /// # fn build(maps: Informer<ConfigMap>) {
    /// let (first, longest) = (Duration::from_millis(100), Duration::from_secs(60));
    /// let limiter = ItemExponentialFailureRateLimiter::new(first, longest);
    /// let reconciler = Reconciler::new(&maps).rate_limit(limiter);
    /// # }
    /// ```
    pub fn rate_limit(mut self, limiter: impl RateLimiter<ObjectKey>) -> Self {
        self.shared.queue = WorkQueue::with_rate_limiter(limiter);
        self
    }

    /// A run starts only after this time since the first event that led to it, so that several events lead to one run.
    /// By default it starts immediately.
    pub fn debounce(mut self, period: Duration) -> Self {
        self.shared.debounce = period;
        self
    }

    /// How long a shutdown waits for the runs in progress before it cancels them; by default 30 s.
    pub fn shutdown_timeout(mut self, timeout: Duration) -> Self {
        self.shutdown_timeout = timeout;
        self
    }

    /// How long a run may take before it is reported as stuck, and again after each further period; by default 5
    /// minutes. It is not cancelled.
    pub fn report_stuck_after(mut self, period: Duration) -> Self {
        self.stuck_after = period;
        self
    }

    /// How long a run waits for an own write or delete ([`Context::wait_for_own_write`],
    /// [`Context::wait_for_own_delete`]); by default 60 s.
    pub fn own_write_timeout(mut self, timeout: Duration) -> Self {
        self.shared.own_write_timeout = timeout;
        self
    }

    /// How long [`run`](Self::run) waits until all informers are synced before it returns an error (controller-runtime's
    /// `CacheSyncTimeout`). By default it waits as long as the failures may pass, and reports every 30 s what it waits
    /// for. Failures that retrying will not fix are errors in any case.
    pub fn sync_timeout(mut self, timeout: Duration) -> Self {
        self.sync_timeout = Some(timeout);
        self
    }

    /// Called with failed and stuck runs and other problems, in addition to a log line without the text of the error. It
    /// must not block. A panic in it is caught and logged.
    pub fn on_report(mut self, hook: impl Fn(&Report) + Send + Sync + 'static) -> Self {
        self.shared.on_report = Box::new(hook);
        self
    }

    /// Runs start only while the value is `true`, for example while a Lease is held. When it becomes `false`, runs in
    /// progress are cancelled, and their keys are pending again. Informers and the queue stay up to date meanwhile, so
    /// that a new leader starts without a delay.
    ///
    /// Keep the sender for as long as the reconciler runs. If it is dropped, it is unknown whether another
    /// leader exists: [`run`](Self::run) cancels its runs and returns [`ReconcileError::ElectionEnded`].
    ///
    /// ```no_run
    /// # use k8s_openapi::api::core::v1::ConfigMap;
    /// # use reflector_runtime::{Informer, reconcile::Reconciler};
    /// # fn build(maps: Informer<ConfigMap>) {
    /// let (leads, is_leader) = tokio::sync::watch::channel(false);
    /// let reconciler = Reconciler::new(&maps).while_leader(is_leader);
    /// leads.send_replace(true); // by the code that holds the Lease
    /// # }
    /// ```
    pub fn while_leader(mut self, is_leader: watch::Receiver<bool>) -> Self {
        self.leadership = Some(is_leader);
        self
    }

    /// The queue, for its statistics, and to add keys from elsewhere. [`rate_limit`](Self::rate_limit) replaces it.
    pub fn queue(&self) -> WorkQueue<ObjectKey> {
        self.shared.queue.clone()
    }

    /// The keys whose last run failed, now and while the reconciler runs.
    pub fn failing_keys(&self) -> FailingKeys {
        self.shared.failing.clone()
    }

    /// Runs until `shutdown` completes: waits until all informers are synced, and calls `reconcile` for each key that
    /// has work to do. Then no further run starts, and those in progress are awaited for up to
    /// [`shutdown_timeout`](Self::shutdown_timeout).
    ///
    /// An error or a panic of `reconcile` leads to another run of its key, after a backoff.
    ///
    /// # Errors
    /// [`ReconcileError`] if an informer does not sync, or is stopped, or if a leader election ends.
    ///
    /// # Panics
    /// Outside of a tokio runtime with timers, unless `shutdown` is complete or an informer does not sync.
    ///
    /// # Cancel safety
    /// When the future is dropped, all runs are cancelled, and the queue is shut down.
    pub async fn run<F, R, E>(
        self,
        reconcile: F,
        shutdown: impl Future<Output = ()>,
    ) -> Result<Summary, ReconcileError>
    where
        F: Fn(Context<K>, ObjectKey) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Next, E>> + Send + 'static,
        E: Into<Box<dyn std::error::Error + Send + Sync>> + 'static,
    {
        run::run(self, run::boxed(reconcile), shutdown).await
    }

    /// The feed of the primary resource.
    pub(super) fn primary_feed(source: Source<K>) -> Box<dyn Feed<K>> {
        let map = |shared: &Shared<K>, event: &Event<K>, add: &mut dyn FnMut(ObjectKey)| {
            let Some(key) = event.key().map(KeyRef::to_key) else { return };
            if let Event::Deleted { last_known, .. } = event {
                shared.keys.deleted(key.clone(), last_known.clone());
            }
            add(key);
        };
        Box::new(InformerFeed { source, resource: 0, map: Box::new(map) })
    }
}

impl<K> fmt::Debug for Reconciler<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reconciler")
            .field("primary", &self.primary)
            .field("feeds", &self.feeds.len())
            .field("concurrency", &self.concurrency)
            .field("queue", &self.shared.queue)
            .finish_non_exhaustive()
    }
}
