//! The objects that exist and cannot be decoded ([`Undecodable`]), and what the consumer is to know of them
//! ([`InvalidObjectNotice`]). Must not depend on the queued deltas; positions are the numbers of entries.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
};

use crate::{
    key::{KeyRef, ObjectKey},
    wire::DecodeError,
};

/// A change of the state of an object that could not be decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InvalidObjectNotice {
    /// The object's key.
    pub key: ObjectKey,
    /// Its state.
    pub state: InvalidObjectState,
}

impl InvalidObjectNotice {
    pub(crate) fn undecodable(key: ObjectKey, error: Arc<DecodeError>) -> Self {
        Self { key, state: InvalidObjectState::Undecodable(error) }
    }
}

/// The state of an object that could not be decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidObjectState {
    /// It cannot be decoded. The cache contains its last valid state, if there was one. The error contains no value of the
    /// object.
    Undecodable(Arc<DecodeError>),
    /// It was deleted. If the cache contained a valid state, an [`Event::Deleted`](crate::informer::Event::Deleted) is
    /// delivered as well.
    Deleted,
    /// It can be decoded again. An event shows its new state.
    Decoded,
}

/// What shows that an object cannot be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FoundBy {
    List,
    Watch,
}

#[derive(Debug, Default)]
pub(super) struct Undecodable {
    current: HashMap<ObjectKey, Arc<DecodeError>>,
    /// Those that the list in progress has shown.
    listed: HashSet<ObjectKey>,
    /// Notices that the consumer has not received, each with the number of the entry that it precedes.
    notices: VecDeque<(u64, InvalidObjectNotice)>,
}

impl Undecodable {
    pub(super) fn found(&mut self, key: ObjectKey, error: Arc<DecodeError>, by: FoundBy, position: u64) {
        if by == FoundBy::List {
            self.listed.insert(key.clone());
        }
        let before = self.current.insert(key.clone(), error.clone());
        // A list repeats what is known.
        if by == FoundBy::Watch || before != Some(error.clone()) {
            self.notify(key, InvalidObjectState::Undecodable(error), position);
        }
    }

    /// A valid state of the object has been queued.
    pub(super) fn decoded(&mut self, key: KeyRef<'_>, position: u64) {
        self.resolve(key, InvalidObjectState::Decoded, position);
    }

    pub(super) fn deleted(&mut self, key: KeyRef<'_>, position: u64) {
        self.resolve(key, InvalidObjectState::Deleted, position);
    }

    fn resolve(&mut self, key: KeyRef<'_>, state: InvalidObjectState, position: u64) {
        if self.current.is_empty() {
            return;
        }
        let key = key.to_key();
        if self.current.remove(&key).is_some() {
            self.notify(key, state, position);
        }
    }

    fn notify(&mut self, key: ObjectKey, state: InvalidObjectState, position: u64) {
        self.notices.push_back((position, InvalidObjectNotice { key, state }));
    }

    pub(super) fn list_begins(&mut self) {
        self.listed.clear();
    }

    /// A list is complete. `has` is whether it showed an object with this key.
    pub(super) fn list_ends(&mut self, has: impl Fn(KeyRef<'_>) -> bool, position: u64) {
        let listed = std::mem::take(&mut self.listed);
        let is_gone = |key: &&ObjectKey| !listed.contains(*key) && !has(key.as_ref());
        let gone: Vec<ObjectKey> = self.current.keys().filter(is_gone).cloned().collect();
        for key in gone {
            self.deleted(key.as_ref(), position);
        }
    }

    /// The next notice that precedes this entry.
    pub(super) fn pop(&mut self, front: Option<u64>) -> Option<InvalidObjectNotice> {
        if self.is_due(front) { self.notices.pop_front().map(|(_, notice)| notice) } else { None }
    }

    pub(super) fn is_due(&self, front: Option<u64>) -> bool {
        self.notices.front().is_some_and(|(position, _)| front.is_none_or(|front| front >= *position))
    }
}
