//! Reading the state by LIST: which version, which limit, and what an answer leads to.

use tokio::time::Instant;

use super::{Core, Failure, InitialSync, PAGE_SIZE, Page, State, Step, Stream};
use crate::{
    delta_fifo::Freshness,
    list_watch::{ListRequest, ListWatchError, ReadVersion, Reason},
    reflector::{Health, Verb},
    version,
};

impl Core {
    pub(super) fn freshness(&self, version: &ReadVersion) -> Freshness {
        match version {
            ReadVersion::MostRecent if self.restored => Freshness::Restored,
            ReadVersion::MostRecent => Freshness::Newest,
            ReadVersion::Any | ReadVersion::NotOlderThan(_) => Freshness::NotOlder,
        }
    }

    /// Whether the newest state is older than what was seen before: the server was restored from a backup. Told
    /// once; then what is held proves nothing, and all is read again.
    pub(super) fn finds_a_restore(&mut self, verb: Verb, read: &ReadVersion, listed: &str) -> bool {
        let last = self.last_version.as_deref();
        let passed = last.filter(|last| *read == ReadVersion::MostRecent && version::is_older(listed, last));
        let stale = passed.map(|known| ListWatchError::Stale { told: listed.into(), known: known.into() });
        let was_known = std::mem::replace(&mut self.restored, stale.is_some());
        match stale {
            Some(stale) if !was_known => {
                self.find(verb, stale);
                true
            }
            _ => false,
        }
    }

    /// Whether only the newest state will do. A state that was read in part is in the store as far as it came, and
    /// whatever is read next must not be older, unless it is all there is. (client-go replaces its store in one
    /// piece, and asks for `"0"` again.)
    pub(super) fn needs_the_newest(&self) -> bool {
        self.version_unavailable || self.shown_in_part
    }

    /// client-go's `relistResourceVersion`.
    fn list_version(&self) -> ReadVersion {
        match &self.last_version {
            _ if self.needs_the_newest() => ReadVersion::MostRecent,
            None if self.settings.initial_sync == InitialSync::PagedList => ReadVersion::MostRecent,
            None => ReadVersion::Any,
            Some(version) => ReadVersion::NotOlderThan(version.clone()),
        }
    }

    pub(super) fn list(&mut self) -> Step {
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

    /// Begins a list in pages of `limit`.
    pub(super) fn first_page(&mut self, version: ReadVersion, limit: Option<u32>) -> Step {
        self.state = State::Listing { version: version.clone(), limit, first: None };
        self.begin_list(version, limit)
    }

    fn begin_list(&mut self, version: ReadVersion, limit: Option<u32>) -> Step {
        self.received = 0;
        let freshness = self.freshness(&version);
        Step::List {
            request: ListRequest { resource_version: version, limit, continue_token: None },
            page: Page::First(freshness),
        }
    }

    /// Objects have come in.
    pub(in crate::reflector) fn received(&mut self, count: u64, remaining: Option<u64>) {
        self.received += count;
        self.shown_in_part |= count > 0;
        if self.trouble.is_none() && !matches!(self.state, State::Watching { .. }) {
            self.health = Health::Syncing { received: self.received, remaining };
        }
    }

    /// A page of the list is complete.
    pub(in crate::reflector) fn page(
        &mut self,
        listed: String,
        continue_token: Option<String>,
        now: Instant,
    ) -> Step {
        let State::Listing { version, limit, first } = self.state.clone() else { return self.begin(now) };
        // The pages of one token show one version; where they do not, a watch behind the oldest misses nothing.
        let listed = match first {
            Some(first) if !version::is_older(&listed, &first) => first,
            _ => listed,
        };
        if let Some(stale) = self.staleness(&version, &listed) {
            let failure = self.find(Verb::List, stale);
            return self.list_failed(failure, now);
        }
        if let Some(token) = continue_token {
            if version == ReadVersion::Any {
                self.paginated_result = true;
            }
            self.state = State::Listing { version, limit, first: Some(listed) };
            return Step::List {
                request: ListRequest {
                    resource_version: ReadVersion::MostRecent,
                    limit,
                    continue_token: Some(token),
                },
                page: Page::Next,
            };
        }
        if self.finds_a_restore(Verb::List, &version, &listed) {
            return self.first_page(version, limit);
        }
        self.state = State::Sweeping { version: listed.clone(), stream: Stream::None };
        Step::Sweep { version: listed }
    }

    /// Whether a list shows an older state than was asked for, or than the pages before it that were abandoned: it
    /// is not trusted with a sweep. (client-go takes it.)
    fn staleness(&self, read: &ReadVersion, listed: &str) -> Option<ListWatchError> {
        let wanted = match read {
            ReadVersion::MostRecent => return None,
            ReadVersion::Any => None,
            ReadVersion::NotOlderThan(wanted) => Some(wanted),
        };
        let known = wanted
            .into_iter()
            .chain(&self.abandoned_pages)
            .find(|wanted| version::is_older(listed, wanted))?;
        Some(ListWatchError::Stale { told: listed.to_owned(), known: known.clone() })
    }

    /// A request for a page failed, or its body did.
    pub(in crate::reflector) fn list_failed(&mut self, failure: Failure, now: Instant) -> Step {
        let State::Listing { version, limit, first } = self.state.clone() else { return self.begin(now) };
        match failure.reason {
            // The continue token expired: all of it once more, in one piece (`FullListIfExpired`).
            Reason::Expired if first.is_some() => {
                self.abandoned_pages = first;
                self.state = State::Listing { version: version.clone(), limit, first: None };
                self.begin_list(version, None)
            }
            Reason::Expired | Reason::TooLargeVersion if version != ReadVersion::MostRecent => {
                self.version_unavailable = true;
                // In pages if the list that failed was, as client-go's pager: without a limit the server may
                // answer from its cache.
                self.first_page(ReadVersion::MostRecent, limit)
            }
            Reason::Stale => {
                self.version_unavailable = true;
                self.wait_to_list(failure, now)
            }
            _ => self.wait_to_list(failure, now),
        }
    }
}
