//! The doing part: carries out the core's steps, one request at a time.

use std::{sync::Arc, time::Duration};

use tokio::time::{Instant, sleep};

use super::{
    HealthCell, ReflectorError, ReflectorOptions, ReflectorStore, Skipped,
    core::{Core, Step},
    report::{ErrorHook, Reporter},
    watching::OpenWatch,
};
use crate::{
    list_watch::{DecodedObjects, ListerWatcher, NoDecodedObjects},
    resource_type::ResourceType,
};

/// Keeps a store in step with what a lister-watcher shows (client-go's `Reflector`).
///
/// An [`Informer`](crate::informer::Informer) runs one; use it by itself to feed a store of your own.
pub struct Reflector<K: 'static> {
    pub(super) resource_type: Arc<ResourceType<K>>,
    pub(super) lister_watcher: Arc<dyn ListerWatcher<K>>,
    pub(super) store: Arc<dyn ReflectorStore<K>>,
    pub(super) core: Core,
    pub(super) report: Reporter,
    resync: Option<Resync>,
}

/// When to deliver everything once more.
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
}

impl<K: Send + Sync + 'static> Reflector<K> {
    /// A reflector that feeds `store` from `lister_watcher`. `kind` is what objects are checked and keyed by.
    pub fn new(
        resource_type: impl Into<Arc<ResourceType<K>>>,
        lister_watcher: Arc<dyn ListerWatcher<K>>,
        store: Arc<dyn ReflectorStore<K>>,
        options: ReflectorOptions,
    ) -> Self {
        Self {
            report: Reporter::new(lister_watcher.description()),
            resource_type: resource_type.into(),
            lister_watcher,
            store,
            core: Core::new(options),
            resync: None,
        }
    }

    /// The name in logs and errors; by default what is listed.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.report.name = name.into();
        self
    }

    /// Delivers every object once more in each `period`, from memory, where `should_resync` says so
    /// (client-go's `ResyncPeriod` and `ShouldResync`). The server is not asked. A zero period means never.
    #[must_use]
    pub fn resync(
        mut self,
        period: Duration,
        should_resync: impl Fn() -> bool + Send + Sync + 'static,
    ) -> Self {
        self.resync = Resync::new(period, should_resync);
        self
    }

    /// Is told of every failure, also those within an established watch (client-go's `watchErrorHandler`, which
    /// is not told of those).
    #[must_use]
    pub fn on_error(mut self, hook: impl Fn(&ReflectorError) + Send + Sync + 'static) -> Self {
        self.report.hook = Some(Arc::new(hook));
        self
    }

    pub(crate) fn wired(
        mut self,
        health: Arc<HealthCell>,
        resync: Option<Resync>,
        on_error: Option<ErrorHook>,
    ) -> Self {
        self.report.health = health;
        self.report.hook = on_error;
        self.resync = resync;
        self
    }

    /// What objects must say they are, in lists and in watch events (client-go's `expectedGVK`).
    pub fn expected_type_meta(&self) -> kube::core::TypeMeta {
        self.resource_type.type_meta()
    }

    /// How the reflector is doing.
    pub fn health(&self) -> tokio::sync::watch::Receiver<super::Health> {
        self.report.health.subscribe()
    }

    /// What was passed over since the start; see [`Skipped`].
    pub fn skipped(&self) -> Skipped {
        self.report.health.all_skipped()
    }

    /// The last version that was listed or watched (client-go's `LastSyncResourceVersion`).
    pub fn last_sync_resource_version(&self) -> Option<&str> {
        self.core.last_version()
    }

    /// Whether the server has forgotten that version, so that the next list asks for the newest state
    /// (client-go's `isLastSyncResourceVersionUnavailable`).
    pub fn is_last_sync_resource_version_unavailable(&self) -> bool {
        self.core.is_version_unavailable()
    }

    /// Whether the server cut a list into pages where it should have answered from its cache (client-go's
    /// `paginatedResult`): further lists are then asked for in pages.
    pub fn paginated_result(&self) -> bool {
        self.core.paginated_result()
    }

    /// Lists and watches until `stop`: client-go's `Run`, a sliding `BackoffUntil` around `list_and_watch`.
    ///
    /// # Cancel safety
    /// Dropping the future ends the requests that are open; the store keeps what it has.
    pub async fn run(&mut self, stop: impl Future<Output = ()>) {
        let resync = resync_for_ever(self.store.clone(), self.resync.clone());
        tokio::select! {
            biased;
            () = stop => {}
            () = resync => {}
            () = self.run_for_ever() => {}
        }
        self.report.stopped();
    }

    async fn run_for_ever(&mut self) {
        // The wait is counted from the end of a round ("sliding").
        loop {
            let delay = self.list_and_watch().await;
            sleep(delay).await;
        }
    }

    /// Reads the state, then follows it until it must be read anew; returns how long to wait before that.
    ///
    /// # Cancel safety
    /// As [`run`](Self::run).
    pub async fn list_and_watch(&mut self) -> Duration {
        let mut open: Option<OpenWatch<K>> = None;
        let mut step = self.core.begin(Instant::now());
        loop {
            for (verb, error) in self.core.take_found() {
                self.report.failed(verb, error);
            }
            self.publish();
            step = match step {
                Step::List { request, page } => self.list_page(request, page).await,
                Step::WatchList { request, consistency } => {
                    self.store.begin_replace(consistency);
                    self.watch_list(request, &mut open).await
                }
                Step::Sweep { version } => self.sync_with(&version),
                Step::Watch { request, deadline } => self.watch(request, deadline).await,
                Step::Follow => match open.take() {
                    Some(watch) => self.watch_handler(watch).await,
                    None => self.core.watch(Instant::now()),
                },
                Step::WaitToWatch { delay } => {
                    sleep(delay).await;
                    self.core.watch(Instant::now())
                }
                Step::WaitToList { delay } => {
                    self.store.abort_replace();
                    return delay;
                }
            };
        }
    }

    /// All of the state is in the store: what it did not show is swept.
    fn sync_with(&mut self, version: &str) -> Step {
        let swept = self.store.finish_replace(version);
        self.report.listed(version, swept);
        self.core.swept(Instant::now())
    }

    pub(super) fn publish(&self) {
        self.report.health.publish(self.core.health().clone(), self.core.permanent_failures());
    }

    /// What a list need not decode. Nothing before the first one is in: then each look-up would only contend with
    /// the consumer for the store's lock.
    pub(super) fn known(&self) -> Arc<dyn DecodedObjects<K>> {
        match self.core.last_version() {
            Some(_) => self.store.clone(),
            None => Arc::new(NoDecodedObjects),
        }
    }
}

async fn resync_for_ever<K: 'static>(store: Arc<dyn ReflectorStore<K>>, resync: Option<Resync>) {
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
