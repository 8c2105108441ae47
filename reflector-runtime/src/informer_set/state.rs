//! The informers of a set, by what they cache. The set does not keep them running.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
};

use super::{KindHealth, SetError};
use crate::{
    informer::{AnyInformer, Identity, Settings},
    reflector::Health,
};

#[derive(Default)]
pub(super) enum State {
    #[default]
    Stopped,
    Running(HashMap<Key, Entry>),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) identity: Identity,
    pub(super) owner: Owner,
}

/// Who stops an informer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Owner {
    /// Its users.
    Users,
    /// Kind followers, which stop it when its kind is no longer served.
    Followers,
}

#[derive(Clone)]
pub(super) struct Entry {
    /// The resource, its namespaces and selectors.
    pub(super) what: String,
    pub(super) settings: Settings,
    pub(super) owner: Owner,
    pub(super) informer: Weak<dyn AnyInformer>,
}

impl Entry {
    /// The informer, unless it has stopped or has no user.
    pub(super) fn running(&self) -> Option<Arc<dyn AnyInformer>> {
        let informer = self.informer.upgrade()?;
        let health = informer.health();
        let has_stopped = *health.borrow() == Health::Stopped;
        (!has_stopped).then_some(informer)
    }
}

impl State {
    /// The informers by what they cache, also those that have stopped.
    pub(super) fn running(&mut self) -> Result<&mut HashMap<Key, Entry>, SetError> {
        match self {
            Self::Running(entries) => Ok(entries),
            Self::Stopped => Err(SetError::Stopped),
        }
    }

    /// Every informer that has a user, ordered by what it caches. One that a follower stopped, because its kind is gone, has
    /// done its work.
    pub(super) fn entries(&mut self) -> Vec<(Entry, Arc<dyn AnyInformer>)> {
        let Self::Running(entries) = self else { return Vec::new() };
        entries.retain(|_, entry| entry.informer.strong_count() > 0);
        let in_use = |(key, entry): (&Key, &Entry)| {
            let informer = match key.owner {
                Owner::Users => entry.informer.upgrade()?,
                Owner::Followers => entry.running()?,
            };
            Some((entry.clone(), informer))
        };
        let mut all: Vec<(Entry, Arc<dyn AnyInformer>)> = entries.iter().filter_map(in_use).collect();
        all.sort_by(|(one, _), (other, _)| one.what.cmp(&other.what));
        all
    }
}

pub(super) fn kind_health(what: &str, informer: &dyn AnyInformer) -> KindHealth {
    let health = informer.health();
    KindHealth {
        what: what.to_owned(),
        health: health.borrow().clone(),
        has_synced: informer.has_synced(),
        cached: informer.cached() as u64,
    }
}
