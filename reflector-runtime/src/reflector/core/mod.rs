//! The deciding part: what to do next, given what happened.
//!
//! No I/O, no objects, no clock (every call takes `now`), one generator of randomness. The rules are client-go's
//! `Reflector.ListAndWatch` unless a comment says otherwise. `listing`, `streaming`, `watching` and `probing` contain
//! them; `versions` and `order` contain what is known of the server's versions. This file contains what they share:
//! the state, the sweep between reading and watching, and delays.

mod listing;
mod order;
mod probing;
#[cfg(test)]
mod properties;
mod step;
mod streaming;
#[cfg(test)]
mod tests;
mod versions;
mod watching;

use std::{collections::HashSet, time::Duration};

use fastrand::Rng;
use tokio::time::Instant;

use self::versions::Versions;
pub(super) use self::{
    probing::ProbeResult,
    step::{Failure, Page, Step, WatchEnd},
    versions::Reported,
    watching::RESPONSE_GRACE,
};
use super::{
    Health, InitialListStrategy, ReflectorOptions, RequestVerb,
    recovery::{Failures, RetryWithDeadline},
};
use crate::list_watch::{ListWatchError, ReadVersion, WatchRequest};

/// client-go's default page size.
const PAGE_SIZE: u32 = 500;

/// How often one version may be watched without result, a streaming list may be interrupted, or a page may bring
/// nothing new, before the state is read in another way.
const MAX_ATTEMPTS: u32 = 3;

/// The state machine. One call in, one [`Step`] out; the shell carries it out and calls again.
#[allow(clippy::struct_excessive_bools, reason = "independent facts: no combination of them is invalid")]
pub(super) struct Core {
    options: ReflectorOptions,
    random: Rng,
    state: State,
    versions: Versions,
    /// client-go's `paginatedResult`: a list from the server's cache came in pages, so the server has no cache.
    paginated_result: bool,
    /// Until when no watch-list is requested.
    avoid_watch_list: Option<Instant>,
    /// A streaming list failed: if a list succeeds in its place, no other streaming list is requested for a while.
    watch_list_suspected: bool,
    /// How many streaming lists in a row were interrupted.
    interrupted: u32,
    /// How many watches in a row, all from the last version, had no result.
    fruitless_watches: u32,
    /// How many lists in a row failed that asked for a version.
    failed_lists: u32,
    /// When the last watch was requested.
    last_watch: Option<Instant>,
    /// How many watches in a row were requested right after another one.
    rapid_watches: u32,
    /// When the server last showed its version: by a list, a probe, an event or a bookmark.
    last_version_seen: Option<Instant>,
    /// Whether nothing has failed since the last list: the server answered moments ago.
    just_listed: bool,
    responses: Responses,
    internal_errors: RetryWithDeadline,
    failures: Option<Failures>,
    health: Health,
    received: u64,
    /// Whether the list in progress showed an object in an older version than the cached one, which stayed.
    skipped_older: bool,
    /// Failures that the core detected by comparison with earlier answers; the shell reports them.
    detected: Vec<(RequestVerb, ListWatchError)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    Idle,
    Listing(Listing),
    /// `until` is when the server was asked to end the watch.
    WatchListing {
        version: ReadVersion,
        until: Instant,
    },
    Sweeping {
        version: String,
        stream: Stream,
    },
    Watching(Watching),
    /// A probe decides whether `then` still makes sense.
    Probing {
        then: Box<Step>,
    },
}

/// A list that is in progress.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Listing {
    version: ReadVersion,
    limit: Option<u32>,
    /// The version of the first page.
    first: Option<String>,
    /// The continue tokens used so far: a server that repeats one never ends.
    tokens: HashSet<String>,
    /// How many pages in a row contained no object that this list had not shown before.
    barren_pages: u32,
    /// Objects that this page showed for the first time.
    fresh: u64,
    /// Whether the list has been repeated in one piece after its token expired.
    is_repeated: bool,
}

impl Listing {
    fn new(version: ReadVersion, limit: Option<u32>) -> Self {
        Self {
            version,
            limit,
            first: None,
            tokens: HashSet::new(),
            barren_pages: 0,
            fresh: 0,
            is_repeated: false,
        }
    }
}

/// A watch that is requested or open.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Watching {
    opened: Instant,
    /// The version that the watch continues from.
    from: String,
    /// Whether anything was received: an event or a bookmark.
    is_silent: bool,
}

/// How responses to watches arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Responses {
    /// A proxy may send the head of a response only with the first event.
    MayBeHeldBack,
    /// The last one arrived at once.
    Prompt,
}

impl Responses {
    fn after(time: Duration) -> Self {
        if time < RESPONSE_GRACE { Self::Prompt } else { Self::MayBeHeldBack }
    }
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
            versions: if options.poll_interval.is_some() { Versions::polled() } else { Versions::default() },
            options,
            state: State::Idle,
            paginated_result: false,
            avoid_watch_list: None,
            watch_list_suspected: false,
            interrupted: 0,
            fruitless_watches: 0,
            failed_lists: 0,
            last_watch: None,
            rapid_watches: 0,
            last_version_seen: None,
            just_listed: false,
            responses: Responses::MayBeHeldBack,
            failures: None,
            health: Health::Listing,
            received: 0,
            skipped_older: false,
            detected: Vec::new(),
        }
    }

    pub(super) fn health(&self) -> &Health {
        &self.health
    }

    /// How many failures in a row were permanent: retrying will not fix them.
    pub(super) fn permanent_failures(&self) -> u32 {
        self.failures.map_or(0, |failures| failures.permanent)
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

    /// Failures that only the core has seen.
    pub(super) fn take_detected(&mut self) -> Vec<(RequestVerb, ListWatchError)> {
        std::mem::take(&mut self.detected)
    }

    fn detect(&mut self, verb: RequestVerb, error: ListWatchError) -> Failure {
        let failure = error.reason().into();
        self.detected.push((verb, error));
        failure
    }

    /// How long a response may take, a list may send nothing, or a streaming list none of its state.
    pub(super) fn response_timeout(&self) -> Duration {
        self.options.response_timeout
    }

    /// The age at which a watch that is still open is considered dead.
    pub(super) fn deadline(&self, request: &WatchRequest) -> Duration {
        request.timeout + self.options.watch_timeout_grace
    }

    /// Whether the resource is polled instead of watched.
    pub(super) fn polls(&self) -> bool {
        self.options.poll_interval.is_some()
    }

    /// `list_and_watch` begins.
    pub(super) fn begin(&mut self, now: Instant) -> Step {
        if self.failures.is_none() && !(self.polls() && self.health.is_synced()) {
            self.health = Health::Listing;
        }
        self.watch_list_suspected = false;
        let avoided = self.avoid_watch_list.is_some_and(|until| now < until);
        match self.options.initial_list_strategy {
            InitialListStrategy::WatchList if !avoided && !self.polls() => self.watch_list(now),
            _ => self.list(),
        }
    }

    /// The sweep is done: the store shows the state of `Step::Sweep`'s version.
    pub(super) fn swept(&mut self, now: Instant) -> Step {
        let State::Sweeping { version, stream } = std::mem::replace(&mut self.state, State::Idle) else {
            return self.begin(now);
        };
        self.versions.complete_list(version.clone());
        self.just_listed = true;
        self.last_version_seen = Some(now);
        self.fruitless_watches = 0;
        self.failed_lists = 0;
        if let Some(delay) = self.options.poll_interval {
            self.failures = None;
            self.synced(now);
            return Step::WaitToList { delay };
        }
        match stream {
            // Whether the state can be followed is not known yet: it is synced once a watch is open.
            Stream::None => {
                if std::mem::take(&mut self.watch_list_suspected) {
                    self.avoid_watch_list(now);
                }
                self.watch(now)
            }
            Stream::Open => {
                self.interrupted = 0;
                self.failures = None;
                self.synced(now);
                self.last_watch = None;
                self.state = State::Watching(Watching { opened: now, from: version, is_silent: false });
                Step::Follow
            }
        }
    }

    fn wait_to_watch(&mut self, failure: Failure, now: Instant) -> Step {
        // The backoff is delay enough.
        self.last_watch = None;
        Step::WaitToWatch { delay: self.fail(failure, now) }
    }

    fn wait_to_list(&mut self, failure: Failure, now: Instant) -> Step {
        self.last_watch = None;
        Step::WaitToList { delay: self.fail(failure, now) }
    }

    fn fail(&mut self, failure: Failure, now: Instant) -> Duration {
        let delay = self.options.delay(failure.reason, failure.retry_after, now, &mut self.random);
        let failures = Failures::after(self.failures, failure.reason, now);
        self.failures = Some(failures);
        self.just_listed = false;
        self.health = Health::Degraded {
            since: failures.since,
            reason: failures.reason,
            failures: failures.count,
            next_retry: now + delay,
        };
        self.state = State::Idle;
        delay
    }

    fn synced(&mut self, now: Instant) {
        let since = match self.health {
            Health::Synced { since, .. } => since,
            _ => now,
        };
        self.health = Health::Synced {
            since,
            resource_version: self.versions.last().unwrap_or_default().to_owned(),
            version_order: self.versions.order.version_order(),
        };
    }
}
