//! [`Delayed`]: the delayed keys, by deadline.

use std::{cmp::Reverse, collections::BinaryHeap, hash::Hash};

use super::{
    entry::Pending,
    moment::Moment,
    slot::Slot,
    table::{RETAINED, Table},
};

/// The deadline of a key. Equal deadlines are in the order of the adds, which is that of the numbers.
type Deadline = (Moment, u32, Slot);

/// A heap of deadlines. A deadline that no longer applies stays in it until it is the first, or until most of the heap
/// is of this kind.
#[derive(Default)]
pub(super) struct Delayed {
    heap: BinaryHeap<Reverse<Deadline>>,
    /// How many deadlines apply.
    len: usize,
}

/// So many deadlines that no longer apply are always allowed.
const OUTDATED: usize = 64;

impl Delayed {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// Adds the deadline that the entry contains.
    pub(super) fn push<K: Eq + Hash>(&mut self, table: &Table<K>, slot: Slot) {
        let Some(entry) = table.get(slot) else { return };
        self.heap.push(Reverse((entry.at, entry.number, slot)));
        self.len += 1;
    }

    /// A deadline no longer applies: the entry is no longer delayed, or its deadline was replaced.
    pub(super) fn remove_outdated<K: Eq + Hash>(&mut self, table: &Table<K>) {
        self.len -= 1;
        if self.heap.len() > 2 * self.len + OUTDATED {
            self.heap.retain(|Reverse(deadline)| applies(table, *deadline));
            self.heap.shrink_to(2 * self.len + OUTDATED);
        }
        self.drop_outdated_first(table);
    }

    /// The first deadline applies, so that it is known without a look at the table.
    fn drop_outdated_first<K: Eq + Hash>(&mut self, table: &Table<K>) {
        while self.heap.peek().is_some_and(|Reverse(first)| !applies(table, *first)) {
            self.heap.pop();
        }
        if self.heap.is_empty() && self.heap.capacity() > RETAINED {
            self.heap = BinaryHeap::new();
        }
    }

    pub(super) fn first(&self) -> Option<Moment> {
        self.heap.peek().map(|Reverse((deadline, ..))| *deadline)
    }

    /// Takes the first key whose deadline is not after `now`.
    pub(super) fn pop_due<K: Eq + Hash>(&mut self, table: &Table<K>, now: Moment) -> Option<Slot> {
        self.first().filter(|first| *first <= now)?;
        let Reverse((.., slot)) = self.heap.pop()?;
        self.len -= 1;
        self.drop_outdated_first(table);
        Some(slot)
    }

    /// How many keys are due and satisfy the condition. Looks at all keys if there is one: as a rule there is none, because
    /// each operation of the queue takes those that are due.
    pub(super) fn count_due<K: Eq + Hash>(
        &self,
        table: &Table<K>,
        now: Moment,
        condition: impl Fn(Slot) -> bool,
    ) -> usize {
        if self.first().is_none_or(|first| first > now) {
            return 0;
        }
        let deadlines = self.heap.iter().map(|Reverse(deadline)| *deadline);
        deadlines.filter(|it| it.0 <= now && applies(table, *it) && condition(it.2)).count()
    }

    /// Removes and returns all keys, by deadline.
    pub(super) fn take_all<K: Eq + Hash>(&mut self, table: &Table<K>) -> Vec<Slot> {
        let Self { heap, .. } = std::mem::take(self);
        let mut deadlines: Vec<Deadline> = heap.into_iter().map(|Reverse(deadline)| deadline).collect();
        deadlines.retain(|deadline| applies(table, *deadline));
        deadlines.sort_unstable();
        deadlines.into_iter().map(|(.., slot)| slot).collect()
    }

    /// The entries have other numbers, in the same order. These are the delayed ones.
    pub(super) fn renumbered<K: Eq + Hash>(&mut self, table: &Table<K>, delayed: &[Slot]) {
        *self = Self::default();
        for slot in delayed {
            self.push(table, *slot);
        }
    }
}

fn applies<K: Eq + Hash>(table: &Table<K>, (deadline, number, slot): Deadline) -> bool {
    table.get(slot).is_some_and(|entry| {
        matches!(entry.pending, Pending::Delayed(_)) && (entry.at, entry.number) == (deadline, number)
    })
}
