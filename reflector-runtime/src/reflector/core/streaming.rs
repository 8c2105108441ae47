//! Reading the state by a streaming list (client-go's "watch-list"), and when to give that up.

use std::time::Duration;

use tokio::time::Instant;

use super::{Core, Failure, PAGE_SIZE, PATIENCE, State, Step, Stream, WatchEnd};
use crate::{
    list_watch::{ListWatchError, ReadVersion, Reason, WatchKind, WatchRequest},
    reflector::RequestVerb,
};

impl Core {
    pub(super) fn watch_list(&mut self, now: Instant) -> Step {
        let version = self.versions.next_read(ReadVersion::MostRecent);
        self.received = 0;
        let consistency = self.versions.consistency(&version);
        let timeout = self.watch_timeout();
        // The server is told whole seconds.
        let until = now + Duration::from_secs(timeout.as_secs());
        self.state = State::WatchListing { version: version.clone(), until };
        Step::WatchList {
            request: WatchRequest { resource_version: version, kind: WatchKind::InitialEvents, timeout },
            consistency,
        }
    }

    /// The bookmark that ends the initial events has come.
    pub(in crate::reflector) fn initial_events_end(&mut self, version: String, now: Instant) -> Step {
        let State::WatchListing { version: read, .. } = self.state.clone() else { return self.begin(now) };
        if let Some(stale) = self.versions.staleness(&read, &version) {
            self.versions.lose();
            let failure = self.find(RequestVerb::Watch, stale);
            return self.wait_to_list(failure, now);
        }
        if self.finds_a_restore(RequestVerb::Watch, &read, &version) {
            return self.first_page(read, Some(PAGE_SIZE));
        }
        self.state = State::Sweeping { version: version.clone(), stream: Stream::Open };
        Step::Sweep { version }
    }

    /// A streaming list could not be opened.
    pub(in crate::reflector) fn watch_list_failed(&mut self, failure: Failure, now: Instant) -> Step {
        let State::WatchListing { version, .. } = self.state.clone() else { return self.begin(now) };
        match failure.reason {
            // No answer tells nothing of what this server can do.
            Reason::ConnectionFailed | Reason::Disconnected | Reason::TooManyRequests => {
                self.wait_to_list(failure, now)
            }
            Reason::Expired | Reason::ResourceVersionTooLarge if version != ReadVersion::MostRecent => {
                self.versions.lose();
                self.watch_list(now)
            }
            // The server does not know such a request: it is not asked for a while. (client-go asks each time.)
            Reason::BadRequest => {
                self.avoid_watch_list(now);
                self.list()
            }
            // A LIST may be allowed where a watch is not, and tells best what is wrong where neither is.
            _ => self.list(),
        }
    }

    /// A streaming list ended before its bookmark.
    pub(in crate::reflector) fn watch_list_ended(&mut self, end: WatchEnd, now: Instant) -> Step {
        let State::WatchListing { until, .. } = self.state.clone() else { return self.begin(now) };
        let failure = match end {
            // It had all the time that a watch has.
            WatchEnd::Closed if now >= until => {
                self.find(RequestVerb::Watch, ListWatchError::MissingEndBookmark);
                return self.fall_back();
            }
            WatchEnd::Closed if self.received == 0 => {
                self.find(RequestVerb::Watch, ListWatchError::ShortWatch)
            }
            WatchEnd::Closed => self.find(RequestVerb::Watch, ListWatchError::WatchListInterrupted),
            WatchEnd::Failed(failure) => failure,
        };
        match failure.reason {
            Reason::ShortWatch => self.fall_back(),
            // It broke off. (client-go begins again at once, for ever.)
            Reason::Disconnected | Reason::Decode => {
                self.broken_off += 1;
                if self.broken_off >= PATIENCE {
                    return self.fall_back();
                }
                self.wait_to_list(failure, now)
            }
            _ => self.watch_list_failed(failure, now),
        }
    }

    /// Nothing came in answer, or the initial events stopped coming and the bookmark is missing.
    pub(in crate::reflector) fn watch_list_overdue(&mut self) -> Step {
        self.fall_back()
    }

    /// A list instead. If that fails, too, it was not the streaming that was wrong.
    fn fall_back(&mut self) -> Step {
        self.broken_off = 0;
        self.doubts_watch_list = true;
        self.list()
    }

    pub(super) fn avoid_watch_list(&mut self, now: Instant) {
        self.avoid_watch_list = Some(now + self.options.watch_list_retry_after);
    }
}
