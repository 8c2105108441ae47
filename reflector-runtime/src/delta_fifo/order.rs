//! The order of the queue ([`QueueOrder`]), what the versions of changes mean ([`EventOrder`]), and what became of
//! changes ([`Applied`]).

use super::Change;
use crate::key::{KeyError, ObjectKey};

/// The order in which a [`DeltaFifo`](super::DeltaFifo) returns deltas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum QueueOrder {
    /// Each key is queued once, in the order in which keys arrived, with all its deltas (client-go's `DeltaFIFO`). An
    /// object that changes often does not delay the others.
    #[default]
    PerKey,
    /// Deltas are returned in the order of their arrival, across keys (client-go's `RealFIFO`).
    Arrival,
}

/// What the resourceVersion of a watch event means, compared with the versions that the watch has already reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventOrder {
    /// It is newer. An object that is cached in a newer version stays.
    InOrder,
    /// It is the version that was reached last.
    Repeated,
    /// It is older, although the server's versions have been ordered so far. Only what is certain is applied: a change
    /// of the cached object without a new version, and its deletion at the version of its last change. Events of an
    /// earlier object with the same key are skipped. Everything else is declined.
    OutOfOrder,
    /// Versions mean nothing: the order of arrival counts.
    Arrival,
}

/// What became of some changes.
#[derive(Debug)]
pub struct Applied<K> {
    /// Objects that have no key. They were not applied.
    pub errors: Vec<KeyError>,
    /// How many objects the list in progress showed for the first time.
    pub fresh: u64,
    /// Changes whose version is out of order, in order of arrival. They were not applied: only more knowledge of the
    /// server shows whether they are late or the server does not order its versions.
    pub declined: Vec<Change<K>>,
    /// An object changed without a new version.
    pub reuses_version: bool,
    /// The list in progress showed an object in an older version than the cached one, which stayed.
    pub skips_older: bool,
    /// Keys of objects that were skipped: another object with the same key is cached and exists as well.
    pub shared_keys: Vec<ObjectKey>,
}

impl<K> Default for Applied<K> {
    fn default() -> Self {
        Self {
            errors: Vec::new(),
            fresh: 0,
            declined: Vec::new(),
            reuses_version: false,
            skips_older: false,
            shared_keys: Vec::new(),
        }
    }
}
