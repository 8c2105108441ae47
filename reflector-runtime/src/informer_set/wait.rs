//! [`WaitForSetSync`]: waiting for the first sync of several informers, with progress.

use std::{
    future::{IntoFuture, pending},
    pin::Pin,
    sync::{Arc, Weak},
    time::Duration,
};

use futures::{StreamExt as _, future::BoxFuture, stream::FuturesUnordered};
use tokio::sync::watch;

use super::{
    KindHealth, SetHealth, SetSyncError,
    state::{Entry, Owner, kind_health},
};
use crate::{
    informer::{AnyInformer, SyncError, WaitForSync},
    reflector::Health,
};

/// Waits until every informer that the set had when [`wait_for_sync`](super::InformerSet::wait_for_sync) was called is
/// synced; `.await` it.
///
/// By default it fails as soon as one informer has 3 permanent failures in a row, like
/// [`WaitForSync`](crate::WaitForSync) of one informer. The error lists everything that is not synced by then. An
/// informer whose last user drops it meanwhile is no longer awaited.
///
/// # Cancel safety
/// Dropping the future has no effect on the informers.
#[must_use = "waits only when awaited"]
pub struct WaitForSetSync {
    members: Vec<Member>,
    progress: Option<Progress>,
}

type Progress = Box<dyn FnMut(&SetHealth) + Send>;

struct Member {
    what: String,
    owner: Owner,
    informer: Weak<dyn AnyInformer>,
    health: watch::Receiver<Health>,
    wait: WaitForSync,
}

impl WaitForSetSync {
    pub(super) fn new(entries: Vec<(Entry, Arc<dyn AnyInformer>)>) -> Self {
        let member = |(entry, informer): (Entry, Arc<dyn AnyInformer>)| Member {
            what: entry.what,
            owner: entry.owner,
            health: informer.health(),
            wait: informer.wait_for_sync(),
            informer: entry.informer,
        };
        Self { members: entries.into_iter().map(member).collect(), progress: None }
    }

    /// Fails after this many permanent failures of one informer in a row (default 3). Zero counts as one.
    pub fn fail_after(self, failures: u32) -> Self {
        self.each(|wait| wait.fail_after(failures))
    }

    /// Fails on the first permanent failure.
    pub fn fail_fast(self) -> Self {
        self.each(WaitForSync::fail_fast)
    }

    /// Keeps waiting through permanent failures: for programs that start before their CRDs or RBAC rules exist.
    pub fn retry_forever(self) -> Self {
        self.each(WaitForSync::retry_forever)
    }

    /// Fails if not all informers are synced after `timeout`.
    pub fn timeout(self, timeout: Duration) -> Self {
        self.each(|wait| wait.timeout(timeout))
    }

    /// Calls `progress` at the beginning, and whenever one of the informers has received objects or changed its health,
    /// with the state of all of them. For a progress bar: [`SetHealth::received`] of [`SetHealth::total`]. It must not
    /// block.
    pub fn on_progress(mut self, progress: impl FnMut(&SetHealth) + Send + 'static) -> Self {
        self.progress = Some(Box::new(progress));
        self
    }

    fn each(mut self, change: impl Fn(WaitForSync) -> WaitForSync) -> Self {
        let change = |member: Member| Member { wait: change(member.wait), ..member };
        self.members = self.members.into_iter().map(change).collect();
        self
    }

    async fn wait(self) -> Result<(), SetSyncError> {
        let Self { members, mut progress } = self;
        let mut waits: FuturesUnordered<_> = members.iter().map(Member::wait).collect();
        let mut changes: FuturesUnordered<BoxFuture<'static, watch::Receiver<Health>>> =
            FuturesUnordered::new();
        if progress.is_some() {
            changes.extend(members.iter().map(|member| changed(member.health.clone())));
        }
        loop {
            if let Some(progress) = &mut progress {
                progress(&health(&members));
            }
            let next_change = async {
                match changes.next().await {
                    Some(receiver) => receiver,
                    None => pending().await,
                }
            };
            tokio::select! {
                biased;
                waited = waits.next() => match waited {
                    None => return Ok(()),
                    Some(Ok(())) => {}
                    Some(Err(_)) => return Err(missing(&members)),
                },
                receiver = next_change => changes.push(changed(receiver)),
            }
        }
    }
}

impl Member {
    /// Waits until the informer is synced, or is no longer awaited.
    async fn wait(&self) -> Result<(), SyncError> {
        match self.wait.clone().await {
            Err(SyncError::Stopped { .. }) if !self.is_awaited() => Ok(()),
            result => result,
        }
    }

    /// Whether the informer has users, and its kind is served as far as a follower of it knows.
    fn is_awaited(&self) -> bool {
        let has_stopped = || *self.health.borrow() == Health::Stopped;
        self.informer.strong_count() > 0 && !(self.owner == Owner::Followers && has_stopped())
    }
}

/// Completes on the next change. A receiver whose informer has ended is never ready.
fn changed(mut receiver: watch::Receiver<Health>) -> BoxFuture<'static, watch::Receiver<Health>> {
    Box::pin(async move {
        if receiver.changed().await.is_err() {
            pending::<()>().await;
        }
        receiver
    })
}

fn health(members: &[Member]) -> SetHealth {
    let kind = |member: &Member| -> Option<KindHealth> {
        Some(kind_health(&member.what, &*member.informer.upgrade()?))
    };
    SetHealth { kinds: members.iter().filter_map(kind).collect() }
}

fn missing(members: &[Member]) -> SetSyncError {
    let used = members.iter().filter(|member| member.is_awaited());
    let each: Vec<_> = used.map(|member| member.wait.unsynced()).collect();
    SetSyncError {
        informers: each.len(),
        missing: each.iter().filter(|unsynced| !unsynced.is_empty()).count(),
        unsynced: each.into_iter().flatten().collect(),
    }
}

impl IntoFuture for WaitForSetSync {
    type Output = Result<(), SetSyncError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.wait())
    }
}

impl std::fmt::Debug for WaitForSetSync {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let whats: Vec<&str> = self.members.iter().map(|member| &*member.what).collect();
        f.debug_struct("WaitForSetSync").field("informers", &whats).finish_non_exhaustive()
    }
}
