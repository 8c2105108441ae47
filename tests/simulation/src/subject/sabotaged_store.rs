//! The queue between a reflector and its store, with the deliberate bugs of a [`ReflectorStore`].

use std::sync::Arc;

use reflector_runtime::{
    DeltaFifo, KeyRef, ResourceType, Store,
    delta_fifo::{Applied, Change, EventOrder, KnownObjects, ListConsistency},
    list_watch::{DecodedObjects, ObjectVersion},
    reflector::ReflectorStore,
};

use crate::{sabotage::Sabotage, thing::Thing};

/// A queue that handles changes wrongly.
pub(super) struct SabotagedStore {
    pub(super) fifo: Arc<DeltaFifo<Thing>>,
    pub(super) store: Store<Thing>,
    pub(super) resource_type: Arc<ResourceType<Thing>>,
    pub(super) sabotage: Sabotage,
}

impl DecodedObjects<Thing> for SabotagedStore {
    fn known(&self, key: KeyRef<'_>, version: ObjectVersion<'_>) -> Option<Arc<Thing>> {
        self.fifo.known(key, version)
    }
}

impl SabotagedStore {
    /// Whether the object of an event is cached in this version.
    fn is_cached(&self, change: &Change<Thing>) -> bool {
        let Change::Updated(object) = change else { return false };
        let version = ObjectVersion::of(&object.metadata);
        let key = self.resource_type.key(object);
        key.ok().zip(version).is_some_and(|(key, version)| self.fifo.known(key, version).is_some())
    }
}

impl ReflectorStore<Thing> for SabotagedStore {
    fn apply(&self, mut changes: Vec<Change<Thing>>, order: EventOrder) -> Applied<Thing> {
        let order = match (self.sabotage, order) {
            (Sabotage::NeverUnordered, EventOrder::Arrival) => EventOrder::InOrder,
            _ => order,
        };
        if self.sabotage == Sabotage::IgnoreReusedVersions {
            changes.retain(|change| !self.is_cached(change));
        }
        let mut applied = self.fifo.push_all(changes, order);
        if self.sabotage == Sabotage::DropSuspects {
            applied.declined.clear();
        }
        applied
    }

    fn begin_replace(&self, consistency: ListConsistency) {
        self.fifo.begin_replace(consistency);
    }

    fn finish_replace(&self, version: &str) -> usize {
        if self.sabotage == Sabotage::SkipSweep {
            let mut retained = Vec::new();
            KnownObjects::for_each(&self.store, &mut |_, object| {
                retained.extend(self.resource_type.key(object).map(|key| Change::Retained {
                    key: key.to_key(),
                    uid: None,
                    error: None,
                }));
            });
            self.fifo.push_all(retained, EventOrder::InOrder);
        }
        self.fifo.finish_replace(version)
    }

    fn abort_replace(&self) {
        self.fifo.abort_replace();
    }

    fn set_resource_version(&self, version: &str) {
        self.fifo.set_resource_version(version);
    }

    fn resync(&self) {
        self.fifo.resync();
    }
}
