//! [`AnyInformer`]: a running informer without its type, for a set of informers.

use std::{
    any::Any,
    sync::{Arc, Weak},
};

use tokio::sync::watch;

use super::{Informer, WaitForSync, handle::Running};
use crate::reflector::Health;

pub(crate) trait AnyInformer: Any + Send + Sync {
    /// The informer's health.
    fn health(&self) -> watch::Receiver<Health>;

    /// Whether it has ever been synced.
    fn has_synced(&self) -> bool;

    /// How many objects it has cached.
    fn cached(&self) -> usize;

    /// Waits for its first sync.
    fn wait_for_sync(&self) -> WaitForSync;

    /// Ends the backoff of a failed request.
    fn retry_now(&self);

    /// Stops it. The receiver is closed once its task has ended.
    fn stop(&self) -> watch::Receiver<()>;
}

impl<K: Send + Sync + 'static> AnyInformer for Running<K> {
    fn health(&self) -> watch::Receiver<Health> {
        self.health.subscribe()
    }

    fn has_synced(&self) -> bool {
        self.health.has_synced()
    }

    fn cached(&self) -> usize {
        self.store.len()
    }

    fn wait_for_sync(&self) -> WaitForSync {
        WaitForSync::new(
            self.health.clone(),
            self.resource.clone(),
            self.namespaces.clone(),
            self.runtime.clone(),
        )
    }

    fn retry_now(&self) {
        self.retry.notify_waiters();
    }

    fn stop(&self) -> watch::Receiver<()> {
        self.stop.notify_one();
        self.ended.clone()
    }
}

impl<K: Send + Sync + 'static, S> Informer<K, S> {
    /// A reference that does not keep the informer running.
    pub(crate) fn downgrade(&self) -> Weak<dyn AnyInformer> {
        let running: Arc<dyn AnyInformer> = self.running.clone();
        Arc::downgrade(&running)
    }

    /// The informer behind such a reference. `None` if it is of another type.
    pub(crate) fn from_any(informer: Arc<dyn AnyInformer>) -> Option<Self> {
        let informer: Arc<dyn Any + Send + Sync> = informer;
        Some(Self::of(informer.downcast::<Running<K>>().ok()?))
    }
}
