//! [`KnownObjects`] for the store, as the queue uses it. This is the only link between the two, so that neither
//! depends on the other.

use std::sync::Arc;

use crate::{
    delta_fifo::KnownObjects,
    key::{HashedKey, KeyHash},
    store::Store,
};

impl<K: Send + Sync + 'static> KnownObjects<K> for Store<K> {
    fn get(&self, key: HashedKey<'_>) -> Option<Arc<K>> {
        self.get_hashed(key)
    }

    fn for_each(&self, visit: &mut dyn FnMut(KeyHash, &Arc<K>)) {
        self.snapshot().hashed().for_each(|(hash, object)| visit(hash, object));
    }
}
