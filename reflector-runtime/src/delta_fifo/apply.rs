//! What a change means for its object: the uid decides first, then the version. Must not know how changes are queued.
//!
//! A uid never returns after its deletion, and one key has one uid at a time. If the server shows two (an aggregation
//! of several clusters, for example), the cached one stays and the other is skipped: else each event would delete one
//! and add the other.

use std::{cmp::Ordering, sync::Arc};

use super::{
    Applied, Cause, Change, Delta, EventOrder, ListConsistency, Tombstone, inner::Inner, replace::Seen,
    undecodable::FoundBy,
};
use crate::{
    key::{HashedKey, KeyError},
    version,
};

/// What kind of event shows an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum EventType {
    Added,
    Modified,
}

impl EventType {
    fn change<K>(self, object: Arc<K>) -> Change<K> {
        match self {
            Self::Added => Change::Added(object),
            Self::Modified => Change::Updated(object),
        }
    }

    fn delta<K>(self, object: Arc<K>) -> Delta<K> {
        match self {
            Self::Added => Delta::Added(object),
            Self::Modified => Delta::Updated(object),
        }
    }
}

/// What to do with an object of a list or an event.
enum Decision {
    /// It replaces the cached state.
    Apply,
    /// It is another object with the key of the cached one, which was deleted unseen.
    Replace,
    /// It shows nothing new.
    Skip,
    /// Its version is out of order.
    Decline,
    /// It is another object with the key of the cached one, and both exist.
    SharedKey,
}

impl<K: 'static> Inner<K> {
    /// Queues the deltas of a change.
    pub(super) fn apply(&mut self, change: Change<K>, order: EventOrder, applied: &mut Applied<K>) {
        let result = match change {
            Change::Added(object) => self.event(object, EventType::Added, order, applied),
            Change::Updated(object) => self.event(object, EventType::Modified, order, applied),
            Change::Listed(object) => self.listed(object, applied),
            Change::Deleted(last_known) => self.deleted(last_known, order, applied),
            Change::DeletedUndecodable { key, uid } if order == EventOrder::OutOfOrder => {
                applied.declined.push(Change::DeletedUndecodable { key, uid });
                Ok(())
            }
            Change::DeletedUndecodable { key, uid } => {
                self.deleted_undecodable(key.as_ref().into(), uid.as_deref(), order);
                Ok(())
            }
            Change::Retained { key, uid, error } => {
                self.retained(key.as_ref().into(), uid.as_deref(), applied);
                if let Some(error) = error {
                    let by = if self.replacing.is_some() { FoundBy::List } else { FoundBy::Watch };
                    self.undecodable.found(key, error, by, self.position());
                }
                Ok(())
            }
            Change::Unidentified => {
                if let Some(replacing) = &mut self.replacing {
                    replacing.has_unidentified = true;
                }
                applied.fresh += 1;
                Ok(())
            }
        };
        applied.errors.extend(result.err());
    }

    /// An event shows an object.
    fn event(
        &mut self,
        object: Arc<K>,
        event_type: EventType,
        order: EventOrder,
        applied: &mut Applied<K>,
    ) -> Result<(), KeyError> {
        let keyed = object.clone();
        let key = HashedKey::from(self.resource_type.key(&keyed)?);
        if let Some(replacing) = &mut self.replacing {
            replacing.mark_seen(key, &object);
        }
        let known = self.newest(key);
        let decision = match &known {
            None if order == EventOrder::OutOfOrder => Decision::Decline,
            None => Decision::Apply,
            Some(known) => self.decide_event(event_type, &object, known, order, applied),
        };
        match (decision, known) {
            (Decision::Skip, _) => {}
            (Decision::Decline, _) => applied.declined.push(event_type.change(object)),
            (Decision::SharedKey, _) => applied.shared_keys.push(key.to_key()),
            (Decision::Replace, Some(known)) => {
                self.replace_uid(key, known, Cause::Watch);
                self.queue_valid(key, event_type.delta(object));
            }
            (Decision::Apply | Decision::Replace, _) => self.queue_valid(key, event_type.delta(object)),
        }
        Ok(())
    }

    fn decide_event(
        &self,
        event_type: EventType,
        object: &K,
        known: &K,
        order: EventOrder,
        applied: &mut Applied<K>,
    ) -> Decision {
        let versions = self.compare_versions(object, known);
        let late = match order {
            EventOrder::OutOfOrder => Decision::Decline,
            EventOrder::InOrder | EventOrder::Repeated => Decision::Skip,
            EventOrder::Arrival => Decision::Apply,
        };
        if self.is_another(object, known) {
            return match (order, versions) {
                _ if self.is_displaced(object) => Decision::SharedKey,
                (EventOrder::Arrival, _) => Decision::Replace,
                // A uid changes only after the deletion of the object before it: this is a late event of an earlier one.
                (_, Some(Ordering::Less)) | (EventOrder::OutOfOrder, _) => Decision::Skip,
                _ => Decision::Replace,
            };
        }
        match versions {
            Some(Ordering::Less) => late,
            Some(Ordering::Equal) => match (order, event_type) {
                // The list was ahead of its version, or the server repeats its additions.
                (EventOrder::InOrder, _) | (_, EventType::Added) => Decision::Skip,
                (EventOrder::Repeated, _) => Decision::Apply,
                (EventOrder::OutOfOrder | EventOrder::Arrival, _) => {
                    applied.reuses_version = true;
                    Decision::Apply
                }
            },
            Some(Ordering::Greater) | None => Decision::Apply,
        }
    }

    /// A list shows an object.
    fn listed(&mut self, object: Arc<K>, applied: &mut Applied<K>) -> Result<(), KeyError> {
        let keyed = object.clone();
        let key = HashedKey::from(self.resource_type.key(&keyed)?);
        let consistency = self.consistency().unwrap_or(ListConsistency::NotOlder);
        let seen = self.replacing.as_mut().map(|replacing| replacing.mark_seen(key, &object));
        applied.fresh += u64::from(seen == Some(Seen::First));
        let Some(known) = self.newest(key) else {
            self.queue_valid(key, Delta::Replaced(object));
            return Ok(());
        };
        let decision = self.decide_listed(&object, key, &known, consistency, seen);
        applied.skips_older |= matches!(decision, Decision::Skip)
            && seen == Some(Seen::First)
            && self.compare_versions(&object, &known) == Some(Ordering::Less);
        match decision {
            Decision::Apply => self.queue_valid(key, Delta::Replaced(object)),
            Decision::Replace => {
                self.replace_uid(key, known, Cause::Relist);
                self.queue_valid(key, Delta::Replaced(object));
            }
            Decision::SharedKey => {
                applied.shared_keys.push(key.to_key());
                if let Some(replacing) = &mut self.replacing {
                    replacing.set_aside(key.key(), object, seen);
                }
            }
            Decision::Skip | Decision::Decline => {}
        }
        Ok(())
    }

    fn decide_listed(
        &mut self,
        object: &K,
        key: HashedKey<'_>,
        known: &K,
        consistency: ListConsistency,
        seen: Option<Seen>,
    ) -> Decision {
        let is_again = seen == Some(Seen::Again);
        if self.is_another(object, known) {
            let is_older = self.compare_versions(object, known) == Some(Ordering::Less);
            let is_shared =
                is_again || (consistency != ListConsistency::Restored && self.is_displaced(object));
            return match consistency {
                ListConsistency::NotOlder if is_older => Decision::Skip,
                _ if is_shared => Decision::SharedKey,
                // (client-go delivers one update, as does its older queue: there, the uid is not part of the identity.)
                _ => Decision::Replace,
            };
        }
        if let Some(replacing) = &mut self.replacing {
            replacing.take_back(key.key());
        }
        if std::ptr::eq(object, known) {
            // The reflector found that the object has not changed, and did not decode it again.
            return Decision::Skip;
        }
        // Even in the newest list, a page may be older than the pages before it.
        let consistency = if is_again { ListConsistency::NotOlder } else { consistency };
        let versions = self.compare_versions(object, known);
        let is_redundant = match consistency {
            ListConsistency::Reused | ListConsistency::Restored => false,
            ListConsistency::Newest => versions == Some(Ordering::Equal),
            ListConsistency::NotOlder => matches!(versions, Some(Ordering::Equal | Ordering::Less)),
        };
        if is_redundant { Decision::Skip } else { Decision::Apply }
    }

    /// An item of a list could not be decoded: the known object stays, if it is the same one.
    fn retained(&mut self, key: HashedKey<'_>, uid: Option<&str>, applied: &mut Applied<K>) {
        if let Some(known) = self.trusted(key)
            && !self.is_of_another(uid, &known)
            && let Some(replacing) = &mut self.replacing
        {
            replacing.mark_seen(key, &known);
        }
        applied.fresh += 1;
    }

    /// Handles a deletion with the object's final state.
    fn deleted(
        &mut self,
        last_known: Arc<K>,
        order: EventOrder,
        applied: &mut Applied<K>,
    ) -> Result<(), KeyError> {
        let deleted = last_known.clone();
        let key = HashedKey::from(self.resource_type.key(&deleted)?);
        if order != EventOrder::OutOfOrder {
            self.undecodable.deleted(key.key(), self.position());
        }
        let Some(known) = self.newest(key) else {
            if matches!(self.newest_delta(key), Some(Delta::Deleted(_))) {
                self.queue(
                    key,
                    Delta::Deleted(Tombstone { last_known, final_state_known: true, cause: Cause::Watch }),
                );
            }
            return Ok(());
        };
        let is_older = self.compare_versions(&last_known, &known) == Some(Ordering::Less);
        if self.is_another(&last_known, &known) {
            if self.is_displaced(&last_known) {
                self.displaced.remove(&key.to_key());
            } else if order == EventOrder::OutOfOrder && !is_older {
                applied.declined.push(Change::Deleted(last_known));
            } else if order != EventOrder::Arrival && !is_older {
                self.forget(key, found_missing(known, Cause::Watch));
            }
            return Ok(());
        }
        match order {
            EventOrder::InOrder | EventOrder::Repeated if is_older => {}
            EventOrder::OutOfOrder if is_older => applied.declined.push(Change::Deleted(last_known)),
            _ => self.forget(
                key,
                Delta::Deleted(Tombstone { last_known, final_state_known: true, cause: Cause::Watch }),
            ),
        }
        Ok(())
    }

    /// Handles a deletion whose final state could not be decoded.
    fn deleted_undecodable(&mut self, key: HashedKey<'_>, uid: Option<&str>, order: EventOrder) {
        self.undecodable.deleted(key.key(), self.position());
        if let Some(last_known) = self.newest(key) {
            if self.is_of_another(uid, &last_known) {
                // In order of arrival it may be a late deletion of an earlier object; else the cached one is gone, too.
                if order != EventOrder::Arrival {
                    self.forget(key, found_missing(last_known, Cause::Watch));
                }
                return;
            }
            self.forget(
                key,
                Delta::Deleted(Tombstone { last_known, final_state_known: true, cause: Cause::Watch }),
            );
        }
    }

    /// The objects that a complete list showed in place of the cached ones with the same keys.
    pub(super) fn resolve_shared_keys(&mut self, set_aside: Vec<Arc<K>>) {
        let resource_type = self.resource_type.clone();
        for object in set_aside {
            let keyed = object.clone();
            let Ok(key) = resource_type.key(&keyed).map(HashedKey::from) else { continue };
            if let Some(known) = self.newest(key) {
                self.forget(key, found_missing(known, Cause::Relist));
            }
            self.queue(key, Delta::Replaced(object));
        }
    }

    /// The cached object of this key is gone.
    fn forget(&mut self, key: HashedKey<'_>, delta: Delta<K>) {
        if !self.displaced.is_empty() {
            self.displaced.remove(&key.to_key());
        }
        self.queue(key, delta);
    }

    /// Another object has the key of the known one: that must have been deleted unseen.
    fn replace_uid(&mut self, key: HashedKey<'_>, known: Arc<K>, cause: Cause) {
        if let Some(uid) = self.resource_type.metadata(&known).uid.as_deref() {
            self.displaced.insert(key.to_key(), uid.into());
        }
        self.queue(key, found_missing(known, cause));
    }

    /// Whether the object was replaced by another one with the same key, and is shown again: both exist.
    fn is_displaced(&self, object: &K) -> bool {
        if self.displaced.is_empty() {
            return false;
        }
        let displaced = self.resource_type.key(object).ok().and_then(|key| self.displaced.get(&key.to_key()));
        displaced
            .is_some_and(|displaced| self.resource_type.metadata(object).uid.as_deref() == Some(&**displaced))
    }

    /// Whether `known` is another object with the name of `object`: the first was deleted and recreated.
    fn is_another(&self, object: &K, known: &K) -> bool {
        self.is_of_another(self.resource_type.metadata(object).uid.as_deref(), known)
    }

    fn is_of_another(&self, uid: Option<&str>, known: &K) -> bool {
        uid.zip(self.resource_type.metadata(known).uid.as_deref()).is_some_and(|(uid, known)| uid != known)
    }

    /// `None` if a version is missing or is not a number.
    fn compare_versions(&self, object: &K, known: &K) -> Option<Ordering> {
        let (object, known) = self.version_of(object).zip(self.version_of(known))?;
        version::compare(object.resource_version, known.resource_version)
    }
}

/// `cause` is what shows that the object is gone.
pub(super) fn found_missing<K>(last_known: Arc<K>, cause: Cause) -> Delta<K> {
    Delta::Deleted(Tombstone { last_known, final_state_known: false, cause })
}
