//! [`SyncError`]: why an informer did not sync, in one text that contains each cause once.

use std::{fmt, sync::Arc, time::Duration};

use super::advice::FailureText;
use crate::{
    list_watch::Reason,
    reflector::{Health, ReflectorError},
};

/// Why the first sync did not complete.
///
/// The text contains the resource, the last failure with the server's message, and how to fix it. It is complete by
/// itself: there is no `source`.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum SyncError {
    /// A failure that retrying will not fix. The informer keeps retrying nevertheless.
    #[error("cannot sync {what}: {}{}", Failure(*.reason, .last_error.as_deref()), After("; ", .advice))]
    Failed {
        /// The resource.
        what: String,
        /// The class of failure.
        reason: Reason,
        /// How to fix it. Empty if the text of `last_error` says so.
        advice: String,
        /// The failure.
        last_error: Option<Arc<ReflectorError>>,
    },
    /// The informer was not synced within [`WaitForSync::timeout`](super::WaitForSync::timeout). It keeps trying.
    #[error(
        "{what} did not sync within {} s ({state}){}{}",
        .after.as_secs_f32(),
        LastFailure(.last_error.as_deref()),
        After("; ", .advice)
    )]
    TimedOut {
        /// The resource.
        what: String,
        /// The timeout.
        after: Duration,
        /// The informer's health when the timeout elapsed.
        state: Health,
        /// How to fix the last failure, if retrying will not fix it. Otherwise empty.
        advice: String,
        /// The last failure, if there was one.
        last_error: Option<Arc<ReflectorError>>,
    },
    /// The informer was stopped before it was synced.
    #[error(
        "the informer of {what} was stopped before it was synced: it was shut down, or its last handle was dropped{}",
        LastFailure(.last_error.as_deref())
    )]
    Stopped {
        /// The resource.
        what: String,
        /// The last failure, if there was one.
        last_error: Option<Arc<ReflectorError>>,
    },
    /// Several namespaces of one informer are not synced. The others are served.
    #[error("cannot sync {what} in {} namespaces: {}", .errors.len(), Joined(.errors))]
    Namespaces {
        /// The resource.
        what: String,
        /// The error of each namespace.
        errors: Vec<SyncError>,
    },
    /// The namespace was removed from the informer before it was synced.
    #[error("{what} was not synced: the namespace was removed from the informer")]
    NamespaceRemoved {
        /// The resource, with the namespace.
        what: String,
    },
    /// The handler has not processed the initial list within [`WaitForSync::timeout`](super::WaitForSync::timeout). The
    /// informer is synced.
    #[error(
        "handler `{handler}` of {what} has not processed the initial list within {} s: {unprocessed} queued",
        .after.as_secs_f32()
    )]
    HandlerTimedOut {
        /// The resource.
        what: String,
        /// The handler's name.
        handler: String,
        /// The timeout.
        after: Duration,
        /// How many events were not processed when the timeout elapsed.
        unprocessed: usize,
    },
    /// The handler ended before it had processed the initial list.
    #[error(
        "handler `{handler}` of {what} ended before it had processed the initial list: it was removed, or its runtime \
         was shut down"
    )]
    HandlerEnded {
        /// The resource.
        what: String,
        /// The handler's name.
        handler: String,
    },
    /// The informer was started outside of a tokio runtime, so nothing runs.
    #[error(
        "cannot sync {what}: the informer was started outside of a tokio runtime; call `start` within one, such as in \
         a `#[tokio::main]` function, or after `Runtime::enter`"
    )]
    NoRuntime {
        /// The resource.
        what: String,
    },
}

crate::causes::debug_as_text!(SyncError);

/// A resource that is not synced, and why as far as it is known.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Unsynced {
    /// The resource, with its namespace.
    pub what: String,
    /// The health of its informer.
    pub health: Health,
    /// How to fix the last failure, if retrying will not fix it. Otherwise empty.
    pub advice: String,
    /// The last failure, if there was one.
    pub last_error: Option<Arc<ReflectorError>>,
}

impl fmt::Display for Unsynced {
    /// Prints the resource, its health, the last failure and the advice.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, health, advice, last_error } = self;
        write!(f, "{what} ({health}){}{}", LastFailure(last_error.as_deref()), After("; ", advice))
    }
}

/// A failure that ended the wait.
struct Failure<'a>(Reason, Option<&'a ReflectorError>);

impl fmt::Display for Failure<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(text) = self.1.map(FailureText) else { return self.0.fmt(f) };
        match text.verb() {
            Some(verb) => write!(f, "{verb} failed: {text}"),
            None => text.fmt(f),
        }
    }
}

/// A failure that occurred some time before.
struct LastFailure<'a>(Option<&'a ReflectorError>);

impl fmt::Display for LastFailure<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(text) = self.0.map(FailureText) else { return Ok(()) };
        match text.verb() {
            Some(verb) => write!(f, "; last failure ({verb}): {text}"),
            None => write!(f, "; last failure: {text}"),
        }
    }
}

/// Several errors in one line.
struct Joined<'a>(&'a [SyncError]);

impl fmt::Display for Joined<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, error) in self.0.iter().enumerate() {
            if number > 0 {
                f.write_str("; ")?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}

/// A separator and a text, or nothing if the text is empty.
struct After<'a>(&'static str, &'a str);

impl fmt::Display for After<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.1.is_empty() { Ok(()) } else { write!(f, "{}{}", self.0, self.1) }
    }
}
