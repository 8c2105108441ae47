//! [`Slots`]: the set of objects under one value of an index. It is shared with snapshots and copied on write.

use std::sync::Arc;

/// The position of an object in the store's table.
pub(crate) type Slot = u32;

/// The maximum number of slots in a block, which is the unit of copying.
const BLOCK: usize = 128;

/// A sorted set of slots. With one member, as most sets in an index by owner or by IP address have, it allocates
/// nothing.
#[derive(Clone, Debug)]
pub(crate) enum Slots {
    One(Slot),
    /// At most [`BLOCK`] slots, in order.
    Few(Vec<Slot>),
    Many(Arc<Blocks>),
}

/// A sorted list of sorted blocks. No block is empty.
#[derive(Clone, Debug, Default)]
pub(crate) struct Blocks {
    blocks: Vec<Arc<Vec<Slot>>>,
    len: usize,
}

impl Slots {
    pub(crate) fn insert(&mut self, slot: Slot) {
        match self {
            Self::One(only) if *only == slot => {}
            Self::One(only) => *self = Self::Few(vec![slot.min(*only), slot.max(*only)]),
            Self::Few(slots) => {
                let Err(at) = slots.binary_search(&slot) else { return };
                slots.insert(at, slot);
                if slots.len() > BLOCK {
                    let len = slots.len();
                    let later = slots.split_off(len / 2);
                    let blocks = vec![Arc::new(std::mem::take(slots)), Arc::new(later)];
                    *self = Self::Many(Arc::new(Blocks { blocks, len }));
                }
            }
            Self::Many(blocks) => {
                if !blocks.contains(slot) {
                    Arc::make_mut(blocks).insert(slot);
                }
            }
        }
    }

    /// Removes a member. Returns `true` if none is left.
    pub(crate) fn remove(&mut self, slot: Slot) -> bool {
        match self {
            Self::One(only) => *only == slot,
            Self::Few(slots) => {
                if let Ok(at) = slots.binary_search(&slot) {
                    slots.remove(at);
                }
                slots.is_empty()
            }
            Self::Many(blocks) => {
                if blocks.contains(slot) {
                    Arc::make_mut(blocks).remove(slot);
                }
                blocks.len == 0
            }
        }
    }

    pub(crate) fn contains(&self, slot: Slot) -> bool {
        match self {
            Self::One(only) => *only == slot,
            Self::Few(slots) => slots.binary_search(&slot).is_ok(),
            Self::Many(blocks) => blocks.contains(slot),
        }
    }

    /// The members, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = Slot> + '_ {
        let (few, many): (&[Slot], &[Arc<Vec<Slot>>]) = match self {
            Self::One(only) => (std::slice::from_ref(only), &[]),
            Self::Few(slots) => (slots, &[]),
            Self::Many(blocks) => (&[], &blocks.blocks),
        };
        few.iter().chain(many.iter().flat_map(|block| block.iter())).copied()
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Few(slots) => slots.len(),
            Self::Many(blocks) => blocks.len,
        }
    }
}

impl Blocks {
    /// The block that contains `slot`, if any does.
    fn position(&self, slot: Slot) -> usize {
        let after = self.blocks.partition_point(|block| block.first().is_some_and(|first| *first <= slot));
        after.saturating_sub(1)
    }

    fn contains(&self, slot: Slot) -> bool {
        self.blocks.get(self.position(slot)).is_some_and(|block| block.binary_search(&slot).is_ok())
    }

    fn insert(&mut self, slot: Slot) {
        let at = self.position(slot);
        let is_last = at + 1 >= self.blocks.len();
        let Some(block) = self.blocks.get_mut(at) else {
            self.blocks.push(Arc::new(vec![slot]));
            self.len += 1;
            return;
        };
        let Err(place) = block.binary_search(&slot) else { return };
        self.len += 1;
        if block.len() < BLOCK {
            Arc::make_mut(block).insert(place, slot);
        } else if is_last && place == block.len() {
            // Slots usually arrive in order: full blocks are left full.
            self.blocks.push(Arc::new(vec![slot]));
        } else {
            let first = Arc::make_mut(block);
            first.insert(place, slot);
            let later = first.split_off(first.len() / 2);
            self.blocks.insert(at + 1, Arc::new(later));
        }
    }

    fn remove(&mut self, slot: Slot) {
        let at = self.position(slot);
        let Some(block) = self.blocks.get_mut(at) else { return };
        let Ok(place) = block.binary_search(&slot) else { return };
        self.len -= 1;
        if block.len() == 1 {
            self.blocks.remove(at);
        } else {
            Arc::make_mut(block).remove(place);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Insertions and removals in any order agree with `BTreeSet`, and a copy taken before them does not change.
        #[test]
        fn agrees_with_a_btree_set(
            first in 0_u32..600,
            operations in proptest::collection::vec((any::<bool>(), 0_u32..600), 0..1200),
            copied_at in 0_usize..1200,
        ) {
            let mut slots = Slots::One(first);
            let mut model = BTreeSet::from([first]);
            let mut copy = None;
            for (number, (insert, slot)) in operations.into_iter().enumerate() {
                if number == copied_at {
                    copy = Some((slots.clone(), model.clone()));
                }
                if insert || model.len() == 1 {
                    slots.insert(slot);
                    model.insert(slot);
                } else {
                    prop_assert!(!slots.remove(slot) || model.len() == 1);
                    model.remove(&slot);
                }
                prop_assert_eq!(slots.len(), model.len());
                prop_assert_eq!(slots.contains(slot), model.contains(&slot));
            }
            prop_assert!(slots.iter().eq(model.iter().copied()));
            if let Some((copy, model)) = copy {
                prop_assert!(copy.iter().eq(model.iter().copied()));
            }
        }
    }

    #[test]
    fn slots_that_arrive_in_order_fill_their_blocks() {
        let mut slots = Slots::One(0);
        (1..100_000).for_each(|slot| slots.insert(slot));
        let Slots::Many(blocks) = &slots else { panic!("{} slots", slots.len()) };
        assert!(blocks.blocks.len() < 100_000 / BLOCK + 3, "{} blocks", blocks.blocks.len());
    }
}
