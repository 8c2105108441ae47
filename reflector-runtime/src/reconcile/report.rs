//! [`Report`] and [`Summary`]: what happened in the loop.

use std::time::Duration;

use super::RunError;
use crate::key::ObjectKey;

/// Something that an operator's logs should contain: see [`Reconciler::on_report`](super::Reconciler::on_report).
#[derive(Debug)]
#[non_exhaustive]
pub enum Report {
    /// A run failed. The key runs again after the delay.
    #[non_exhaustive]
    Failed {
        /// The key.
        key: ObjectKey,
        /// How many runs of the key have failed in a row.
        attempt: u32,
        /// The error.
        error: RunError,
        /// The delay of the next attempt.
        retry_after: Duration,
    },
    /// A run has not ended yet. Reported again after each further period.
    #[non_exhaustive]
    Stuck {
        /// The key.
        key: ObjectKey,
        /// How long it has run so far.
        running_for: Duration,
    },
    /// An own write did not arrive in the cache in time. The key runs with the state that is cached.
    #[non_exhaustive]
    OwnWriteMissing {
        /// The key.
        key: ObjectKey,
        /// The key of the written object.
        object: ObjectKey,
        /// Its resourceVersion.
        resource_version: String,
    },
    /// A predicate or a mapping function panicked. The event leads to no run.
    #[non_exhaustive]
    MappingPanicked {
        /// The resource type of the event.
        resource: String,
        /// The key of the event's object.
        object: Option<ObjectKey>,
    },
}

/// What a reconciler has done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// How many runs ended, failed ones included.
    pub runs: u64,
    /// How many runs failed, by an error or a panic.
    pub failures: u64,
    /// The keys whose runs did not end before the deadline of the shutdown and were cancelled.
    pub cancelled: Vec<ObjectKey>,
    /// The keys that had work to do: a change without a run, a retry or a requested run.
    pub pending: Vec<ObjectKey>,
}
