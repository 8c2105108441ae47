//! Errors of the reconcile loop.

use crate::informer::SyncError;

/// Why a [`Reconciler`](super::Reconciler) ended by itself.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum ReconcileError {
    /// An informer did not sync. No run was started.
    #[error(transparent)]
    Sync(#[from] SyncError),
    /// An informer was stopped. Running functions were completed, as in a shutdown.
    #[error("the informer of {resource} was stopped while the reconciler was running")]
    InformerStopped {
        /// The resource type.
        resource: String,
    },
    /// The sender of [`Reconciler::while_leader`](super::Reconciler::while_leader) was dropped. The runs in progress were
    /// cancelled, because another leader may act.
    #[error("the leader election has ended: the sender of `while_leader` was dropped")]
    ElectionEnded,
}

crate::causes::debug_as_text!(ReconcileError);

/// Why a write cannot be awaited.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OwnWriteError {
    /// The reconciler has no informer of this type.
    #[error(
        "the reconciler has no informer of `{kind}` in group `{group}`: add it with `owns` or `watches` to wait for own writes"
    )]
    NotWatched {
        /// The API group; empty for the core group.
        group: String,
        /// The kind.
        kind: String,
    },
    /// The object has no name or no resourceVersion, so that it is not one that a write returned.
    #[error(
        "the `{kind}` has no name or no resourceVersion: pass the object that the server returned for the write"
    )]
    NotWritten {
        /// The kind.
        kind: String,
    },
}

crate::causes::debug_as_text!(OwnWriteError);
