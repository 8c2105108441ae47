//! Reading the state by LIST: which version, which limit, and what an answer leads to.

use tokio::time::Instant;

use super::{Core, Failure, InitialListStrategy, PAGE_SIZE, Page, State, Step, Stream};
use crate::{
    list_watch::{ListRequest, ReadVersion, Reason},
    reflector::{Health, RequestVerb},
    version,
};

impl Core {
    /// Whether the server was restored from a backup, so that all is read again.
    pub(super) fn finds_a_restore(&mut self, verb: RequestVerb, read: &ReadVersion, listed: &str) -> bool {
        let stale = self.versions.finds_a_restore(read, listed);
        stale.map(|stale| self.find(verb, stale)).is_some()
    }

    pub(super) fn list(&mut self) -> Step {
        let first = match self.options.initial_list_strategy {
            InitialListStrategy::PagedList => ReadVersion::MostRecent,
            _ => ReadVersion::Any,
        };
        let version = self.versions.next_read(first);
        let limit = match (self.options.page_size, &version) {
            (Some(size), _) => Some(size),
            (None, _)
                if self.paginated_result
                    || self.options.initial_list_strategy == InitialListStrategy::PagedList =>
            {
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
        let consistency = self.versions.consistency(&version);
        Step::List {
            request: ListRequest { resource_version: version, limit, continue_token: None },
            page: Page::First(consistency),
        }
    }

    /// Objects have come in.
    pub(in crate::reflector) fn received(&mut self, count: u64, remaining: Option<u64>) {
        self.received += count;
        if count > 0 {
            self.versions.show_in_part();
        }
        // What is held is no whole state before the first list is in: how far that has come counts more than what
        // failed before.
        let is_first = self.versions.last().is_none() && count > 0;
        if (self.trouble.is_none() || is_first) && !matches!(self.state, State::Watching { .. }) {
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
        if let Some(stale) = self.versions.staleness(&version, &listed) {
            let failure = self.find(RequestVerb::List, stale);
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
        if self.finds_a_restore(RequestVerb::List, &version, &listed) {
            return self.first_page(version, limit);
        }
        self.state = State::Sweeping { version: listed.clone(), stream: Stream::None };
        Step::Sweep { version: listed }
    }

    /// A request for a page failed, or its body did.
    pub(in crate::reflector) fn list_failed(&mut self, failure: Failure, now: Instant) -> Step {
        let State::Listing { version, limit, first } = self.state.clone() else { return self.begin(now) };
        match failure.reason {
            // The continue token expired: all of it once more, in one piece (`FullListIfExpired`).
            Reason::Expired if first.is_some() => {
                self.versions.abandon_pages(first);
                self.state = State::Listing { version: version.clone(), limit, first: None };
                self.begin_list(version, None)
            }
            Reason::Expired | Reason::ResourceVersionTooLarge if version != ReadVersion::MostRecent => {
                self.versions.lose();
                // In pages if the list that failed was, as client-go's pager: without a limit the server may
                // answer from its cache.
                self.first_page(ReadVersion::MostRecent, limit)
            }
            Reason::StaleResourceVersion => {
                self.versions.lose();
                self.wait_to_list(failure, now)
            }
            _ => self.wait_to_list(failure, now),
        }
    }
}
