//! [`Ready`]: the ready keys, in the order in which they are handed out.

use std::{collections::BTreeMap, hash::Hash};

use super::{Priority, slot::Slot, table::Table};

/// The ready keys of each priority, in the order of their numbers.
#[derive(Default)]
pub(super) struct Ready {
    high: Lane,
    normal: Lane,
    low: Lane,
    len: usize,
    /// How many keys were taken in a row although one of lower priority was ready.
    turns: u32,
}

/// The ready keys of one priority. Those that became ready with it form a list through their entries: each has a larger
/// number than the one before it. Those whose priority was raised are placed by their numbers.
#[derive(Default)]
struct Lane {
    first: Option<Slot>,
    last: Option<Slot>,
    raised: BTreeMap<u32, Slot>,
}

impl Lane {
    fn push<K: Eq + Hash>(&mut self, table: &mut Table<K>, slot: Slot) {
        let before = self.last.replace(slot);
        if let Some(entry) = table.get_mut(slot) {
            (entry.before, entry.after) = (before, None);
        }
        match before.and_then(|before| table.get_mut(before)) {
            Some(before) => before.after = Some(slot),
            None => self.first = Some(slot),
        }
    }

    fn remove<K: Eq + Hash>(&mut self, table: &mut Table<K>, slot: Slot) {
        let Some(entry) = table.get_mut(slot) else { return };
        if !self.raised.is_empty() && self.raised.remove(&entry.number).is_some() {
            return;
        }
        let (before, after) = (entry.before.take(), entry.after.take());
        match before.and_then(|before| table.get_mut(before)) {
            Some(before) => before.after = after,
            None => self.first = after,
        }
        match after.and_then(|after| table.get_mut(after)) {
            Some(after) => after.before = before,
            None => self.last = before,
        }
    }

    /// The key that has waited longest, with its number.
    fn oldest<K: Eq + Hash>(&self, table: &Table<K>) -> Option<(u32, Slot)> {
        let first = self.first.and_then(|slot| Some((table.get(slot)?.number, slot)));
        let raised = self.raised.first_key_value().map(|(number, slot)| (*number, *slot));
        first.into_iter().chain(raised).min()
    }
}

impl Ready {
    fn lane(&mut self, priority: Priority) -> &mut Lane {
        match priority {
            Priority::High => &mut self.high,
            Priority::Normal => &mut self.normal,
            Priority::Low => &mut self.low,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Appends a key. Its number is larger than those of all ready keys.
    pub(super) fn push<K: Eq + Hash>(&mut self, table: &mut Table<K>, priority: Priority, slot: Slot) {
        self.lane(priority).push(table, slot);
        self.len += 1;
    }

    /// Moves a key to a higher priority, where it is placed by its number.
    pub(super) fn raise<K: Eq + Hash>(
        &mut self,
        table: &mut Table<K>,
        slot: Slot,
        (from, to): (Priority, Priority),
    ) {
        self.lane(from).remove(table, slot);
        if let Some(entry) = table.get(slot) {
            self.lane(to).raised.insert(entry.number, slot);
        }
    }

    /// Takes the next key.
    pub(super) fn pop<K: Eq + Hash>(&mut self, table: &mut Table<K>) -> Option<Slot> {
        let [high, normal, low] =
            [(&self.high, Priority::High), (&self.normal, Priority::Normal), (&self.low, Priority::Low)]
                .map(|(lane, priority)| lane.oldest(table).map(|(number, slot)| (number, slot, priority)));
        let older = || normal.into_iter().chain(low).min_by_key(|(number, ..)| *number);
        let (highest, lower) = match (high, normal) {
            (Some(high), _) => (high, older()),
            (None, Some(normal)) => (normal, low),
            (None, None) => (low?, None),
        };
        let (_, slot, priority) = match lower {
            None => {
                self.turns = 0;
                highest
            }
            Some(lower) if self.turns >= Priority::TURNS => {
                self.turns = 0;
                lower
            }
            Some(_) => {
                self.turns += 1;
                highest
            }
        };
        self.lane(priority).remove(table, slot);
        self.len -= 1;
        Some(slot)
    }

    /// The keys that have waited longest, one for each priority.
    pub(super) fn oldest<K: Eq + Hash>(&self, table: &Table<K>) -> impl Iterator<Item = Slot> {
        [&self.high, &self.normal, &self.low]
            .into_iter()
            .filter_map(|lane| lane.oldest(table))
            .map(|(_, slot)| slot)
    }

    /// The entries have other numbers, in the same order.
    pub(super) fn renumbered<K: Eq + Hash>(&mut self, table: &Table<K>) {
        for lane in [&mut self.high, &mut self.normal, &mut self.low] {
            let raised = std::mem::take(&mut lane.raised).into_values();
            lane.raised = raised.filter_map(|slot| Some((table.get(slot)?.number, slot))).collect();
        }
    }
}
