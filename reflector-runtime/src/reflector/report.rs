//! Telling of what goes wrong: the log, the error hook, and what health remembers. Must not know what follows from
//! it.

use std::{error::Error as _, fmt, sync::Arc};

use tracing::Level;

use super::{HealthCell, ReflectorError, RequestVerb, core::Failure};
use crate::{
    key::KeyError,
    list_watch::{ListWatchError, Reason},
    wire::InvalidObject,
};

/// What is told of every failure.
pub(crate) type ErrorHook = Arc<dyn Fn(&ReflectorError) + Send + Sync>;

/// How many objects and events that are passed over get a warning of their own between two lists; the hook is told of
/// all.
const WARNED_ONE_BY_ONE: u64 = 20;

/// Tells of what goes wrong in one reflector.
pub(super) struct Reporter {
    /// The reflector's name, in logs and errors.
    pub(super) name: String,
    pub(super) health: Arc<HealthCell>,
    pub(super) hook: Option<ErrorHook>,
    /// How many objects and events have been passed over since the last list was complete.
    skipped: u64,
}

impl Reporter {
    pub(super) fn new(name: String) -> Self {
        Self { name, health: Arc::new(HealthCell::new()), hook: None, skipped: 0 }
    }

    /// A request failed, or a watch ended in an error. Returns what decisions are made on.
    pub(super) fn failed(&self, verb: RequestVerb, error: ListWatchError) -> Failure {
        let failure = Failure { reason: error.reason(), retry_after: error.retry_after() };
        let error = Arc::new(ReflectorError::Request { verb, what: self.name.clone(), error });
        self.health.failed(error.clone());
        // A version that expired is the ordinary end of a slow watch (client-go logs it at V(4)).
        self.tell(&error, if failure.reason == Reason::Expired { Level::DEBUG } else { Level::WARN });
        failure
    }

    /// An object could not be taken.
    pub(super) fn invalid(&mut self, invalid: InvalidObject) {
        self.skip(ReflectorError::InvalidObject { what: self.name.clone(), invalid });
    }

    /// A watch sent an event of a type that nobody knows.
    pub(super) fn unknown_event(&mut self, event_type: String) {
        self.skip(ReflectorError::UnknownEvent { what: self.name.clone(), event_type });
    }

    /// An object has no name.
    pub(super) fn no_key(&mut self, error: KeyError) {
        self.skip(ReflectorError::NoKey { what: self.name.clone(), error });
    }

    fn skip(&mut self, error: ReflectorError) {
        let error = Arc::new(error);
        self.health.skipped(error.clone());
        self.skipped += 1;
        let is_one_of_many = self.skipped > WARNED_ONE_BY_ONE;
        self.tell(&error, if is_one_of_many { Level::DEBUG } else { Level::WARN });
    }

    fn tell(&self, error: &ReflectorError, level: Level) {
        if level == Level::WARN {
            tracing::warn!(name = %self.name, cause = %Cause(error), "{error}");
        } else {
            tracing::debug!(name = %self.name, cause = %Cause(error), "{error}");
        }
        if let Some(hook) = &self.hook {
            hook(error);
        }
    }

    /// A list is complete, and `swept` objects were not in it.
    pub(super) fn listed(&mut self, version: &str, swept: usize) {
        let skipped = std::mem::take(&mut self.skipped);
        tracing::debug!(name = %self.name, version, swept, skipped, "listed");
        if skipped > WARNED_ONE_BY_ONE {
            tracing::warn!(
                name = %self.name,
                skipped,
                "many objects were passed over; those beyond the first {WARNED_ONE_BY_ONE} are logged at debug level"
            );
        }
    }

    /// Nothing runs any more.
    pub(super) fn stopped(&self) {
        tracing::debug!(name = %self.name, "reflector stopped");
        self.health.stopped();
    }
}

/// Why, in the log: an error's cause, where it has one.
struct Cause<'a>(&'a ReflectorError);

impl fmt::Display for Cause<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.source().map_or(Ok(()), |cause| fmt::Display::fmt(cause, f))
    }
}
