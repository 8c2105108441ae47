//! What a reflector feeds.

use crate::{
    delta_fifo::{Change, DeltaFifo, Freshness},
    key::KeyError,
    list_watch::KnownObjects,
};

/// What a reflector feeds (client-go's `ReflectorStore`). An informer's is a [`DeltaFifo`].
///
/// A replacement comes in pieces: `begin_replace`, any number of [`Change::Listed`] and [`Change::Kept`], then
/// `finish_replace` or, where the list broke off, `abandon_replace`.
pub trait ReflectorStore<K>: KnownObjects<K> + 'static {
    /// Takes changes in order; returns the errors of those that have no key.
    fn apply(&self, changes: Vec<Change<K>>) -> Vec<KeyError>;
    /// A list begins.
    fn begin_replace(&self, freshness: Freshness);
    /// The list is complete: what it did not show is gone. Returns how many objects that were.
    fn finish_replace(&self, version: &str) -> usize;
    /// The list broke off: what it showed counts, what it did not show proves nothing.
    fn abandon_replace(&self);
    /// All changes up to this version have been applied.
    fn reached(&self, version: &str);
    /// Delivers every object once more, from memory.
    fn resync(&self);
}

impl<K: Send + Sync + 'static> ReflectorStore<K> for DeltaFifo<K> {
    fn apply(&self, changes: Vec<Change<K>>) -> Vec<KeyError> {
        self.push_all(changes)
    }

    fn begin_replace(&self, freshness: Freshness) {
        Self::begin_replace(self, freshness);
    }

    fn finish_replace(&self, version: &str) -> usize {
        Self::finish_replace(self, version)
    }

    fn abandon_replace(&self) {
        Self::abandon_replace(self);
    }

    fn reached(&self, version: &str) {
        Self::reached(self, version);
    }

    fn resync(&self) {
        Self::resync(self);
    }
}
