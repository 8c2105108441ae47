//! [`WaitForSync`]: waiting for the first sync.

use std::{future::IntoFuture, pin::Pin, sync::Arc, time::Duration};

use tokio::runtime::Handle;

use super::{
    SyncError, Unsynced,
    advice::Resource,
    namespaces::{Namespaces, Part},
    registration::Handler,
};
use crate::{
    list_watch::Reason,
    reflector::{Health, HealthCell, ReflectorError},
};

/// The default number of consecutive permanent failures after which a wait fails. It is more than one, because a CRD
/// or an RBAC rule that is being applied at the same time is not an error yet.
const FAIL_AFTER: u32 = 3;

/// Waits for an informer's first sync; `.await` it.
///
/// By default it fails after 3 permanent failures in a row: errors that retrying will not fix
/// ([`Reason::is_permanent`]), such as 401, 403 and 404. Other failures are retried until the informer is synced, or
/// until [`timeout`](Self::timeout).
///
/// # Cancel safety
/// Dropping the future has no effect on the informer.
#[must_use = "waits only when awaited"]
#[derive(Clone, Debug)]
pub struct WaitForSync {
    awaited: Awaited,
    namespaces: Option<Arc<Namespaces>>,
    runtime: Option<Handle>,
    /// `None`: never.
    fail_after: Option<u32>,
    timeout: Option<Duration>,
    /// Also wait until this handler has processed the initial list.
    handler: Option<Arc<Handler>>,
}

/// A resource that is to be synced, and its health.
#[derive(Clone, Debug)]
struct Awaited {
    cell: Arc<HealthCell>,
    what: Resource,
    /// The namespace, if only one of a set is awaited.
    part: Option<Arc<Part>>,
}

impl WaitForSync {
    /// Waits for the whole informer.
    pub(super) fn new(
        cell: Arc<HealthCell>,
        what: Resource,
        namespaces: Option<Arc<Namespaces>>,
        runtime: Option<Handle>,
    ) -> Self {
        Self::of(Awaited { cell, what, part: None }, namespaces, runtime)
    }

    /// Waits for one namespace.
    pub(super) fn of_part(part: Arc<Part>, namespaces: Arc<Namespaces>, runtime: Option<Handle>) -> Self {
        Self::of(Awaited::part(part), Some(namespaces), runtime)
    }

    fn of(awaited: Awaited, namespaces: Option<Arc<Namespaces>>, runtime: Option<Handle>) -> Self {
        let fail_after = Some(FAIL_AFTER);
        Self { awaited, namespaces, runtime, fail_after, timeout: None, handler: None }
    }

    /// Another wait for the same informer, with the default settings.
    pub(super) fn again(&self) -> Self {
        Self::of(self.awaited.clone(), self.namespaces.clone(), self.runtime.clone())
    }

    /// Waits for a handler as well.
    pub(super) fn then(mut self, handler: Arc<Handler>) -> Self {
        self.handler = Some(handler);
        self
    }

    /// Fails after this many permanent failures in a row (default 3). Zero counts as one.
    pub fn fail_after(mut self, failures: u32) -> Self {
        self.fail_after = Some(failures.max(1));
        self
    }

    /// Fails on the first permanent failure.
    pub fn fail_fast(self) -> Self {
        self.fail_after(1)
    }

    /// Keeps waiting through permanent failures: for programs that start before their CRD or RBAC rule exists.
    pub fn retry_forever(mut self) -> Self {
        self.fail_after = None;
        self
    }

    /// Fails if the informer is not synced after `timeout`. The error contains the last failure, if there was one. Use it
    /// for failures that may pass, such as server errors: they are retried without a limit.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    async fn wait(self) -> Result<(), SyncError> {
        let timer = self.timeout.and_then(|timeout| Some((timeout, timer(self.runtime.as_ref(), timeout)?)));
        let Some((timeout, timer)) = timer else { return self.all_synced().await };
        tokio::select! {
            biased;
            result = self.all_synced() => result,
            () = timer => Err(self.timed_out(timeout)),
        }
    }

    async fn all_synced(&self) -> Result<(), SyncError> {
        self.synced().await?;
        let Some(handler) = &self.handler else { return Ok(()) };
        let mut progress = handler.progress();
        match progress.wait_for(|progress| progress.synced || progress.ended).await {
            Ok(progress) if progress.synced => Ok(()),
            _ => Err(SyncError::HandlerEnded {
                what: self.awaited.what.description.clone(),
                handler: handler.name().to_owned(),
            }),
        }
    }

    async fn synced(&self) -> Result<(), SyncError> {
        let mut health = self.awaited.cell.subscribe();
        loop {
            let state = health.borrow_and_update().clone();
            if self.awaited.cell.has_synced() {
                return Ok(());
            }
            match state {
                Health::Stopped => return Err(self.stopped()),
                Health::Degraded { reason, .. } => {
                    if let Some(limit) = self.fail_after
                        && self.awaited.cell.permanent_failures() >= limit
                    {
                        return Err(self.failed(reason, limit));
                    }
                }
                _ => {}
            }
            if health.changed().await.is_err() {
                return Err(self.stopped());
            }
        }
    }

    fn failed(&self, reason: Reason, limit: u32) -> SyncError {
        self.each(|cell| cell.permanent_failures() >= limit, |awaited| awaited.failed(reason))
    }

    fn timed_out(&self, after: Duration) -> SyncError {
        if let Some(handler) = self.handler.as_ref().filter(|_| self.awaited.cell.has_synced()) {
            return SyncError::HandlerTimedOut {
                what: self.awaited.what.description.clone(),
                handler: handler.name().to_owned(),
                after,
                unprocessed: handler.unprocessed(),
            };
        }
        self.each(|cell| !cell.has_synced(), |awaited| awaited.timed_out(after))
    }

    /// The error of each namespace that fails, or else that of the whole.
    fn each(&self, fails: impl Fn(&HealthCell) -> bool, error: impl Fn(&Awaited) -> SyncError) -> SyncError {
        let mut errors: Vec<SyncError> =
            self.parts().filter(|part| fails(&part.health)).map(|part| error(&Awaited::part(part))).collect();
        match (errors.pop(), errors.is_empty()) {
            (None, _) => error(&self.awaited),
            (Some(only), true) => only,
            (Some(last), false) => {
                errors.push(last);
                SyncError::Namespaces { what: self.awaited.what.description.clone(), errors }
            }
        }
    }

    /// What is not synced yet: each namespace of a set of them, or else the whole.
    pub(crate) fn unsynced(&self) -> Vec<Unsynced> {
        if self.awaited.cell.has_synced() {
            return Vec::new();
        }
        let missing: Vec<Unsynced> = self
            .parts()
            .filter(|part| !part.health.has_synced())
            .map(|part| Awaited::part(part).unsynced())
            .collect();
        if missing.is_empty() { vec![self.awaited.unsynced()] } else { missing }
    }

    /// The namespaces of the whole, if there is a set of them.
    fn parts(&self) -> impl Iterator<Item = Arc<Part>> {
        let whole = self.namespaces.as_ref().filter(|_| self.awaited.part.is_none());
        whole.into_iter().flat_map(|namespaces| namespaces.parts())
    }

    fn stopped(&self) -> SyncError {
        let what = self.awaited.what.description.clone();
        if let (Some(part), Some(namespaces)) = (&self.awaited.part, &self.namespaces)
            && namespaces.is_running()
            && namespaces.get(&part.namespace).is_none_or(|current| !Arc::ptr_eq(&current, part))
        {
            return SyncError::NamespaceRemoved { what };
        }
        match self.awaited.cell.last_failure() {
            Some(error) if matches!(*error, ReflectorError::NoRuntime { .. }) => {
                SyncError::NoRuntime { what }
            }
            last_error => SyncError::Stopped { what, last_error },
        }
    }
}

impl Awaited {
    fn part(part: Arc<Part>) -> Self {
        Self { cell: part.health.clone(), what: part.resource.clone(), part: Some(part) }
    }

    fn failed(&self, reason: Reason) -> SyncError {
        let last_error = self.cell.last_permanent_failure();
        let reason = match last_error.as_deref() {
            Some(ReflectorError::Request { error, .. }) => error.reason(),
            _ => reason,
        };
        let advice = last_error.as_deref().map(|error| self.what.advice(error)).unwrap_or_default();
        SyncError::Failed { what: self.what.description.clone(), reason, advice, last_error }
    }

    fn timed_out(&self, after: Duration) -> SyncError {
        let Unsynced { what, health, advice, last_error } = self.unsynced();
        SyncError::TimedOut { what, after, state: health, advice, last_error }
    }

    fn unsynced(&self) -> Unsynced {
        let last_error = self.cell.last_failure();
        Unsynced {
            what: self.what.description.clone(),
            health: self.cell.subscribe().borrow().clone(),
            advice: last_error.as_deref().map(|error| self.what.advice(error)).unwrap_or_default(),
            last_error,
        }
    }
}

impl IntoFuture for WaitForSync {
    type Output = Result<(), SyncError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.wait())
    }
}

/// A timer of the current runtime, or else of the informer's. Without either, the informer is stopped and nothing remains
/// to wait for.
pub(super) fn timer(runtime: Option<&Handle>, timeout: Duration) -> Option<tokio::time::Sleep> {
    let current = Handle::try_current().ok();
    let _guard = current.as_ref().or(runtime)?.enter();
    Some(tokio::time::sleep(timeout))
}
