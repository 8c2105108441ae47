//! Reading the state by a streaming list (client-go's "watch-list"), and when to give that up.

use std::time::Duration;

use tokio::time::Instant;

use super::{Core, PAGE_SIZE, PATIENCE, State, Step, Stream, WatchEnd};
use crate::{
    list_watch::{ListWatchError, ReadVersion, Reason, WatchKind, WatchRequest},
    reflector::Verb,
};

impl Core {
    pub(super) fn watch_list(&mut self, now: Instant) -> Step {
        let version = self.versions.next_read(ReadVersion::MostRecent);
        self.received = 0;
        let freshness = self.versions.freshness(&version);
        let timeout = self.watch_timeout();
        // The server is told whole seconds.
        let until = now + Duration::from_secs(timeout.as_secs());
        self.state = State::WatchListing { version: version.clone(), until };
        Step::WatchList {
            request: WatchRequest { resource_version: version, kind: WatchKind::InitialEvents, timeout },
            freshness,
            quiet: self.settings.quiet,
        }
    }

    /// The bookmark that ends the initial events has come.
    pub(in crate::reflector) fn initial_events_end(&mut self, version: String, now: Instant) -> Step {
        let State::WatchListing { version: read, .. } = self.state.clone() else { return self.begin(now) };
        if self.finds_a_restore(Verb::Watch, &read, &version) {
            return self.first_page(read, Some(PAGE_SIZE));
        }
        self.state = State::Sweeping { version: version.clone(), stream: Stream::Open };
        Step::Sweep { version }
    }

    /// A streaming list was refused, or ended before its bookmark.
    pub(in crate::reflector) fn watch_list_ended(&mut self, end: WatchEnd, now: Instant) -> Step {
        let State::WatchListing { version, until } = self.state.clone() else {
            return self.begin(now);
        };
        let failure = match end {
            // It had all the time that a watch has.
            WatchEnd::Closed if now >= until => {
                self.find(Verb::Watch, ListWatchError::NoEnd);
                return self.fall_back(now);
            }
            WatchEnd::Closed if self.received == 0 => self.find(Verb::Watch, ListWatchError::ShortWatch),
            WatchEnd::Closed => self.find(Verb::Watch, ListWatchError::Incomplete),
            WatchEnd::Failed(failure) => failure,
        };
        match failure.reason {
            Reason::Unreachable | Reason::Throttled => self.wait_to_list(failure, now),
            Reason::Expired | Reason::TooLargeVersion if version != ReadVersion::MostRecent => {
                self.versions.lose();
                self.watch_list(now)
            }
            // The server does not know such a request: it is not asked for a while. (client-go asks each time.)
            Reason::Refused => self.fall_back(now),
            // It broke off, or the bookmark never came. (client-go begins again at once, for ever.)
            Reason::ShortWatch | Reason::Disconnected | Reason::Decode => {
                self.unreadable += 1;
                if self.unreadable >= PATIENCE || failure.reason == Reason::ShortWatch {
                    return self.fall_back(now);
                }
                self.wait_to_list(failure, now)
            }
            // A LIST may be allowed where a watch is not, and tells best what is wrong where neither is.
            _ => self.list(),
        }
    }

    /// The initial events stopped coming, and the bookmark is missing.
    pub(in crate::reflector) fn watch_list_overdue(&mut self, now: Instant) -> Step {
        self.fall_back(now)
    }

    fn fall_back(&mut self, now: Instant) -> Step {
        self.unreadable = 0;
        self.avoid_watch_list = Some(now + self.settings.watch_list_retry);
        self.list()
    }
}
