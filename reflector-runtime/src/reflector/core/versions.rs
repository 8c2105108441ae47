//! The resourceVersions the server has shown, and which one it must show next so that the store never goes back to an
//! older state.

use tokio::time::Instant;

use super::order::{OrderPolicy, Verdict};
use crate::{
    delta_fifo::{EventOrder, ListConsistency},
    list_watch::{ListWatchError, ReadVersion},
    version,
};

/// Knows versions only: not how a state is read, nor what follows if one is not as expected.
#[derive(Default)]
pub(super) struct Versions {
    /// client-go's `lastSyncResourceVersion`.
    last: Option<String>,
    /// client-go's `isLastSyncResourceVersionUnavailable`.
    unavailable: bool,
    /// The server's versions went back; the whole state is read again.
    restored: bool,
    /// Objects of a list that has not completed are already cached.
    partially_listed: bool,
    /// The version of the pages whose continue token expired.
    abandoned_pages: Option<String>,
    /// The version at which the server last answered a watch with 410.
    expired: Option<String>,
    identity: Identity,
    /// How many lists were read completely.
    complete_lists: u64,
    pub(super) order: OrderPolicy,
}

/// Whether equal versions of an object mean equal objects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Identity {
    #[default]
    Unique,
    /// Objects change without a new version (virtual APIs, or a transform that sets one).
    Reused,
}

/// What an event reports a version for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::reflector) enum Reported {
    /// An object was added or modified.
    Change,
    /// An object was deleted. Old and home-made servers report the version of its last change.
    Deletion,
    /// No object: a bookmark.
    Bookmark,
    /// An event of an unknown type.
    Unknown,
}

/// Whether an event moves the last version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Advance {
    /// The watch can be continued from a version that it had not reached before.
    Progress,
    None,
}

impl Versions {
    /// For a resource that is polled: without a watch, nothing reveals changes that keep a version.
    pub(super) fn polled() -> Self {
        Self { identity: Identity::Reused, ..Self::default() }
    }

    pub(super) fn last(&self) -> Option<&str> {
        self.last.as_deref()
    }

    pub(super) fn is_unavailable(&self) -> bool {
        self.unavailable
    }

    /// The server no longer has the last version, or does not have it yet.
    pub(super) fn set_unavailable(&mut self) {
        self.unavailable = true;
    }

    /// The server answered a watch from the last version with 410. The second time at one version, the list that
    /// returned it came from a stale cache, and the next one must be the most recent.
    pub(super) fn expire(&mut self) {
        let Some(last) = &self.last else { return };
        if self.expired.as_ref().is_some_and(|expired| !version::is_older(expired, last)) {
            self.unavailable = true;
        }
        self.expired = Some(last.clone());
    }

    /// Whether equal versions mean equal objects, and there are cached objects to compare with.
    pub(super) fn may_skip_known(&self) -> bool {
        self.identity == Identity::Unique && self.complete_lists > 0
    }

    /// Objects of a list that has not completed are cached.
    pub(super) fn list_partially(&mut self) {
        self.partially_listed = true;
    }

    /// The remaining pages of the list at `version` are not read.
    pub(super) fn abandon_pages(&mut self, version: Option<String>) {
        self.abandoned_pages = version;
    }

    /// An object changed without a new version.
    pub(super) fn reuse(&mut self) {
        self.identity = Identity::Reused;
    }

    /// The store shows the state of `version`. Empty: the server does not say (polled lists only).
    pub(super) fn complete_list(&mut self, version: String) {
        self.order.listed();
        *self = Self {
            last: (!version.is_empty()).then_some(version),
            expired: self.expired.take(),
            identity: self.identity,
            complete_lists: self.complete_lists.saturating_add(1),
            order: std::mem::take(&mut self.order),
            ..Self::default()
        };
    }

    /// A watch delivered an event of `version`. The last version moves only forward while versions are ordered, and
    /// with each event once they are not.
    pub(super) fn advance(&mut self, version: &str, reported: Reported, now: Instant) -> Advance {
        let Some(last) = &self.last else {
            self.last = Some(version.to_owned());
            return Advance::Progress;
        };
        let order = self.order.classify(version, last);
        if order == EventOrder::OutOfOrder && reported == Reported::Bookmark {
            self.order.suspect(last, now);
        }
        let moves = match order {
            EventOrder::InOrder => true,
            EventOrder::Repeated | EventOrder::OutOfOrder => false,
            EventOrder::Arrival => version != last && reported != Reported::Deletion,
        };
        // Opaque versions: there is no order that a probe could confirm.
        if order == EventOrder::Arrival {
            self.order.give_up_order();
        }
        if !moves {
            return Advance::None;
        }
        self.last = Some(version.to_owned());
        Advance::Progress
    }

    /// What the version of an event means.
    pub(super) fn order_of(&self, version: &str) -> EventOrder {
        self.last.as_ref().map_or(EventOrder::InOrder, |last| self.order.classify(version, last))
    }

    /// An event of the watch contradicts the order of versions.
    pub(super) fn suspect(&mut self, now: Instant) {
        if let Some(last) = &self.last {
            self.order.suspect(last, now);
        }
    }

    /// The result of a probe: the server's current version.
    ///
    /// # Errors
    /// If the server was restored: the state must be read again.
    pub(super) fn probed(&mut self, current: &str, now: Instant) -> Result<Verdict, ListWatchError> {
        let Some(last) = &self.last else { return Ok(Verdict::Current) };
        match self.order.probed(current, last, now) {
            Verdict::Restored => {
                self.unavailable = true;
                self.restored = true;
                Err(stale(current, last))
            }
            verdict => Ok(verdict),
        }
    }

    /// What the next read must show: client-go's `relistResourceVersion`, with `first` if nothing is known.
    pub(super) fn next_read(&self, first: ReadVersion) -> ReadVersion {
        match &self.last {
            _ if self.needs_most_recent() => ReadVersion::MostRecent,
            None => first,
            Some(version) => ReadVersion::NotOlderThan(version.clone()),
        }
    }

    /// Whether only the most recent state will do. The objects of a list that did not complete are in the store, and
    /// the next state must not be older, unless it is all there is. (client-go replaces its store in one step, and
    /// asks for `"0"` again.)
    fn needs_most_recent(&self) -> bool {
        self.unavailable || self.partially_listed
    }

    pub(super) fn consistency(&self, read: &ReadVersion) -> ListConsistency {
        match read {
            ReadVersion::MostRecent if self.restored => ListConsistency::Restored,
            _ if self.identity == Identity::Reused => ListConsistency::Reused,
            ReadVersion::MostRecent => ListConsistency::Newest,
            _ if self.order.is_unordered() => ListConsistency::Newest,
            ReadVersion::Any | ReadVersion::NotOlderThan(_) => ListConsistency::NotOlder,
        }
    }

    /// Whether a list returned an older state than was asked for, or than the pages before it that were abandoned: it
    /// must not be used for a sweep. (client-go uses it.)
    pub(super) fn staleness(&self, read: &ReadVersion, listed: &str) -> Option<ListWatchError> {
        if self.order.is_unordered() {
            return None;
        }
        let wanted = match read {
            ReadVersion::MostRecent => return None,
            ReadVersion::Any => None,
            ReadVersion::NotOlderThan(wanted) => Some(wanted),
        };
        let mut known = wanted.into_iter().chain(&self.abandoned_pages);
        known.find(|known| version::is_older(listed, known)).map(|known| stale(listed, known))
    }

    /// Whether the most recent state is older than one seen before: the server was restored from a backup. Reported
    /// once; then the cached objects prove nothing, and the whole state is read again.
    pub(super) fn finds_a_restore(&mut self, read: &ReadVersion, listed: &str) -> Option<ListWatchError> {
        let is_back = |last: &&str| {
            *read == ReadVersion::MostRecent && !self.order.is_unordered() && version::is_older(listed, last)
        };
        let stale = self.last().filter(is_back).map(|last| stale(listed, last));
        let was_known = std::mem::replace(&mut self.restored, stale.is_some());
        stale.filter(|_| !was_known)
    }
}

fn stale(returned: &str, known: &str) -> ListWatchError {
    ListWatchError::StaleResourceVersion { returned: returned.to_owned(), known: known.to_owned() }
}
