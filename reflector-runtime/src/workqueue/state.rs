//! [`State`]: the rules of the queue, without a lock and without tasks. The time is an argument.

use std::{collections::BTreeMap, hash::Hash, num::NonZeroU64, time::Duration};

use tokio::time::Instant;

use super::{
    AddOptions, Priority, RateLimiter, WorkQueueStats,
    entry::{Change, Gate, Pending},
    ready::Ready,
    table::Table,
};

/// How many delayed keys become ready in one step: a step holds the lock.
const STEP: usize = 256;

/// Longer delays count as this: 10 years.
const LONGEST_DELAY: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

pub(super) struct State<K> {
    table: Table<K>,
    ready: Ready,
    /// Slots by deadline. Equal deadlines are in the order of the adds.
    delayed: BTreeMap<(Instant, u64), usize>,
    /// The start of each run in process.
    running: BTreeMap<NonZeroU64, Instant>,
    limiter: Box<dyn RateLimiter<K>>,
    /// The number of the next entry in `ready`, `delayed` or `running`.
    number: u64,
    shut_down: bool,
    totals: WorkQueueStats,
    /// How many keys became ready since the last [`take_newly_ready`](State::take_newly_ready).
    newly_ready: usize,
}

/// A key that is handed out.
pub(super) struct Taken<K> {
    pub(super) key: K,
    pub(super) slot: usize,
    pub(super) priority: Priority,
}

impl<K: Eq + Hash + Clone + 'static> State<K> {
    pub(super) fn new(limiter: Box<dyn RateLimiter<K>>) -> Self {
        Self {
            table: Table::new(),
            ready: Ready::default(),
            delayed: BTreeMap::new(),
            running: BTreeMap::new(),
            limiter,
            number: 0,
            shut_down: false,
            totals: WorkQueueStats::default(),
            newly_ready: 0,
        }
    }

    pub(super) fn add(&mut self, key: K, options: AddOptions, now: Instant) {
        self.advance(now);
        if self.shut_down {
            return;
        }
        let AddOptions { priority, delay, gate } = options;
        let deadline = (!delay.is_zero()).then(|| later(now, delay));
        let slot = self.table.slot_of(key, priority);
        let Some(entry) = self.table.get_mut(slot) else { return };
        // Between runs, the priority is that of the first add.
        let raised = if entry.pending == Pending::No { priority } else { entry.priority.max(priority) };
        let before = std::mem::replace(&mut entry.priority, raised);
        let pending = entry.pending;
        if let (Pending::Ready { number, .. }, true) = (pending, raised > before) {
            // Its number is kept, so that the key is placed by its age.
            self.ready.remove(before, number);
            self.ready.insert(raised, number, slot);
        }
        match pending.add(deadline, gate) {
            Change::Nothing => {}
            Change::Now(gate) => {
                self.totals.adds += 1;
                self.leave_delayed(pending);
                self.make_ready(slot, now, gate);
            }
            Change::At(deadline, gate) => {
                self.leave_delayed(pending);
                let number = self.next_number();
                self.delayed.insert((deadline, number), slot);
                if let Some(entry) = self.table.get_mut(slot) {
                    entry.pending = Pending::Delayed { deadline, number, gate };
                }
            }
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
        self.advance(now);
        let slot = self.ready.pop()?;
        let run = NonZeroU64::MIN.saturating_add(self.next_number());
        let entry = self.table.get_mut(slot)?;
        if let Pending::Ready { since, .. } = entry.pending {
            self.totals.waited += now.saturating_duration_since(since);
        }
        self.totals.gets += 1;
        entry.pending = Pending::No;
        entry.run = Some(run);
        self.running.insert(run, now);
        Some(Taken { key: entry.key.clone(), slot, priority: entry.priority })
    }

    /// Ends the run of the key in this slot.
    pub(super) fn done(&mut self, slot: usize, now: Instant) {
        self.advance(now);
        let Some(entry) = self.table.get_mut(slot) else { return };
        if let Some(started) = entry.run.take().and_then(|run| self.running.remove(&run)) {
            self.totals.done += 1;
            self.totals.worked += now.saturating_duration_since(started);
        }
        match entry.pending {
            Pending::Dirty { since, gate } => self.make_ready(slot, since, gate),
            Pending::No => {
                self.table.remove(slot);
            }
            Pending::Ready { .. } | Pending::Delayed { .. } => {}
        }
    }

    /// Makes the keys ready whose deadline has come, up to [`STEP`] of them.
    pub(super) fn advance(&mut self, now: Instant) {
        for _ in 0..STEP {
            let Some(first) = self.delayed.first_entry().filter(|first| first.key().0 <= now) else { return };
            let ((deadline, _), slot) = first.remove_entry();
            let gate = match self.table.get(slot).map(|entry| entry.pending) {
                Some(Pending::Delayed { gate, .. }) => gate,
                _ => Gate::Wait,
            };
            self.totals.adds += 1;
            self.make_ready(slot, deadline, gate);
        }
    }

    /// Marks a key as ready, or as dirty while it is in process.
    fn make_ready(&mut self, slot: usize, since: Instant, gate: Gate) {
        let number = self.next_number();
        let Some(entry) = self.table.get_mut(slot) else { return };
        if entry.run.is_some() {
            entry.pending = Pending::Dirty { since, gate };
            return;
        }
        entry.pending = Pending::Ready { number, since };
        self.ready.insert(entry.priority, number, slot);
        self.newly_ready += 1;
    }

    fn leave_delayed(&mut self, pending: Pending) {
        if let Pending::Delayed { deadline, number, .. } = pending {
            self.delayed.remove(&(deadline, number));
        }
    }

    fn next_number(&mut self) -> u64 {
        self.number += 1;
        self.number
    }

    /// No add has an effect from now on. Delayed keys are discarded and returned.
    pub(super) fn shut_down(&mut self) -> Vec<K> {
        self.shut_down = true;
        let delayed = std::mem::take(&mut self.delayed);
        delayed.into_values().filter_map(|slot| self.discard(slot)).collect()
    }

    /// Discards everything that is pending, and returns the keys.
    pub(super) fn discard_pending(&mut self) -> Vec<K> {
        let mut keys = self.shut_down();
        while let Some(slot) = self.ready.pop() {
            keys.extend(self.discard(slot));
        }
        let dirty: Vec<usize> =
            self.table.slots_where(|entry| matches!(entry.pending, Pending::Dirty { .. }));
        keys.extend(dirty.into_iter().filter_map(|slot| self.discard(slot)));
        keys
    }

    /// The key of this slot is no longer pending.
    fn discard(&mut self, slot: usize) -> Option<K> {
        let entry = self.table.get_mut(slot)?;
        entry.pending = Pending::No;
        match entry.run {
            Some(_) => Some(entry.key.clone()),
            None => self.table.remove(slot),
        }
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
        self.delayed.first_key_value().map(|((deadline, _), _)| *deadline)
    }

    pub(super) fn take_newly_ready(&mut self) -> usize {
        std::mem::take(&mut self.newly_ready)
    }

    /// The number of ready keys, including those whose deadline has come.
    pub(super) fn len(&self, now: Instant) -> usize {
        let is_due = |(_, slot): &(&(Instant, u64), &usize)| {
            self.table.get(**slot).is_some_and(|entry| entry.run.is_none())
        };
        self.ready.len() + self.delayed.range(..=(now, u64::MAX)).filter(is_due).count()
    }

    /// The number of keys that are pending or in process.
    #[cfg(test)]
    pub(super) fn entries(&self) -> usize {
        self.table.len()
    }

    pub(super) fn stats(&self, now: Instant) -> WorkQueueStats {
        let since = |slot| match self.table.get(slot).map(|entry| entry.pending) {
            Some(Pending::Ready { since, .. }) => Some(since),
            _ => None,
        };
        let age = |since: Instant| now.saturating_duration_since(since);
        let depth = self.len(now);
        WorkQueueStats {
            depth,
            delayed: (self.delayed.len() + self.ready.len()).saturating_sub(depth),
            processing: self.running.len(),
            oldest_wait: self.ready.oldest().filter_map(since).map(age).max().unwrap_or_default(),
            unfinished: self.running.values().copied().map(age).sum(),
            longest_running: self.running.values().next().copied().map(age).unwrap_or_default(),
            ..self.totals.clone()
        }
    }
}

fn later(now: Instant, delay: Duration) -> Instant {
    now.checked_add(delay.min(LONGEST_DELAY)).unwrap_or(now)
}
