//! What the error hook is told: every failure there is, also those inside an established watch.

use std::fmt;

use crate::{key::KeyError, list_watch::ListWatchError, wire::InvalidObject};

/// Something went wrong, and what becomes of it has been decided already: the hook is told, it is not asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReflectorError {
    /// A request failed, or a watch ended in an error. It is made again.
    #[error("{verb} of {what} failed")]
    Request {
        /// What was tried.
        verb: RequestVerb,
        /// Of which resource.
        what: String,
        /// Why it failed.
        #[source]
        error: ListWatchError,
    },
    /// One object could not be taken into the cache; the others are unharmed, and its last good copy stays.
    #[error("an object of {what} was passed over")]
    InvalidObject {
        /// Of which resource.
        what: String,
        /// Which object, and why.
        #[source]
        invalid: InvalidObject,
    },
    /// The watch sent an event of a type that the API does not know; it was passed over.
    #[error("the watch of {what} sent an event of the unknown type `{event_type}`; it was passed over")]
    UnknownEvent {
        /// Of which resource.
        what: String,
        /// The type it named.
        event_type: String,
    },
    /// A custom [`ListerWatcher`](crate::ListerWatcher) handed out an object without a name.
    #[error("an object of {what} was passed over")]
    NoKey {
        /// Of which resource.
        what: String,
        /// Why it has no key.
        #[source]
        error: KeyError,
    },
}

/// What was tried, in RBAC's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RequestVerb {
    /// A list.
    List,
    /// A watch.
    Watch,
}

impl fmt::Display for RequestVerb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::List => "list",
            Self::Watch => "watch",
        })
    }
}
