//! What a reflector feeds.

use crate::{
    delta_fifo::{Change, DeltaFifo, ListConsistency},
    key::KeyError,
    list_watch::DecodedObjects,
};

/// What a reflector feeds (client-go's `ReflectorStore`). An informer's is a [`DeltaFifo`].
///
/// A replacement comes in pieces: `begin_replace`, any number of [`Change::Listed`] and [`Change::Retained`], then
/// `finish_replace` or, where the list broke off, `abort_replace`.
pub trait ReflectorStore<K>: DecodedObjects<K> + 'static {
    /// Takes changes in order; returns the errors of those that have no key.
    fn apply(&self, changes: Vec<Change<K>>) -> Vec<KeyError>;
    /// A list begins.
    fn begin_replace(&self, consistency: ListConsistency);
    /// The list is complete: what it did not show is gone. Returns how many objects that were.
    fn finish_replace(&self, version: &str) -> usize;
    /// The list broke off: what it showed counts, what it did not show proves nothing.
    fn abort_replace(&self);
    /// All changes up to this version have been applied.
    fn set_resource_version(&self, version: &str);
    /// Delivers every object once more, from memory.
    fn resync(&self);
}

impl<K: Send + Sync + 'static> ReflectorStore<K> for DeltaFifo<K> {
    fn apply(&self, changes: Vec<Change<K>>) -> Vec<KeyError> {
        self.push_all(changes)
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
