//! A clock that all processes of a machine share: Linux's `CLOCK_MONOTONIC`. Must not know what is timed.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// The time since some moment before the start of all processes.
pub fn now() -> Duration {
    let time = clock_gettime(ClockId::Monotonic);
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or_default())
}
