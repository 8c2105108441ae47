//! [`InformerBuilder::start`]: creates the parts of an informer and starts its task.

use std::{future::pending, sync::Arc};

use futures::future::BoxFuture;
use parking_lot::Mutex;
use serde::de::DeserializeOwned;
use tokio::{
    runtime::Handle,
    sync::{Notify, watch},
};

#[cfg(feature = "metrics")]
use super::publisher::Publisher;
use super::{
    Informer, InformerBuilder,
    handle::Running,
    handlers::Handlers,
    namespace_task::NamespaceTask,
    namespaces::Namespaces,
    pipeline::{Pipeline, run_task},
    processor::{Reached, Subscribers},
    report::Reporter,
    source::{Queues, Source},
    stats::StatsSource,
};
#[cfg(feature = "metrics")]
use crate::metrics::Labels;
use crate::{
    reflector::{Counters, HealthCell},
    store::Writer,
};

impl<K: DeserializeOwned + Send + Sync + 'static, S> InformerBuilder<K, S> {
    /// Starts the informer. It lists, watches and maintains the cache until [`Informer::shutdown`], or until its last
    /// handle is dropped.
    ///
    /// Call it within a tokio runtime. Outside of one, nothing can run: the returned informer is
    /// [`Stopped`](crate::Health::Stopped), its last error is [`ReflectorError::NoRuntime`](crate::ReflectorError::NoRuntime), and
    /// [`Informer::wait_for_sync`] returns an error.
    #[must_use = "the informer stops when its last handle is dropped: keep the returned `Informer`"]
    pub fn start(self) -> Informer<K, S> {
        let resource_type = Arc::new(self.resource_type);
        let writer = Writer::new(resource_type.clone());
        let store = writer.store();
        let writer = Arc::new(Mutex::new(writer));
        let subscribers = Arc::new(Subscribers::new(resource_type.clone(), store.clone()));
        let counters = Arc::new(Counters::default());
        let retry = Arc::new(Notify::new());
        let source = Source {
            client: self.client,
            resource_type,
            name: self.name,
            selectors: self.selectors,
            wire_format: self.wire_format,
            managed_fields: self.managed_fields,
            transform: self.transform,
            max_object_bytes: self.max_object_bytes,
            options: self.options,
            resync: self.resync,
            on_error: self.on_error.clone(),
            limiter: self.limiter,
            queue_order: self.queue_order,
            queues: Arc::new(Queues::default()),
            counters: counters.clone(),
            retry: retry.clone(),
            #[cfg(feature = "metrics")]
            labels: None,
        };
        let resource = source.resource();
        let name = source.name.clone().unwrap_or_else(|| resource.description.clone());
        #[cfg(feature = "metrics")]
        let labels = (!self.is_one_shot).then(|| Labels::new(&name, &source.resource_type));
        #[cfg(feature = "metrics")]
        let source = Source { labels, ..source };
        let namespaces = self.namespaces.map(|names| {
            if names.is_empty() {
                subscribers.complete_initial_list();
            }
            Namespaces::new(resource.clone(), names)
        });
        let health = match &namespaces {
            Some(namespaces) => namespaces.health().clone(),
            None => Arc::new(HealthCell::behind_a_queue()),
        };
        let handlers = Arc::new(Handlers::default());
        let stats = Arc::new(StatsSource {
            store: store.clone(),
            queues: source.queues.clone(),
            subscribers: subscribers.clone(),
            health: health.clone(),
            counters,
            handlers: handlers.clone(),
        });
        let stop = Arc::new(Notify::new());
        let (running, ended) = watch::channel(());
        let runtime = Handle::try_current().ok();
        #[cfg(feature = "metrics")]
        let running = match (&source.labels, &runtime) {
            (Some(labels), Some(runtime)) => {
                Publisher::new(labels.clone(), stats.clone()).spawn(runtime, running)
            }
            _ => running,
        };
        let report = Arc::new(Reporter { name, health: health.clone(), hook: self.on_error });
        let parts = Parts {
            source,
            writer,
            subscribers: subscribers.clone(),
            health: health.clone(),
            report: report.clone(),
        };
        let task = match &namespaces {
            Some(namespaces) => parts.namespaced_task(namespaces.clone(), stop.clone(), running),
            None => parts.single_task(stop.clone(), running),
        };
        if let Some(runtime) = &runtime {
            runtime.spawn(task);
        } else {
            drop(task);
            report.no_runtime();
        }
        Informer::new(Running {
            store,
            subscribers,
            health,
            namespaces,
            resource,
            stop,
            retry,
            ended,
            runtime,
            report,
            handlers,
            stats,
        })
    }
}

/// What an informer's task consists of.
struct Parts<K: 'static> {
    source: Source<K>,
    writer: Arc<Mutex<Writer<K>>>,
    subscribers: Arc<Subscribers<K>>,
    health: Arc<HealthCell>,
    report: Arc<Reporter>,
}

impl<K: DeserializeOwned + Send + Sync + 'static> Parts<K> {
    /// The task of one reflector. `running` is dropped at its end.
    fn single_task(self, stop: Arc<Notify>, running: watch::Sender<()>) -> BoxFuture<'static, ()> {
        let Self { source, writer, subscribers, health, report } = self;
        let store = writer.lock().store();
        let fifo = source.fifo(Arc::new(store));
        let pipeline = Pipeline {
            reflector: source.reflector(fifo.clone(), health.clone()),
            fifo,
            writer,
            subscribers: subscribers.clone(),
            health: health.clone(),
            processing_time: source.processing_time(),
        };
        let work = pipeline.run(async move { stop.notified().await }, pending(), |_| Reached::default());
        Box::pin(run_task(work, subscribers, report, move || health.stopped(), running))
    }

    /// The task of a reflector for each namespace. `running` is dropped at its end.
    fn namespaced_task(
        self,
        namespaces: Arc<Namespaces>,
        stop: Arc<Notify>,
        running: watch::Sender<()>,
    ) -> BoxFuture<'static, ()> {
        let Self { mut source, writer, subscribers, report, .. } = self;
        // Also for hundreds of namespaces.
        source.limiter.get_or_insert_default();
        let store = writer.lock().store();
        let task = NamespaceTask {
            source,
            writer,
            store,
            subscribers: subscribers.clone(),
            namespaces: namespaces.clone(),
        };
        Box::pin(run_task(task.run(stop), subscribers, report, move || namespaces.stopped(), running))
    }
}
