//! What a poll need not decode: objects whose text is the same as in the poll before.
//!
//! A resourceVersion shows the same with less work, but polled resources are often computed by each request and have
//! none, or servers of one's own keep it in a change, which only a watch would reveal. Must not depend on requests.

use std::{
    collections::{HashMap, hash_map::RandomState},
    hash::BuildHasher as _,
    sync::Arc,
};

use parking_lot::Mutex;

use crate::{
    key::{KeyRef, ObjectKey},
    wire::{DecodedObjects, ObjectVersion, TextFingerprint},
};

/// The fingerprints of the objects in the last complete list, and in the list in progress.
pub(super) struct Polled<K> {
    /// The hash function is seeded at random: no server can construct two texts with the same fingerprint.
    hasher: RandomState,
    texts: Mutex<Texts<K>>,
}

struct Texts<K> {
    objects: HashMap<ObjectKey, Text<K>>,
    /// The number of lists that have begun.
    list: u64,
}

struct Text<K> {
    fingerprint: TextFingerprint,
    object: Arc<K>,
    /// The list that showed it last.
    list: u64,
}

impl<K> Polled<K> {
    pub(super) fn new() -> Self {
        Self { hasher: RandomState::new(), texts: Mutex::new(Texts { objects: HashMap::new(), list: 0 }) }
    }

    pub(super) fn begin_list(&self) {
        self.texts.lock().list += 1;
    }

    /// The list is complete: what it did not show is gone.
    pub(super) fn finish_list(&self) {
        let Texts { objects, list } = &mut *self.texts.lock();
        objects.retain(|_, text| text.list == *list);
    }
}

impl<K: Send + Sync> DecodedObjects<K> for Polled<K> {
    fn known(&self, _: KeyRef<'_>, _: ObjectVersion<'_>) -> Option<Arc<K>> {
        None
    }

    fn fingerprint(&self, text: &[u8]) -> Option<TextFingerprint> {
        Some(TextFingerprint(self.hasher.hash_one(text)))
    }

    fn unchanged(&self, key: KeyRef<'_>, fingerprint: TextFingerprint) -> Option<Arc<K>> {
        let Texts { objects, list } = &mut *self.texts.lock();
        let text = objects.get_mut(&key.to_key()).filter(|text| text.fingerprint == fingerprint)?;
        text.list = *list;
        Some(text.object.clone())
    }

    fn decoded(&self, key: KeyRef<'_>, fingerprint: TextFingerprint, object: &Arc<K>) {
        let Texts { objects, list } = &mut *self.texts.lock();
        objects.insert(key.to_key(), Text { fingerprint, object: object.clone(), list: *list });
    }
}
