//! Reading the state by LIST: which version, which limit, and what an answer leads to.

use tokio::time::Instant;

use super::{
    Core, Failure, InitialListStrategy, Listing, MAX_ATTEMPTS, PAGE_SIZE, Page, State, Step, Stream,
};
use crate::{
    list_watch::{ListRequest, ListWatchError, ReadVersion, Reason},
    reflector::{Health, RequestVerb},
    version,
};

impl Core {
    /// Whether the server was restored from a backup, so that the whole state is read again.
    pub(super) fn finds_a_restore(&mut self, verb: RequestVerb, read: &ReadVersion, listed: &str) -> bool {
        let stale = self.versions.finds_a_restore(read, listed);
        stale.map(|stale| self.detect(verb, stale)).is_some()
    }

    pub(super) fn list(&mut self) -> Step {
        let first = match self.options.initial_list_strategy {
            InitialListStrategy::PagedList => ReadVersion::MostRecent,
            _ => ReadVersion::Any,
        };
        let version = self.versions.next_read(first);
        let is_paged =
            self.paginated_result || self.options.initial_list_strategy == InitialListStrategy::PagedList;
        let limit = match (self.options.page_size, &version) {
            (Some(size), _) => Some(size),
            (None, _) if is_paged => Some(PAGE_SIZE),
            // Without a limit the server can answer from its cache.
            (None, ReadVersion::NotOlderThan(_)) => None,
            (None, _) => Some(PAGE_SIZE),
        };
        self.first_page(version, limit)
    }

    /// Begins a list in pages of `limit`.
    pub(super) fn first_page(&mut self, version: ReadVersion, limit: Option<u32>) -> Step {
        self.begin_list(Listing::new(version, limit))
    }

    fn begin_list(&mut self, listing: Listing) -> Step {
        self.received = 0;
        self.skipped_older = false;
        let step = Step::List {
            page: Page::First(self.versions.consistency(&listing.version)),
            request: ListRequest {
                resource_version: listing.version.clone(),
                limit: listing.limit.filter(|_| !listing.is_repeated),
                continue_token: None,
            },
        };
        self.state = State::Listing(listing);
        step
    }

    /// Objects were received; `fresh` of them had not been shown by this list before.
    pub(in crate::reflector) fn received(&mut self, count: u64, fresh: u64, remaining: Option<u64>) {
        self.received += count;
        if let State::Listing(listing) = &mut self.state {
            listing.fresh += fresh;
        }
        if count > 0 {
            self.versions.list_partially();
        }
        // Until the first list is complete, its progress matters more than earlier failures: the cached objects are
        // not a complete state yet.
        let is_first = self.versions.last().is_none() && count > 0;
        let is_following =
            matches!(self.state, State::Watching(_)) || self.polls() && self.health.is_synced();
        if (self.failures.is_none() || is_first) && !is_following {
            self.health = Health::Syncing { received: self.received, remaining };
        }
    }

    /// The list showed an object in an older version than the cached one, which stayed. If the list as a whole turns out
    /// not to be older, its versions prove nothing: only the most recent state does.
    pub(in crate::reflector) fn skipped_older(&mut self) {
        self.skipped_older = true;
    }

    /// A page of the list is complete.
    pub(in crate::reflector) fn page(
        &mut self,
        listed: String,
        continue_token: Option<String>,
        now: Instant,
    ) -> Step {
        let State::Listing(mut listing) = std::mem::replace(&mut self.state, State::Idle) else {
            return self.begin(now);
        };
        // The pages of one token show one version. If they do not, a watch from the oldest misses nothing.
        let listed = match listing.first.take() {
            Some(first) if !version::is_older(&listed, &first) => first,
            _ => listed,
        };
        if let Some(stale) = self.versions.staleness(&listing.version, &listed) {
            let failure = self.detect(RequestVerb::List, stale);
            self.state = State::Listing(listing);
            return self.list_failed(failure, now);
        }
        if let Some(token) = continue_token {
            return self.next_page(listing, listed, token, now);
        }
        if self.finds_a_restore(RequestVerb::List, &listing.version, &listed) {
            return self.first_page(listing.version, listing.limit);
        }
        if self.skipped_older {
            return self.first_page(ReadVersion::MostRecent, listing.limit);
        }
        self.state = State::Sweeping { version: listed.clone(), stream: Stream::None };
        Step::Sweep { version: listed }
    }

    fn next_page(&mut self, mut listing: Listing, listed: String, token: String, now: Instant) -> Step {
        if listing.version == ReadVersion::Any {
            self.paginated_result = true;
        }
        listing.first = Some(listed);
        listing.barren_pages = if listing.fresh == 0 { listing.barren_pages + 1 } else { 0 };
        listing.fresh = 0;
        let is_new = listing.tokens.insert(token.clone());
        let (limit, barren_pages) = (listing.limit, listing.barren_pages);
        self.state = State::Listing(listing);
        if !is_new || barren_pages >= MAX_ATTEMPTS {
            let failure = self.detect(RequestVerb::List, ListWatchError::EndlessPages);
            return self.list_failed(failure, now);
        }
        Step::List {
            request: ListRequest {
                resource_version: ReadVersion::MostRecent,
                limit,
                continue_token: Some(token),
            },
            page: Page::Next,
        }
    }

    /// A request for a page failed, or its body did.
    pub(in crate::reflector) fn list_failed(&mut self, failure: Failure, now: Instant) -> Step {
        let State::Listing(listing) = std::mem::replace(&mut self.state, State::Idle) else {
            return self.begin(now);
        };
        match failure.reason {
            // The continue token expired: the whole list once more, in one piece (`FullListIfExpired`).
            Reason::Expired if listing.first.is_some() && !listing.is_repeated => {
                self.versions.abandon_pages(listing.first);
                self.begin_list(Listing { is_repeated: true, ..Listing::new(listing.version, listing.limit) })
            }
            Reason::Expired | Reason::ResourceVersionTooLarge
                if listing.version != ReadVersion::MostRecent =>
            {
                self.versions.set_unavailable();
                // In pages if the list that failed was, as client-go's pager does: without a limit the server may
                // answer from its cache.
                self.first_page(ReadVersion::MostRecent, listing.limit)
            }
            Reason::StaleResourceVersion => {
                self.versions.set_unavailable();
                self.wait_to_list(failure, now)
            }
            Reason::BadRequest | Reason::ServerError | Reason::Decode | Reason::UnexpectedResponse => {
                self.doubt_version(&listing.version, failure);
                self.wait_to_list(failure, now)
            }
            _ => self.wait_to_list(failure, now),
        }
    }

    /// Lists that ask for a version keep failing: the version may be the reason, such as an opaque one after the server
    /// was replaced.
    fn doubt_version(&mut self, version: &ReadVersion, failure: Failure) {
        if !matches!(version, ReadVersion::NotOlderThan(_)) {
            return;
        }
        self.failed_lists += 1;
        if failure.reason == Reason::BadRequest || self.failed_lists >= MAX_ATTEMPTS {
            self.versions.set_unavailable();
        }
    }
}
