//! Following the state: when a watch is opened again, when after a delay, and when the state must be read again.

use std::time::Duration;

use tokio::time::Instant;

use super::{
    Core, Failure, MAX_ATTEMPTS, Reported, Responses, State, Step, WatchEnd, Watching, versions::Advance,
};
use crate::{
    delta_fifo::EventOrder,
    list_watch::{ListWatchError, ReadVersion, Reason, WatchKind, WatchRequest},
    reflector::{Health, RequestVerb},
};

/// A watch that ends sooner than this and makes no progress had no result (client-go's `VeryShortWatchError`).
const SHORT_WATCH: Duration = Duration::from_secs(1);

/// How many watches may follow each other at once. A server that ends each watch after one event gets further ones no
/// more often than every [`SHORT_WATCH`].
const MAX_RAPID_WATCHES: u32 = 10;

/// After how long without a version from the server disconnected watches are followed by a probe.
const SILENCE: Duration = Duration::from_secs(60);

/// How long after a list the response to the watch is awaited before the informer counts as synced without it.
pub(in crate::reflector) const RESPONSE_GRACE: Duration = Duration::from_secs(2);

impl Core {
    pub(super) fn watch_timeout(&mut self) -> Duration {
        self.options.min_watch_timeout.mul_f64(1.0 + self.random.f64())
    }

    /// Opens a watch from the last version.
    pub(in crate::reflector) fn watch(&mut self, now: Instant) -> Step {
        let Some(version) = self.versions.last().map(str::to_owned) else {
            return self.begin(now);
        };
        let delay = self.watch_delay(now);
        let opened = now + delay;
        self.last_watch = Some(opened);
        self.state = State::Watching(Watching { opened, from: version.clone(), is_silent: true });
        let timeout = self.watch_timeout();
        let resource_version = ReadVersion::NotOlderThan(version);
        let request = WatchRequest { resource_version, kind: WatchKind::Changes, timeout };
        Step::Watch { deadline: self.deadline(&request), request, delay }
    }

    /// A few watches may follow each other at once; then they are spaced.
    fn watch_delay(&mut self, now: Instant) -> Duration {
        let early_by = self
            .last_watch
            .map_or(Duration::ZERO, |last| (last + SHORT_WATCH).saturating_duration_since(now));
        self.rapid_watches = if early_by.is_zero() { 0 } else { self.rapid_watches + 1 };
        if self.rapid_watches > MAX_RAPID_WATCHES { early_by } else { Duration::ZERO }
    }

    /// The server accepted the watch, `after` this time.
    pub(in crate::reflector) fn watch_opened(&mut self, after: Duration, now: Instant) {
        self.responses = Responses::after(after);
        if matches!(self.state, State::Watching(_)) && !self.health.is_synced() {
            self.synced(now);
        }
    }

    /// The server accepted a streaming list, `after` this time.
    pub(in crate::reflector) fn watch_list_opened(&mut self, after: Duration) {
        self.responses = Responses::after(after);
    }

    /// The server has neither accepted nor refused the watch for [`RESPONSE_GRACE`]. Some proxies send the head of a
    /// response only with the first event. If the list before it succeeded, the informer is synced.
    pub(in crate::reflector) fn watch_unanswered(&mut self, now: Instant) {
        if self.just_listed && matches!(self.state, State::Watching(_)) && !self.health.is_synced() {
            self.synced(now);
        }
    }

    /// How long to wait for the response to a watch: as long as the watch lives if a proxy may hold it back until the
    /// first event, else the response timeout.
    pub(in crate::reflector) fn watch_response_timeout(&self, deadline: Duration) -> Duration {
        let may_be_held_back =
            self.responses == Responses::MayBeHeldBack && (self.just_listed || self.failures.is_none());
        if may_be_held_back { deadline } else { self.options.response_timeout }
    }

    /// The response to a watch did not come in time: the next one may be held back.
    pub(in crate::reflector) fn watch_timed_out(&mut self) {
        self.responses = Responses::MayBeHeldBack;
    }

    /// What the version of an event means.
    pub(in crate::reflector) fn order_of(&self, version: Option<&str>) -> EventOrder {
        version.map_or(EventOrder::InOrder, |version| self.versions.order_of(version))
    }

    /// An event or a bookmark was received.
    pub(in crate::reflector) fn observed(&mut self, version: Option<&str>, reported: Reported, now: Instant) {
        if let State::Watching(watching) = &mut self.state {
            watching.is_silent = false;
        }
        let Some(version) = version else { return };
        self.last_version_seen = Some(now);
        if self.versions.advance(version, reported, now) == Advance::Progress {
            self.failures = None;
            if let Health::Synced { resource_version, version_order, .. } = &mut self.health {
                version.clone_into(resource_version);
                *version_order = self.versions.order.version_order();
            }
        }
    }

    /// Whether objects that are added come in no order: a watch from version `"0"` begins with the current state
    /// (client-go's `propagateRVFromStart`).
    pub(in crate::reflector) fn begins_unordered(&self) -> bool {
        self.versions.last() == Some("0")
    }

    /// The watch could not be opened.
    pub(in crate::reflector) fn watch_failed(&mut self, failure: Failure, now: Instant) -> Step {
        match failure.reason {
            // The server did not look at the version: it is as good as before, and no list is needed.
            Reason::ConnectionFailed | Reason::TooManyRequests | Reason::Unauthorized | Reason::Forbidden => {
                self.wait_to_watch(failure, now)
            }
            Reason::ServerError | Reason::Disconnected | Reason::Decode | Reason::UnexpectedResponse => {
                self.retry_watch(failure, now)
            }
            Reason::Expired => {
                self.versions.expire();
                self.wait_to_list(failure, now)
            }
            Reason::ResourceVersionTooLarge => {
                self.versions.set_unavailable();
                self.wait_to_list(failure, now)
            }
            _ => self.wait_to_list(failure, now),
        }
    }

    /// A watch from the last version had no result. After a few of them the version itself is in doubt (etcd proxies
    /// and kinds without a watch cache answer so once it is compacted), and the state is listed.
    fn retry_watch(&mut self, failure: Failure, now: Instant) -> Step {
        self.fruitless_watches += 1;
        if self.fruitless_watches < MAX_ATTEMPTS {
            return self.wait_to_watch(failure, now);
        }
        self.fruitless_watches = 0;
        // If the list returns the same version once more, it came from a stale cache.
        self.versions.expire();
        self.wait_to_list(failure, now)
    }

    /// A watch that had been opened has ended.
    pub(in crate::reflector) fn watch_ended(&mut self, end: WatchEnd, now: Instant) -> Step {
        let State::Watching(watching) = self.state.clone() else { return self.begin(now) };
        let was_short = now.saturating_duration_since(watching.opened) < SHORT_WATCH;
        if !was_short {
            self.failures = None;
        }
        let step = self.after_watch(&watching, was_short, end, now);
        // A server restored from a backup may accept a version of the future and send nothing
        // (kubernetes/kubernetes#135452).
        let may_be_from_the_future = watching.is_silent && !was_short && self.is_doubtful(end, now);
        match step {
            // Versions that are not ordered show nothing: only a list does.
            Step::Watch { .. } if may_be_from_the_future && self.is_unordered() => {
                if self.is_version_fresh(now) { step } else { self.begin(now) }
            }
            Step::Watch { .. } if may_be_from_the_future => self.probe_before(step),
            Step::Watch { .. } | Step::WaitToWatch { .. } if self.probe_due().is_some() => {
                self.probe_before(step)
            }
            _ => step,
        }
    }

    /// Whether a silent watch that ended like this leaves it open where the server is. A disconnect alone does not:
    /// some proxies close idle streams all the time.
    fn is_doubtful(&self, end: WatchEnd, now: Instant) -> bool {
        match end {
            WatchEnd::Closed => true,
            WatchEnd::Failed(Failure { reason: Reason::Disconnected, .. }) => !self.is_version_fresh(now),
            WatchEnd::Failed(_) => false,
        }
    }

    /// Whether the server showed a version not long ago.
    fn is_version_fresh(&self, now: Instant) -> bool {
        self.last_version_seen.is_some_and(|seen| now.saturating_duration_since(seen) < SILENCE)
    }

    fn after_watch(&mut self, watching: &Watching, was_short: bool, end: WatchEnd, now: Instant) -> Step {
        // An event that makes no progress does not count. (client-go counts events only: with one event of an unknown
        // type in each watch it opens the next one at once, forever.)
        let no_progress = self.versions.last() == Some(watching.from.as_str());
        // Not with each event: unordered versions move back and forth if the server repeats events.
        if !no_progress {
            self.fruitless_watches = 0;
        }
        let failure = match end {
            WatchEnd::Closed if was_short && no_progress => {
                self.detect(RequestVerb::Watch, ListWatchError::ShortWatch)
            }
            WatchEnd::Closed => return self.watch(now),
            WatchEnd::Failed(failure) => failure,
        };
        match failure.reason {
            // A proxy that disconnects every stream after a while is no reason for longer and longer delays.
            Reason::Disconnected if !(was_short && no_progress) => self.watch(now),
            Reason::ServerError if self.internal_errors.allows(now) => self.watch(now),
            // (client-go lists again after some of these; the version is still good.)
            Reason::TooManyRequests | Reason::ConnectionFailed => self.wait_to_watch(failure, now),
            Reason::ShortWatch | Reason::Disconnected | Reason::Decode | Reason::UnexpectedResponse => {
                self.retry_watch(failure, now)
            }
            Reason::Expired => {
                if no_progress {
                    self.versions.expire();
                }
                self.wait_to_list(failure, now)
            }
            _ => self.wait_to_list(failure, now),
        }
    }

    /// The server was restored, as a probe during the watch showed.
    pub(in crate::reflector) fn restored(&mut self, failure: Failure, now: Instant) -> Step {
        self.wait_to_list(failure, now)
    }
}
