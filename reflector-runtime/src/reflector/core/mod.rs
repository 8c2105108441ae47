//! The deciding part: what to do next, given what happened.
//!
//! No I/O, no objects, no clock (every call is handed `now`), one generator of randomness. The rules are
//! client-go's `Reflector.ListAndWatch` unless a comment says otherwise. `listing`, `streaming` and `watching` hold
//! them, `versions` what is known of the server's; this file holds what they share: the state, the sweep between
//! reading and watching, and waiting.

mod listing;
#[cfg(test)]
mod properties;
mod step;
mod streaming;
#[cfg(test)]
mod tests;
mod versions;
mod watching;

use std::time::Duration;

use fastrand::Rng;
use tokio::time::Instant;

pub(super) use self::step::{Failure, Page, Step, WatchEnd};
use self::versions::Versions;
use super::{
    Health, InitialListStrategy, ReflectorOptions, RequestVerb,
    recovery::{RetryWithDeadline, Trouble},
};
use crate::list_watch::{ListWatchError, ReadVersion, WatchRequest};

/// client-go's default page size.
const PAGE_SIZE: u32 = 500;

/// How often the same spot of a watch may be unreadable, or a streaming list break off, before it is read in
/// another way.
const PATIENCE: u32 = 3;

/// The state machine. One call in, one [`Step`] out; the shell does it and calls again.
pub(super) struct Core {
    options: ReflectorOptions,
    random: Rng,
    state: State,
    versions: Versions,
    /// client-go's `paginatedResult`: a list from "the server's cache" came in pages, so that there is none.
    paginated_result: bool,
    /// Until when no watch-list is asked for.
    avoid_watch_list: Option<Instant>,
    /// A streaming list came to nothing: if a list succeeds in its place, no other one is asked for a while.
    doubts_watch_list: bool,
    /// How often in a row a streaming list broke off.
    broken_off: u32,
    /// How often in a row a watch was unreadable.
    unreadable: u32,
    internal_errors: RetryWithDeadline,
    trouble: Option<Trouble>,
    health: Health,
    received: u64,
    /// Failures that are none before they are compared with what was known; to be told.
    found: Vec<(RequestVerb, ListWatchError)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    Idle,
    /// `first` is the version that the first page showed.
    Listing {
        version: ReadVersion,
        limit: Option<u32>,
        first: Option<String>,
    },
    /// `until` is when the server was asked to end the watch.
    WatchListing {
        version: ReadVersion,
        until: Instant,
    },
    Sweeping {
        version: String,
        stream: Stream,
    },
    /// `from` is the version that the watch was opened behind.
    Watching {
        opened: Instant,
        from: String,
    },
}

/// Whether the watch that follows a sweep is open already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stream {
    Open,
    None,
}

impl Core {
    pub(super) fn new(options: ReflectorOptions) -> Self {
        let options = options.within_reason();
        Self {
            random: options.seed.map_or_else(Rng::new, Rng::with_seed),
            internal_errors: RetryWithDeadline::new(options.max_internal_error_retry),
            options,
            state: State::Idle,
            versions: Versions::default(),
            paginated_result: false,
            avoid_watch_list: None,
            doubts_watch_list: false,
            broken_off: 0,
            unreadable: 0,
            trouble: None,
            health: Health::Listing,
            received: 0,
            found: Vec::new(),
        }
    }

    pub(super) fn health(&self) -> &Health {
        &self.health
    }

    /// How many failures in a row were such as waiting alone will not mend.
    pub(super) fn permanent_failures(&self) -> u32 {
        self.trouble.map_or(0, |trouble| trouble.permanent)
    }

    pub(super) fn last_version(&self) -> Option<&str> {
        self.versions.last()
    }

    pub(super) fn is_version_unavailable(&self) -> bool {
        self.versions.is_unavailable()
    }

    pub(super) fn paginated_result(&self) -> bool {
        self.paginated_result
    }

    /// Failures that nobody but the core has seen.
    pub(super) fn take_found(&mut self) -> Vec<(RequestVerb, ListWatchError)> {
        std::mem::take(&mut self.found)
    }

    fn find(&mut self, verb: RequestVerb, error: ListWatchError) -> Failure {
        let failure = error.reason().into();
        self.found.push((verb, error));
        failure
    }

    /// How long an answer may take, a list may send nothing, or a streaming list nothing more of the state.
    pub(super) fn response_timeout(&self) -> Duration {
        self.options.response_timeout
    }

    /// After how long a watch that is still open is taken for dead.
    pub(super) fn deadline(&self, request: &WatchRequest) -> Duration {
        request.timeout + self.options.watch_timeout_grace
    }

    /// `list_and_watch` begins.
    pub(super) fn begin(&mut self, now: Instant) -> Step {
        if self.trouble.is_none() {
            self.health = Health::Listing;
        }
        self.doubts_watch_list = false;
        let avoided = self.avoid_watch_list.is_some_and(|until| now < until);
        match self.options.initial_list_strategy {
            InitialListStrategy::WatchList if !avoided => self.watch_list(now),
            _ => self.list(),
        }
    }

    /// The sweep is done: the store shows the state of `Step::Sweep`'s version.
    pub(super) fn swept(&mut self, now: Instant) -> Step {
        let State::Sweeping { version, stream } = std::mem::replace(&mut self.state, State::Idle) else {
            return self.begin(now);
        };
        self.versions.read_all(version.clone());
        self.unreadable = 0;
        match stream {
            // Whether the state can be followed is not known yet: it is synced once a watch is open.
            Stream::None => {
                if std::mem::take(&mut self.doubts_watch_list) {
                    self.avoid_watch_list(now);
                }
                self.watch(now)
            }
            Stream::Open => {
                self.broken_off = 0;
                self.trouble = None;
                self.synced(now);
                self.state = State::Watching { opened: now, from: version };
                Step::Follow
            }
        }
    }

    fn wait_to_watch(&mut self, failure: Failure, now: Instant) -> Step {
        Step::WaitToWatch { delay: self.fail(failure, now) }
    }

    fn wait_to_list(&mut self, failure: Failure, now: Instant) -> Step {
        Step::WaitToList { delay: self.fail(failure, now) }
    }

    fn fail(&mut self, failure: Failure, now: Instant) -> Duration {
        let delay = self.options.delay(failure.reason, failure.retry_after, now, &mut self.random);
        let trouble = Trouble::after(self.trouble, failure.reason, now);
        self.trouble = Some(trouble);
        self.health = Health::Degraded {
            since: trouble.since,
            reason: trouble.reason,
            failures: trouble.failures,
            next_retry: now + delay,
        };
        self.state = State::Idle;
        delay
    }

    fn synced(&mut self, now: Instant) {
        if let Some(version) = self.versions.last() {
            self.health = Health::Synced { since: now, resource_version: version.to_owned() };
        }
    }
}
