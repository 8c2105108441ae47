//! [`Ready`]: the ready keys, in the order in which they are handed out.

use std::collections::BTreeMap;

use super::Priority;

/// Slots by number of arrival, for each priority.
#[derive(Default)]
pub(super) struct Ready {
    high: BTreeMap<u64, usize>,
    normal: BTreeMap<u64, usize>,
    low: BTreeMap<u64, usize>,
    /// How many slots were taken in a row although one of lower priority was ready.
    turns: u32,
}

impl Ready {
    fn of(&mut self, priority: Priority) -> &mut BTreeMap<u64, usize> {
        match priority {
            Priority::High => &mut self.high,
            Priority::Normal => &mut self.normal,
            Priority::Low => &mut self.low,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.high.len() + self.normal.len() + self.low.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub(super) fn insert(&mut self, priority: Priority, number: u64, slot: usize) {
        self.of(priority).insert(number, slot);
    }

    pub(super) fn remove(&mut self, priority: Priority, number: u64) {
        self.of(priority).remove(&number);
    }

    /// Takes the next slot.
    pub(super) fn pop(&mut self) -> Option<usize> {
        let (first, second, third) = (first(&self.high), first(&self.normal), first(&self.low));
        let (highest, lower) = match (first, second, third) {
            (Some(_), ..) => (Priority::High, older(second, third)),
            (None, Some(_), _) => (Priority::Normal, third.map(|number| (number, Priority::Low))),
            (None, None, _) => (Priority::Low, None),
        };
        let next = match lower {
            None => {
                self.turns = 0;
                highest
            }
            Some((_, lower)) if self.turns >= Priority::TURNS => {
                self.turns = 0;
                lower
            }
            Some(_) => {
                self.turns += 1;
                highest
            }
        };
        self.of(next).pop_first().map(|(_, slot)| slot)
    }

    /// The slots that have waited longest, one for each priority.
    pub(super) fn oldest(&self) -> impl Iterator<Item = usize> {
        [&self.high, &self.normal, &self.low]
            .into_iter()
            .filter_map(|slots| slots.first_key_value().map(|(_, slot)| *slot))
    }
}

fn first(slots: &BTreeMap<u64, usize>) -> Option<u64> {
    slots.first_key_value().map(|(number, _)| *number)
}

fn older(normal: Option<u64>, low: Option<u64>) -> Option<(u64, Priority)> {
    let normal = normal.map(|number| (number, Priority::Normal));
    let low = low.map(|number| (number, Priority::Low));
    normal.into_iter().chain(low).min()
}
