//! [`Report`] and [`Summary`]: what happened in the loop.

use std::time::Duration;

use super::RunError;
use crate::{informer::Unsynced, key::ObjectKey};

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
    /// The deletion of an own delete did not arrive in the cache in time. The key runs with the state that is cached.
    #[non_exhaustive]
    OwnDeleteMissing {
        /// The key.
        key: ObjectKey,
        /// The key of the deleted object.
        object: ObjectKey,
        /// Its uid.
        uid: Option<String>,
    },
    /// A predicate or a mapping function panicked. A predicate then counts as satisfied. A mapping function leads to no
    /// run, except of the keys that it has returned before.
    #[non_exhaustive]
    MappingPanicked {
        /// The resource type of the event.
        resource: String,
        /// The key of the event's object.
        object: Option<ObjectKey>,
    },
    /// A stream of triggers ([`Reconciler::also`](super::Reconciler::also)) panicked. It is no longer polled.
    TriggersPanicked,
    /// No run has started yet, because informers are not synced. Reported every 30 s.
    #[non_exhaustive]
    NotSynced {
        /// The informers, or the namespaces of an informer, that are not synced.
        unsynced: Vec<Unsynced>,
        /// How long the reconciler has waited.
        waited: Duration,
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
    /// The keys whose runs could not be cancelled within a second, because they block their thread. They may still be
    /// running.
    pub blocked: Vec<ObjectKey>,
    /// The keys that had work to do: a change without a run, a retry or a requested run.
    pub pending: Vec<ObjectKey>,
}
