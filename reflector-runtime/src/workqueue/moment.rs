//! [`Moment`] and [`Clock`]: times in half the bytes of an `Instant`.

use std::time::Duration;

use tokio::time::Instant;

/// Nanoseconds since the queue was created. The range is 584 years; earlier and later times count as its ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Moment(u64);

impl Moment {
    /// The time from `earlier` until this moment. Zero if it is later.
    pub(super) fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }
}

/// Converts times.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clock {
    start: Instant,
}

/// Longer delays count as this: 10 years.
const LONGEST_DELAY: Duration = Duration::from_secs(10 * 365 * 24 * 60 * 60);

impl Clock {
    pub(super) fn new(start: Instant) -> Self {
        Self { start }
    }

    pub(super) fn moment(self, instant: Instant) -> Moment {
        let nanoseconds = instant.saturating_duration_since(self.start).as_nanos();
        Moment(u64::try_from(nanoseconds).unwrap_or(u64::MAX))
    }

    /// The moment after this delay. It can be converted back. Now, if the platform cannot represent it.
    pub(super) fn later(self, now: Instant, delay: Duration) -> Moment {
        self.moment(now.checked_add(delay.min(LONGEST_DELAY)).unwrap_or(now))
    }

    pub(super) fn instant(self, moment: Moment) -> Instant {
        // A moment was made from an instant that is at least as late.
        self.start.checked_add(Duration::from_nanos(moment.0)).unwrap_or(self.start)
    }
}
