//! Following the state: when a watch is opened again, when after a wait, and when all must be read anew.

use std::time::Duration;

use tokio::time::Instant;

use super::{Core, Failure, PATIENCE, State, Step, WatchEnd};
use crate::{
    list_watch::{ListWatchError, ReadVersion, Reason, WatchKind, WatchRequest},
    reflector::{Health, RequestVerb},
};

/// A watch that lives shorter than this and comes nowhere was no watch (client-go's `VeryShortWatchError`).
const SHORT_WATCH: Duration = Duration::from_secs(1);

impl Core {
    pub(super) fn watch_timeout(&mut self) -> Duration {
        self.options.min_watch_timeout.mul_f64(1.0 + self.random.f64())
    }

    /// Opens a watch behind the last version.
    pub(in crate::reflector) fn watch(&mut self, now: Instant) -> Step {
        let Some(version) = self.versions.last().map(str::to_owned) else {
            return self.begin(now);
        };
        self.state = State::Watching { opened: now, from: version.clone() };
        let timeout = self.watch_timeout();
        let resource_version = ReadVersion::NotOlderThan(version);
        let request = WatchRequest { resource_version, kind: WatchKind::Changes, timeout };
        Step::Watch { deadline: self.deadline(&request), request }
    }

    /// The server accepted the watch.
    pub(in crate::reflector) fn watch_opened(&mut self, now: Instant) {
        if matches!(self.state, State::Watching { .. }) && !self.health.is_synced() {
            self.synced(now);
        }
    }

    /// An event or a bookmark has been applied.
    ///
    /// # Errors
    /// Where its version is older than the last: the server has lost its history, and this watch tells nothing
    /// that can be relied on.
    pub(in crate::reflector) fn observed(&mut self, version: &str) -> Result<(), Failure> {
        let has_advanced =
            self.versions.advance(version).map_err(|stale| self.find(RequestVerb::Watch, stale))?;
        if !has_advanced {
            return Ok(());
        }
        self.trouble = None;
        self.unreadable = 0;
        if let Health::Synced { resource_version, .. } = &mut self.health {
            version.clone_into(resource_version);
        }
        Ok(())
    }

    /// Whether objects that are added come in no order: a watch behind version `"0"` begins with what there is
    /// (client-go's `propagateRVFromStart`).
    pub(in crate::reflector) fn begins_unordered(&self) -> bool {
        self.versions.last() == Some("0")
    }

    /// The watch could not be opened.
    pub(in crate::reflector) fn watch_failed(&mut self, failure: Failure, now: Instant) -> Step {
        match failure.reason {
            // The version is as good as before: no list is needed.
            Reason::ConnectionFailed
            | Reason::TooManyRequests
            | Reason::ServerError
            | Reason::Disconnected
            | Reason::Decode => self.wait_to_watch(failure, now),
            Reason::ResourceVersionTooLarge => {
                self.versions.lose();
                self.wait_to_list(failure, now)
            }
            _ => self.wait_to_list(failure, now),
        }
    }

    /// A watch that had been opened is over.
    pub(in crate::reflector) fn watch_ended(&mut self, end: WatchEnd, now: Instant) -> Step {
        let State::Watching { opened, from } = self.state.clone() else { return self.begin(now) };
        let was_short = now.saturating_duration_since(opened) < SHORT_WATCH;
        if !was_short {
            self.trouble = None;
        }
        // An event that does not bring the watch any further is none. (client-go counts events only, so that one
        // of an unknown type in each watch has it open the next at once, for ever.)
        let came_nowhere = self.versions.last() == Some(from.as_str());
        let failure = match end {
            WatchEnd::Closed if was_short && came_nowhere => {
                self.find(RequestVerb::Watch, ListWatchError::ShortWatch)
            }
            WatchEnd::Closed => return self.watch(now),
            WatchEnd::Failed(failure) => failure,
        };
        match failure.reason {
            // A proxy that cuts every stream after a while is no reason to wait longer and longer.
            Reason::Disconnected if !(was_short && came_nowhere) => self.watch(now),
            // (client-go lists again after some of these; the version is still good.)
            Reason::ShortWatch
            | Reason::TooManyRequests
            | Reason::Disconnected
            | Reason::ConnectionFailed => self.wait_to_watch(failure, now),
            Reason::ServerError if self.internal_errors.allows(now) => self.watch(now),
            Reason::Decode => {
                self.unreadable += 1;
                if self.unreadable < PATIENCE {
                    self.wait_to_watch(failure, now)
                } else {
                    self.wait_to_list(failure, now)
                }
            }
            _ => self.wait_to_list(failure, now),
        }
    }
}
