//! [`Reflector`]: carries out the core's steps, one request at a time (and a probe during a watch).

use std::{
    sync::{Arc, atomic::AtomicU64},
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, sleep},
};
use tracing::Instrument as _;

use super::{
    Counters, ErrorHook, HealthCell, ReflectorError, ReflectorOptions, ReflectorStore, Skipped,
    core::{Core, Page, Step},
    list_limiter::ListLimiter,
    list_permit::ListPermit,
    listing::{KindCheck, NewestItem},
    operation::{OperationKind, Subject},
    polled::Polled,
    report::Reporter,
    suspects::Suspects,
    watching::OpenWatch,
};
use crate::{
    list_watch::ListerWatcher,
    resource_type::ResourceType,
    wire::{DecodedObjects, NoDecodedObjects},
};

/// Keeps a store up to date with what a lister-watcher returns (client-go's `Reflector`).
///
/// An [`Informer`](crate::informer::Informer) runs one. Use it by itself to feed a custom store.
///
/// ```no_run
/// # use std::{future::pending, sync::Arc};
/// # use k8s_openapi::api::core::v1::Pod;
/// # use reflector_runtime::{delta_fifo::{Closed, KnownObjects}, *};
/// # async fn run(client: kube::Client, cached: Arc<dyn KnownObjects<Pod>>) -> Result<(), Closed> {
/// let pods = Arc::new(ResourceType::<Pod>::from_resource());
/// let requests = Arc::new(KubeListerWatcher::new(client, pods.clone()));
/// let queue = Arc::new(DeltaFifo::new(pods.clone(), cached));
/// let options = ReflectorOptions::default();
/// let mut reflector = Reflector::new(pods, requests, queue.clone(), options);
/// tokio::spawn(async move { reflector.run(pending()).await });
/// loop {
///     // Here the custom store applies the deltas.
///     queue.pop(100, |batch| println!("{} keys", batch.popped.len())).await?;
/// }
/// # }
/// ```
pub struct Reflector<K: 'static> {
    pub(super) resource_type: Arc<ResourceType<K>>,
    pub(super) lister_watcher: Arc<dyn ListerWatcher<K>>,
    pub(super) store: Arc<dyn ReflectorStore<K>>,
    pub(super) core: Core,
    pub(super) report: Reporter,
    /// The kinds of the objects in the state that is being read.
    pub(super) kinds: KindCheck,
    pub(super) newest: NewestItem,
    /// Events that are set aside until a probe decides.
    pub(super) suspects: Suspects<K>,
    /// Set if the resource is polled.
    pub(super) polled: Option<Arc<Polled<K>>>,
    resync: Option<Resync>,
    pub(super) permit: Arc<ListPermit>,
    /// Notified to end a backoff.
    retry: Arc<Notify>,
}

/// When to deliver every object once more.
#[derive(Clone)]
pub(crate) struct Resync {
    period: Duration,
    should_resync: Arc<dyn Fn() -> bool + Send + Sync>,
}

impl Resync {
    /// `None` for a zero period, which means never.
    pub(crate) fn new(
        period: Duration,
        should_resync: impl Fn() -> bool + Send + Sync + 'static,
    ) -> Option<Self> {
        (!period.is_zero()).then(|| Self { period, should_resync: Arc::new(should_resync) })
    }

    pub(crate) fn period(&self) -> Duration {
        self.period
    }
}

impl<K: Send + Sync + 'static> Reflector<K> {
    /// A reflector that feeds `store` from `lister_watcher`. `resource_type` is what objects are checked and keyed by.
    pub fn new(
        resource_type: impl Into<Arc<ResourceType<K>>>,
        lister_watcher: Arc<dyn ListerWatcher<K>>,
        store: Arc<dyn ReflectorStore<K>>,
        options: ReflectorOptions,
    ) -> Self {
        let resource_type = resource_type.into();
        let core = Core::new(options);
        Self {
            report: Reporter::new(
                lister_watcher.description(),
                Subject::new(&resource_type, lister_watcher.namespace()),
            ),
            kinds: KindCheck::default(),
            newest: NewestItem::default(),
            suspects: Suspects::new(resource_type.clone()),
            resource_type,
            lister_watcher,
            store,
            polled: core.polls().then(|| Arc::new(Polled::new())),
            core,
            resync: None,
            permit: Arc::default(),
            retry: Arc::new(Notify::new()),
        }
    }

    /// The name in logs and errors. Default: a description of what is listed.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.report.name = name.into();
        self
    }

    /// Delivers every object once more in each `period` for which `should_resync` returns `true` (client-go's
    /// `ResyncPeriod` and `ShouldResync`). The objects come from memory; no request is sent. A zero period means
    /// never.
    #[must_use]
    pub fn resync(
        mut self,
        period: Duration,
        should_resync: impl Fn() -> bool + Send + Sync + 'static,
    ) -> Self {
        self.resync = Resync::new(period, should_resync);
        self
    }

    /// The hook receives every failure, also those within an established watch (client-go's `watchErrorHandler` does
    /// not receive those). It runs on the reflector's task and must not block. A panic in it is caught and logged.
    #[must_use]
    pub fn on_error(mut self, hook: impl Fn(&ReflectorError) + Send + Sync + 'static) -> Self {
        self.report.hook = Some(ErrorHook::new(hook));
        self
    }

    /// Limits how many reflectors that share the limiter list at the same time. By default there is no limit.
    #[must_use]
    pub fn list_limiter(mut self, limiter: ListLimiter) -> Self {
        self.permit = Arc::new(ListPermit::new(limiter));
        self
    }

    /// The part that its lists take of the limiter.
    pub(crate) fn list_permit(&self) -> Arc<ListPermit> {
        self.permit.clone()
    }

    pub(crate) fn wired(
        mut self,
        health: Arc<HealthCell>,
        resync: Option<Resync>,
        on_error: Option<ErrorHook>,
        (counters, bytes): (Arc<Counters>, Arc<AtomicU64>),
        retry: Arc<Notify>,
    ) -> Self {
        self.report.counters = counters;
        self.report.bytes = bytes;
        self.retry = retry;
        self.report.health = health;
        self.report.hook = on_error;
        self.resync = resync;
        self
    }

    /// Publishes histograms with these labels, if there are any.
    #[cfg(feature = "metrics")]
    pub(crate) fn publish(mut self, labels: Option<crate::metrics::Labels>) -> Self {
        self.report.labels = labels;
        self
    }

    /// The `apiVersion` and `kind` that objects in lists and watch events must have (client-go's `expectedGVK`).
    pub fn expected_type_meta(&self) -> kube::core::TypeMeta {
        self.resource_type.type_meta()
    }

    /// The state of the reflector, to read or to wait on.
    pub fn health(&self) -> tokio::sync::watch::Receiver<super::Health> {
        self.report.health.subscribe()
    }

    /// What was skipped since the start; see [`Skipped`].
    pub fn skipped(&self) -> Skipped {
        self.report.health.all_skipped()
    }

    /// The last version that was listed or watched (client-go's `LastSyncResourceVersion`).
    pub fn last_sync_resource_version(&self) -> Option<&str> {
        self.core.last_version()
    }

    /// Whether the server no longer has that version, so that the next list asks for the most recent state
    /// (client-go's `isLastSyncResourceVersionUnavailable`).
    pub fn is_last_sync_resource_version_unavailable(&self) -> bool {
        self.core.is_version_unavailable()
    }

    /// Whether the server returned a list in pages although it was to answer from its cache (client-go's
    /// `paginatedResult`). Further lists are then requested in pages.
    pub fn paginated_result(&self) -> bool {
        self.core.paginated_result()
    }

    /// Lists and watches until `stop` completes: client-go's `Run`, a sliding `BackoffUntil` around `list_and_watch`.
    ///
    /// # Panics
    /// Outside of a tokio runtime with timers.
    ///
    /// # Cancel safety
    /// Dropping the future ends the open requests. The store keeps its contents.
    pub async fn run(&mut self, stop: impl Future<Output = ()>) {
        let resync = resync_loop(self.store.clone(), self.resync.clone());
        tokio::select! {
            biased;
            () = stop => {}
            () = resync => {}
            () = self.list_and_watch_loop() => {}
        }
        self.report.stopped();
    }

    async fn list_and_watch_loop(&mut self) {
        // The delay begins at the end of a round ("sliding").
        loop {
            let delay = self.list_and_watch().await;
            back_off(delay, &self.retry).await;
        }
    }

    /// Reads the state, then follows it until it must be read again. Returns the delay before that.
    ///
    /// # Panics
    /// As [`run`](Self::run).
    ///
    /// # Cancel safety
    /// As [`run`](Self::run).
    pub async fn list_and_watch(&mut self) -> Duration {
        let mut open: Option<OpenWatch<K>> = None;
        // Before the core begins: its deadlines begin with the request.
        let permit = self.permit.clone();
        let _release = permit.release_on_drop();
        permit.acquire().await;
        let mut step = self.core.begin(Instant::now());
        loop {
            for (verb, error) in self.core.take_detected() {
                self.report.failed(verb, error);
            }
            self.report.next_step(&step);
            self.publish_health();
            match step {
                Step::List { .. } | Step::WatchList { .. } => permit.acquire().await,
                Step::Sweep { .. } => {}
                _ => permit.release(),
            }
            step = match step {
                Step::List { request, page } => {
                    if let Page::First(_) = page {
                        self.report.begin(OperationKind::List);
                    }
                    let span = self.report.span();
                    self.list_page(request, page).instrument(span).await
                }
                Step::WatchList { request, consistency } => {
                    self.store.begin_replace(consistency);
                    self.report.begin(OperationKind::WatchList);
                    let span = self.report.span();
                    self.watch_list(request, &mut open).instrument(span).await
                }
                Step::Sweep { version } => {
                    let span = self.report.span();
                    span.in_scope(|| self.sync_with(&version))
                }
                Step::Watch { request, deadline, delay } => {
                    sleep(delay).await;
                    self.report.begin(OperationKind::Watch);
                    self.report.watches_from(request.resource_version.as_query().unwrap_or_default());
                    let span = self.report.span();
                    self.watch(request, deadline).instrument(span).await
                }
                Step::Probe { delay } => {
                    sleep(delay).await;
                    self.probe().await
                }
                Step::Follow => match open.take() {
                    Some(watch) => {
                        self.report.begin(OperationKind::Watch);
                        self.report.watches_from(self.core.last_version().unwrap_or_default());
                        self.report.opened();
                        let span = self.report.span();
                        self.watch_handler(watch).instrument(span).await
                    }
                    None => self.core.watch(Instant::now()),
                },
                Step::WaitToWatch { delay } => {
                    back_off(delay, &self.retry).await;
                    self.core.watch(Instant::now())
                }
                Step::WaitToList { delay } => {
                    self.store.abort_replace();
                    if self.core.polls() {
                        self.report.will_poll();
                    } else {
                        self.report.will_list();
                    }
                    return delay;
                }
            };
        }
    }

    /// The complete state is in the store: the objects that it did not show are swept.
    fn sync_with(&mut self, version: &str) -> Step {
        // The list shows the current state, whatever the events before it meant.
        drop(self.suspects.take());
        let swept = self.store.finish_replace(version);
        if let Some(polled) = &self.polled {
            polled.finish_list();
        }
        self.report.listed(version, swept);
        self.core.swept(Instant::now())
    }

    pub(super) fn publish_health(&mut self) {
        if self.core.is_unordered() {
            self.report.unordered();
        }
        self.report.health.publish(self.core.health().clone(), self.core.permanent_failures());
    }

    /// What a list need not decode. Nothing before the first list is complete: then each look-up would only contend
    /// with the consumer for the store's lock. Nothing either if objects change without a new version.
    pub(super) fn known(&self) -> Arc<dyn DecodedObjects<K>> {
        match &self.polled {
            Some(polled) => polled.clone(),
            None if self.core.may_skip_known() => self.store.clone(),
            None => Arc::new(NoDecodedObjects),
        }
    }
}

/// Waits for a delay, or until a retry is requested.
async fn back_off(delay: Duration, retry: &Notify) {
    tokio::select! {
        biased;
        () = retry.notified() => {}
        () = sleep(delay) => {}
    }
}

async fn resync_loop<K: 'static>(store: Arc<dyn ReflectorStore<K>>, resync: Option<Resync>) {
    let Some(resync) = resync else {
        return std::future::pending().await;
    };
    loop {
        sleep(resync.period).await;
        if (resync.should_resync)() {
            store.resync();
        }
    }
}

impl<K> std::fmt::Debug for Reflector<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Reflector")
            .field("name", &self.report.name)
            .field("resource_type", &self.resource_type)
            .finish_non_exhaustive()
    }
}
