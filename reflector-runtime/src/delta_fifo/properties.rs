//! [`DeltaFifo`] in both orders compared with a naive model: the server's objects, and the list of all changes.

use std::{collections::BTreeMap, sync::Arc};

use futures::FutureExt as _;
use k8s_openapi::api::core::v1::ConfigMap;
use proptest::prelude::*;

use super::{Batch, Change, Delta, DeltaFifo, ListConsistency, QueueOrder};
use crate::{
    store::Writer,
    testing::{object, resource_type, show},
};

#[derive(Clone, Copy, Debug)]
enum Step {
    Change(u8),
    Delete(u8),
    /// Changes that the watch misses, followed by a list.
    Relist {
        changed: u8,
        deleted: u8,
    },
    Resync,
    Version,
    Pop(u8),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (0..5_u8).prop_map(Step::Change),
        3 => (0..5_u8).prop_map(Step::Delete),
        1 => (0..5_u8, 0..5_u8).prop_map(|(changed, deleted)| Step::Relist { changed, deleted }),
        1 => Just(Step::Resync),
        1 => Just(Step::Version),
        3 => (1..4_u8).prop_map(Step::Pop),
    ];
    prop::collection::vec(step, 0..60)
}

type State = BTreeMap<String, u64>;

fn name(object: u8) -> String {
    format!("o{object}")
}

/// The server, the queue, and the store that it feeds.
struct World {
    fifo: DeltaFifo<ConfigMap>,
    writer: Writer<ConfigMap>,
    server: State,
    version: u64,
    /// Every watch event, in order.
    arrived: Vec<String>,
    /// The watch events among the popped deltas, in order.
    popped: Vec<String>,
    /// The server's state at each version at which it was complete in the queue.
    states: BTreeMap<String, State>,
    /// Whether changes are queued that no version includes.
    is_dirty: bool,
    in_relist: bool,
    relists_ended: usize,
    initial_lists: usize,
}

impl World {
    fn new(order: QueueOrder) -> Self {
        let writer = Writer::new(resource_type());
        let store = Arc::new(writer.store());
        let mut world = Self {
            fifo: DeltaFifo::with_order(resource_type(), store, order),
            writer,
            server: State::new(),
            version: 1,
            arrived: Vec::new(),
            popped: Vec::new(),
            states: BTreeMap::new(),
            is_dirty: false,
            in_relist: false,
            relists_ended: 0,
            initial_lists: 0,
        };
        world.list();
        world
    }

    fn list(&mut self) {
        self.fifo.begin_replace(ListConsistency::NotOlder);
        // The consumer pops while the list arrives.
        for (name, version) in self.server.clone() {
            self.fifo.push(Change::Listed(object(&name, version))).unwrap();
            if version % 2 == 0 {
                self.pop(1);
            }
        }
        self.is_dirty = false;
        self.version += 1;
        self.fifo.finish_replace(&self.version.to_string());
        self.states.insert(self.version.to_string(), self.server.clone());
    }

    fn change(&mut self, number: u8) -> Change<ConfigMap> {
        self.version += 1;
        let changed = object(&name(number), self.version);
        match self.server.insert(name(number), self.version) {
            Some(_) => Change::Updated(changed),
            None => Change::Added(changed),
        }
    }

    fn delete(&mut self, number: u8) -> Option<Change<ConfigMap>> {
        self.server.remove(&name(number))?;
        self.version += 1;
        Some(Change::Deleted(object(&name(number), self.version)))
    }

    fn push(&mut self, change: Change<ConfigMap>) {
        self.arrived.push(match &change {
            Change::Added(object) => format!("Added {}", show(object)),
            Change::Updated(object) => format!("Updated {}", show(object)),
            Change::Deleted(object) => format!("Deleted {}", show(object)),
            other => format!("{other:?}"),
        });
        self.fifo.push(change).unwrap();
        self.is_dirty = true;
    }

    fn apply(&mut self, step: Step) {
        match step {
            Step::Change(object) => {
                let change = self.change(object);
                self.push(change);
            }
            Step::Delete(object) => {
                if let Some(change) = self.delete(object) {
                    self.push(change);
                }
            }
            Step::Relist { changed, deleted } => {
                self.change(changed);
                self.delete(deleted);
                self.list();
            }
            Step::Resync => {
                self.fifo.resync();
            }
            Step::Version => {
                self.is_dirty = false;
                self.version += 1;
                self.fifo.set_resource_version(&self.version.to_string());
                self.states.insert(self.version.to_string(), self.server.clone());
            }
            Step::Pop(most) => {
                self.pop(usize::from(most));
            }
        }
    }

    /// Pops into the store. Returns `false` if nothing is queued.
    fn pop(&mut self, most: usize) -> bool {
        let batch = self.fifo.pop(most, |batch| {
            let mut write = self.writer.write();
            for delta in batch.popped.iter().flat_map(|popped| popped.deltas.iter()) {
                let key = crate::testing::key;
                match delta {
                    Delta::Deleted(tombstone) => {
                        let name = tombstone.last_known.metadata.name.as_deref().unwrap();
                        write.remove(key(name));
                    }
                    Delta::Sync(_) => {}
                    delta => {
                        write.insert(delta.object()).unwrap();
                    }
                }
            }
            batch
        });
        let Some(batch) = batch.now_or_never() else { return false };
        self.check(&batch.unwrap());
        true
    }

    fn check(&mut self, batch: &Batch<ConfigMap>) {
        if batch.relist_began {
            assert!(!std::mem::replace(&mut self.in_relist, true), "a relist began twice");
        }
        for popped in &batch.popped {
            for delta in popped.deltas.iter() {
                match delta {
                    Delta::Deleted(tombstone) if !tombstone.final_state_known => {
                        assert!(self.in_relist, "found missing outside of a relist");
                    }
                    Delta::Replaced(_) => assert!(self.in_relist || popped.in_initial_list),
                    Delta::Sync(_) => {}
                    delta => self.popped.push(format!("{} {}", delta.name(), show(delta.object()))),
                }
            }
        }
        self.initial_lists += usize::from(batch.initial_list_complete);
        if batch.relist_ended {
            assert!(std::mem::take(&mut self.in_relist), "a relist ended that had not begun");
            self.relists_ended += 1;
        }
        if let Some(version) = &batch.version
            && self.fifo.is_empty()
            && !self.is_dirty
        {
            assert!(!self.in_relist, "a version within a relist");
            assert_eq!(self.store(), self.states[version], "the state at {version}");
        }
    }

    fn store(&self) -> State {
        let objects = self.writer.store().list();
        let entry = |object: &Arc<ConfigMap>| {
            let version = object.metadata.resource_version.as_deref().unwrap().parse().unwrap();
            (object.metadata.name.clone().unwrap(), version)
        };
        objects.iter().map(entry).collect()
    }
}

/// The events of one object, in order.
fn of_object(events: &[String], number: u8) -> Vec<&String> {
    let name = format!(" {}@", name(number));
    events.iter().filter(|event| event.contains(&name)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// The store reaches the server's state, every event is popped once, in the order of its key or of all keys, and each
    /// relist has a begin and an end.
    #[test]
    fn the_queue_returns_every_event_in_its_order(steps in steps()) {
        for order in [QueueOrder::PerKey, QueueOrder::Arrival] {
            let mut world = World::new(order);
            for step in &steps {
                world.apply(*step);
            }
            while world.pop(3) {}
            prop_assert_eq!(world.store(), world.server);
            prop_assert!(!world.in_relist && world.fifo.is_empty());
            prop_assert_eq!(world.initial_lists, 1);
            let relists = steps.iter().filter(|step| matches!(step, Step::Relist { .. })).count();
            prop_assert!(world.relists_ended <= relists && (world.relists_ended > 0) == (relists > 0));
            if order == QueueOrder::Arrival {
                prop_assert_eq!(&world.popped, &world.arrived);
            }
            for object in 0..5 {
                prop_assert_eq!(of_object(&world.popped, object), of_object(&world.arrived, object));
            }
        }
    }
}
