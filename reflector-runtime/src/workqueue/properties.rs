//! Random operations on [`State`], compared with a naive model of the documented rules.

use std::{collections::BTreeMap, time::Duration};

use proptest::prelude::*;
use tokio::time::Instant;

use super::{
    AddOptions, ItemExponentialFailureRateLimiter, Priority,
    entry::{Entry, Gate},
    state::State,
};

const UNIT: Duration = Duration::from_millis(1);

#[derive(Clone, Debug)]
enum Operation {
    Add {
        key: u8,
        priority: Priority,
        delay: u32,
        bypass: bool,
    },
    Retry {
        key: u8,
    },
    Forget {
        key: u8,
    },
    Get,
    /// Ends the run that was handed out at this place.
    Done {
        at: usize,
    },
    Pass {
        time: u32,
    },
    /// The numbers of the entries have reached their end.
    NumbersEnd,
    ShutDown,
}

fn operations() -> impl Strategy<Value = Vec<Operation>> {
    let priority = prop_oneof![Just(Priority::Low), Just(Priority::Normal), Just(Priority::High)];
    let delay = prop_oneof![3 => Just(0_u32), 2 => 1_u32..20];
    let operation = prop_oneof![
        60 => (0_u8..6, priority, delay, any::<bool>())
            .prop_map(|(key, priority, delay, bypass)| Operation::Add { key, priority, delay, bypass }),
        20 => (0_u8..6).prop_map(|key| Operation::Retry { key }),
        4 => (0_u8..6).prop_map(|key| Operation::Forget { key }),
        60 => Just(Operation::Get),
        40 => (0_usize..4).prop_map(|at| Operation::Done { at }),
        30 => (1_u32..10).prop_map(|time| Operation::Pass { time }),
        10 => Just(Operation::NumbersEnd),
        1 => Just(Operation::ShutDown),
    ];
    proptest::collection::vec(operation, 1..200)
}

/// A key in the model. `number` orders ready keys by age, and delayed keys of the same deadline.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Pending {
    Ready { number: u64 },
    Dirty { gate: Gate },
    Delayed { deadline: u64, number: u64, gate: Gate },
}

/// The documented rules, without any index: every operation looks at all keys.
#[derive(Default)]
struct Model {
    now: u64,
    number: u64,
    turns: u32,
    shut_down: bool,
    pending: BTreeMap<u8, (Priority, Pending)>,
    processing: Vec<u8>,
    failures: BTreeMap<u8, u32>,
}

impl Model {
    fn next(&mut self) -> u64 {
        self.number += 1;
        self.number
    }

    fn add(&mut self, key: u8, priority: Priority, delay: u64, gate: Gate) {
        self.advance();
        if self.shut_down {
            return;
        }
        let pending = self.pending.get(&key).copied();
        let priority = pending.map_or(priority, |(known, _)| known.max(priority));
        if let Some(known) = self.pending.get_mut(&key) {
            known.0 = priority;
        }
        let at = self.now + delay;
        let replaces = match pending.map(|(_, pending)| pending) {
            None => true,
            Some(Pending::Ready { .. } | Pending::Dirty { gate: Gate::Bypass }) => false,
            Some(Pending::Dirty { .. }) => gate == Gate::Backoff || (gate == Gate::Bypass && delay == 0),
            Some(Pending::Delayed { gate: Gate::Backoff, .. }) if gate == Gate::Wait => false,
            Some(Pending::Delayed { gate: Gate::Wait, .. }) if gate == Gate::Backoff => true,
            Some(Pending::Delayed { deadline, .. }) => at < deadline,
        };
        if replaces && delay == 0 {
            self.ready(key, priority, gate);
        } else if replaces {
            let number = self.next();
            self.pending.insert(key, (priority, Pending::Delayed { deadline: at, number, gate }));
        }
    }

    fn ready(&mut self, key: u8, priority: Priority, gate: Gate) {
        let pending = if self.processing.contains(&key) {
            Pending::Dirty { gate }
        } else {
            Pending::Ready { number: self.next() }
        };
        self.pending.insert(key, (priority, pending));
    }

    fn advance(&mut self) {
        loop {
            let due = self.pending.iter().filter_map(|(key, (priority, pending))| match pending {
                Pending::Delayed { deadline, number, gate } if *deadline <= self.now => {
                    Some((*deadline, *number, *key, *priority, *gate))
                }
                _ => None,
            });
            let Some((.., key, priority, gate)) = due.min_by_key(|due| (due.0, due.1)) else { return };
            self.ready(key, priority, gate);
        }
    }

    fn get(&mut self) -> Option<u8> {
        self.advance();
        let ready: Vec<(Priority, u64, u8)> = self
            .pending
            .iter()
            .filter_map(|(key, (priority, pending))| match pending {
                Pending::Ready { number } => Some((*priority, *number, *key)),
                _ => None,
            })
            .collect();
        let highest = ready.iter().map(|(priority, ..)| *priority).max()?;
        let lower = ready.iter().filter(|(priority, ..)| *priority < highest).min_by_key(|ready| ready.1);
        let first = ready.iter().filter(|(priority, ..)| *priority == highest).min_by_key(|ready| ready.1);
        let taken = match lower {
            None => {
                self.turns = 0;
                first
            }
            Some(lower) if self.turns == Priority::TURNS => {
                self.turns = 0;
                Some(lower)
            }
            Some(_) => {
                self.turns += 1;
                first
            }
        };
        let key = taken?.2;
        self.pending.remove(&key);
        self.processing.push(key);
        Some(key)
    }

    fn done(&mut self, key: u8) {
        self.advance();
        self.processing.retain(|other| *other != key);
        if let Some((priority, Pending::Dirty { gate })) = self.pending.get(&key).copied() {
            self.ready(key, priority, gate);
        }
    }

    fn len(&self) -> usize {
        let is_ready = |(key, (_, pending)): &(&u8, &(Priority, Pending))| match pending {
            Pending::Ready { .. } => true,
            Pending::Delayed { deadline, .. } => *deadline <= self.now && !self.processing.contains(key),
            Pending::Dirty { .. } => false,
        };
        self.pending.iter().filter(is_ready).count()
    }

    /// Those that are neither ready nor dirty.
    fn delayed(&self) -> usize {
        let is_dirty = |pending: &&(Priority, Pending)| matches!(pending.1, Pending::Dirty { .. });
        self.pending.len() - self.pending.values().filter(is_dirty).count() - self.len()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_queue_behaves_like_the_model(operations in operations()) {
        let start = Instant::now();
        let limiter = ItemExponentialFailureRateLimiter::new(2 * UNIT, 12 * UNIT);
        let mut state = State::new(Box::new(limiter), start);
        let mut model = Model::default();
        let mut taken = Vec::new();
        for operation in operations {
            let now = start + UNIT * u32::try_from(model.now).expect("short");
            match operation {
                Operation::Add { key, priority, delay, bypass } => {
                    let gate = if bypass { Gate::Bypass } else { Gate::Wait };
                    state.add(key, AddOptions { priority, delay: UNIT * delay, gate }, now);
                    model.add(key, priority, delay.into(), gate);
                }
                Operation::Retry { key } => {
                    state.add_rate_limited(key, Priority::Normal, now);
                    if !model.shut_down {
                        let failures = model.failures.entry(key).or_insert(0);
                        let delay = (2_u64 << (*failures).min(10)).min(12);
                        *failures += 1;
                        model.add(key, Priority::Normal, delay, Gate::Backoff);
                    }
                }
                Operation::Forget { key } => {
                    state.forget(&key);
                    model.failures.remove(&key);
                }
                Operation::Get => {
                    let item = state.pop(now);
                    prop_assert_eq!(item.as_ref().map(|item| item.key), model.get());
                    taken.extend(item);
                }
                Operation::Done { at } if at < taken.len() => {
                    let item = taken.remove(at);
                    state.done(item.slot, now);
                    model.done(item.key);
                }
                Operation::Done { .. } => {}
                Operation::Pass { time } => model.now += u64::from(time),
                Operation::NumbersEnd => state.continue_after(u32::MAX),
                Operation::ShutDown => {
                    let mut discarded = state.shut_down();
                    discarded.sort_unstable();
                    model.shut_down = true;
                    let delayed: Vec<u8> = model
                        .pending
                        .iter()
                        .filter(|(_, (_, pending))| matches!(pending, Pending::Delayed { .. }))
                        .map(|(key, _)| *key)
                        .collect();
                    model.pending.retain(|key, _| !delayed.contains(key));
                    prop_assert_eq!(discarded, delayed);
                }
            }
            let now = start + UNIT * u32::try_from(model.now).expect("short");
            prop_assert_eq!(state.len(now), model.len());
            prop_assert_eq!(state.stats(now).delayed, model.delayed());
            for key in 0..6 {
                let failures = model.failures.get(&key).copied().unwrap_or(0);
                prop_assert_eq!(state.num_requeues(&key), failures);
            }
        }
        // Everything that is discarded or handed out leaves nothing behind.
        for item in taken {
            state.done(item.slot, start);
        }
        state.discard_pending();
        prop_assert_eq!(state.entries(), 0);
    }
}

/// There may be millions of waiting keys.
#[test]
fn an_entry_takes_24_bytes_besides_its_key() {
    assert_eq!(size_of::<Entry<u64>>(), 32);
    assert_eq!(size_of::<Entry<String>>(), 48);
}
