//! [`KindFollower`]: the informers of kinds that come and go, as their user sees them.

use std::{collections::BTreeMap, fmt, sync::Arc};

use kube::core::{DynamicObject, GroupVersionKind};
use tokio::{sync::watch, task::AbortHandle};

use super::SetError;
use crate::{
    discovery::{DiscoveryError, KindKey, ServedKind},
    informer::Informer,
    resource_type::DynamicScope,
};

/// Follows kinds that are known only at run time: an informer is started when its kind is served, and stopped when it no
/// longer is. Built by [`InformerSet::follow_kinds`](super::InformerSet::follow_kinds).
///
/// CRDs are watched, so that a change is noticed within seconds. Kinds of aggregated API servers, and CRDs that RBAC does
/// not allow to watch, are noticed by reading discovery every 30 s (5 s if CRDs cannot be watched). A failure of
/// discovery stops no informer, nor does an aggregated API server that is down. Other informers of the set that wait for a kind to be served are retried as well.
///
/// Dropping it stops following; informers without another user stop as well.
///
/// ```no_run
/// use reflector_runtime::{InformerSet, KindEvent};
///
/// # async fn run(client: kube::Client) {
/// let set = InformerSet::new(client);
/// let mut kinds = set.follow_kinds().group("example.com").start();
/// while let Some(event) = kinds.next().await {
///     match event {
///         KindEvent::Served { kind, informer } => {
///             println!("{}: {}", kind.resource.kind, *informer.health().borrow());
///         }
///         KindEvent::Gone { kind } => println!("{} is gone", kind.resource.kind),
///     }
/// }
/// # }
/// ```
#[must_use = "dropping a follower stops it"]
pub struct KindFollower {
    state: watch::Receiver<Followed>,
    /// What the events have shown so far.
    seen: Kinds,
    /// `None` if it was started outside of a runtime.
    task: Option<AbortHandle>,
}

pub(super) type Kinds = BTreeMap<KindKey, Arc<FollowedKind>>;

/// A kind that is served, with its informer. If it is gone and served again, this is another value.
pub(super) struct FollowedKind {
    pub(super) kind: ServedKind,
    pub(super) informer: Informer<DynamicObject, DynamicScope>,
}

#[derive(Clone, Default)]
pub(super) struct Followed {
    pub(super) kinds: Kinds,
    /// Kinds that are served and for which there is no informer.
    pub(super) rejected: Vec<(ServedKind, SetError)>,
    /// Whether discovery has succeeded.
    pub(super) is_discovered: bool,
    /// How many discoveries have failed in a row.
    pub(super) failures: u32,
    pub(super) last_error: Option<Arc<DiscoveryError>>,
}

/// A change of the followed kinds.
#[derive(Clone, Debug)]
pub enum KindEvent {
    /// The kind is served, and its informer has been started.
    Served {
        /// The kind.
        kind: ServedKind,
        /// Its informer. If it is a clone, drop it at [`KindEvent::Gone`].
        informer: Informer<DynamicObject, DynamicScope>,
    },
    /// The kind is no longer served. Its informer has been stopped: subscriptions end, and listers return the last state.
    Gone {
        /// The kind.
        kind: ServedKind,
    },
}

/// After this many failed discoveries in a row, waiting for the first one fails.
const FAIL_AFTER: u32 = 3;

impl KindFollower {
    pub(super) fn new(state: watch::Receiver<Followed>, task: Option<AbortHandle>) -> Self {
        Self { state, seen: Kinds::new(), task }
    }

    /// The next change: first each kind that is served, then each change. A kind that comes and goes between two calls is
    /// skipped. `None` once the set was shut down.
    ///
    /// # Cancel safety
    /// No event is lost when the future is dropped.
    pub async fn next(&mut self) -> Option<KindEvent> {
        loop {
            if let Some(event) = self.try_next() {
                return Some(event);
            }
            self.state.changed().await.ok()?;
        }
    }

    /// The next change, if there is one.
    pub fn try_next(&mut self) -> Option<KindEvent> {
        let current = self.state.borrow_and_update();
        let is_gone = |(key, seen): &(&KindKey, &Arc<FollowedKind>)| {
            current.kinds.get(*key).is_none_or(|now| !Arc::ptr_eq(now, seen))
        };
        if let Some(key) = self.seen.iter().find(is_gone).map(|(key, _)| key.clone()) {
            let gone = self.seen.remove(&key)?;
            return Some(KindEvent::Gone { kind: gone.kind.clone() });
        }
        let (key, served) = current.kinds.iter().find(|(key, _)| !self.seen.contains_key(*key))?;
        self.seen.insert(key.clone(), served.clone());
        Some(KindEvent::Served { kind: served.kind.clone(), informer: served.informer.clone() })
    }

    /// Waits until discovery has succeeded once, and the informers of all kinds that are served by then are started.
    /// Await [`InformerSet::wait_for_sync`](super::InformerSet::wait_for_sync) then to wait for their lists.
    ///
    /// # Errors
    /// The last failure, after 3 failures in a row, or `None` if the set was shut down. Discovery is retried
    /// nevertheless.
    pub async fn wait_for_discovery(&self) -> Result<(), Option<Arc<DiscoveryError>>> {
        let mut state = self.state.clone();
        let decided = state.wait_for(|state| state.is_discovered || state.failures >= FAIL_AFTER).await;
        match decided {
            Ok(state) if state.is_discovered => Ok(()),
            Ok(state) => Err(state.last_error.clone()),
            Err(_) => Err(None),
        }
    }

    /// The kinds that are served now, each with its informer, ordered by group and kind.
    pub fn kinds(&self) -> Vec<(ServedKind, Informer<DynamicObject, DynamicScope>)> {
        let state = self.state.borrow();
        state.kinds.values().map(|followed| (followed.kind.clone(), followed.informer.clone())).collect()
    }

    /// The informer of a kind. `None` if it is not served or not selected.
    pub fn get(&self, kind: &GroupVersionKind) -> Option<Informer<DynamicObject, DynamicScope>> {
        let state = self.state.borrow();
        let found = state.kinds.values().find(|followed| {
            let resource = &followed.kind.resource;
            resource.group == kind.group && resource.version == kind.version && resource.kind == kind.kind
        });
        found.map(|followed| followed.informer.clone())
    }

    /// The kinds that are served and not followed, each with the reason: another follower of the set runs their informer with
    /// other settings, a name is not valid, or the options panicked.
    pub fn rejected(&self) -> Vec<(ServedKind, SetError)> {
        self.state.borrow().rejected.clone()
    }

    /// The last failure of discovery, if it has not succeeded since.
    pub fn last_error(&self) -> Option<Arc<DiscoveryError>> {
        self.state.borrow().last_error.clone()
    }
}

impl Drop for KindFollower {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

impl fmt::Debug for KindFollower {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state.borrow();
        let kinds: Vec<&str> = state.kinds.values().map(|kind| kind.kind.resource.kind.as_str()).collect();
        f.debug_struct("KindFollower").field("kinds", &kinds).finish_non_exhaustive()
    }
}
