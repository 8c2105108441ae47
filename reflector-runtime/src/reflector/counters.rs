//! [`Counters`]: what a reflector counts, for those who read it. Must not decide anything.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use parking_lot::Mutex;

use crate::list_watch::Reason;

/// Why the state was listed again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum RelistCause {
    /// The resource is polled ([`InformerBuilder::poll`](crate::InformerBuilder::poll)).
    Poll,
    /// A request failed for this reason, such as [`Reason::Expired`], and the watch could not be continued.
    Failure(Reason),
    /// Nothing failed, but the server's answers left it open whether the cached state is current.
    Verification,
}

impl RelistCause {
    /// A short name for labels: `poll`, `verification`, or that of the [`Reason`].
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Poll => "poll",
            Self::Failure(reason) => reason.as_str(),
            Self::Verification => "verification",
        }
    }
}

/// The received bytes of each reflector, so that its spans contain no bytes of another one.
#[derive(Debug, Default)]
struct Bytes {
    running: Vec<Arc<AtomicU64>>,
    /// Of the reflectors that have ended.
    ended: u64,
}

/// Counts since the start, of all reflectors of an informer. Reading them does not disturb the reflector.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    lists: AtomicU64,
    list_nanoseconds: AtomicU64,
    watches: AtomicU64,
    short_watches: AtomicU64,
    bytes: Mutex<Bytes>,
    relists: Mutex<BTreeMap<RelistCause, u64>>,
    failures: Mutex<BTreeMap<Reason, u64>>,
}

impl Counters {
    /// A counter of received bytes for one reflector, and for the code that reads its responses.
    pub(crate) fn count_bytes(&self) -> Arc<AtomicU64> {
        let Bytes { running, ended } = &mut *self.bytes.lock();
        running.retain(|counter| {
            let is_in_use = Arc::strong_count(counter) > 1;
            if !is_in_use {
                *ended += counter.load(Ordering::Relaxed);
            }
            is_in_use
        });
        let counter = Arc::default();
        running.push(Arc::clone(&counter));
        counter
    }

    /// A list was completed. `cause` is set if it was not the first one.
    pub(super) fn listed(&self, duration: Duration, cause: Option<RelistCause>) {
        self.lists.fetch_add(1, Ordering::Relaxed);
        let nanoseconds = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        self.list_nanoseconds.fetch_add(nanoseconds, Ordering::Relaxed);
        if let Some(cause) = cause {
            *self.relists.lock().entry(cause).or_default() += 1;
        }
    }

    pub(super) fn watch_opened(&self) {
        self.watches.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn failed(&self, reason: Reason) {
        *self.failures.lock().entry(reason).or_default() += 1;
        if reason == Reason::ShortWatch {
            self.short_watches.fetch_add(1, Ordering::Relaxed);
        }
    }

    pub(crate) fn lists(&self) -> u64 {
        self.lists.load(Ordering::Relaxed)
    }

    pub(crate) fn list_time(&self) -> Duration {
        Duration::from_nanos(self.list_nanoseconds.load(Ordering::Relaxed))
    }

    pub(crate) fn watches(&self) -> u64 {
        self.watches.load(Ordering::Relaxed)
    }

    pub(crate) fn short_watches(&self) -> u64 {
        self.short_watches.load(Ordering::Relaxed)
    }

    pub(crate) fn bytes_received(&self) -> u64 {
        let Bytes { running, ended } = &*self.bytes.lock();
        ended + running.iter().map(|counter| counter.load(Ordering::Relaxed)).sum::<u64>()
    }

    pub(crate) fn failures(&self) -> BTreeMap<Reason, u64> {
        self.failures.lock().clone()
    }

    pub(crate) fn relists(&self) -> BTreeMap<RelistCause, u64> {
        self.relists.lock().clone()
    }
}
