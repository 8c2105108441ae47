//! Waiting for the first sync, and the advice if it cannot complete.

use std::{future::IntoFuture, pin::Pin, sync::Arc, time::Duration};

use tokio::sync::watch;

use crate::{
    list_watch::Reason,
    reflector::{Health, HealthCell, ReflectorError, RequestVerb},
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
    /// `None`: never.
    fail_after: Option<u32>,
    timeout: Option<Duration>,
}

/// The parts of a resource that error messages name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Resource {
    pub(super) group: String,
    pub(super) plural: String,
    pub(super) description: String,
    pub(super) namespace: Option<String>,
}

impl WaitForSync {
    pub(super) fn new(cell: Arc<HealthCell>, what: Resource) -> Self {
        Self { health: cell.subscribe(), cell, what, fail_after: Some(FAIL_AFTER), timeout: None }
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

    /// Fails if the informer is not synced after `timeout`. The error carries the last failure, if there was one.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    async fn wait(mut self) -> Result<(), SyncError> {
        let Some(timeout) = self.timeout else { return self.synced().await };
        match tokio::time::timeout(timeout, self.synced()).await {
            Ok(result) => result,
            Err(_) => Err(self.timed_out(timeout)),
        }
    }

    async fn synced(&mut self) -> Result<(), SyncError> {
        loop {
            let health = self.health.borrow_and_update().clone();
            if self.cell.has_synced() {
                return Ok(());
            }
            match health {
                Health::Stopped => {
                    return Err(self.stopped());
                }
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
        let source = self.cell.last_error();
        let advice = self.advice(reason, source.as_deref());
        SyncError::Failed { what: self.what.description.clone(), reason, advice, source }
    }

    fn timed_out(&self, after: Duration) -> SyncError {
        let state = self.health.borrow().clone();
        SyncError::TimedOut {
            what: self.what.description.clone(),
            after,
            state,
            source: self.cell.last_error(),
        }
    }

    fn stopped(&self) -> SyncError {
        SyncError::Stopped { what: self.what.description.clone() }
    }

    fn advice(&self, reason: Reason, source: Option<&ReflectorError>) -> String {
        let verb = match source {
            Some(ReflectorError::Request { verb, .. }) => *verb,
            _ => RequestVerb::List,
        };
        self.what.advice(reason, verb)
    }
}

impl IntoFuture for WaitForSync {
    type Output = Result<(), SyncError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.wait())
    }
}

impl Resource {
    fn advice(&self, reason: Reason, verb: RequestVerb) -> String {
        let Self { group, plural, .. } = self;
        match reason {
            Reason::Forbidden => {
                let (role, place) = match &self.namespace {
                    Some(namespace) => ("Role", format!(" in namespace {namespace}")),
                    None => ("ClusterRole", String::new()),
                };
                format!(
                    "RBAC denies the verb `{verb}`: bind a {role}{place} with the rule \
                     {{apiGroups: [\"{group}\"], resources: [\"{plural}\"], verbs: [\"list\", \"watch\"]}}"
                )
            }
            Reason::Unauthorized => {
                "the API server does not accept the credentials: renew the token or the client certificate"
                    .to_owned()
            }
            Reason::NotFound if group.is_empty() => {
                "the API server does not serve this resource: check version and plural".to_owned()
            }
            Reason::NotFound => format!(
                "the API server does not serve this resource: install the CRD `{plural}.{group}`, \
                 or check group, version and plural"
            ),
            _ => "the API server rejects the request: check the namespace and the selectors".to_owned(),
        }
    }
}

/// Why the first sync did not complete.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SyncError {
    /// A failure that retrying will not fix. The informer keeps retrying nevertheless.
    #[error("cannot sync {what}: {reason}; {advice}")]
    Failed {
        /// The resource.
        what: String,
        /// The class of failure.
        reason: Reason,
        /// How to fix it.
        advice: String,
        /// The last failure.
        #[source]
        source: Option<Arc<ReflectorError>>,
    },
    /// The informer was not synced within [`WaitForSync::timeout`]. It keeps trying.
    #[error("{what} did not sync within {} s ({state})", .after.as_secs_f32())]
    TimedOut {
        /// The resource.
        what: String,
        /// The timeout.
        after: Duration,
        /// The informer's health when the timeout elapsed.
        state: Health,
        /// The last failure, if there was one.
        #[source]
        source: Option<Arc<ReflectorError>>,
    },
    /// The informer was shut down before it was synced.
    #[error("the informer of {what} was stopped before it was synced")]
    Stopped {
        /// The resource.
        what: String,
    },
}
