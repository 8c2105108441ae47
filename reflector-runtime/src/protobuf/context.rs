//! What is known at a place in an object.

use std::cell::Cell;

use super::{
    error::ValueError,
    field::{Field, Message},
};
use crate::managed_fields::ManagedFields;

/// What is known at a place in an object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context<'de> {
    decoding: &'de Decoding,
    /// The number of objects and lists around it.
    depth: u8,
}

/// The decoding of one object.
#[derive(Debug, Default)]
pub(super) struct Decoding {
    pub(super) managed_fields: ManagedFields,
    /// The message is not in canonical form. The error alone would not do: a type may ignore errors.
    pub(super) is_not_canonical: Cell<bool>,
}

/// The same limit as `serde_json`'s.
pub(super) const MAX_DEPTH: u8 = 128;

/// The depth of the fields of an object's metadata.
const METADATA_DEPTH: u8 = 2;

impl<'de> Context<'de> {
    pub(super) const fn root(decoding: &'de Decoding) -> Self {
        Self { decoding, depth: 0 }
    }

    /// Of the elements of an object or list at this place.
    #[inline]
    pub(super) fn inside(self) -> Result<Self, ValueError> {
        if self.depth == MAX_DEPTH {
            return Err(ValueError::mismatch("nested too deeply"));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }

    #[cold]
    pub(super) fn not_canonical(self) -> ValueError {
        self.decoding.is_not_canonical.set(true);
        ValueError::malformed()
    }

    pub(super) fn strips(self, field: &Field) -> bool {
        self.depth == METADATA_DEPTH
            && field.message() == Message::MANAGED_FIELDS_ENTRY
            && self.decoding.managed_fields == ManagedFields::Strip
    }
}
