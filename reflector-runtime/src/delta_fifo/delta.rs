//! One change of one object, before it is queued ([`Change`]) and in the queue ([`Delta`], [`Deltas`]).

use std::{fmt, sync::Arc};

use crate::{key::ObjectKey, keyed_queue::Keyed};

/// One change of one object, as the queue holds it (client-go's `Delta` with its `DeltaType`).
pub enum Delta<K> {
    /// The server says that the object was created.
    Added(Arc<K>),
    /// The server says that the object was changed.
    Updated(Arc<K>),
    /// The object is gone.
    Deleted(Tombstone<K>),
    /// The object stood in a list.
    Replaced(Arc<K>),
    /// The object is delivered again from the cache (resync).
    Sync(Arc<K>),
}

/// An object that is gone.
pub struct Tombstone<K> {
    /// Its last known state: what the server sent with the deletion, or what the cache held.
    pub last_known: Arc<K>,
    /// Whether the deletion itself was seen. If not, a relist found the object missing, and `last_known` may
    /// be older than its last state (client-go's `DeletedFinalStateUnknown`).
    pub final_state_known: bool,
}

impl<K> Delta<K> {
    /// The object, in whichever state.
    pub fn object(&self) -> &Arc<K> {
        match self {
            Self::Added(object) | Self::Updated(object) | Self::Replaced(object) | Self::Sync(object) => {
                object
            }
            Self::Deleted(tombstone) => &tombstone.last_known,
        }
    }

    /// client-go's name of this kind of delta.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Added(_) => "Added",
            Self::Updated(_) => "Updated",
            Self::Deleted(_) => "Deleted",
            Self::Replaced(_) => "Replaced",
            Self::Sync(_) => "Sync",
        }
    }
}

impl<K> fmt::Debug for Delta<K> {
    /// Names the change, never the object: it may be a Secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl<K> fmt::Debug for Tombstone<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tombstone")
            .field("final_state_known", &self.final_state_known)
            .finish_non_exhaustive()
    }
}

impl<K> Clone for Tombstone<K> {
    fn clone(&self) -> Self {
        Self { last_known: self.last_known.clone(), final_state_known: self.final_state_known }
    }
}

/// The deltas of one key since it was last popped, oldest first; at least one.
#[derive(Debug)]
pub struct Deltas<K> {
    first: Delta<K>,
    // Most keys have one delta, and an empty Vec allocates nothing.
    later: Vec<Delta<K>>,
}

impl<K> Deltas<K> {
    /// Adds one. Of two deletions in a row the one that was observed stays, else the older (client-go's
    /// `dedupDeltas`).
    pub(super) fn push(&mut self, delta: Delta<K>) {
        let newest = self.later.last_mut().unwrap_or(&mut self.first);
        match (newest, delta) {
            (Delta::Deleted(before), Delta::Deleted(after)) => {
                if after.final_state_known && !before.final_state_known {
                    *before = after;
                }
            }
            (_, delta) => self.later.push(delta),
        }
    }

    /// The newest.
    pub fn newest(&self) -> &Delta<K> {
        self.later.last().unwrap_or(&self.first)
    }

    /// All, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Delta<K>> {
        std::iter::once(&self.first).chain(&self.later)
    }
}

impl<K> From<Delta<K>> for Deltas<K> {
    fn from(first: Delta<K>) -> Self {
        Self { first, later: Vec::new() }
    }
}

impl<K> IntoIterator for Deltas<K> {
    type Item = Delta<K>;
    type IntoIter = std::iter::Chain<std::iter::Once<Delta<K>>, std::vec::IntoIter<Delta<K>>>;

    fn into_iter(self) -> Self::IntoIter {
        std::iter::once(self.first).chain(self.later)
    }
}

impl<K> Keyed<K> for Deltas<K> {
    fn object(&self) -> &Arc<K> {
        self.first.object()
    }
}

/// One change as the reflector tells it.
pub enum Change<K> {
    /// A watch's `ADDED`.
    Added(Arc<K>),
    /// A watch's `MODIFIED`.
    Updated(Arc<K>),
    /// A watch's `DELETED`, with the last state.
    Deleted(Arc<K>),
    /// A watch's `DELETED` whose object could not be read: the last known state stands for it.
    DeletedUndecodable(ObjectKey),
    /// An item of a list that is under way.
    Listed(Arc<K>),
    /// An item of a list that is under way and could not be read: what is held of it stays, if it is the same object.
    Retained {
        /// Its key.
        key: ObjectKey,
        /// Its uid, where it could be read; one without counts as that of what is held.
        uid: Option<String>,
    },
}

impl<K> fmt::Debug for Change<K> {
    /// Names the change, never the object: it may be a Secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Added(_) => "Added",
            Self::Updated(_) => "Updated",
            Self::Deleted(_) => "Deleted",
            Self::DeletedUndecodable(_) => "DeletedUndecodable",
            Self::Listed(_) => "Listed",
            Self::Retained { .. } => "Retained",
        })
    }
}
