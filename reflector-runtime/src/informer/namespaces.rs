//! [`Namespaces`]: the namespaces that an informer follows, with the health of each. Must not know what is cached.
//!
//! Callers change the set; the informer's task (`namespace_task`) starts and stops reflectors accordingly.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use parking_lot::Mutex;
use tokio::sync::Notify;

use super::{advice::Resource, processor::Reached};
use crate::{
    delta_fifo::Batch,
    reflector::{Health, HealthCell, HealthGroup},
    resource_type::is_namespace,
    version,
};

#[derive(Debug)]
pub(super) struct Namespaces {
    /// The resource, without a namespace.
    resource: Resource,
    health: Arc<HealthGroup>,
    state: Mutex<State>,
    /// The set has changed.
    pub(super) changed: Notify,
    progress: Mutex<Progress>,
}

/// What the store contains of each namespace.
#[derive(Debug, Default)]
struct Progress {
    /// The version up to which all changes are in the store, of each namespace that has been listed.
    versions: HashMap<Arc<str>, String>,
    /// Whether every namespace was listed at some time.
    is_complete: bool,
    /// The namespaces that are being relisted.
    relists: HashSet<Arc<str>>,
}

impl Progress {
    fn oldest_version(&self) -> String {
        let mut all = self.versions.values();
        let oldest = all.next().and_then(|first| {
            all.try_fold(first, |oldest, version| {
                Some(if version::compare(version, oldest)?.is_lt() { version } else { oldest })
            })
        });
        oldest.cloned().unwrap_or_default()
    }

    fn has_listed_all(&self, namespaces: &[Arc<Part>]) -> bool {
        namespaces.iter().all(|part| self.versions.contains_key(&part.namespace))
    }
}

#[derive(Debug)]
enum State {
    Running(BTreeMap<Arc<str>, Arc<Part>>),
    Stopped,
}

/// One namespace. A namespace that is removed and added again is another part.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) namespace: Arc<str>,
    pub(super) health: Arc<HealthCell>,
    pub(super) resource: Resource,
    pub(super) removed: Notify,
}

/// Why the namespaces of an informer cannot be changed.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NamespaceError {
    /// The informer was not built with namespaces that can be changed.
    #[error(
        "the informer of {what} does not follow a set of namespaces: build it with `.namespaces([...])` to add and \
         remove namespaces"
    )]
    NotASet {
        /// The resource.
        what: String,
    },
    /// The name is not valid.
    #[error(
        "`{namespace}` is not a valid namespace: a namespace is a lower-case DNS label such as \"team-a\""
    )]
    Invalid {
        /// The invalid name.
        namespace: String,
    },
    /// The informer does not follow this namespace.
    #[error("the informer of {what} does not follow the namespace {namespace}: add it with `add_namespace`")]
    NotFollowed {
        /// The resource.
        what: String,
        /// The namespace.
        namespace: String,
    },
    /// The informer has stopped.
    #[error("the informer of {what} has stopped")]
    Stopped {
        /// The resource.
        what: String,
    },
}

crate::causes::debug_as_text!(NamespaceError);

impl Namespaces {
    pub(super) fn new(resource: Resource, names: impl IntoIterator<Item = String>) -> Arc<Self> {
        let health = HealthGroup::new();
        let parts = names.into_iter().map(|name| {
            let part = new_part(&resource, &health, &name);
            (part.namespace.clone(), part)
        });
        let parts: BTreeMap<_, _> = parts.collect();
        // An empty set has no initial list.
        let progress = Progress { is_complete: parts.is_empty(), ..Progress::default() };
        let state = Mutex::new(State::Running(parts));
        health.refresh();
        Arc::new(Self { resource, health, state, changed: Notify::new(), progress: Mutex::new(progress) })
    }

    /// The health of all namespaces together.
    pub(super) fn health(&self) -> &Arc<HealthCell> {
        self.health.total()
    }

    /// Adds a namespace. Returns whether it is new.
    pub(super) fn add(&self, name: &str) -> Result<bool, NamespaceError> {
        if !is_namespace(name) {
            return Err(NamespaceError::Invalid { namespace: name.to_owned() });
        }
        let mut state = self.state.lock();
        let parts = self.running(&mut state)?;
        if parts.contains_key(name) {
            return Ok(false);
        }
        let part = new_part(&self.resource, &self.health, name);
        parts.insert(part.namespace.clone(), part);
        self.health.refresh();
        self.changed.notify_one();
        Ok(true)
    }

    /// Removes a namespace. Returns whether it was in the set.
    pub(super) fn remove(&self, name: &str) -> Result<bool, NamespaceError> {
        let mut state = self.state.lock();
        let Some(part) = self.running(&mut state)?.remove(name) else { return Ok(false) };
        self.health.leave(&part.health);
        part.removed.notify_one();
        self.changed.notify_one();
        Ok(true)
    }

    fn running<'a>(
        &self,
        state: &'a mut State,
    ) -> Result<&'a mut BTreeMap<Arc<str>, Arc<Part>>, NamespaceError> {
        match state {
            State::Running(parts) => Ok(parts),
            State::Stopped => Err(NamespaceError::Stopped { what: self.resource.description.clone() }),
        }
    }

    /// The namespace, which must be in the set.
    pub(super) fn require(&self, name: &str) -> Result<Arc<Part>, NamespaceError> {
        let found = self.running(&mut self.state.lock())?.get(name).cloned();
        found.ok_or_else(|| NamespaceError::NotFollowed {
            what: self.resource.description.clone(),
            namespace: name.to_owned(),
        })
    }

    pub(super) fn is_running(&self) -> bool {
        matches!(&*self.state.lock(), State::Running(_))
    }

    /// The current namespaces, ordered by name. None after the informer has stopped.
    pub(super) fn parts(&self) -> Vec<Arc<Part>> {
        match &*self.state.lock() {
            State::Running(parts) => parts.values().cloned().collect(),
            State::Stopped => Vec::new(),
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<Arc<Part>> {
        match &*self.state.lock() {
            State::Running(parts) => parts.get(name).cloned(),
            State::Stopped => None,
        }
    }

    /// The health of each namespace.
    pub(super) fn healths(&self) -> BTreeMap<String, Health> {
        let health = |part: &Part| part.health.subscribe().borrow().clone();
        self.parts().iter().map(|part| (part.namespace.to_string(), health(part))).collect()
    }

    /// Whether the initial list is complete because the last namespaces that had not been listed are gone, also if they
    /// left before their reflectors were started. Returns `true` once.
    pub(super) fn completes_without_a_list(&self) -> bool {
        let parts = self.parts();
        let mut progress = self.progress.lock();
        let is_complete = self.is_running() && progress.has_listed_all(&parts);
        is_complete && !std::mem::replace(&mut progress.is_complete, true)
    }

    /// Maps what a batch completes in the queue of one namespace to what it completes in the store.
    ///
    /// The version is the oldest of all namespaces, and empty if versions cannot be compared. There is none while a
    /// namespace has not been listed. The initial list is complete once every namespace has been listed, and a relist ends
    /// when no other namespace is relisting.
    pub(super) fn reached<K>(&self, part: &Arc<Part>, batch: &mut Batch<K>) -> Reached {
        let members = self.parts();
        let is_member = members.iter().any(|current| Arc::ptr_eq(current, part));
        let mut reached = Reached::default();
        let mut progress = self.progress.lock();
        if !is_member {
            // What a removed namespace has listed does not count for one with the same name that is added later.
            progress.versions.remove(&part.namespace);
        }
        if let Some(version) = batch.version.take() {
            let known = is_member.then(|| version.as_str().into());
            reached.namespace = Some((part.namespace.clone(), known));
            if is_member {
                progress.versions.insert(part.namespace.clone(), version);
            }
            batch.version = Some(progress.oldest_version());
            reached.is_incomplete = !progress.has_listed_all(&members);
        }
        if batch.initial_list_complete {
            batch.initial_list_complete = !progress.is_complete && progress.has_listed_all(&members);
            progress.is_complete |= batch.initial_list_complete;
        }
        if batch.relist_began {
            batch.relist_began = progress.relists.is_empty();
            progress.relists.insert(part.namespace.clone());
        }
        if batch.relist_ended {
            batch.relist_ended = progress.relists.remove(&part.namespace) && progress.relists.is_empty();
        }
        reached
    }

    /// The informer has stopped.
    pub(super) fn stopped(&self) {
        let State::Running(parts) = std::mem::replace(&mut *self.state.lock(), State::Stopped) else {
            return;
        };
        for part in parts.values() {
            part.health.stopped();
        }
        self.health.total().stopped();
    }
}

fn new_part(resource: &Resource, health: &Arc<HealthGroup>, name: &str) -> Arc<Part> {
    Arc::new(Part {
        namespace: name.into(),
        health: health.join(),
        resource: resource.in_namespace(name),
        removed: Notify::new(),
    })
}
