//! [`Slot`]: the place of a key in the table.

use std::num::NonZeroU32;

/// The index of an entry, plus one, so that an optional slot takes four bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Slot(NonZeroU32);

impl Slot {
    /// # Panics
    /// If the index is not below `u32::MAX`. The entries of so many keys take more than 100 GB: like a capacity overflow of a
    /// `Vec`, this is not a state from which a program can recover, and losing a key silently would be worse.
    #[allow(clippy::expect_used, reason = "see above")]
    pub(super) fn new(index: usize) -> Self {
        let number = u32::try_from(index).ok().and_then(|index| NonZeroU32::MIN.checked_add(index));
        Self(number.expect("a work queue has fewer than 2^32 keys"))
    }

    pub(super) fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}
