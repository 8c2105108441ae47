//! What a peer's handler does with each event: it counts the updates, or also takes their delays. Must not know the
//! peers.

use std::{
    mem,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use clap::ValueEnum;
use kube::Resource;

use crate::{clock, text::STAMP_DIGITS};

/// The annotation that the server stamps.
const STAMPED: &str = "peers.example.com/checksum";

/// What happens to each update.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Observe {
    /// It is counted.
    Count,
    /// It is counted, and the time since its stamp is kept.
    Delays,
}

/// The updates that a handler received.
#[derive(Debug)]
pub struct Received {
    observe: Observe,
    updates: AtomicU64,
    delays: Mutex<Vec<Duration>>,
}

impl Received {
    /// None yet.
    pub fn new(observe: Observe) -> Self {
        Self { observe, updates: AtomicU64::new(0), delays: Mutex::default() }
    }

    /// Called by the handler for each update.
    pub(super) fn update<K: Resource>(&self, object: &K) {
        if self.observe == Observe::Delays
            && let Some(sent) = stamp(object)
            && let Ok(mut delays) = self.delays.lock()
        {
            delays.push(clock::now().saturating_sub(sent));
        }
        self.updates.fetch_add(1, Ordering::Release);
    }

    /// The number of updates.
    pub fn updates(&self) -> u64 {
        self.updates.load(Ordering::Acquire)
    }

    /// The delays since the last call.
    pub fn take_delays(&self) -> Vec<Duration> {
        self.delays.lock().map(|mut delays| mem::take(&mut *delays)).unwrap_or_default()
    }
}

/// The time at which the server sent the object, if it was stamped.
fn stamp<K: Resource>(object: &K) -> Option<Duration> {
    let digits = object.meta().annotations.as_ref()?.get(STAMPED)?.get(..STAMP_DIGITS)?;
    Some(Duration::from_nanos(digits.parse().ok()?))
}
