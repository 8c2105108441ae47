//! The errors of a set.

use std::fmt;

use crate::{
    informer::{SettingConflict, Unsynced},
    resource_type::NameError,
};

/// Why a set returned no informer.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SetError {
    /// The set was shut down.
    #[error("the informer set was shut down")]
    Stopped,
    /// An informer of the same objects is running with other settings.
    #[error(
        "the informer of {what} is running with other settings: {}; set them where the informer is requested first, or \
         use another set",
        Joined(.conflicts)
    )]
    Conflict {
        /// The resource, its namespaces and selectors.
        what: String,
        /// The settings in conflict.
        conflicts: Vec<SettingConflict>,
    },
    /// The options of a kind follower panicked for this kind. The panic hook of the program has received the message.
    #[error("the options of the follower panicked for the kind {kind}: the panic hook has printed where")]
    OptionsPanicked {
        /// The kind.
        kind: String,
    },
    /// A name in the description of a dynamic kind is not valid.
    #[error(transparent)]
    Name(#[from] NameError),
}

crate::causes::debug_as_text!(SetError);

/// Why the informers of a set are not all synced.
///
/// The text lists each resource that is not synced, with its health, its last failure and how to fix it.
#[derive(Clone, thiserror::Error)]
#[error("{} of {informers} informers not synced: {}", .missing, Joined(.unsynced))]
pub struct SetSyncError {
    /// How many informers were awaited.
    pub informers: usize,
    /// How many of them are not synced.
    pub missing: usize,
    /// What is not synced: an entry per informer, or per namespace of an informer of several namespaces. It includes
    /// informers without a failure that have not received everything yet.
    pub unsynced: Vec<Unsynced>,
}

crate::causes::debug_as_text!(SetSyncError);

/// Texts in one line.
struct Joined<'a, T>(&'a [T]);

impl<T: fmt::Display> fmt::Display for Joined<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, item) in self.0.iter().enumerate() {
            if number > 0 {
                f.write_str("; ")?;
            }
            item.fmt(f)?;
        }
        Ok(())
    }
}
