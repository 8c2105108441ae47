//! [`WaitError`]: why a wait has failed, with the last state seen. It never contains an object.

use std::{fmt, time::Duration};

use crate::{key::ObjectKey, resource_type::Scope};

/// The last state of an object that a wait has seen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum LastSeen {
    /// The object was not in the cache.
    #[default]
    Never,
    /// The object was in the cache.
    Exists {
        /// Its resourceVersion.
        resource_version: Option<String>,
    },
    /// The object was in the cache, and is gone.
    Gone {
        /// Its last resourceVersion in the cache.
        resource_version: Option<String>,
    },
}

impl fmt::Display for LastSeen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (state, version) = match self {
            Self::Never => return f.write_str("it was never in the cache"),
            Self::Exists { resource_version } => ("it exists", resource_version),
            Self::Gone { resource_version } => ("it is gone, last seen", resource_version),
        };
        match version {
            Some(version) => write!(f, "{state} at resourceVersion {version}"),
            None => write!(f, "{state} without a resourceVersion"),
        }
    }
}

/// Why a wait has failed.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WaitError {
    /// The object did not reach the state in time.
    #[error("timed out after {after:?} while waiting for {resource} {key} {condition}: {last}")]
    TimedOut {
        /// The resource type.
        resource: String,
        /// The key of the object.
        key: ObjectKey,
        /// The state that was waited for.
        condition: &'static str,
        /// The timeout.
        after: Duration,
        /// The last state seen.
        last: LastSeen,
    },
    /// The cache did not reach the resourceVersion in time.
    #[error(
        "timed out after {after:?} while waiting for {resource} at resourceVersion {resource_version}: the cache is at \
         {}",
        at(.reached.as_deref())
    )]
    VersionTimedOut {
        /// The resource type.
        resource: String,
        /// The version that was waited for.
        resource_version: String,
        /// The timeout.
        after: Duration,
        /// The version of the cache.
        reached: Option<String>,
    },
    /// The informer stopped, so that the cache no longer changes.
    #[error("the informer of {resource} stopped during a wait{}; the cache is at {}", of(.key.as_ref(), .last), at(.reached.as_deref()))]
    Stopped {
        /// The resource type.
        resource: String,
        /// The key of the object. `None` for a wait for a resourceVersion.
        key: Option<ObjectKey>,
        /// The last state seen.
        last: LastSeen,
        /// The version of the cache.
        reached: Option<String>,
    },
    /// The order of two resourceVersions is unknown.
    #[error(
        "cannot wait for {resource} at resourceVersion {resource_version}: the cache is at {}, and the order of these \
         versions is unknown; wait for a state of the object instead",
        at(.reached.as_deref())
    )]
    NotComparable {
        /// The resource type.
        resource: String,
        /// The version that was waited for.
        resource_version: String,
        /// The version of the cache.
        reached: Option<String>,
    },
    /// No object of the type can have this key: it lacks the namespace, or has one although the type is cluster-scoped.
    #[error(
        "cannot wait for {resource} {key}: {}",
        if *.scope == Scope::Cluster { "the type is cluster-scoped, so the key must have no namespace" } else {
            "the type is namespaced, so the key must have a namespace"
        }
    )]
    Key {
        /// The resource type.
        resource: String,
        /// The key.
        key: ObjectKey,
        /// The scope of the type.
        scope: Scope,
    },
    /// A wait with a timeout was awaited outside of a tokio runtime.
    #[error("a wait with a timeout must be awaited in a tokio runtime")]
    NoRuntime,
}

crate::causes::debug_as_text!(WaitError);

fn at(reached: Option<&str>) -> String {
    reached
        .map_or_else(|| "no resourceVersion yet".to_owned(), |version| format!("resourceVersion {version}"))
}

fn of(key: Option<&ObjectKey>, last: &LastSeen) -> String {
    key.map(|key| format!(" for {key}: {last}")).unwrap_or_default()
}
