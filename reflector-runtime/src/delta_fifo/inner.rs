//! What stands under the queue's lock, and what each change comes to there. Must not know who waits for it.

use std::sync::Arc;

use super::{
    Batch, Change, Delta, KnownObjects, ListConsistency, Popped, Tombstone,
    delta::Deltas,
    replace::{Replacing, Seen},
};
use crate::{
    key::{KeyError, KeyRef},
    keyed_queue::KeyedQueue,
    resource_type::ResourceType,
    version,
    wire::ObjectVersion,
};

pub(super) struct Inner<K: 'static> {
    resource_type: Arc<ResourceType<K>>,
    cached: Arc<dyn KnownObjects<K>>,
    entries: KeyedQueue<K, Deltas<K>>,
    replacing: Option<Replacing<K>>,
    population: Population,
    /// The version that the queue has been fed up to, where the consumer has not been told yet.
    version: Option<String>,
    pub(super) closed: bool,
}

/// How far the first replacement has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Population {
    /// Not at its end.
    Awaited,
    /// All in the queue: complete when this many entries have been popped.
    Queued(u64),
    /// Popped and processed.
    Complete,
}

impl<K: 'static> Inner<K> {
    pub(super) fn new(resource_type: Arc<ResourceType<K>>, cached: Arc<dyn KnownObjects<K>>) -> Self {
        Self {
            entries: KeyedQueue::new(resource_type.clone()),
            resource_type,
            cached,
            replacing: None,
            population: Population::Awaited,
            version: None,
            closed: false,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn population(&self) -> Population {
        self.population
    }

    pub(super) fn is_replacing(&self) -> bool {
        self.replacing.is_some()
    }

    /// How far the list that is under way can be trusted.
    fn consistency(&self) -> Option<ListConsistency> {
        self.replacing.as_ref().map(|replacing| replacing.consistency)
    }

    /// The newest delta of a key.
    fn newest_delta(&self, key: KeyRef<'_>) -> Option<&Delta<K>> {
        self.entries.get(key).map(Deltas::newest)
    }

    /// The object as it will be when all deltas are applied; `None` where it is gone or was never there.
    fn newest(&self, key: KeyRef<'_>) -> Option<Arc<K>> {
        match self.newest_delta(key) {
            Some(Delta::Deleted(_)) => None,
            Some(delta) => Some(delta.object().clone()),
            None => self.cached.get(key),
        }
    }

    /// As [`newest`](Self::newest), where that can be trusted: after a restore from a backup, what is held belongs
    /// to a history that is gone.
    pub(super) fn trusted(&self, key: KeyRef<'_>) -> Option<Arc<K>> {
        if self.consistency() == Some(ListConsistency::Restored) { None } else { self.newest(key) }
    }

    fn version_of<'a>(&self, object: &'a K) -> Option<ObjectVersion<'a>> {
        ObjectVersion::of(self.resource_type.metadata(object))
    }

    /// Whether `held` bears the name of `object` and is another one: that was deleted, and made anew.
    fn is_another(&self, object: &K, held: &K) -> bool {
        self.is_of_another(self.resource_type.metadata(object).uid.as_deref(), held)
    }

    fn is_of_another(&self, uid: Option<&str>, held: &K) -> bool {
        uid.zip(self.resource_type.metadata(held).uid.as_deref()).is_some_and(|(uid, held)| uid != held)
    }

    fn is_older(&self, object: &K, held: &K) -> bool {
        let versions = self.version_of(object).zip(self.version_of(held));
        versions.is_some_and(|(new, held)| version::is_older(new.resource_version, held.resource_version))
    }

    /// Queues what a change comes to.
    pub(super) fn take(&mut self, change: Change<K>) -> Result<(), KeyError> {
        match change {
            Change::Added(object) => self.show(object, Delta::Added, ListConsistency::NotOlder),
            Change::Updated(object) => self.show(object, Delta::Updated, ListConsistency::NotOlder),
            Change::Listed(object) => {
                let consistency = self.consistency().unwrap_or(ListConsistency::NotOlder);
                self.show(object, Delta::Replaced, consistency)
            }
            Change::Deleted(last_known) => self.delete(last_known),
            Change::DeletedUndecodable(key) => self.delete_undecodable(key.as_ref()),
            Change::Retained { key, uid } => {
                if let Some(held) = self.trusted(key.as_ref())
                    && !self.is_of_another(uid.as_deref(), &held)
                    && let Some(replacing) = &mut self.replacing
                {
                    replacing.see(&held);
                }
                Ok(())
            }
        }
    }

    /// An object is there, in this state.
    fn show(
        &mut self,
        object: Arc<K>,
        delta: fn(Arc<K>) -> Delta<K>,
        consistency: ListConsistency,
    ) -> Result<(), KeyError> {
        let shown = object.clone();
        let key = self.resource_type.key(&shown)?;
        let is_again = self.replacing.as_mut().is_some_and(|replacing| replacing.see(&object) == Seen::Again);
        if let Some(held) = self.newest(key) {
            // However new a list is, a page of it may be older than the ones before.
            let consistency = if is_again { ListConsistency::NotOlder } else { consistency };
            if self.tells_nothing(&object, &held, consistency) {
                return Ok(());
            }
            // (client-go tells one update, and its older queue too: there, the uid is no part of the identity.)
            if self.is_another(&object, &held) {
                self.queue(key, found_missing(held));
            }
        }
        self.queue(key, delta(object));
        Ok(())
    }

    /// Whether what is held is this very version of the object, or a newer one.
    fn tells_nothing(&self, object: &K, held: &K, consistency: ListConsistency) -> bool {
        let is_same = || self.version_of(object).is_some_and(|new| Some(new) == self.version_of(held));
        match consistency {
            ListConsistency::Restored => false,
            ListConsistency::Newest => is_same(),
            ListConsistency::NotOlder => is_same() || self.is_older(object, held),
        }
    }

    /// An object is gone; this was its last state.
    fn delete(&mut self, last_known: Arc<K>) -> Result<(), KeyError> {
        let deleted = last_known.clone();
        let key = self.resource_type.key(&deleted)?;
        let delta = match self.newest(key) {
            Some(held) if self.is_older(&last_known, &held) => return Ok(()),
            Some(held) if self.is_another(&last_known, &held) => found_missing(held),
            None if !matches!(self.newest_delta(key), Some(Delta::Deleted(_))) => return Ok(()),
            _ => Delta::Deleted(Tombstone { last_known, final_state_known: true }),
        };
        self.queue(key, delta);
        Ok(())
    }

    /// An object is gone; its last state could not be read.
    fn delete_undecodable(&mut self, key: KeyRef<'_>) -> Result<(), KeyError> {
        if let Some(last_known) = self.newest(key) {
            let held = last_known.clone();
            self.queue(
                self.resource_type.clone().key(&held)?,
                Delta::Deleted(Tombstone { last_known, final_state_known: true }),
            );
        }
        Ok(())
    }

    fn queue(&mut self, key: KeyRef<'_>, delta: Delta<K>) {
        match self.entries.get_mut(key) {
            Some(deltas) => deltas.push(delta),
            None => self.entries.append(key, Deltas::from(delta)),
        }
    }

    /// Queues a delta for each of these objects; returns how many.
    fn queue_each(&mut self, objects: Vec<Arc<K>>, delta: fn(Arc<K>) -> Delta<K>) -> usize {
        let count = objects.len();
        let resource_type = self.resource_type.clone();
        for object in objects {
            let keyed = object.clone();
            if let Ok(key) = resource_type.key(&keyed) {
                self.queue(key, delta(object));
            }
        }
        count
    }

    /// The objects of the store that have nothing queued.
    fn at_rest(&self, mut visit: impl FnMut(&Arc<K>)) {
        self.cached.for_each(&mut |object| {
            if self.resource_type.key(object).is_ok_and(|key| self.newest_delta(key).is_none()) {
                visit(object);
            }
        });
    }

    pub(super) fn begin_replace(&mut self, consistency: ListConsistency) {
        self.replacing = Some(Replacing::new(self.resource_type.clone(), consistency));
    }

    pub(super) fn abort_replace(&mut self) {
        self.replacing = None;
    }

    /// Queues a tombstone for everything that the replacement did not show; returns how many.
    pub(super) fn finish_replace(&mut self, version: &str) -> usize {
        let Some(replacing) = self.replacing.take() else {
            return 0;
        };
        let mut missing: Vec<Arc<K>> = Vec::new();
        let mut check = |object: &Arc<K>| {
            if self.resource_type.key(object).is_ok_and(|key| !replacing.has(key)) {
                missing.push(object.clone());
            }
        };
        for delta in self.entries.iter().map(Deltas::newest) {
            if !matches!(delta, Delta::Deleted(_)) {
                check(delta.object());
            }
        }
        self.at_rest(check);
        let swept = self.queue_each(missing, found_missing);
        if self.population == Population::Awaited {
            self.population = Population::Queued(self.entries.arrived());
        }
        self.set_resource_version(version);
        swept
    }

    pub(super) fn set_resource_version(&mut self, version: &str) {
        self.version = Some(version.to_owned());
    }

    pub(super) fn resync(&mut self) -> usize {
        let mut again = Vec::new();
        self.at_rest(|object| again.push(object.clone()));
        self.queue_each(again, Delta::Sync)
    }

    /// Whether there is something to hand over.
    pub(super) fn has_news(&self) -> bool {
        self.entries.len() > 0 || self.version.is_some() || self.population_is_due()
    }

    /// Takes up to `most` keys.
    pub(super) fn pop(&mut self, most: usize) -> Batch<K> {
        let initial_list_until = match self.population {
            Population::Awaited => u64::MAX,
            Population::Queued(until) => until,
            Population::Complete => 0,
        };
        let popped = std::iter::from_fn(|| self.entries.pop())
            .take(most)
            .map(|(number, deltas)| Popped { deltas, in_initial_list: number < initial_list_until })
            .collect();
        let version = if self.entries.len() == 0 { self.version.take() } else { None };
        Batch { popped, version }
    }

    fn population_is_due(&self) -> bool {
        let Population::Queued(until) = self.population else {
            return false;
        };
        self.entries.front_number().is_none_or(|front| front >= until)
    }

    /// What was popped has been processed; whether the initial population is complete with it.
    pub(super) fn processed(&mut self) -> bool {
        let is_due = self.population_is_due();
        if is_due {
            self.population = Population::Complete;
        }
        is_due
    }
}

fn found_missing<K>(last_known: Arc<K>) -> Delta<K> {
    Delta::Deleted(Tombstone { last_known, final_state_known: false })
}
