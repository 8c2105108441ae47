//! The deciding part: what to do next, given what happened.
//!
//! No I/O, no objects, no clock (every call is handed `now`), one generator of randomness. The rules are
//! client-go's `Reflector.ListAndWatch` unless a comment says otherwise.

use std::time::Duration;

use fastrand::Rng;
use tokio::time::Instant;

use super::{
    Health, InitialSync, Settings,
    recovery::{RetryWithDeadline, Trouble},
};
use crate::{
    delta_fifo::Freshness,
    list_watch::{ListRequest, ReadVersion, Reason, WatchKind, WatchRequest},
    version,
};

/// client-go's default page size.
const PAGE_SIZE: u32 = 500;

/// A watch that lives shorter than this and tells nothing was no watch (client-go's `VeryShortWatchError`).
const SHORT_WATCH: Duration = Duration::from_secs(1);

/// How often the same spot of a watch may be unreadable, or a streaming list break off, before it is read in
/// another way.
const PATIENCE: u32 = 3;

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Request a page of a list.
    List { request: ListRequest, page: Page },
    /// Open a watch that begins with the state as it is; give up where nothing comes for `quiet`.
    WatchList { request: WatchRequest, freshness: Freshness, quiet: Duration },
    /// The state is complete: sweep what it did not show.
    Sweep { version: String },
    /// Open a watch; it is dead if it is still open after `deadline`.
    Watch { request: WatchRequest, deadline: Duration },
    /// Go on reading the watch that is open.
    Follow,
    /// Wait, then watch again.
    WaitToWatch { delay: Duration },
    /// `list_and_watch` is over. Wait, then begin it anew.
    WaitToList { delay: Duration },
}

/// Which page of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Page {
    /// The first: a replacement begins.
    First(Freshness),
    /// A further one.
    Next,
}

/// A failure, as far as decisions go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) reason: Reason,
    pub(super) retry_after: Option<Duration>,
}

impl From<Reason> for Failure {
    fn from(reason: Reason) -> Self {
        Self { reason, retry_after: None }
    }
}

/// How a watch came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WatchEnd {
    /// The server closed it in good order.
    Closed,
    /// An error came, or nothing any more.
    Failed(Failure),
}

/// The state machine. One call in, one [`Step`] out; the shell does it and calls again.
pub(super) struct Core {
    settings: Settings,
    random: Rng,
    state: State,
    /// client-go's `lastSyncResourceVersion`.
    last_version: Option<String>,
    /// client-go's `isLastSyncResourceVersionUnavailable`.
    version_unavailable: bool,
    /// The server's versions have run back; all is being read anew.
    restored: bool,
    /// client-go's `paginatedResult`: a list from "the server's cache" came in pages, so that there is none.
    paginated_result: bool,
    /// Until when no watch-list is asked for.
    avoid_watch_list: Option<Instant>,
    /// How often in a row a streaming list broke off, or a watch was unreadable.
    unreadable: u32,
    internal_errors: RetryWithDeadline,
    trouble: Option<Trouble>,
    health: Health,
    received: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    Idle,
    Listing {
        version: ReadVersion,
        page: u32,
        limit: Option<u32>,
    },
    WatchListing {
        version: ReadVersion,
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
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            random: settings.seed.map_or_else(Rng::new, Rng::with_seed),
            internal_errors: RetryWithDeadline::new(settings.max_internal_error_retry),
            settings,
            state: State::Idle,
            last_version: None,
            version_unavailable: false,
            restored: false,
            paginated_result: false,
            avoid_watch_list: None,
            unreadable: 0,
            trouble: None,
            health: Health::Listing,
            received: 0,
        }
    }

    pub(super) fn health(&self) -> &Health {
        &self.health
    }

    pub(super) fn last_version(&self) -> Option<&str> {
        self.last_version.as_deref()
    }

    pub(super) fn is_version_unavailable(&self) -> bool {
        self.version_unavailable
    }

    pub(super) fn paginated_result(&self) -> bool {
        self.paginated_result
    }

    /// For how long a list may send nothing.
    pub(super) fn quiet(&self) -> Duration {
        self.settings.quiet
    }

    /// After how long a watch that is still open is taken for dead.
    pub(super) fn deadline(&self, request: &WatchRequest) -> Duration {
        request.timeout + self.settings.silence
    }

    // ---- reading the state ----

    /// `list_and_watch` begins.
    pub(super) fn begin(&mut self, now: Instant) -> Step {
        if self.trouble.is_none() {
            self.health = Health::Listing;
        }
        let avoided = self.avoid_watch_list.is_some_and(|until| now < until);
        match self.settings.initial_sync {
            InitialSync::WatchList if !avoided => self.watch_list(),
            _ => self.list(),
        }
    }

    fn freshness(&self, version: &ReadVersion) -> Freshness {
        match version {
            ReadVersion::MostRecent if self.restored => Freshness::Restored,
            ReadVersion::MostRecent => Freshness::Newest,
            ReadVersion::Any | ReadVersion::NotOlderThan(_) => Freshness::NotOlder,
        }
    }

    /// Whether the newest state is older than what was seen before: the server was restored from a backup. Told
    /// once; then what is held proves nothing, and all is read again.
    fn finds_a_restore(&mut self, read: &ReadVersion, listed: &str) -> bool {
        let ran_back = *read == ReadVersion::MostRecent
            && self.last_version.as_deref().is_some_and(|last| version::is_older(listed, last));
        !std::mem::replace(&mut self.restored, ran_back) && ran_back
    }

    /// client-go's `relistResourceVersion`.
    fn list_version(&self) -> ReadVersion {
        match &self.last_version {
            _ if self.version_unavailable => ReadVersion::MostRecent,
            None if self.settings.initial_sync == InitialSync::PagedList => ReadVersion::MostRecent,
            None => ReadVersion::Any,
            Some(version) => ReadVersion::NotOlderThan(version.clone()),
        }
    }

    fn list(&mut self) -> Step {
        let version = self.list_version();
        let limit = match (self.settings.page_size, &version) {
            (Some(size), _) => Some(size),
            (None, _) if self.paginated_result || self.settings.initial_sync == InitialSync::PagedList => {
                Some(PAGE_SIZE)
            }
            // Without a limit the server can answer from its cache.
            (None, ReadVersion::NotOlderThan(_)) => None,
            (None, _) => Some(PAGE_SIZE),
        };
        self.first_page(version, limit)
    }

    fn first_page(&mut self, version: ReadVersion, limit: Option<u32>) -> Step {
        self.received = 0;
        let freshness = self.freshness(&version);
        self.state = State::Listing { version: version.clone(), page: 1, limit };
        Step::List {
            request: ListRequest { resource_version: version, limit, continue_token: None },
            page: Page::First(freshness),
        }
    }

    /// Objects have come in.
    pub(super) fn received(&mut self, count: u64, remaining: Option<u64>) {
        self.received += count;
        if self.trouble.is_none() && !matches!(self.state, State::Watching { .. }) {
            self.health = Health::Syncing { received: self.received, remaining };
        }
    }

    /// A page of the list is complete.
    pub(super) fn page(&mut self, listed: String, continue_token: Option<String>, now: Instant) -> Step {
        let State::Listing { version, page, limit } = self.state.clone() else {
            return self.begin(now);
        };
        // A server that answers with an older state than it was asked for is not trusted with a sweep.
        // (client-go takes it.)
        if let ReadVersion::NotOlderThan(wanted) = &version
            && version::is_older(&listed, wanted)
        {
            return self.list_failed(Reason::Stale.into(), now);
        }
        if let Some(token) = continue_token {
            if version == ReadVersion::Any {
                self.paginated_result = true;
            }
            self.state = State::Listing { version, page: page.saturating_add(1), limit };
            return Step::List {
                request: ListRequest {
                    resource_version: ReadVersion::MostRecent,
                    limit,
                    continue_token: Some(token),
                },
                page: Page::Next,
            };
        }
        if self.finds_a_restore(&version, &listed) {
            return self.first_page(version, limit);
        }
        self.state = State::Sweeping { version: listed.clone(), stream: Stream::None };
        Step::Sweep { version: listed }
    }

    /// A request for a page failed, or its body did.
    pub(super) fn list_failed(&mut self, failure: Failure, now: Instant) -> Step {
        let State::Listing { version, page, .. } = self.state.clone() else {
            return self.begin(now);
        };
        match failure.reason {
            // The continue token expired: all of it once more, in one piece (`FullListIfExpired`).
            Reason::Expired if page > 1 => self.first_page(version, None),
            Reason::Expired | Reason::TooLargeVersion if version != ReadVersion::MostRecent => {
                self.version_unavailable = true;
                self.list()
            }
            Reason::Stale => {
                self.version_unavailable = true;
                self.wait_to_list(failure, now)
            }
            _ => self.wait_to_list(failure, now),
        }
    }

    fn watch_list(&mut self) -> Step {
        let version = match &self.last_version {
            Some(version) if !self.version_unavailable => ReadVersion::NotOlderThan(version.clone()),
            _ => ReadVersion::MostRecent,
        };
        self.received = 0;
        self.state = State::WatchListing { version: version.clone() };
        let freshness = self.freshness(&version);
        let timeout = self.watch_timeout();
        Step::WatchList {
            request: WatchRequest { resource_version: version, kind: WatchKind::InitialEvents, timeout },
            freshness,
            quiet: self.settings.quiet,
        }
    }

    /// The bookmark that ends the initial events has come.
    pub(super) fn initial_events_end(&mut self, version: String, now: Instant) -> Step {
        let State::WatchListing { version: read } = self.state.clone() else { return self.begin(now) };
        if self.finds_a_restore(&read, &version) {
            return self.first_page(read, Some(PAGE_SIZE));
        }
        self.state = State::Sweeping { version: version.clone(), stream: Stream::Open };
        Step::Sweep { version }
    }

    /// A streaming list was refused, or ended before its bookmark.
    pub(super) fn watch_list_ended(&mut self, end: WatchEnd, now: Instant) -> Step {
        let State::WatchListing { version } = self.state.clone() else {
            return self.begin(now);
        };
        let failure = match end {
            WatchEnd::Closed if self.received == 0 => Reason::ShortWatch.into(),
            WatchEnd::Closed => Reason::Disconnected.into(),
            WatchEnd::Failed(failure) => failure,
        };
        match failure.reason {
            Reason::Unreachable | Reason::Throttled => self.wait_to_list(failure, now),
            Reason::Expired | Reason::TooLargeVersion if version != ReadVersion::MostRecent => {
                self.version_unavailable = true;
                self.watch_list()
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
    pub(super) fn watch_list_silent(&mut self, now: Instant) -> Step {
        self.fall_back(now)
    }

    fn fall_back(&mut self, now: Instant) -> Step {
        self.unreadable = 0;
        self.avoid_watch_list = Some(now + self.settings.watch_list_retry);
        self.list()
    }

    /// The sweep is done: the store shows the state of `Step::Sweep`'s version.
    pub(super) fn swept(&mut self, now: Instant) -> Step {
        let State::Sweeping { version, stream } = std::mem::replace(&mut self.state, State::Idle) else {
            return self.begin(now);
        };
        self.last_version = Some(version.clone());
        self.version_unavailable = false;
        self.restored = false;
        self.unreadable = 0;
        self.trouble = None;
        self.synced(now);
        match stream {
            Stream::None => self.watch(now),
            Stream::Open => {
                self.state = State::Watching { opened: now, from: version };
                Step::Follow
            }
        }
    }

    // ---- watching ----

    fn watch_timeout(&mut self) -> Duration {
        self.settings.min_watch_timeout.mul_f64(1.0 + self.random.f64())
    }

    /// Opens a watch behind the last version.
    pub(super) fn watch(&mut self, now: Instant) -> Step {
        let Some(version) = self.last_version.clone() else {
            return self.begin(now);
        };
        self.state = State::Watching { opened: now, from: version.clone() };
        let timeout = self.watch_timeout();
        let resource_version = ReadVersion::NotOlderThan(version);
        let request = WatchRequest { resource_version, kind: WatchKind::Changes, timeout };
        Step::Watch { deadline: self.deadline(&request), request }
    }

    /// The server accepted the watch.
    pub(super) fn watch_opened(&mut self, now: Instant) {
        if matches!(self.state, State::Watching { .. }) && !self.health.is_synced() {
            self.synced(now);
        }
    }

    /// An event or a bookmark has been applied.
    ///
    /// # Errors
    /// Where its version is older than the last: the server has lost its history, and this watch tells nothing
    /// that can be relied on.
    pub(super) fn observed(&mut self, version: &str) -> Result<(), Failure> {
        if self.last_version.as_deref().is_some_and(|last| version::is_older(version, last)) {
            self.version_unavailable = true;
            return Err(Reason::Stale.into());
        }
        if self.last_version.as_deref() == Some(version) {
            return Ok(());
        }
        self.trouble = None;
        self.unreadable = 0;
        self.last_version = Some(version.to_owned());
        if let Health::Synced { resource_version, .. } = &mut self.health {
            version.clone_into(resource_version);
        }
        Ok(())
    }

    /// The watch could not be opened.
    pub(super) fn watch_failed(&mut self, failure: Failure, now: Instant) -> Step {
        match failure.reason {
            // The version is as good as before: no list is needed.
            Reason::Unreachable
            | Reason::Throttled
            | Reason::ServerError
            | Reason::Disconnected
            | Reason::Decode => self.wait_to_watch(failure, now),
            Reason::TooLargeVersion => {
                self.version_unavailable = true;
                self.wait_to_list(failure, now)
            }
            _ => self.wait_to_list(failure, now),
        }
    }

    /// A watch that had been opened is over.
    pub(super) fn watch_ended(&mut self, end: WatchEnd, now: Instant) -> Step {
        let State::Watching { opened, from } = self.state.clone() else { return self.begin(now) };
        let was_short = now.saturating_duration_since(opened) < SHORT_WATCH;
        if !was_short {
            self.trouble = None;
        }
        // An event that does not bring the watch any further is none. (client-go counts events only, so that one
        // of an unknown type in each watch has it open the next at once, for ever.)
        let came_nowhere = self.last_version.as_ref() == Some(&from);
        let failure = match end {
            WatchEnd::Closed if was_short && came_nowhere => Reason::ShortWatch.into(),
            WatchEnd::Closed => return self.watch(now),
            WatchEnd::Failed(failure) => failure,
        };
        match failure.reason {
            // (client-go lists again after each of these; the version is still good.)
            Reason::ShortWatch | Reason::Throttled | Reason::Disconnected | Reason::Unreachable => {
                self.wait_to_watch(failure, now)
            }
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

    // ---- waiting ----

    fn wait_to_watch(&mut self, failure: Failure, now: Instant) -> Step {
        Step::WaitToWatch { delay: self.fail(failure, now) }
    }

    fn wait_to_list(&mut self, failure: Failure, now: Instant) -> Step {
        Step::WaitToList { delay: self.fail(failure, now) }
    }

    fn fail(&mut self, failure: Failure, now: Instant) -> Duration {
        let backoff = match failure.reason {
            Reason::Unreachable => &mut self.settings.connection_backoff,
            _ => &mut self.settings.backoff,
        };
        let own = backoff.next_delay(now, &mut self.random);
        let delay = own.max(failure.retry_after.unwrap_or_default());
        let trouble = Trouble::after(self.trouble, failure.reason, now);
        self.trouble = Some(trouble);
        self.health = Health::Degraded {
            since: trouble.since,
            reason: trouble.reason,
            attempts: trouble.attempts,
            next_try: now + delay,
        };
        self.state = State::Idle;
        delay
    }

    fn synced(&mut self, now: Instant) {
        if let Some(version) = &self.last_version {
            self.health = Health::Synced { since: now, resource_version: version.clone() };
        }
    }
}
