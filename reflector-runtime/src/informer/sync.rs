//! [`WaitForSync`]: waiting for the first sync.

use std::{future::IntoFuture, pin::Pin, sync::Arc, time::Duration};

use tokio::{runtime::Handle, sync::watch};

use super::{SyncError, advice::Resource, registration::Handler};
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
#[derive(Debug)]
pub struct WaitForSync {
    health: watch::Receiver<Health>,
    cell: Arc<HealthCell>,
    what: Resource,
    runtime: Option<Handle>,
    /// `None`: never.
    fail_after: Option<u32>,
    timeout: Option<Duration>,
    /// Also wait until this handler has processed the initial list.
    handler: Option<Arc<Handler>>,
}

impl WaitForSync {
    pub(super) fn new(cell: Arc<HealthCell>, what: Resource, runtime: Option<Handle>) -> Self {
        Self {
            health: cell.subscribe(),
            cell,
            what,
            runtime,
            fail_after: Some(FAIL_AFTER),
            timeout: None,
            handler: None,
        }
    }

    /// Another wait for the same informer, with the default settings.
    pub(super) fn again(&self) -> Self {
        Self::new(self.cell.clone(), self.what.clone(), self.runtime.clone())
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

    async fn wait(mut self) -> Result<(), SyncError> {
        let timer = self.timeout.and_then(|timeout| Some((timeout, timer(self.runtime.as_ref(), timeout)?)));
        let Some((timeout, timer)) = timer else { return self.all_synced().await };
        tokio::select! {
            biased;
            result = self.all_synced() => result,
            () = timer => Err(self.timed_out(timeout)),
        }
    }

    async fn all_synced(&mut self) -> Result<(), SyncError> {
        self.synced().await?;
        let Some(handler) = &self.handler else { return Ok(()) };
        let mut progress = handler.progress();
        match progress.wait_for(|progress| progress.synced || progress.ended).await {
            Ok(progress) if progress.synced => Ok(()),
            _ => Err(SyncError::HandlerEnded {
                what: self.what.description.clone(),
                handler: handler.name().to_owned(),
            }),
        }
    }

    async fn synced(&mut self) -> Result<(), SyncError> {
        loop {
            let health = self.health.borrow_and_update().clone();
            if self.cell.has_synced() {
                return Ok(());
            }
            match health {
                Health::Stopped => return Err(self.stopped()),
                Health::Degraded { reason, .. } if self.limit_reached() => return Err(self.failed(reason)),
                _ => {}
            }
            if self.health.changed().await.is_err() {
                return Err(self.stopped());
            }
        }
    }

    fn limit_reached(&self) -> bool {
        self.fail_after.is_some_and(|limit| self.cell.permanent_failures() >= limit)
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
        if let Some(handler) = self.handler.as_ref().filter(|_| self.cell.has_synced()) {
            return SyncError::HandlerTimedOut {
                what: self.what.description.clone(),
                handler: handler.name().to_owned(),
                after,
                unprocessed: handler.unprocessed(),
            };
        }
        let last_error = self.cell.last_failure();
        SyncError::TimedOut {
            what: self.what.description.clone(),
            after,
            state: self.health.borrow().clone(),
            advice: last_error.as_deref().map(|error| self.what.advice(error)).unwrap_or_default(),
            last_error,
        }
    }

    fn stopped(&self) -> SyncError {
        let what = self.what.description.clone();
        match self.cell.last_failure() {
            Some(error) if matches!(*error, ReflectorError::NoRuntime { .. }) => {
                SyncError::NoRuntime { what }
            }
            last_error => SyncError::Stopped { what, last_error },
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
