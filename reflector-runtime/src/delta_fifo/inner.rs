//! The queue's state under its lock. `apply` decides which deltas a change causes. Must not depend on how the consumer
//! waits.

use std::{collections::HashMap, sync::Arc};

use super::{
    Batch, Cause, Delta, KnownObjects, ListConsistency, Popped, QueueOrder,
    apply::found_missing,
    delta::Deltas,
    lists::{Ended, Lists, Population},
    replace::Replacing,
    undecodable::Undecodable,
};
use crate::{
    key::{HashedKey, KeyHash, ObjectKey},
    keyed_queue::KeyedQueue,
    resource_type::ResourceType,
    wire::ObjectVersion,
};

pub(super) struct Inner<K: 'static> {
    pub(super) resource_type: Arc<ResourceType<K>>,
    cached: Arc<dyn KnownObjects<K>>,
    order: QueueOrder,
    entries: KeyedQueue<K, Deltas<K>>,
    pub(super) replacing: Option<Replacing<K>>,
    /// Keys whose object was replaced by one with another uid, and the uid before. If that one is shown again, both
    /// exist.
    pub(super) displaced: HashMap<ObjectKey, Box<str>>,
    pub(super) undecodable: Undecodable,
    lists: Lists,
    /// The resourceVersion up to which everything is queued, until it is passed to the consumer.
    version: Option<String>,
    pub(super) closed: bool,
}

impl<K: 'static> Inner<K> {
    pub(super) fn new(
        resource_type: Arc<ResourceType<K>>,
        cached: Arc<dyn KnownObjects<K>>,
        order: QueueOrder,
    ) -> Self {
        Self {
            order,
            entries: KeyedQueue::new(resource_type.clone()),
            resource_type,
            cached,
            replacing: None,
            displaced: HashMap::new(),
            undecodable: Undecodable::default(),
            lists: Lists::default(),
            version: None,
            closed: false,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn population(&self) -> &Population {
        self.lists.population()
    }

    pub(super) fn is_replacing(&self) -> bool {
        self.replacing.is_some()
    }

    /// The consistency of the list in progress.
    pub(super) fn consistency(&self) -> Option<ListConsistency> {
        self.replacing.as_ref().map(|replacing| replacing.consistency)
    }

    /// The newest delta of a key.
    pub(super) fn newest_delta(&self, key: HashedKey<'_>) -> Option<&Delta<K>> {
        self.entries.get(key).map(Deltas::newest)
    }

    /// The object after all its deltas are applied. `None` if it is deleted or unknown.
    pub(super) fn newest(&self, key: HashedKey<'_>) -> Option<Arc<K>> {
        match self.newest_delta(key) {
            Some(Delta::Deleted(_)) => None,
            Some(delta) => Some(delta.object().clone()),
            None => self.cached.get(key),
        }
    }

    /// Like [`newest`](Self::newest), but `None` after a restore from a backup: then the known objects belong to a
    /// history that no longer exists.
    pub(super) fn trusted(&self, key: HashedKey<'_>) -> Option<Arc<K>> {
        if self.consistency() == Some(ListConsistency::Restored) { None } else { self.newest(key) }
    }

    pub(super) fn version_of<'a>(&self, object: &'a K) -> Option<ObjectVersion<'a>> {
        ObjectVersion::of(self.resource_type.metadata(object))
    }

    pub(super) fn queue(&mut self, key: HashedKey<'_>, delta: Delta<K>) {
        match (self.entries.get_mut(key), self.order) {
            (Some((_, deltas)), QueueOrder::PerKey) => deltas.push(delta),
            (Some((_, deltas)), QueueOrder::Arrival) => {
                // Of two consecutive deletions only one has an effect.
                if deltas.newest().is_deletion() && delta.is_deletion() {
                    deltas.push(delta);
                } else {
                    self.entries.append_newest(key, Deltas::from(delta));
                }
            }
            (None, _) => self.entries.append(key, Deltas::from(delta)),
        }
    }

    /// Queues a delta of an object that could be decoded.
    pub(super) fn queue_valid(&mut self, key: HashedKey<'_>, delta: Delta<K>) {
        self.queue(key, delta);
        self.undecodable.decoded(key.key(), self.position());
    }

    /// The number of the next entry.
    pub(super) fn position(&self) -> u64 {
        self.entries.arrived()
    }

    /// Queues a delta for each of these objects. Returns their number.
    fn queue_each(&mut self, objects: Vec<Arc<K>>, delta: impl Fn(Arc<K>) -> Delta<K>) -> usize {
        let count = objects.len();
        let resource_type = self.resource_type.clone();
        for object in objects {
            let keyed = object.clone();
            if let Ok(key) = resource_type.key(&keyed) {
                self.queue(key.into(), delta(object));
            }
        }
        count
    }

    /// Calls `visit` with each object of the store that has no queued delta, and with the hash of its key.
    fn for_each_without_deltas(&self, mut visit: impl FnMut(KeyHash, &Arc<K>)) {
        self.cached.for_each(&mut |hash, object| {
            if self.entries.get_of(hash, object).is_none() {
                visit(hash, object);
            }
        });
    }

    pub(super) fn begin_replace(&mut self, consistency: ListConsistency) {
        if consistency == ListConsistency::Restored {
            self.displaced.clear();
        }
        self.lists.begin();
        self.undecodable.list_begins();
        self.replacing = Some(Replacing::new(self.resource_type.clone(), consistency));
    }

    pub(super) fn abort_replace(&mut self) {
        self.replacing = None;
    }

    /// Queues a tombstone for each object missing from the replacement, unless one of its items is unidentified. Returns
    /// their number.
    pub(super) fn finish_replace(&mut self, version: &str) -> usize {
        let Some(mut replacing) = self.replacing.take() else {
            return 0;
        };
        self.displaced.retain(|key, _| replacing.has(key.as_ref().into()));
        self.resolve_shared_keys(replacing.take_set_aside());
        let mut missing: Vec<Arc<K>> = Vec::new();
        let mut check = |hash: KeyHash, object: &Arc<K>| {
            if !replacing.has_unidentified && !replacing.has_key_of(hash, object) {
                missing.push(object.clone());
            }
        };
        for (hash, deltas) in self.entries.hashed() {
            let newest = deltas.newest();
            if !newest.is_deletion() && self.is_newest(hash, newest) {
                check(hash, newest.object());
            }
        }
        self.for_each_without_deltas(check);
        if !replacing.has_unidentified {
            self.undecodable.list_ends(|key| replacing.has(key.into()), self.entries.arrived());
        }
        let swept = self.queue_each(missing, |object| found_missing(object, Cause::Relist));
        self.lists.end(self.entries.arrived(), version);
        self.version = Some(version.to_owned());
        swept
    }

    pub(super) fn set_resource_version(&mut self, version: &str) {
        if self.replacing.is_none() {
            self.lists.abandon(self.entries.arrived(), version);
        }
        self.version = Some(version.to_owned());
    }

    /// Whether this is the newest delta of its key.
    fn is_newest(&self, hash: KeyHash, delta: &Delta<K>) -> bool {
        let newest = self.entries.get_of(hash, delta.object()).map(Deltas::newest);
        newest.is_some_and(|newest| std::ptr::eq(newest, delta))
    }

    pub(super) fn resync(&mut self) -> usize {
        let mut objects = Vec::new();
        self.for_each_without_deltas(|_, object| objects.push(object.clone()));
        self.queue_each(objects, Delta::Sync)
    }

    /// Whether there is anything to pass to the consumer.
    pub(super) fn has_batch(&self) -> bool {
        self.entries.len() > 0
            || (self.version.is_some() && !self.holds_version())
            || self.lists.is_due(self.entries.front_number())
            || self.undecodable.is_due(self.entries.front_number())
    }

    /// The store shows no state of the server while only a part of a list is in it.
    fn holds_version(&self) -> bool {
        self.replacing.is_some() || self.lists.is_relisting()
    }

    /// Pops up to `most` entries. A batch ends with the last entry of a list.
    pub(super) fn pop(&mut self, most: usize) -> Batch<K> {
        let relist_began = self.lists.take_began();
        let (limit, initial_list_until) = (self.lists.limit(), self.lists.initial_list_until());
        let (mut popped, mut notices) = (Vec::new(), Vec::new());
        loop {
            let front = self.entries.front_number();
            while let Some(notice) = self.undecodable.pop(front) {
                notices.push((popped.len(), notice));
            }
            if popped.len() >= most || front.is_none_or(|front| front >= limit) {
                break;
            }
            let Some((number, hash, deltas)) = self.entries.pop() else { break };
            popped.push(Popped { deltas, in_initial_list: number < initial_list_until, hash });
        }
        let ended = self.lists.take_ended(self.entries.front_number());
        let drained =
            if self.entries.len() == 0 && !self.holds_version() { self.version.take() } else { None };
        let (initial_list_complete, relist_ended) = match &ended {
            Some(Ended::InitialList(_)) => (true, false),
            Some(Ended::Relist(_)) => (false, true),
            None => (false, false),
        };
        let version = drained.or(ended.map(Ended::version));
        Batch { relist_began, popped, notices, initial_list_complete, relist_ended, version }
    }

    /// Records that the popped entries have been processed. Returns whether this completes the initial list.
    pub(super) fn processed(&mut self) -> bool {
        self.lists.processed()
    }
}
