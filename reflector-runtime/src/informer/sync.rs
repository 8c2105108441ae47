//! Waiting for the first sync, and saying what to do when it cannot come.

use std::{future::IntoFuture, pin::Pin, sync::Arc};

use tokio::sync::watch;

use crate::{
    list_watch::Reason,
    reflector::{Health, HealthCell, ReflectorError, Verb},
};

/// How long a failure that waiting alone will not mend (401, 403, 404, another 4xx) is waited for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Patience {
    /// A few tries: a CRD or a rule that is being applied at the same moment is no error.
    #[default]
    FewTries,
    /// None: the first such failure is an error.
    FailFast,
    /// For ever.
    Endless,
}

/// How many such failures in a row [`Patience::FewTries`] waits for.
const FEW: u32 = 3;

/// Waits for an informer's first sync; `.await` it.
#[must_use = "waits only when awaited"]
#[derive(Debug)]
pub struct WaitForSync {
    pub(super) health: watch::Receiver<Health>,
    pub(super) cell: Arc<HealthCell>,
    pub(super) what: Resource,
    pub(super) patience: Patience,
}

/// What an error message must name of a resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Resource {
    pub(super) group: String,
    pub(super) plural: String,
    pub(super) description: String,
    pub(super) namespace: Option<String>,
}

impl WaitForSync {
    /// Fails at the first failure that waiting alone will not mend.
    pub fn fail_fast(self) -> Self {
        self.patience(Patience::FailFast)
    }

    /// How long such failures are waited for.
    pub fn patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    async fn wait(mut self) -> Result<(), SyncError> {
        loop {
            let health = self.health.borrow_and_update().clone();
            if self.cell.has_synced() {
                return Ok(());
            }
            match health {
                Health::Stopped => {
                    return Err(SyncError::Stopped { what: self.what.description });
                }
                Health::Degraded { reason, .. } if self.gives_up() => return Err(self.explain(reason)),
                _ => {}
            }
            if self.health.changed().await.is_err() {
                return Err(SyncError::Stopped { what: self.what.description });
            }
        }
    }

    fn gives_up(&self) -> bool {
        match self.patience {
            Patience::FailFast => self.cell.permanent_failures() > 0,
            Patience::FewTries => self.cell.permanent_failures() >= FEW,
            Patience::Endless => false,
        }
    }

    fn explain(self, reason: Reason) -> SyncError {
        let source = self.cell.last_error();
        let verb = match source.as_deref() {
            Some(ReflectorError::Request { verb, .. }) => *verb,
            _ => Verb::List,
        };
        let what = self.what.description.clone();
        let advice = self.what.advice(reason, verb);
        SyncError::Failed { what, reason, advice, source }
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
    fn advice(&self, reason: Reason, verb: Verb) -> String {
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
                "the API server does not serve it: check version and plural".to_owned()
            }
            Reason::NotFound => format!(
                "the API server does not serve it: install the CRD `{plural}.{group}`, or check group, version and plural"
            ),
            _ => "the API server refuses the request: check the namespace and the selectors".to_owned(),
        }
    }
}

/// Why the first sync did not come.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SyncError {
    /// A failure that waiting alone will not mend. The informer goes on trying all the same.
    #[error("cannot sync {what}: {reason}; {advice}")]
    Failed {
        /// Of which resource.
        what: String,
        /// The class of failure.
        reason: Reason,
        /// What to do about it.
        advice: String,
        /// The last failure itself.
        #[source]
        source: Option<Arc<ReflectorError>>,
    },
    /// The informer was shut down before it was synced.
    #[error("the informer of {what} was stopped before it was synced")]
    Stopped {
        /// Of which resource.
        what: String,
    },
}
