//! A set of slot numbers: the objects under one value of an index.

use std::collections::BTreeSet;

/// The position of an object in the store's table.
pub(super) type Slot = u32;

/// A set that does not allocate while it has one member, as most sets in an index by owner or node IP do.
#[derive(Debug)]
pub(super) enum Slots {
    One(Slot),
    Many(BTreeSet<Slot>),
}

impl Slots {
    pub(super) fn insert(&mut self, slot: Slot) {
        match self {
            Self::One(only) if *only == slot => {}
            Self::One(only) => *self = Self::Many(BTreeSet::from([*only, slot])),
            Self::Many(slots) => {
                slots.insert(slot);
            }
        }
    }

    /// Removes a member. Returns `true` if none is left.
    pub(super) fn remove(&mut self, slot: Slot) -> bool {
        match self {
            Self::One(only) => *only == slot,
            Self::Many(slots) => {
                slots.remove(&slot);
                slots.is_empty()
            }
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Slot> {
        let (one, many) = match self {
            Self::One(only) => (Some(*only), None),
            Self::Many(slots) => (None, Some(slots.iter().copied())),
        };
        one.into_iter().chain(many.into_iter().flatten())
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Many(slots) => slots.len(),
        }
    }
}
