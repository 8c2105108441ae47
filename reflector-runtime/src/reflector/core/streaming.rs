//! Reading the state by a streaming list (client-go's "watch-list"), and when to list instead.

use std::time::Duration;

use tokio::time::Instant;

use super::{Core, Failure, MAX_ATTEMPTS, PAGE_SIZE, State, Step, Stream, WatchEnd};
use crate::{
    list_watch::{ListWatchError, ReadVersion, Reason, WatchKind, WatchRequest},
    reflector::RequestVerb,
};

impl Core {
    pub(super) fn watch_list(&mut self, now: Instant) -> Step {
        let version = self.versions.next_read(ReadVersion::MostRecent);
        self.received = 0;
        self.skipped_older = false;
        let consistency = self.versions.consistency(&version);
        let timeout = self.watch_timeout();
        // The request carries whole seconds.
        let until = now + Duration::from_secs(timeout.as_secs());
        self.state = State::WatchListing { version: version.clone(), until };
        Step::WatchList {
            request: WatchRequest { resource_version: version, kind: WatchKind::InitialEvents, timeout },
            consistency,
        }
    }

    /// The bookmark that ends the initial events was received.
    pub(in crate::reflector) fn initial_events_end(&mut self, version: String, now: Instant) -> Step {
        let State::WatchListing { version: read, .. } = self.state.clone() else { return self.begin(now) };
        if let Some(stale) = self.versions.staleness(&read, &version) {
            self.versions.set_unavailable();
            let failure = self.detect(RequestVerb::Watch, stale);
            return self.wait_to_list(failure, now);
        }
        if self.finds_a_restore(RequestVerb::Watch, &read, &version) {
            return self.first_page(read, Some(PAGE_SIZE));
        }
        if self.skipped_older {
            return self.first_page(ReadVersion::MostRecent, Some(PAGE_SIZE));
        }
        self.state = State::Sweeping { version: version.clone(), stream: Stream::Open };
        Step::Sweep { version }
    }

    /// A streaming list could not be opened.
    pub(in crate::reflector) fn watch_list_failed(&mut self, failure: Failure, now: Instant) -> Step {
        let State::WatchListing { version, .. } = self.state.clone() else { return self.begin(now) };
        match failure.reason {
            // Without an answer it is not known what this server supports.
            Reason::ConnectionFailed | Reason::Disconnected | Reason::TooManyRequests => {
                self.wait_to_list(failure, now)
            }
            Reason::Expired | Reason::ResourceVersionTooLarge if version != ReadVersion::MostRecent => {
                self.versions.set_unavailable();
                self.watch_list(now)
            }
            // The server does not support such a request: it is not sent again for a while. (client-go sends it each
            // time.)
            Reason::BadRequest | Reason::NotWatchable => {
                self.avoid_watch_list(now);
                self.list()
            }
            // A LIST may be allowed if a watch is not, and has the clearer error if neither is.
            _ => self.list(),
        }
    }

    /// A streaming list ended before its bookmark.
    pub(in crate::reflector) fn watch_list_ended(&mut self, end: WatchEnd, now: Instant) -> Step {
        let State::WatchListing { until, .. } = self.state.clone() else { return self.begin(now) };
        let failure = match end {
            // It lived as long as a watch does.
            WatchEnd::Closed if now >= until => {
                self.detect(RequestVerb::Watch, ListWatchError::MissingEndBookmark);
                return self.fall_back();
            }
            WatchEnd::Closed if self.received == 0 => {
                self.detect(RequestVerb::Watch, ListWatchError::ShortWatch)
            }
            WatchEnd::Closed => self.detect(RequestVerb::Watch, ListWatchError::WatchListInterrupted),
            WatchEnd::Failed(failure) => failure,
        };
        match failure.reason {
            Reason::ShortWatch => self.fall_back(),
            // It was interrupted. (client-go begins again at once, forever.)
            Reason::Disconnected | Reason::Decode => {
                self.interrupted += 1;
                if self.interrupted >= MAX_ATTEMPTS {
                    return self.fall_back();
                }
                self.wait_to_list(failure, now)
            }
            _ => self.watch_list_failed(failure, now),
        }
    }

    /// There was no answer, or the initial events stopped and the bookmark is missing.
    pub(in crate::reflector) fn watch_list_overdue(&mut self) -> Step {
        self.fall_back()
    }

    /// Lists instead. If the list fails too, streaming was not the cause.
    fn fall_back(&mut self) -> Step {
        self.interrupted = 0;
        self.watch_list_suspected = true;
        self.list()
    }

    pub(super) fn avoid_watch_list(&mut self, now: Instant) {
        self.avoid_watch_list = Some(now + self.options.watch_list_retry_after);
    }
}
