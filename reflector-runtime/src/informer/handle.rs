//! [`Informer`]: the handle of what runs.

use std::{fmt, marker::PhantomData, sync::Arc};

use tokio::sync::{Notify, watch};

use super::{
    Delivery, HandlerRegistration, ResourceEventHandler, Subscription, WaitForSync, handler::call,
    processor::Subscribers, sync::Resource,
};
use crate::{
    reflector::{Health, HealthCell, ReflectorError, Skipped},
    resource_type::Namespaced,
    store::{Lister, Store},
};

/// A live, indexed copy of a resource in memory (client-go's `SharedIndexInformer`). Clones share it.
///
/// It runs until [`shutdown`](Self::shutdown), or until its last handle is dropped. Listers and subscriptions do
/// not keep it running.
pub struct Informer<K: 'static, S = Namespaced> {
    running: Arc<Running<K>>,
    scope: PhantomData<fn() -> S>,
}

/// What the handles share: dropping it stops the task.
pub(super) struct Running<K: 'static> {
    pub(super) store: Store<K>,
    pub(super) subscribers: Arc<Subscribers<K>>,
    pub(super) health: Arc<HealthCell>,
    pub(super) resource: Resource,
    pub(super) stop: Arc<Notify>,
    /// Its sender is gone when nothing runs any more.
    pub(super) ends: watch::Receiver<()>,
}

impl<K: Send + Sync + 'static, S> Informer<K, S> {
    pub(super) fn new(running: Running<K>) -> Self {
        Self { running: Arc::new(running), scope: PhantomData }
    }

    /// Typed look-ups in the cache.
    pub fn lister(&self) -> Lister<K, S> {
        Lister::new(self.running.store.clone())
    }

    /// Waits until everything that there was at first is in the cache, and a watch keeps it so. Once that was so, it
    /// returns at once, whatever happens later: that is for [`health`](Self::health) to tell.
    ///
    /// # Errors
    /// [`SyncError`](super::SyncError) says what to do where waiting alone will not help: the CRD is missing,
    /// RBAC says no, the credentials are not accepted. By default after a few tries; see [`WaitForSync`].
    pub fn wait_for_sync(&self) -> WaitForSync {
        WaitForSync::new(self.running.health.clone(), self.running.resource.clone())
    }

    /// Whether everything that there was at first has come into the cache. Once true it stays so (client-go's
    /// `HasSynced`).
    pub fn has_synced(&self) -> bool {
        self.running.health.has_synced()
    }

    /// Whether everything that there was at first is in the cache, and the server has been reached since
    /// whatever failed last.
    pub fn is_synced(&self) -> bool {
        self.running.health.subscribe().borrow().is_synced()
    }

    /// How the informer is doing, to read or to wait on.
    pub fn health(&self) -> watch::Receiver<Health> {
        self.running.health.subscribe()
    }

    /// The last request that failed, if any did.
    pub fn last_error(&self) -> Option<Arc<ReflectorError>> {
        self.running.health.last_error()
    }

    /// What was passed over since the start: objects that could not be decoded, and the like. The cache shows the last
    /// good state of each, or nothing where there was none.
    pub fn skipped(&self) -> Skipped {
        self.running.health.all_skipped()
    }

    /// A stream of events: what is in the cache, then each change. May be called at any time.
    pub fn subscribe(&self) -> Subscription<K> {
        self.subscribe_with(Delivery::Coalesced)
    }

    /// As [`subscribe`](Self::subscribe), with a choice of what a slow subscriber is told.
    pub fn subscribe_with(&self, delivery: Delivery) -> Subscription<K> {
        self.running.subscribers.join(delivery)
    }

    /// Has a handler called with what is in the cache, then with each change. May be called at any time, within
    /// a tokio runtime.
    pub fn add_handler(&self, handler: impl ResourceEventHandler<K>) -> HandlerRegistration {
        call(handler, self.subscribe())
    }

    /// Stops: ends the requests, lets subscribers have what is queued, and returns when nothing runs any more.
    /// Listers go on to show the last state.
    ///
    /// # Cancel safety
    /// The informer stops even if the future is dropped.
    pub async fn shutdown(&self) {
        self.running.stop.notify_one();
        // Nothing is ever sent: this waits for the sender's end.
        let _ = self.running.ends.clone().changed().await;
    }
}

impl<K> Drop for Running<K> {
    fn drop(&mut self) {
        self.stop.notify_one();
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
