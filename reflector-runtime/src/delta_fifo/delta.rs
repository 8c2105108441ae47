//! A change of one object: [`Change`] before it is queued, [`Delta`] and [`Deltas`] in the queue.

use std::{fmt, sync::Arc};

use crate::{
    key::{KeyRef, ObjectKey},
    keyed_queue::Keyed,
    resource_type::ResourceType,
    wire::DecodeError,
};

/// One change of one object in the queue (client-go's `Delta` with its `DeltaType`).
pub enum Delta<K> {
    /// The server reported that the object was created.
    Added(Arc<K>),
    /// The server reported that the object was modified.
    Updated(Arc<K>),
    /// The object was deleted.
    Deleted(Tombstone<K>),
    /// The object was in a list.
    Replaced(Arc<K>),
    /// The object is delivered again from the cache (resync).
    Sync(Arc<K>),
}

/// What caused a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// The initial list. For a subscriber that joined later: the objects that were cached at that time.
    InitialList,
    /// A watch event.
    Watch,
    /// A list after the initial one, also by polling.
    Relist,
    /// Nothing has changed: a resync delivers the cached object again.
    Resync,
}

/// A deleted object.
pub struct Tombstone<K> {
    /// Its last known state: from the server's deletion event, or from the cache.
    pub last_known: Arc<K>,
    /// Whether the deletion event was received. If not, a relist found the object missing, and `last_known` may be
    /// older than the object's final state (client-go's `DeletedFinalStateUnknown`).
    pub final_state_known: bool,
    /// [`Cause::Watch`]: an event shows the deletion, its own or that of another object with the same key.
    /// [`Cause::Relist`]: a list does.
    pub cause: Cause,
}

impl<K> Delta<K> {
    /// The object: its new state, or the last known state of a deleted object.
    pub fn object(&self) -> &Arc<K> {
        match self {
            Self::Added(object) | Self::Updated(object) | Self::Replaced(object) | Self::Sync(object) => {
                object
            }
            Self::Deleted(tombstone) => &tombstone.last_known,
        }
    }

    pub(super) fn is_deletion(&self) -> bool {
        matches!(self, Self::Deleted(_))
    }

    /// What caused this delta. `in_initial_list` is [`Popped::in_initial_list`](super::Popped::in_initial_list) of its
    /// key.
    pub fn cause(&self, in_initial_list: bool) -> Cause {
        match self {
            Self::Added(_) | Self::Updated(_) => Cause::Watch,
            Self::Sync(_) => Cause::Resync,
            Self::Deleted(Tombstone { cause: Cause::Relist, .. }) | Self::Replaced(_) if in_initial_list => {
                Cause::InitialList
            }
            Self::Replaced(_) => Cause::Relist,
            Self::Deleted(tombstone) => tombstone.cause,
        }
    }

    /// client-go's name for this type of delta.
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
    /// Prints the type of the change, never the object: it may be a Secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl<K> fmt::Debug for Tombstone<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tombstone")
            .field("final_state_known", &self.final_state_known)
            .field("cause", &self.cause)
            .finish_non_exhaustive()
    }
}

impl<K> Clone for Tombstone<K> {
    fn clone(&self) -> Self {
        let Self { last_known, final_state_known, cause } = self;
        Self { last_known: last_known.clone(), final_state_known: *final_state_known, cause: *cause }
    }
}

/// The deltas of one key since it was last popped, oldest first. There is at least one.
#[derive(Debug)]
pub struct Deltas<K> {
    first: Delta<K>,
    // Most keys have one delta, and an empty Vec allocates nothing.
    later: Vec<Delta<K>>,
}

impl<K> Deltas<K> {
    /// Appends a delta. Of two consecutive deletions, the one whose event was received is kept, otherwise the older
    /// one (client-go's `dedupDeltas`).
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

    /// The newest delta.
    pub fn newest(&self) -> &Delta<K> {
        self.later.last().unwrap_or(&self.first)
    }

    /// All deltas, oldest first.
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

/// One change, as the reflector reports it.
pub enum Change<K> {
    /// A watch event of type `ADDED`.
    Added(Arc<K>),
    /// A watch event of type `MODIFIED`.
    Updated(Arc<K>),
    /// A watch event of type `DELETED`, with the final state.
    Deleted(Arc<K>),
    /// A watch event of type `DELETED` whose object could not be decoded. The last known state is used instead.
    DeletedUndecodable {
        /// Its key.
        key: ObjectKey,
        /// Its uid, if that could be decoded. An object without a uid counts as the cached one.
        uid: Option<String>,
    },
    /// An item of the list in progress.
    Listed(Arc<K>),
    /// An item of the list in progress, or a watch event, that could not be decoded. The known object of that key is
    /// retained, if it is the same object.
    Retained {
        /// Its key.
        key: ObjectKey,
        /// Its uid, if that could be decoded. An item without a uid counts as the same object.
        uid: Option<String>,
        /// Why it could not be decoded. `None` if subscribers need not know.
        error: Option<Arc<DecodeError>>,
    },
    /// An item of the list in progress whose key is unknown. It may be any known object: no object counts as missing
    /// from this list.
    Unidentified,
}

impl<K: 'static> Change<K> {
    /// The key of the object. `None` if it has no name or is unidentified.
    pub fn key(&self, resource_type: &ResourceType<K>) -> Option<ObjectKey> {
        match self {
            Self::Added(object) | Self::Updated(object) | Self::Deleted(object) | Self::Listed(object) => {
                resource_type.key(object).ok().map(KeyRef::to_key)
            }
            Self::DeletedUndecodable { key, .. } | Self::Retained { key, .. } => Some(key.clone()),
            Self::Unidentified => None,
        }
    }
}

impl<K> fmt::Debug for Change<K> {
    /// Prints the type of the change, never the object: it may be a Secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Added(_) => "Added",
            Self::Updated(_) => "Updated",
            Self::Deleted(_) => "Deleted",
            Self::DeletedUndecodable { .. } => "DeletedUndecodable",
            Self::Listed(_) => "Listed",
            Self::Retained { .. } => "Retained",
            Self::Unidentified => "Unidentified",
        })
    }
}
