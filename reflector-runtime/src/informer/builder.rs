//! [`InformerBuilder`]: all that can be set about an informer, and its start.

use std::{fmt, marker::PhantomData, sync::Arc, time::Duration};

use kube::{
    Client,
    core::{ApiResource, DynamicObject},
};
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
    kind::{DynamicScope, Kind, NameError, Namespaced, ScopeMarker},
    list_watch::{KubeListerWatcher, ListerWatcher, ManagedFields, Selection, ShardRange},
    reflector::{ErrorHook, HealthCell, InitialSync, Reflector, ReflectorError, Resync, Settings},
    store::Indexer,
    wire::Transform,
};

/// Builds an [`Informer`]. Nothing is sent before [`start`](Self::start).
#[must_use = "an informer runs only once it is started"]
pub struct InformerBuilder<K: 'static, S = Namespaced> {
    client: Client,
    kind: Kind<K>,
    name: Option<String>,
    selection: Selection,
    managed_fields: ManagedFields,
    transform: Option<Transform<K>>,
    max_object_bytes: Option<usize>,
    settings: Settings,
    resync: Option<Resync>,
    on_error: Option<ErrorHook>,
    scope: PhantomData<fn() -> S>,
}

impl<K> InformerBuilder<K, K::Scope>
where
    K: kube::Resource<DynamicType = (), Scope: ScopeMarker> + DeserializeOwned + Send + Sync + 'static,
{
    /// An informer of a type that carries no derive, such as `k8s_openapi`'s `Pod`.
    pub fn for_resource(client: Client) -> Self {
        Self::new(client, Kind::of_resource())
    }
}

impl InformerBuilder<DynamicObject, DynamicScope> {
    /// An informer of a resource that is known only at run time.
    ///
    /// # Errors
    /// Where a name in `resource` is not one that Kubernetes accepts.
    pub fn dynamic(client: Client, resource: &ApiResource) -> Result<Self, NameError> {
        Ok(Self::new(client, Kind::of_api_resource(resource)?))
    }
}

impl<K: DeserializeOwned + Send + Sync + 'static, S> InformerBuilder<K, S> {
    /// An informer of that kind. Types with the derive have [`Reflect::informer`](crate::Reflect::informer).
    pub fn new(client: Client, kind: Kind<K>) -> Self {
        Self {
            client,
            kind,
            name: None,
            selection: Selection::default(),
            managed_fields: ManagedFields::default(),
            transform: None,
            max_object_bytes: None,
            settings: Settings::default(),
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
        self.selection.labels = Some(selector.into());
        self
    }

    /// Only objects whose fields match, as `kubectl --field-selector` takes it.
    pub fn fields(mut self, selector: impl Into<String>) -> Self {
        self.selection.fields = Some(selector.into());
        self
    }

    /// Only one shard of the objects; the server needs `ShardedListAndWatch`.
    pub fn shard(mut self, shard: ShardRange) -> Self {
        self.selection.shard = Some(shard);
        self
    }

    /// One more index, for types whose indexes are not written by a derive.
    pub fn index(mut self, index: Index<K>) -> Self {
        self.kind = self.kind.with_index(index);
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
    pub fn initial_sync(mut self, initial_sync: InitialSync) -> Self {
        self.settings.initial_sync = initial_sync;
        self
    }

    /// How many items a page of a list has at most (client-go's `WatchListPageSize`).
    pub fn page_size(mut self, items: u32) -> Self {
        self.settings.page_size = Some(items);
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
        self.settings.backoff = Box::new(backoff);
        self
    }

    /// How long to wait while the server cannot be connected to.
    pub fn connection_backoff(mut self, backoff: impl Backoff) -> Self {
        self.settings.connection_backoff = Box::new(backoff);
        self
    }

    /// The shortest time after which a watch is renewed (default and least 5 minutes, as in client-go: a shorter
    /// one is passed over); the time is drawn from `[this, twice this)`.
    pub fn min_watch_timeout(mut self, timeout: Duration) -> Self {
        self.settings.min_watch_timeout = self.settings.min_watch_timeout.max(timeout);
        self
    }

    /// Changes any of the reflector's settings.
    pub fn settings(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        change(&mut self.settings);
        self
    }

    /// Is told of every failure, also those within an established watch, and of every object that is passed over.
    /// Called on the reflector's task: it must not block.
    pub fn on_error(mut self, hook: impl Fn(&ReflectorError) + Send + Sync + 'static) -> Self {
        self.on_error = Some(Arc::new(hook));
        self
    }

    /// Starts: lists, watches, and keeps the cache until the last handle is dropped. Must be called within a tokio
    /// runtime.
    pub fn start(self) -> Informer<K, S> {
        let kind = Arc::new(self.kind);
        let mut lister_watcher = KubeListerWatcher::new(self.client, kind.clone())
            .select(self.selection.clone())
            .managed_fields(self.managed_fields);
        if let Some(bytes) = self.max_object_bytes {
            lister_watcher = lister_watcher.max_object_bytes(bytes);
        }
        if let Some(transform) = self.transform {
            lister_watcher = lister_watcher.transform(move |object| transform(object));
        }
        let resource = Resource {
            group: kind.group().to_owned(),
            plural: kind.plural().to_owned(),
            description: lister_watcher.description(),
            namespace: self.selection.namespace().map(str::to_owned),
        };
        let indexer = Indexer::new(kind.clone());
        let store = indexer.store();
        let fifo = Arc::new(DeltaFifo::new(kind.clone(), Arc::new(store.clone())));
        let health = Arc::new(HealthCell::behind_a_queue());
        let subscribers = Arc::new(Subscribers::new(kind.clone(), store.clone()));
        let name = self.name.unwrap_or_else(|| resource.description.clone());
        let mut reflector = Reflector::new(kind, Arc::new(lister_watcher), fifo.clone(), self.settings)
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
                tokio::join!(reflecting, pop_for_ever(fifo, indexer, subscribers, health));
            }
        });
        Informer::new(Running { store, subscribers, health, resource, stop, ends })
    }
}

impl<K: 'static> InformerBuilder<K, Namespaced> {
    /// Only objects of that namespace; an empty one means all of them (client-go's `NamespaceAll`).
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.selection.namespace = Some(namespace.into());
        self
    }
}

impl<K: 'static> InformerBuilder<K, DynamicScope> {
    /// Only objects of that namespace, of all where it is empty; for a cluster-scoped kind the server answers 404.
    pub fn namespace(mut self, namespace: impl Into<String>) -> Self {
        self.selection.namespace = Some(namespace.into());
        self
    }
}

impl<K, S> fmt::Debug for InformerBuilder<K, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InformerBuilder")
            .field("kind", &self.kind)
            .field("selection", &self.selection)
            .field("settings", &self.settings)
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
