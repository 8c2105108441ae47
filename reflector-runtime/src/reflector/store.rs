//! [`ReflectorStore`]: what a reflector writes to.

use crate::{
    delta_fifo::{Applied, Change, DeltaFifo, EventOrder, ListConsistency},
    wire::DecodedObjects,
};

/// What a reflector writes to (client-go's `ReflectorStore`). An informer's is a [`DeltaFifo`].
///
/// A replacement arrives in pieces: `begin_replace`, any number of [`Change::Listed`] and [`Change::Retained`], then
/// `finish_replace` or, if the list was interrupted, `abort_replace`.
pub trait ReflectorStore<K>: DecodedObjects<K> + 'static {
    /// Applies changes, one after the other. `order` is what their versions mean compared with the events before.
    fn apply(&self, changes: Vec<Change<K>>, order: EventOrder) -> Applied<K>;
    /// A list begins.
    fn begin_replace(&self, consistency: ListConsistency);
    /// The list is complete: objects that it did not show are gone. Returns how many.
    fn finish_replace(&self, version: &str) -> usize;
    /// The list was interrupted: the objects that it showed count, the ones that it did not show stay.
    fn abort_replace(&self);
    /// All changes up to this resourceVersion have been applied.
    fn set_resource_version(&self, version: &str);
    /// Delivers every object once more, from memory.
    fn resync(&self);
}

impl<K: Send + Sync + 'static> ReflectorStore<K> for DeltaFifo<K> {
    fn apply(&self, changes: Vec<Change<K>>, order: EventOrder) -> Applied<K> {
        self.push_all(changes, order)
    }

    fn begin_replace(&self, consistency: ListConsistency) {
        Self::begin_replace(self, consistency);
    }

    fn finish_replace(&self, version: &str) -> usize {
        Self::finish_replace(self, version)
    }

    fn abort_replace(&self) {
        Self::abort_replace(self);
    }

    fn set_resource_version(&self, version: &str) {
        Self::set_resource_version(self, version);
    }

    fn resync(&self) {
        Self::resync(self);
    }
}
