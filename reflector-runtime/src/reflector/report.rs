//! [`Reporter`]: reports what goes wrong to the log, the error hook and health. Must not know what follows from it.

use std::sync::{Arc, atomic::AtomicU64};

use tracing::{Level, Span};

use super::{
    Counters, ErrorHook, HealthCell, ReflectorError, RelistCause, RequestVerb,
    core::{Failure, Page, Step},
    operation::{Operation, OperationKind, Subject},
};
#[cfg(feature = "metrics")]
use crate::metrics::Labels;
use crate::{
    key::{KeyError, ObjectKey},
    list_watch::{ListWatchError, Reason},
    wire::InvalidObject,
};

/// How many skipped objects and events are logged as warnings between two lists. The hook receives all.
const MAX_WARNINGS: u64 = 20;

/// Reports what goes wrong in one reflector.
pub(super) struct Reporter {
    /// The reflector's name, in logs and errors.
    pub(super) name: String,
    pub(super) health: Arc<HealthCell>,
    pub(super) hook: Option<ErrorHook>,
    /// How many objects and events have been skipped since the last list was complete.
    skipped: u64,
    unordered_reported: bool,
    pub(super) counters: Arc<Counters>,
    /// The bytes that this reflector has received.
    pub(super) bytes: Arc<AtomicU64>,
    subject: Subject,
    /// The list or watch in progress.
    operation: Option<Operation>,
    /// Set if histograms are published.
    #[cfg(feature = "metrics")]
    pub(super) labels: Option<Labels>,
    /// The reason of the last failure.
    last_reason: Option<Reason>,
    /// Why the next list is requested, if it is not the first one.
    relist_cause: Option<RelistCause>,
    has_listed: bool,
}

impl Reporter {
    pub(super) fn new(name: String, subject: Subject) -> Self {
        Self {
            name,
            health: Arc::new(HealthCell::new()),
            hook: None,
            skipped: 0,
            unordered_reported: false,
            counters: Arc::default(),
            bytes: Arc::default(),
            subject,
            operation: None,
            #[cfg(feature = "metrics")]
            labels: None,
            last_reason: None,
            relist_cause: None,
            has_listed: false,
        }
    }

    /// A request failed, or a watch ended with an error. Returns what decisions depend on.
    pub(super) fn failed(&mut self, verb: RequestVerb, error: ListWatchError) -> Failure {
        let failure = Failure { reason: error.reason(), retry_after: error.retry_after() };
        self.counters.failed(failure.reason);
        self.last_reason = Some(failure.reason);
        if let Some(operation) = &mut self.operation
            && verb == operation.verb()
        {
            operation.failed(failure.reason);
        }
        let error = Arc::new(ReflectorError::Request { verb, what: self.name.clone(), error });
        self.health.failed(error.clone());
        // An expired version is the ordinary end of a slow watch (client-go logs it at V(4)).
        self.log(&error, if failure.reason == Reason::Expired { Level::DEBUG } else { Level::WARN });
        failure
    }

    /// An object cannot be cached.
    pub(super) fn invalid(&mut self, invalid: InvalidObject) {
        self.skip(ReflectorError::InvalidObject { what: self.name.clone(), invalid });
    }

    /// A watch sent an event of an unknown type.
    pub(super) fn unknown_event(&mut self, event_type: String) {
        self.skip(ReflectorError::UnknownEvent { what: self.name.clone(), event_type });
    }

    /// An object has no name.
    pub(super) fn no_key(&mut self, error: KeyError) {
        self.skip(ReflectorError::NoKey { what: self.name.clone(), error });
    }

    /// Another object has the same key.
    pub(super) fn shared_key(&mut self, key: ObjectKey) {
        self.skip(ReflectorError::SharedKey { what: self.name.clone(), key });
    }

    fn skip(&mut self, error: ReflectorError) {
        let error = Arc::new(error);
        self.health.skipped(error.clone());
        self.skipped += 1;
        let is_one_of_many = self.skipped > MAX_WARNINGS;
        self.log(&error, if is_one_of_many { Level::DEBUG } else { Level::WARN });
    }

    fn log(&self, error: &ReflectorError, level: Level) {
        if level == Level::WARN {
            tracing::warn!(name = %self.name, "{error}");
        } else {
            tracing::debug!(name = %self.name, "{error}");
        }
        if let Some(hook) = &self.hook {
            hook.call(&self.name, error);
        }
    }

    /// The server does not order its resourceVersions. Reported once.
    pub(super) fn unordered(&mut self) {
        if std::mem::replace(&mut self.unordered_reported, true) {
            return;
        }
        tracing::warn!(
            name = %self.name,
            "the server does not order its resourceVersions: events are applied in the order of arrival from now on"
        );
    }

    /// A list will follow, after a delay. The first cause of several is reported.
    pub(super) fn will_list(&mut self) {
        self.relist_cause = self.relist_cause.or(self.last_reason.map(RelistCause::Failure));
    }

    /// The next list is a poll.
    pub(super) fn will_poll(&mut self) {
        self.relist_cause = self.relist_cause.or(Some(RelistCause::Poll));
    }

    /// A list or a watch is requested, or a streaming list has become a watch.
    pub(super) fn begin(&mut self, kind: OperationKind) {
        // The one before ends first.
        self.operation = None;
        self.operation = Some(Operation::begin(
            kind,
            &self.name,
            &self.subject,
            &self.bytes,
            #[cfg(feature = "metrics")]
            self.labels.clone(),
        ));
    }

    /// The operation in progress ends, unless this step is a part of it.
    pub(super) fn next_step(&mut self, step: &Step) {
        if !matches!(step, Step::List { page: Page::Next, .. } | Step::Sweep { .. })
            && let Some(operation) = self.operation.take()
        {
            operation.end();
        }
    }

    /// The span of the operation in progress.
    pub(super) fn span(&self) -> Span {
        self.operation.as_ref().map_or_else(Span::none, |operation| operation.span().clone())
    }

    /// The server has accepted a watch.
    pub(super) fn watch_opened(&mut self) {
        self.counters.watch_opened();
        self.opened();
    }

    /// The watch continues an open request.
    pub(super) fn opened(&mut self) {
        if let Some(operation) = &mut self.operation {
            operation.opened();
        }
    }

    /// The version from which the watch continues.
    pub(super) fn watches_from(&self, version: &str) {
        if let Some(operation) = &self.operation {
            operation.at_version(version);
        }
    }

    /// Objects of the list, or events of the watch, were received.
    pub(super) fn received(&mut self, items: usize) {
        if let Some(operation) = &mut self.operation {
            operation.received(items as u64);
        }
    }

    /// A list is complete, and `swept` cached objects were not in it.
    pub(super) fn listed(&mut self, version: &str, swept: usize) {
        let cause = self.relist_cause.take().unwrap_or(RelistCause::Verification);
        let cause = std::mem::replace(&mut self.has_listed, true).then_some(cause);
        if let Some(operation) = &mut self.operation {
            operation.at_version(version);
            operation.completed();
            self.counters.listed(operation.elapsed(), cause);
        }
        let skipped = std::mem::take(&mut self.skipped);
        tracing::debug!(name = %self.name, version, swept, skipped, "listed");
        if skipped > MAX_WARNINGS {
            tracing::warn!(
                name = %self.name,
                skipped,
                "many objects were skipped; those after the first {MAX_WARNINGS} are logged at debug level"
            );
        }
    }

    /// Nothing runs anymore.
    pub(super) fn stopped(&mut self) {
        self.operation = None;
        if self.health.has_synced() {
            tracing::debug!(name = %self.name, "stopped");
        } else {
            tracing::warn!(
                name = %self.name,
                "stopped before the first sync: the informer was shut down, or its last handle was dropped \
                 (keep the `Informer`; listers and subscriptions do not keep it running)"
            );
        }
        self.health.stopped();
    }
}
