//! The task of an informer that follows several namespaces: one reflector and one queue per namespace, all of which
//! feed one store.
//!
//! Each queue sees only its namespace's part of the store, so that a list of one namespace sweeps only that namespace.

use std::{collections::HashMap, sync::Arc};

use futures::{StreamExt as _, future::BoxFuture, stream::FuturesUnordered};
use parking_lot::Mutex;
use serde::de::DeserializeOwned;
use tokio::sync::{Notify, watch};

use super::{
    namespaces::{Namespaces, Part},
    pipeline::Pipeline,
    processor::Subscribers,
    source::Source,
};
use crate::{
    delta_fifo::{Batch, KnownObjects},
    key::{HashedKey, KeyHash},
    store::{Store, Writer},
};

pub(super) struct NamespaceTask<K: 'static> {
    pub(super) source: Source<K>,
    pub(super) writer: Arc<Mutex<Writer<K>>>,
    pub(super) store: Store<K>,
    pub(super) subscribers: Arc<Subscribers<K>>,
    pub(super) namespaces: Arc<Namespaces>,
}

impl<K: DeserializeOwned + Send + Sync + 'static> NamespaceTask<K> {
    /// Runs until it is stopped. Then each queue is drained into the store.
    pub(super) async fn run(self, stop: Arc<Notify>) {
        let (stopping, stopped) = watch::channel(());
        let mut running: HashMap<Arc<str>, Arc<Part>> = HashMap::new();
        let mut parts: FuturesUnordered<BoxFuture<'static, Arc<Part>>> = FuturesUnordered::new();
        let mut started = 0;
        loop {
            for part in self.namespaces.parts() {
                // A namespace that was removed and added again starts once the earlier part has ended.
                if !running.contains_key(&part.namespace) {
                    running.insert(part.namespace.clone(), part.clone());
                    parts.push(self.start(part, started, stopped.clone()));
                    started += 1;
                }
            }
            let is_current = |part: &Arc<Part>| {
                self.namespaces.get(&part.namespace).is_some_and(|now| Arc::ptr_eq(&now, part))
            };
            if running.values().all(is_current) && self.namespaces.completes_without_a_list() {
                self.subscribers.complete_initial_list();
            }
            tokio::select! {
                biased;
                () = stop.notified() => break,
                () = self.namespaces.changed.notified() => {}
                Some(part) = parts.next() => {
                    running.remove(&part.namespace);
                }
            }
        }
        drop(stopping);
        while parts.next().await.is_some() {}
    }

    /// The work of one namespace, until the informer stops or the namespace is removed.
    fn start(
        &self,
        part: Arc<Part>,
        number: u64,
        mut stopped: watch::Receiver<()>,
    ) -> BoxFuture<'static, Arc<Part>> {
        // Until the namespace is listed, the store does not contain all changes up to any version.
        self.writer.lock().write().clear_version();
        let objects = NamespaceObjects { store: self.store.clone(), namespace: part.namespace.clone() };
        let fifo = self.source.fifo(Arc::new(objects));
        let health = part.health.clone();
        let pipeline = Pipeline {
            reflector: self.source.reflector_of(&part.namespace, number, fifo.clone(), health.clone()),
            fifo,
            writer: self.writer.clone(),
            subscribers: self.subscribers.clone(),
            health,
            processing_time: self.source.processing_time(),
        };
        let namespaces = self.namespaces.clone();
        Box::pin(async move {
            let reached = |batch: &mut Batch<K>| namespaces.reached(&part, batch);
            let stop = async move {
                // Nothing is sent. This waits until the sender is dropped.
                let _ = stopped.changed().await;
            };
            pipeline.run(stop, part.removed.notified(), reached).await;
            part.health.stopped();
            part
        })
    }
}

/// The objects of one namespace in the store.
struct NamespaceObjects<K: 'static> {
    store: Store<K>,
    namespace: Arc<str>,
}

impl<K: Send + Sync + 'static> KnownObjects<K> for NamespaceObjects<K> {
    fn get(&self, key: HashedKey<'_>) -> Option<Arc<K>> {
        if key.namespace == Some(&*self.namespace) { KnownObjects::get(&self.store, key) } else { None }
    }

    fn for_each(&self, visit: &mut dyn FnMut(KeyHash, &Arc<K>)) {
        let resource_type = self.store.resource_type();
        for object in self.store.list_in_namespace(&self.namespace) {
            if let Ok(key) = resource_type.key(&object) {
                visit(KeyHash::of(key), &object);
            }
        }
    }
}
