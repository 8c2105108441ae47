//! [`State`]: the rules of the queue, without a lock and without tasks. The time is an argument.

use std::{collections::BTreeMap, hash::Hash, time::Duration};

use tokio::time::Instant;

use super::{
    AddOptions, Priority, RateLimiter, WorkQueueStats,
    delayed::Delayed,
    entry::{Change, Gate, Pending},
    moment::{Clock, Moment},
    ready::Ready,
    slot::Slot,
    table::Table,
};

/// How many delayed keys become ready in one step: a step holds the lock.
const STEP: usize = 256;

pub(super) struct State<K> {
    clock: Clock,
    table: Table<K>,
    ready: Ready,
    delayed: Delayed,
    /// The start of each run in process.
    running: BTreeMap<Slot, Moment>,
    limiter: Box<dyn RateLimiter<K>>,
    /// The number of the last entry that became ready or delayed.
    number: u32,
    shut_down: bool,
    totals: WorkQueueStats,
    /// How many keys became ready since the last [`take_newly_ready`](State::take_newly_ready).
    newly_ready: usize,
}

/// A key that is handed out.
pub(super) struct Taken<K> {
    pub(super) key: K,
    pub(super) slot: Slot,
    pub(super) priority: Priority,
}

impl<K: Eq + Hash + Clone + 'static> State<K> {
    /// `start` is not after the time of any operation.
    pub(super) fn new(limiter: Box<dyn RateLimiter<K>>, start: Instant) -> Self {
        Self {
            clock: Clock::new(start),
            table: Table::new(),
            ready: Ready::default(),
            delayed: Delayed::default(),
            running: BTreeMap::new(),
            limiter,
            number: 0,
            shut_down: false,
            totals: WorkQueueStats::default(),
            newly_ready: 0,
        }
    }

    pub(super) fn add(&mut self, key: K, options: AddOptions, now: Instant) {
        let moment = self.clock.moment(now);
        self.advance(moment);
        if self.shut_down {
            return;
        }
        let AddOptions { priority, delay, gate } = options;
        let deadline = (!delay.is_zero()).then(|| self.clock.later(now, delay));
        let slot = self.table.slot_of(key, priority);
        let Some(entry) = self.table.get_mut(slot) else { return };
        // Between runs, the priority is that of the first add.
        let raised = if entry.pending == Pending::No { priority } else { entry.priority.max(priority) };
        let before = std::mem::replace(&mut entry.priority, raised);
        let (pending, change) = (entry.pending, entry.add(deadline, gate));
        if pending == Pending::Ready && raised > before {
            // Its number is kept, so that the key is placed by its age.
            self.ready.raise(&mut self.table, slot, (before, raised));
        }
        match change {
            Change::Nothing => {}
            Change::Now => {
                self.totals.adds += 1;
                self.make_ready(slot, moment, gate);
            }
            Change::At(deadline) => self.delay(slot, deadline, gate),
        }
        if matches!(pending, Pending::Delayed(_)) && change != Change::Nothing {
            self.delayed.remove_outdated(&self.table);
        }
    }

    /// Adds a key after the delay of the rate limiter, which is returned.
    pub(super) fn add_rate_limited(&mut self, key: K, priority: Priority, now: Instant) -> Duration {
        if self.shut_down {
            return Duration::ZERO;
        }
        self.totals.retries += 1;
        let delay = self.limiter.when(&key, now);
        self.add(key, AddOptions { priority, delay, gate: Gate::Backoff }, now);
        delay
    }

    pub(super) fn forget(&mut self, key: &K) {
        self.limiter.forget(key);
    }

    pub(super) fn num_requeues(&self, key: &K) -> u32 {
        self.limiter.num_requeues(key)
    }

    /// Takes the next key.
    pub(super) fn pop(&mut self, now: Instant) -> Option<Taken<K>> {
        let now = self.clock.moment(now);
        self.advance(now);
        let slot = self.ready.pop(&mut self.table)?;
        let entry = self.table.get_mut(slot)?;
        self.totals.waited += now.since(entry.at);
        self.totals.gets += 1;
        entry.pending = Pending::No;
        entry.is_running = true;
        self.running.insert(slot, now);
        Some(Taken { key: entry.key.clone(), slot, priority: entry.priority })
    }

    /// Ends the run of the key in this slot.
    pub(super) fn done(&mut self, slot: Slot, now: Instant) {
        let now = self.clock.moment(now);
        self.advance(now);
        let Some(entry) = self.table.get_mut(slot) else { return };
        entry.is_running = false;
        let (pending, at) = (entry.pending, entry.at);
        if let Some(started) = self.running.remove(&slot) {
            self.totals.done += 1;
            self.totals.worked += now.since(started);
        }
        match pending {
            Pending::Dirty(gate) => self.make_ready(slot, at, gate),
            Pending::No => {
                self.table.remove(slot);
            }
            Pending::Ready | Pending::Delayed(_) => {}
        }
    }

    /// Makes the keys ready whose deadline has come, up to [`STEP`] of them.
    fn advance(&mut self, now: Moment) {
        for _ in 0..STEP {
            let Some(slot) = self.delayed.pop_due(&self.table, now) else { return };
            let Some(entry) = self.table.get_mut(slot) else { return };
            let Pending::Delayed(gate) = std::mem::replace(&mut entry.pending, Pending::No) else { return };
            let deadline = entry.at;
            self.totals.adds += 1;
            self.make_ready(slot, deadline, gate);
        }
    }

    /// Marks a key as ready at the deadline.
    fn delay(&mut self, slot: Slot, deadline: Moment, gate: Gate) {
        let number = self.next_number();
        let Some(entry) = self.table.get_mut(slot) else { return };
        (entry.at, entry.number, entry.pending) = (deadline, number, Pending::Delayed(gate));
        self.delayed.push(&self.table, slot);
    }

    /// Marks a key as ready, or as dirty while it is in process.
    fn make_ready(&mut self, slot: Slot, since: Moment, gate: Gate) {
        let number = self.next_number();
        let Some(entry) = self.table.get_mut(slot) else { return };
        (entry.at, entry.number) = (since, number);
        if entry.is_running {
            entry.pending = Pending::Dirty(gate);
            return;
        }
        entry.pending = Pending::Ready;
        let priority = entry.priority;
        self.ready.push(&mut self.table, priority, slot);
        self.newly_ready += 1;
    }

    /// A number larger than those of all entries.
    fn next_number(&mut self) -> u32 {
        if self.number == u32::MAX {
            self.renumber();
        }
        self.number += 1;
        self.number
    }

    /// Numbers the ready and the delayed keys from 1, in the same order. There are fewer than numbers.
    fn renumber(&mut self) {
        let is_delayed = |pending| matches!(pending, Pending::Delayed(_));
        let mut slots =
            self.table.slots_where(|entry| entry.pending == Pending::Ready || is_delayed(entry.pending));
        slots.sort_by_key(|slot| self.table.get(*slot).map(|entry| entry.number));
        self.number = 0;
        for slot in &slots {
            if let Some(entry) = self.table.get_mut(*slot) {
                self.number += 1;
                entry.number = self.number;
            }
        }
        self.ready.renumbered(&self.table);
        slots.retain(|slot| self.table.get(*slot).is_some_and(|entry| is_delayed(entry.pending)));
        self.delayed.renumbered(&self.table, &slots);
    }

    /// No add has an effect from now on. Delayed keys are discarded and returned.
    pub(super) fn shut_down(&mut self) -> Vec<K> {
        self.shut_down = true;
        let delayed = self.delayed.take_all(&self.table);
        delayed.into_iter().filter_map(|slot| self.discard(slot)).collect()
    }

    /// Discards everything that is pending, and returns the keys.
    pub(super) fn discard_pending(&mut self) -> Vec<K> {
        let mut keys = self.shut_down();
        while let Some(slot) = self.ready.pop(&mut self.table) {
            keys.extend(self.discard(slot));
        }
        let dirty = self.table.slots_where(|entry| matches!(entry.pending, Pending::Dirty(_)));
        keys.extend(dirty.into_iter().filter_map(|slot| self.discard(slot)));
        keys
    }

    /// The key of this slot is no longer pending.
    fn discard(&mut self, slot: Slot) -> Option<K> {
        let entry = self.table.get_mut(slot)?;
        entry.pending = Pending::No;
        if entry.is_running { Some(entry.key.clone()) } else { self.table.remove(slot) }
    }

    pub(super) fn is_shut_down(&self) -> bool {
        self.shut_down
    }

    /// Whether nothing is ready or in process.
    pub(super) fn is_drained(&self) -> bool {
        self.ready.is_empty() && self.running.is_empty()
    }

    pub(super) fn has_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    pub(super) fn next_deadline(&self) -> Option<Instant> {
        self.delayed.first().map(|deadline| self.clock.instant(deadline))
    }

    pub(super) fn take_newly_ready(&mut self) -> usize {
        std::mem::take(&mut self.newly_ready)
    }

    /// The number of ready keys, including those whose deadline has come.
    pub(super) fn len(&self, now: Instant) -> usize {
        let is_free = |slot| self.table.get(slot).is_some_and(|entry| !entry.is_running);
        self.ready.len() + self.delayed.count_due(&self.table, self.clock.moment(now), is_free)
    }

    /// The number of keys that are pending or in process.
    #[cfg(test)]
    pub(super) fn entries(&self) -> usize {
        self.table.len()
    }

    /// The next entry has this number.
    #[cfg(test)]
    pub(super) fn continue_after(&mut self, number: u32) {
        self.number = number;
    }

    pub(super) fn stats(&self, now: Instant) -> WorkQueueStats {
        let depth = self.len(now);
        let now = self.clock.moment(now);
        let since = |slot| self.table.get(slot).map(|entry| entry.at);
        let oldest = self.ready.oldest(&self.table).filter_map(since).min();
        WorkQueueStats {
            depth,
            delayed: (self.delayed.len() + self.ready.len()).saturating_sub(depth),
            processing: self.running.len(),
            oldest_wait: oldest.map(|since| now.since(since)).unwrap_or_default(),
            unfinished: self.running.values().map(|started| now.since(*started)).sum(),
            longest_running: self
                .running
                .values()
                .min()
                .map(|started| now.since(*started))
                .unwrap_or_default(),
            ..self.totals.clone()
        }
    }
}
