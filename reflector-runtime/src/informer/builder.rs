//! [`InformerBuilder`]: all that can be set about an informer, and its start.

use std::{fmt, marker::PhantomData, sync::Arc, time::Duration};

use kube::Client;
use serde::de::DeserializeOwned;
use tokio::sync::{Notify, watch};

use super::{
    Informer,
    handle::Running,
    processor::{Subscribers, pop_for_ever},
    sync::Resource,
};
use crate::{
    backoff::Backoff,
    delta_fifo::DeltaFifo,
    index::Index,
    list_watch::{KubeListerWatcher, ListerWatcher, ManagedFields, Selectors, ShardRange},
    reflector::{
        ErrorHook, HealthCell, InitialListStrategy, Reflector, ReflectorError, ReflectorOptions, Resync,
    },
    resource_type::{DynamicScope, Namespaced, ResourceType},
    store::Writer,
    wire::Transform,
};

/// Builds an [`Informer`]. Nothing is sent before [`start`](Self::start).
#[must_use = "an informer runs only once it is started"]
pub struct InformerBuilder<K: 'static, S = Namespaced> {
    client: Client,
    resource_type: ResourceType<K>,
    name: Option<String>,
    selectors: Selectors,
    managed_fields: ManagedFields,
    transform: Option<Transform<K>>,
    max_object_bytes: Option<usize>,
    options: ReflectorOptions,
    resync: Option<Resync>,
    on_error: Option<ErrorHook>,
    scope: PhantomData<fn() -> S>,
}

impl<K: 'static, S> InformerBuilder<K, S> {
    /// A builder for this resource type. Most programs use `Widget::informer(client)`, which the derive generates, or
    /// [`InformerExt::informer`](super::InformerExt::informer).
    pub fn new(client: Client, resource_type: ResourceType<K>) -> Self {
        Self {
            client,
            resource_type,
            name: None,
            selectors: Selectors::default(),
            managed_fields: ManagedFields::default(),
            transform: None,
            max_object_bytes: None,
            options: ReflectorOptions::default(),
            resync: None,
            on_error: None,
            scope: PhantomData,
        }
    }

    /// The name in logs and errors; by default what is listed.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Only objects whose labels match, as `kubectl -l` takes it.
    pub fn labels(mut self, selector: impl Into<String>) -> Self {
        self.selectors.labels = Some(selector.into());
        self
    }

    /// Only objects whose fields match, as `kubectl --field-selector` takes it.
    pub fn fields(mut self, selector: impl Into<String>) -> Self {
        self.selectors.fields = Some(selector.into());
        self
    }

    /// Only one shard of the objects; the server needs `ShardedListAndWatch`.
    pub fn shard(mut self, shard: ShardRange) -> Self {
        self.selectors.shard = Some(shard);
        self
    }

    /// One more index, for types whose indexes are not written by a derive.
    pub fn index(mut self, index: Index<K>) -> Self {
        self.resource_type = self.resource_type.with_index(index);
        self
    }

    /// Whether `metadata.managedFields` are kept; dropped by default.
    pub fn managed_fields(mut self, managed_fields: ManagedFields) -> Self {
        self.managed_fields = managed_fields;
        self
    }

    /// Changes each object once, before it is stored and before anybody is told of it: see
    /// [`KubeListerWatcher::transform`] (client-go's `SetTransform`).
    pub fn transform(mut self, transform: impl Fn(&mut K) + Send + Sync + 'static) -> Self {
        self.transform = Some(Arc::new(transform));
        self
    }

    /// How long a single object's text may be, in bytes (default 16 MiB).
    pub fn max_object_bytes(mut self, bytes: usize) -> Self {
        self.max_object_bytes = Some(bytes);
        self
    }

    /// How the initial state is read; by default by a streaming list, and by LIST where there is none.
    pub fn initial_list_strategy(mut self, initial_list_strategy: InitialListStrategy) -> Self {
        self.options.initial_list_strategy = initial_list_strategy;
        self
    }

    /// How many items a page of a list has at most (client-go's `WatchListPageSize`).
    pub fn page_size(mut self, items: u32) -> Self {
        self.options.page_size = Some(items);
        self
    }

    /// Tells every subscriber of every object once more in each `period`, from memory; the server is not asked.
    /// A zero period means never, which is the default.
    pub fn resync(self, period: Duration) -> Self {
        self.resync_if(period, || true)
    }

    /// As [`resync`](Self::resync), in the periods in which `should_resync` says so.
    pub fn resync_if(
        mut self,
        period: Duration,
        should_resync: impl Fn() -> bool + Send + Sync + 'static,
    ) -> Self {
        self.resync = Resync::new(period, should_resync);
        self
    }

    /// How long to wait before a list or watch that failed is tried again.
    pub fn backoff(mut self, backoff: impl Backoff) -> Self {
        self.options.backoff = Box::new(backoff);
        self
    }

    /// How long to wait while the server cannot be connected to.
    pub fn connection_backoff(mut self, backoff: impl Backoff) -> Self {
        self.options.connection_backoff = Box::new(backoff);
        self
    }

    /// The shortest time after which a watch is renewed (default and least 5 minutes, as in client-go: a shorter
    /// one is passed over); the time is drawn from `[this, twice this)`.
    pub fn min_watch_timeout(mut self, timeout: Duration) -> Self {
        self.options.min_watch_timeout = self.options.min_watch_timeout.max(timeout);
        self
    }

    /// Changes any of the reflector's options.
    pub fn options(mut self, change: impl FnOnce(&mut ReflectorOptions)) -> Self {
        change(&mut self.options);
        self
    }

    /// Is told of every failure, also those within an established watch, and of every object that is passed over.
    /// Called on the reflector's task: it must not block.
    pub fn on_error(mut self, hook: impl Fn(&ReflectorError) + Send + Sync + 'static) -> Self {
        self.on_error = Some(Arc::new(hook));
        self
    }
}

impl<K: DeserializeOwned + Send + Sync + 'static, S> InformerBuilder<K, S> {
    /// Starts: lists, watches, and keeps the cache until the last handle is dropped. Must be called within a tokio
    /// runtime.
    pub fn start(self) -> Informer<K, S> {
        let resource_type = Arc::new(self.resource_type);
        let mut lister_watcher = KubeListerWatcher::new(self.client, resource_type.clone())
            .selectors(self.selectors.clone())
            .managed_fields(self.managed_fields);
        if let Some(bytes) = self.max_object_bytes {
            lister_watcher = lister_watcher.max_object_bytes(bytes);
        }
        if let Some(transform) = self.transform {
            lister_watcher = lister_watcher.transform(move |object| transform(object));
        }
        let resource = Resource {
            group: resource_type.group().to_owned(),
            plural: resource_type.plural().to_owned(),
            description: lister_watcher.description(),
            namespace: self.selectors.namespace().map(str::to_owned),
        };
        let writer = Writer::new(resource_type.clone());
        let store = writer.store();
        let fifo = Arc::new(DeltaFifo::new(resource_type.clone(), Arc::new(store.clone())));
        let health = Arc::new(HealthCell::behind_a_queue());
        let subscribers = Arc::new(Subscribers::new(resource_type.clone(), store.clone()));
        let name = self.name.unwrap_or_else(|| resource.description.clone());
        let mut reflector =
            Reflector::new(resource_type, Arc::new(lister_watcher), fifo.clone(), self.options)
                .name(name)
                .wired(health.clone(), self.resync, self.on_error);
        let stop = Arc::new(Notify::new());
        let stopped = stop.clone();
        // Both ends close what is behind them even if the task is torn down by a panic or by its runtime.
        let closes_queue = OnDrop({
            let fifo = fifo.clone();
            move || fifo.close()
        });
        let closes_subscribers = OnDrop({
            let (subscribers, health) = (subscribers.clone(), health.clone());
            move || {
                subscribers.close();
                health.stopped();
            }
        });
        // One task for both: what the reflector queues is popped by the same thread, with no other one to wake.
        let (runs, ends) = watch::channel(());
        tokio::spawn({
            let (subscribers, health) = (subscribers.clone(), health.clone());
            async move {
                let _runs = runs;
                let _closes = closes_subscribers;
                let reflecting = async move {
                    let _closes = closes_queue;
                    reflector.run(async move { stopped.notified().await }).await;
                };
                tokio::join!(reflecting, pop_for_ever(fifo, writer, subscribers, health));
            }
        });
        Informer::new(Running { store, subscribers, health, resource, stop, ends })
    }
}

impl<K: 'static> InformerBuilder<K, Namespaced> {
    /// Only objects of that namespace; an empty one means all of them (client-go's `NamespaceAll`).
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.selectors.namespace = Some(namespace.into());
        self
    }
}

impl<K: 'static> InformerBuilder<K, DynamicScope> {
    /// Only objects of that namespace, of all where it is empty; for a cluster-scoped kind the server answers 404.
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.selectors.namespace = Some(namespace.into());
        self
    }
}

impl<K, S> fmt::Debug for InformerBuilder<K, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InformerBuilder")
            .field("resource_type", &self.resource_type)
            .field("selectors", &self.selectors)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// Does something when it is dropped.
struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}
