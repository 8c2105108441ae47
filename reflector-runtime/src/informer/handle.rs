//! [`Informer`]: the handle to a running informer.

use std::{collections::BTreeMap, fmt, marker::PhantomData, sync::Arc};

use tokio::{
    runtime::Handle,
    sync::{Notify, watch},
};

use super::{
    AsyncEventHandler, DeliveryOptions, Drain, HandlerRegistration, InformerStats, NamespaceError,
    ResourceEventHandler, Subscription, WaitForSync, advice::Resource, handler::Immediate,
    handlers::Handlers, namespaces::Namespaces, processor::Subscribers, registration, report::Reporter,
    stats::StatsSource,
};
use crate::{
    reflector::{Health, HealthCell, ReflectorError, Skipped},
    resource_type::Namespaced,
    store::{Lister, Store},
};

/// A live, indexed cache of a resource (client-go's `SharedIndexInformer`). Clones share the same cache.
///
/// It runs until [`shutdown`](Self::shutdown), or until its last handle is dropped. Listers, subscriptions and handlers
/// do not keep it running: a lister then returns the last state, which is empty if the informer was not synced, and a
/// subscription ends. An informer that stops before its first sync logs a warning.
///
/// ```no_run
/// use k8s_openapi::api::core::v1::Pod;
/// use reflector_runtime::Informer;
///
/// # async fn run(client: kube::Client) -> Result<(), Box<dyn std::error::Error>> {
/// let pods = Informer::<Pod>::builder(client).labels("app=web").start();
/// pods.wait_for_sync().await?;
/// println!("{} pods, {}", pods.lister().len(), *pods.health().borrow());
/// pods.shutdown().await;
/// # Ok(())
/// # }
/// ```
#[must_use = "the informer stops when its last handle is dropped: listers, subscriptions and handlers do not keep it \
              running"]
pub struct Informer<K: 'static, S = Namespaced> {
    pub(super) running: Arc<Running<K>>,
    scope: PhantomData<fn() -> S>,
}

/// The state shared by all handles. Dropping it stops the task.
pub(super) struct Running<K: 'static> {
    pub(super) store: Store<K>,
    pub(super) subscribers: Arc<Subscribers<K>>,
    pub(super) health: Arc<HealthCell>,
    /// The namespaces, if the informer follows a set of them.
    pub(super) namespaces: Option<Arc<Namespaces>>,
    pub(super) resource: Resource,
    pub(super) stop: Arc<Notify>,
    /// Notified to end a backoff.
    pub(super) retry: Arc<Notify>,
    /// The sender is dropped when the task ends.
    pub(super) ended: watch::Receiver<()>,
    /// The runtime that everything runs on. `None` if there was none at the start: nothing runs.
    pub(super) runtime: Option<Handle>,
    pub(super) report: Arc<Reporter>,
    pub(super) handlers: Arc<Handlers>,
    pub(super) stats: Arc<StatsSource<K>>,
}

impl<K: 'static> Running<K> {
    /// Stops the informer. Nothing holds it up.
    pub(super) fn stop(&self) {
        self.subscribers.gate().disable();
        self.stop.notify_one();
    }

    /// Completes when the informer's task has ended.
    pub(super) async fn stopped(&self) {
        // Nothing is sent on this channel. This waits until the sender is dropped.
        let _ = self.ended.clone().changed().await;
    }
}

impl<K: Send + Sync + 'static, S> Informer<K, S> {
    pub(super) fn new(running: Running<K>) -> Self {
        Self::of(Arc::new(running))
    }

    pub(super) fn of(running: Arc<Running<K>>) -> Self {
        Self { running, scope: PhantomData }
    }

    /// Typed look-ups in the cache.
    pub fn lister(&self) -> Lister<K, S> {
        Lister::new(self.running.store.clone())
    }

    /// Waits until the initial list is cached and a watch is established. After the first sync it returns
    /// immediately, regardless of later failures; use [`health`](Self::health) to observe those.
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # use k8s_openapi::api::core::v1::Pod;
    /// # async fn run(pods: reflector_runtime::Informer<Pod>) {
    /// match pods.wait_for_sync().timeout(Duration::from_secs(60)).await {
    ///     Ok(()) => println!("{} pods", pods.lister().len()),
    ///     // Such as the RBAC rule that is missing.
    ///     Err(error) => eprintln!("{error}"),
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`SyncError`](super::SyncError) if there is a failure that retrying will not fix: a missing CRD, a missing
    /// RBAC rule, or rejected credentials. The error says how to fix it. By default it is returned after a few
    /// attempts; see [`WaitForSync`].
    pub fn wait_for_sync(&self) -> WaitForSync {
        let Running { health, resource, namespaces, runtime, .. } = &*self.running;
        WaitForSync::new(health.clone(), resource.clone(), namespaces.clone(), runtime.clone())
    }

    /// Whether the initial list has been cached. Once `true`, it stays `true` (client-go's `HasSynced`).
    pub fn has_synced(&self) -> bool {
        self.running.health.has_synced()
    }

    /// Whether the initial list is cached, and a request has succeeded since the last failure.
    pub fn is_synced(&self) -> bool {
        self.running.health.subscribe().borrow().is_synced()
    }

    /// The informer's health, to read or to wait for changes of.
    ///
    /// ```no_run
    /// # use k8s_openapi::api::core::v1::Pod;
    /// use reflector_runtime::Health;
    ///
    /// # async fn run(pods: reflector_runtime::Informer<Pod>) {
    /// let mut health = pods.health();
    /// while health.changed().await.is_ok() {
    ///     let now = health.borrow_and_update().clone();
    ///     println!("pods: {now}");
    ///     if now == Health::Stopped {
    ///         break;
    ///     }
    /// }
    /// # }
    /// ```
    pub fn health(&self) -> watch::Receiver<Health> {
        self.running.health.subscribe()
    }

    /// The last error, if any: a failed request, or a panic of an event handler. Skipped objects are in
    /// [`skipped`](Self::skipped).
    pub fn last_error(&self) -> Option<Arc<ReflectorError>> {
        self.running.health.last_error()
    }

    /// What was skipped since the start, such as objects that could not be decoded. The cache contains the last good
    /// state of each such object, if there was one.
    pub fn skipped(&self) -> Skipped {
        self.running.health.all_skipped()
    }

    /// How many calls of event handlers have panicked; see [`ResourceEventHandler`].
    pub fn handler_panics(&self) -> u64 {
        self.running.health.handler_panics()
    }

    /// A snapshot of what the informer has counted since its start.
    pub fn stats(&self) -> InformerStats {
        self.running.stats.snapshot()
    }

    /// A stream of events: first the cached objects, then each change. May be called at any time.
    pub fn subscribe(&self) -> Subscription<K> {
        self.subscribe_with(DeliveryOptions::new())
    }

    /// Like [`subscribe`](Self::subscribe), with [`DeliveryOptions`], or only a [`Delivery`](super::Delivery).
    pub fn subscribe_with(&self, options: impl Into<DeliveryOptions>) -> Subscription<K> {
        self.running.subscribers.join(options.into(), self.running.runtime.as_ref())
    }

    /// Adds an event handler. It is called with the cached objects first, then with each change. May be called at any
    /// time and from any thread. The handler's task runs on the tokio runtime on which the informer was started.
    pub fn add_handler(&self, handler: impl ResourceEventHandler<K> + 'static) -> HandlerRegistration {
        self.add_handler_with(handler, DeliveryOptions::new())
    }

    /// Ends the backoff of a failed request, if there is one: the next attempt is made now. For programs that know that
    /// the cause is fixed, such as a CRD that was just installed. Has no effect on an informer that is not waiting.
    pub fn retry_now(&self) {
        self.running.retry.notify_waiters();
    }

    /// Adds a namespace to an informer that was built with [`namespaces`](super::InformerBuilder::namespaces). Its
    /// objects are listed and delivered as additions (also with `in_initial_list: true`: they are the initial list of
    /// that namespace). Returns whether the namespace is new.
    ///
    /// Returns before the namespace is listed; await [`wait_for_namespace`](Self::wait_for_namespace) for that.
    ///
    /// # Errors
    /// [`NamespaceError`] if the informer does not follow a set of namespaces, if the name is not valid, or if the
    /// informer has stopped.
    pub fn add_namespace(&self, namespace: &str) -> Result<bool, NamespaceError> {
        self.namespaces()?.add(namespace)
    }

    /// Removes a namespace. Its requests are canceled, and its cached objects are removed and delivered as deletions with
    /// `final_state_known: false`, shortly after this method returns. Returns whether the informer followed the
    /// namespace.
    ///
    /// # Errors
    /// Like [`add_namespace`](Self::add_namespace).
    pub fn remove_namespace(&self, namespace: &str) -> Result<bool, NamespaceError> {
        self.namespaces()?.remove(namespace)
    }

    /// The namespaces that the informer follows, each with its health. Empty if it does not follow a set of namespaces,
    /// or if it has stopped.
    pub fn namespace_health(&self) -> BTreeMap<String, Health> {
        self.running.namespaces.as_ref().map(|namespaces| namespaces.healths()).unwrap_or_default()
    }

    /// Like [`wait_for_sync`](Self::wait_for_sync), for one namespace.
    ///
    /// # Errors
    /// [`NamespaceError`] if the informer does not follow the namespace.
    pub fn wait_for_namespace(&self, namespace: &str) -> Result<WaitForSync, NamespaceError> {
        let namespaces = self.namespaces()?;
        let part = namespaces.require(namespace)?;
        Ok(WaitForSync::of_part(part, namespaces.clone(), self.running.runtime.clone()))
    }

    fn namespaces(&self) -> Result<&Arc<Namespaces>, NamespaceError> {
        let what = || self.running.resource.description.clone();
        self.running.namespaces.as_ref().ok_or_else(|| NamespaceError::NotASet { what: what() })
    }

    /// Like [`add_handler`](Self::add_handler), with [`DeliveryOptions`]: a name, a resync period, and what the handler
    /// receives if it is slow.
    pub fn add_handler_with<H: ResourceEventHandler<K> + 'static>(
        &self,
        handler: H,
        options: impl Into<DeliveryOptions>,
    ) -> HandlerRegistration {
        self.register(Immediate(handler), std::any::type_name::<H>(), options.into())
    }

    /// Adds an asynchronous event handler, such as a closure that returns a future. See
    /// [`add_handler`](Self::add_handler) and [`AsyncEventHandler`].
    ///
    /// ```no_run
    /// # use k8s_openapi::api::core::v1::Pod;
    /// # use reflector_runtime::{Event, Informer};
    /// # fn add(pods: &Informer<Pod>, queue: tokio::sync::mpsc::Sender<String>) {
    /// pods.add_async_handler(move |event: Event<Pod>| {
    ///     let queue = queue.clone();
    ///     async move {
    ///         if queue.send(format!("{event:?}")).await.is_err() {
    ///             eprintln!("the receiver was dropped");
    ///         }
    ///     }
    /// });
    /// # }
    /// ```
    pub fn add_async_handler(&self, handler: impl AsyncEventHandler<K> + 'static) -> HandlerRegistration {
        self.add_async_handler_with(handler, DeliveryOptions::new())
    }

    /// Like [`add_async_handler`](Self::add_async_handler), with [`DeliveryOptions`].
    pub fn add_async_handler_with<H: AsyncEventHandler<K> + 'static>(
        &self,
        handler: H,
        options: impl Into<DeliveryOptions>,
    ) -> HandlerRegistration {
        self.register(handler, std::any::type_name::<H>(), options.into())
    }

    fn register(
        &self,
        handler: impl AsyncEventHandler<K> + 'static,
        type_name: &str,
        options: DeliveryOptions,
    ) -> HandlerRegistration {
        let Running { runtime, report, handlers, .. } = &*self.running;
        let name = options.name.clone().unwrap_or_else(|| type_name.to_owned());
        let events = self.subscribe_with(options);
        let wait = self.wait_for_sync();
        let registration = registration::spawn(runtime.as_ref(), name, handler, events, report.clone(), wait);
        handlers.add(registration.handler().clone());
        registration
    }

    /// Stops the informer: cancels its requests, and returns when its task has ended. Subscribers and handlers still
    /// receive the queued events; see [`drain`](Self::drain) to wait for the handlers. Listers still return the last
    /// state.
    ///
    /// # Cancel safety
    /// The informer stops even if the future is dropped.
    pub async fn shutdown(&self) {
        self.running.stop();
        self.running.stopped().await;
    }

    /// Stops the informer as [`shutdown`](Self::shutdown) does, and waits until all handlers have processed the queued
    /// events. Subscriptions are not waited for. Use [`Drain::timeout`] to limit the time.
    ///
    /// Within a call of a handler, it would wait for that call.
    ///
    /// ```no_run
    /// # use std::time::Duration;
    /// # use k8s_openapi::api::core::v1::Pod;
    /// # async fn stop(pods: reflector_runtime::Informer<Pod>) {
    /// if let Err(error) = pods.drain().timeout(Duration::from_secs(10)).await {
    ///     eprintln!("{error}"); // names the handlers that are not finished
    /// }
    /// # }
    /// ```
    pub fn drain(&self) -> Drain<K> {
        Drain::new(self.running.clone())
    }
}

impl<K> Drop for Running<K> {
    fn drop(&mut self) {
        self.stop();
    }
}

impl<K, S> Clone for Informer<K, S> {
    fn clone(&self) -> Self {
        Self { running: self.running.clone(), scope: PhantomData }
    }
}

impl<K, S> fmt::Debug for Informer<K, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Informer")
            .field("resource", &self.running.resource.description)
            .field("health", &*self.running.health.subscribe().borrow())
            .finish_non_exhaustive()
    }
}
