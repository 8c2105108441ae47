//! [`Source`]: what the reflectors of one informer list and watch, and how.

use std::sync::{Arc, Weak};

use kube::Client;
use parking_lot::Mutex;
use serde::de::DeserializeOwned;
use tokio::sync::Notify;

use super::{
    advice::{Resource, Verbs},
    processing_time::ProcessingTime,
};
#[cfg(feature = "metrics")]
use crate::metrics::Labels;
use crate::{
    delta_fifo::{DeltaFifo, KnownObjects, QueueOrder},
    list_watch::{KubeListerWatcher, ListerWatcher as _, ManagedFields, Selectors, WireFormat},
    reflector::{Counters, ErrorHook, HealthCell, ListLimiter, Reflector, ReflectorOptions, Resync},
    resource_type::ResourceType,
    wire::Transform,
};

pub(super) struct Source<K: 'static> {
    pub(super) client: Client,
    pub(super) resource_type: Arc<ResourceType<K>>,
    /// The name in logs and errors, if it is not the description of the resource.
    pub(super) name: Option<String>,
    pub(super) selectors: Selectors,
    pub(super) wire_format: WireFormat,
    pub(super) managed_fields: ManagedFields,
    pub(super) transform: Option<Transform<K>>,
    pub(super) max_object_bytes: Option<usize>,
    pub(super) options: ReflectorOptions,
    pub(super) resync: Option<Resync>,
    pub(super) on_error: Option<ErrorHook>,
    pub(super) limiter: Option<ListLimiter>,
    pub(super) queue_order: QueueOrder,
    pub(super) queues: Arc<Queues<K>>,
    pub(super) counters: Arc<Counters>,
    /// Notified to end the backoff of each reflector.
    pub(super) retry: Arc<Notify>,
    /// The labels of its metrics. `None` if it publishes none.
    #[cfg(feature = "metrics")]
    pub(super) labels: Option<Labels>,
}

/// The queues of an informer that are in use, to count what is queued.
pub(super) struct Queues<K: 'static>(Mutex<Vec<Weak<DeltaFifo<K>>>>);

impl<K> Default for Queues<K> {
    fn default() -> Self {
        Self(Mutex::new(Vec::new()))
    }
}

impl<K: Send + Sync + 'static> Queues<K> {
    fn add(&self, queue: &Arc<DeltaFifo<K>>) {
        let mut queues = self.0.lock();
        queues.retain(|queue| queue.strong_count() > 0);
        queues.push(Arc::downgrade(queue));
    }

    /// The number of queued keys.
    pub(super) fn len(&self) -> usize {
        self.0.lock().iter().filter_map(Weak::upgrade).map(|queue| queue.len()).sum()
    }
}

impl<K: DeserializeOwned + Send + Sync + 'static> Source<K> {
    fn lister_watcher(&self, selectors: Selectors) -> KubeListerWatcher<K> {
        let mut lister_watcher = KubeListerWatcher::new(self.client.clone(), self.resource_type.clone())
            .selectors(selectors)
            .wire_format(self.wire_format)
            .managed_fields(self.managed_fields);
        if let Some(bytes) = self.max_object_bytes {
            lister_watcher = lister_watcher.max_object_bytes(bytes);
        }
        if let Some(transform) = self.transform.clone() {
            lister_watcher = lister_watcher.transform(move |object| transform(object));
        }
        lister_watcher
    }

    /// A queue in front of these objects.
    pub(super) fn fifo(&self, cached: Arc<dyn KnownObjects<K>>) -> Arc<DeltaFifo<K>> {
        let fifo = Arc::new(DeltaFifo::with_order(self.resource_type.clone(), cached, self.queue_order));
        self.queues.add(&fifo);
        fifo
    }

    /// Where the time to process a batch is published.
    #[cfg_attr(not(feature = "metrics"), allow(clippy::unused_self, reason = "there is nothing to publish"))]
    pub(super) fn processing_time(&self) -> ProcessingTime {
        ProcessingTime {
            #[cfg(feature = "metrics")]
            labels: self.labels.clone(),
        }
    }

    /// What errors name.
    pub(super) fn resource(&self) -> Resource {
        Resource {
            group: self.resource_type.group().to_owned(),
            plural: self.resource_type.plural().to_owned(),
            description: self.lister_watcher(self.selectors.clone()).description(),
            namespace: self.selectors.namespace().map(str::to_owned),
            verbs: if self.options.poll_interval.is_some() { Verbs::List } else { Verbs::ListAndWatch },
        }
    }

    /// The reflector of everything that is selected.
    pub(super) fn reflector(&self, fifo: Arc<DeltaFifo<K>>, health: Arc<HealthCell>) -> Reflector<K> {
        let name = self.name.clone();
        self.build(self.selectors.clone(), name, self.options.clone(), fifo, health)
    }

    /// The reflector of one namespace. `number` makes its randomness differ from that of the others.
    pub(super) fn reflector_of(
        &self,
        namespace: &str,
        number: u64,
        fifo: Arc<DeltaFifo<K>>,
        health: Arc<HealthCell>,
    ) -> Reflector<K> {
        let selectors = Selectors { namespace: Some(namespace.to_owned()), ..self.selectors.clone() };
        let name = self.name.as_ref().map(|name| format!("{name} in namespace {namespace}"));
        let mut options = self.options.clone();
        options.seed = options.seed.map(|seed| seed.wrapping_add(number));
        self.build(selectors, name, options, fifo, health)
    }

    fn build(
        &self,
        selectors: Selectors,
        name: Option<String>,
        options: ReflectorOptions,
        fifo: Arc<DeltaFifo<K>>,
        health: Arc<HealthCell>,
    ) -> Reflector<K> {
        let bytes = self.counters.count_bytes();
        let lister_watcher = self.lister_watcher(selectors).count_bytes(bytes.clone());
        let name = name.unwrap_or_else(|| lister_watcher.description());
        let reflector = Reflector::new(self.resource_type.clone(), Arc::new(lister_watcher), fifo, options)
            .name(name)
            .wired(
                health,
                self.resync.clone(),
                self.on_error.clone(),
                (self.counters.clone(), bytes),
                self.retry.clone(),
            );
        #[cfg(feature = "metrics")]
        let reflector = reflector.publish(self.labels.clone());
        match &self.limiter {
            Some(limiter) => reflector.list_limiter(limiter.clone()),
            None => reflector,
        }
    }
}
