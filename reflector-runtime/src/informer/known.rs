//! [`KnownObjects`] for the store, as the queue uses it. This is the only link between the two, so that neither
//! depends on the other.

use std::sync::Arc;

use crate::{delta_fifo::KnownObjects, key::KeyRef, store::Store};

impl<K: Send + Sync + 'static> KnownObjects<K> for Store<K> {
    fn get(&self, key: KeyRef<'_>) -> Option<Arc<K>> {
        Self::get(self, key)
    }

    fn for_each(&self, visit: &mut dyn FnMut(&Arc<K>)) {
        self.snapshot().iter().for_each(visit);
    }
}
