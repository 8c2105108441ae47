//! What subscribers are told.

use std::{fmt, sync::Arc};

/// One change of one object in the cache. When an event is handed out, the cache shows it already, and may show
/// later ones.
///
/// For each object events come in order; over different objects they may not.
pub enum Event<K> {
    /// The object is in the cache now and was not before.
    Added {
        /// The object.
        object: Arc<K>,
        /// Whether it belongs to the state that was there at first, when the informer began or the subscriber
        /// joined (client-go's `isInInitialList`).
        initial: bool,
    },
    /// The object has changed; in a resync both are the same.
    Updated {
        /// The state that was told last.
        old: Arc<K>,
        /// The state now.
        new: Arc<K>,
    },
    /// The object is gone from the cache.
    Deleted {
        /// Its last known state.
        last_known: Arc<K>,
        /// Whether the deletion itself was seen. `false`: a relist found the object missing, and its last
        /// state may have been another (client-go's `DeletedFinalStateUnknown`).
        observed: bool,
    },
}

impl<K> Event<K> {
    /// The object: the new one, or the last known.
    pub fn object(&self) -> &Arc<K> {
        match self {
            Self::Added { object, .. } => object,
            Self::Updated { new, .. } => new,
            Self::Deleted { last_known, .. } => last_known,
        }
    }

    /// `Added`, `Updated` or `Deleted`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Added { .. } => "Added",
            Self::Updated { .. } => "Updated",
            Self::Deleted { .. } => "Deleted",
        }
    }
}

impl<K> Clone for Event<K> {
    fn clone(&self) -> Self {
        match self {
            Self::Added { object, initial } => Self::Added { object: object.clone(), initial: *initial },
            Self::Updated { old, new } => Self::Updated { old: old.clone(), new: new.clone() },
            Self::Deleted { last_known, observed } => {
                Self::Deleted { last_known: last_known.clone(), observed: *observed }
            }
        }
    }
}

impl<K> fmt::Debug for Event<K> {
    /// Names the change, never the object: it may be a Secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
