//! [`Waiters`]: the tasks that wait for a key, for the next deadline, or for the end of a drain.
//!
//! A waiter that was woken is no longer registered. It registers again when it is polled and finds no key. If it is
//! dropped instead, it passes its wake-up on. One of the waiters, the timekeeper, waits for the next deadline as well.

use std::{collections::BTreeMap, task::Waker};

use tokio::time::Instant;

#[derive(Default)]
pub(super) struct Waiters {
    next_id: u64,
    waiting: BTreeMap<u64, Waker>,
    timekeeper: Option<(u64, Instant)>,
    drains: BTreeMap<u64, Waker>,
}

impl Waiters {
    pub(super) fn new_id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    /// Registers a waiter. Returns whether it is the timekeeper: it must arm a timer for this deadline.
    pub(super) fn wait(&mut self, id: u64, waker: &Waker, deadline: Option<Instant>) -> bool {
        register(&mut self.waiting, id, waker);
        let is_free = self.timekeeper.is_none_or(|(timekeeper, _)| timekeeper == id);
        if is_free {
            self.timekeeper = deadline.map(|deadline| (id, deadline));
        }
        is_free && deadline.is_some()
    }

    /// A waiter received a key or was dropped. Returns whether it had been woken.
    pub(super) fn leave(&mut self, id: u64) -> bool {
        if self.timekeeper.is_some_and(|(timekeeper, _)| timekeeper == id) {
            self.timekeeper = None;
        }
        self.waiting.remove(&id).is_none()
    }

    /// Wakes up to `count` waiters.
    pub(super) fn wake(&mut self, count: usize, woken: &mut Vec<Waker>) {
        for _ in 0..count {
            let Some((_, waker)) = self.waiting.pop_first() else { return };
            woken.push(waker);
        }
    }

    /// Ensures that a waiter, if there is one, waits no longer than until this deadline.
    pub(super) fn keep_time(&mut self, deadline: Option<Instant>, woken: &mut Vec<Waker>) {
        let Some(deadline) = deadline else { return };
        match self.timekeeper {
            Some((_, armed)) if armed <= deadline => {}
            Some((id, _)) => {
                self.timekeeper = Some((id, deadline));
                woken.extend(self.waiting.remove(&id));
            }
            None => {
                if let Some((id, waker)) = self.waiting.pop_first() {
                    self.timekeeper = Some((id, deadline));
                    woken.push(waker);
                }
            }
        }
    }

    pub(super) fn wait_for_drain(&mut self, id: u64, waker: &Waker) {
        register(&mut self.drains, id, waker);
    }

    pub(super) fn leave_drain(&mut self, id: u64) {
        self.drains.remove(&id);
    }

    pub(super) fn wake_drains(&mut self, woken: &mut Vec<Waker>) {
        woken.extend(std::mem::take(&mut self.drains).into_values());
    }
}

fn register(wakers: &mut BTreeMap<u64, Waker>, id: u64, waker: &Waker) {
    match wakers.get_mut(&id) {
        Some(registered) => registered.clone_from(waker),
        None => {
            wakers.insert(id, waker.clone());
        }
    }
}
