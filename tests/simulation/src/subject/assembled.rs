//! An informer assembled from the runtime's public parts: `Reflector`, `DeltaFifo`, `Writer`. It demonstrates that
//! they suffice. It also contains the deliberate bugs for which the shipped code has no switch.

use std::{collections::VecDeque, sync::Arc};

use parking_lot::Mutex;
use reflector_runtime::{
    Delta, DeltaFifo, Event, KubeListerWatcher, Reflector, ReflectorOptions, ResourceType, Selectors, Store,
    Writer,
    delta_fifo::{Batch, Popped},
    reflector::ReflectorStore,
};
use tokio::task::JoinHandle;

use super::sabotaged_store::SabotagedStore;
use crate::{plan::InformerPlan, sabotage::Sabotage, thing::Thing};

/// Maximum number of keys per pop.
const BATCH: usize = 16;

/// An assembled informer. It runs until it is dropped.
pub(super) struct Assembled {
    resource_type: Arc<ResourceType<Thing>>,
    store: Store<Thing>,
    queues: Arc<Mutex<Vec<EventQueue>>>,
    tasks: [JoinHandle<()>; 2],
}

/// The events of one subscriber: every event, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct EventQueue(Arc<Mutex<VecDeque<Event<Thing>>>>);

impl EventQueue {
    pub(super) fn try_next(&mut self) -> Option<Event<Thing>> {
        self.0.lock().pop_front()
    }

    pub(super) fn len(&self) -> usize {
        self.0.lock().len()
    }
}

impl Assembled {
    pub(super) fn start(
        plan: &InformerPlan,
        client: kube::Client,
        options: ReflectorOptions,
        sabotage: Option<Sabotage>,
    ) -> Self {
        let resource_type = Arc::new(plan.resource.resource_type());
        let selectors = Selectors {
            namespace: plan.namespace.map(str::to_owned),
            labels: plan.labels.map(str::to_owned),
            fields: plan.fields.map(str::to_owned),
            shard: None,
        };
        let lister_watcher = KubeListerWatcher::<Thing>::new(client, resource_type.clone())
            .selectors(selectors)
            .wire_format(plan.wire_format)
            .max_object_bytes(super::MAX_OBJECT_BYTES);
        let writer = Writer::new(resource_type.clone());
        let store = writer.store();
        let fifo = Arc::new(DeltaFifo::new(resource_type.clone(), Arc::new(store.clone())));
        let reflector_store: Arc<dyn ReflectorStore<Thing>> = match sabotage {
            Some(sabotage) if sabotage.needs_assembly() => Arc::new(SabotagedStore {
                fifo: fifo.clone(),
                store: store.clone(),
                resource_type: resource_type.clone(),
                sabotage,
            }),
            _ => fifo.clone(),
        };
        let mut reflector =
            Reflector::new(resource_type.clone(), Arc::new(lister_watcher), reflector_store, options)
                .resync(plan.resync.unwrap_or_default(), || true);
        let queues: Arc<Mutex<Vec<EventQueue>>> = Arc::default();
        let processor = Processor {
            resource_type: resource_type.clone(),
            fifo,
            writer,
            queues: queues.clone(),
            sabotage,
        };
        let tasks = [
            tokio::spawn(async move { reflector.run(std::future::pending()).await }),
            tokio::spawn(processor.run()),
        ];
        Self { resource_type, store, queues, tasks }
    }

    pub(super) fn store(&self) -> Store<Thing> {
        self.store.clone()
    }

    pub(super) fn subscribe(&self) -> EventQueue {
        let queue = EventQueue::default();
        // Single-threaded: nothing writes to the store between these statements.
        let known =
            self.store.list().into_iter().map(|object| Event::added(&self.resource_type, object, true));
        queue.0.lock().extend(known);
        self.queues.lock().push(queue.clone());
        queue
    }
}

impl Drop for Assembled {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

struct Processor {
    resource_type: Arc<ResourceType<Thing>>,
    fifo: Arc<DeltaFifo<Thing>>,
    writer: Writer<Thing>,
    queues: Arc<Mutex<Vec<EventQueue>>>,
    sabotage: Option<Sabotage>,
}

impl Processor {
    async fn run(mut self) {
        let fifo = self.fifo.clone();
        while let Ok(events) = fifo.pop(BATCH, |batch| self.store(batch)).await {
            for queue in &*self.queues.lock() {
                queue.0.lock().extend(events.iter().cloned());
            }
            tokio::task::coop::consume_budget().await;
        }
    }

    fn store(&mut self, batch: Batch<Thing>) -> Vec<Event<Thing>> {
        let mut events = Vec::new();
        for Popped { deltas, in_initial_list, .. } in batch.popped {
            for delta in deltas {
                events.extend(self.store_delta(delta, in_initial_list));
            }
        }
        if let Some(version) = batch.version {
            let version = match (self.sabotage, version.parse::<u64>()) {
                (Some(Sabotage::VersionGoesBackwards), Ok(number)) => (number - number % 2 * 5).to_string(),
                _ => version,
            };
            self.writer.write().set_version(version);
        }
        events
    }

    fn store_delta(&mut self, delta: Delta<Thing>, in_initial_list: bool) -> Option<Event<Thing>> {
        let mut store = self.writer.write();
        match delta {
            Delta::Added(object) | Delta::Updated(object) | Delta::Replaced(object) => {
                let cached = store.get(self.resource_type.key(&object).ok()?).cloned();
                if let Some(old) = cached {
                    if self.sabotage != Some(Sabotage::SkipStoreUpdates) || object.version() % 5 != 0 {
                        store.insert(&object).ok()?;
                    }
                    return Some(Event::updated(&self.resource_type, old, object));
                }
                store.insert(&object).ok()?;
                Some(Event::added(&self.resource_type, object, in_initial_list))
            }
            Delta::Deleted(tombstone) => {
                let cached = store.remove(self.resource_type.key(&tombstone.last_known).ok()?)?;
                let last_known = if tombstone.final_state_known { tombstone.last_known } else { cached };
                Some(Event::deleted(&self.resource_type, last_known, tombstone.final_state_known))
            }
            Delta::Sync(object) => {
                let cached = store.get(self.resource_type.key(&object).ok()?)?.clone();
                Some(Event::updated(&self.resource_type, cached.clone(), cached))
            }
        }
    }
}
