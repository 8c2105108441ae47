//! What is known of the server's versions, and which it must show next so that the store never runs back.

use crate::{
    delta_fifo::ListConsistency,
    list_watch::{ListWatchError, ReadVersion},
    version,
};

/// Knows versions only: not how a state is read, nor what follows where one is not as it should be.
#[derive(Default)]
pub(super) struct Versions {
    /// client-go's `lastSyncResourceVersion`.
    last: Option<String>,
    /// client-go's `isLastSyncResourceVersionUnavailable`.
    unavailable: bool,
    /// They have run back; all is being read anew.
    restored: bool,
    /// A state that has not been read to its end was shown in part.
    shown_in_part: bool,
    /// The version of the pages whose token expired.
    abandoned_pages: Option<String>,
}

impl Versions {
    pub(super) fn last(&self) -> Option<&str> {
        self.last.as_deref()
    }

    pub(super) fn is_unavailable(&self) -> bool {
        self.unavailable
    }

    /// The server no longer has the last version, or not yet.
    pub(super) fn lose(&mut self) {
        self.unavailable = true;
    }

    /// Objects of a state that is still being read are shown.
    pub(super) fn show_in_part(&mut self) {
        self.shown_in_part = true;
    }

    /// Pages that showed the state of `version` are not read to their end.
    pub(super) fn abandon_pages(&mut self, version: Option<String>) {
        self.abandoned_pages = version;
    }

    /// The store shows the state of `version`.
    pub(super) fn read_all(&mut self, version: String) {
        *self = Self { last: Some(version), ..Self::default() };
    }

    /// A watch has come to `version`. True where it was not there before.
    ///
    /// # Errors
    /// Where that is older than the last.
    pub(super) fn advance(&mut self, version: &str) -> Result<bool, ListWatchError> {
        match &self.last {
            Some(last) if last == version => Ok(false),
            Some(last) if version::is_older(version, last) => {
                self.unavailable = true;
                Err(stale(version, last))
            }
            _ => {
                self.last = Some(version.to_owned());
                Ok(true)
            }
        }
    }

    /// What the next read must show: client-go's `relistResourceVersion`, with `first` where nothing is known.
    pub(super) fn next_read(&self, first: ReadVersion) -> ReadVersion {
        match &self.last {
            _ if self.needs_the_newest() => ReadVersion::MostRecent,
            None => first,
            Some(version) => ReadVersion::NotOlderThan(version.clone()),
        }
    }

    /// Whether only the newest state will do. A state that was read in part is in the store as far as it came, and
    /// whatever is read next must not be older, unless it is all there is. (client-go replaces its store in one
    /// piece, and asks for `"0"` again.)
    fn needs_the_newest(&self) -> bool {
        self.unavailable || self.shown_in_part
    }

    pub(super) fn consistency(&self, read: &ReadVersion) -> ListConsistency {
        match read {
            ReadVersion::MostRecent if self.restored => ListConsistency::Restored,
            ReadVersion::MostRecent => ListConsistency::Newest,
            ReadVersion::Any | ReadVersion::NotOlderThan(_) => ListConsistency::NotOlder,
        }
    }

    /// Whether a list shows an older state than was asked for, or than the pages before it that were abandoned: it
    /// is not trusted with a sweep. (client-go takes it.)
    pub(super) fn staleness(&self, read: &ReadVersion, listed: &str) -> Option<ListWatchError> {
        let wanted = match read {
            ReadVersion::MostRecent => return None,
            ReadVersion::Any => None,
            ReadVersion::NotOlderThan(wanted) => Some(wanted),
        };
        let mut known = wanted.into_iter().chain(&self.abandoned_pages);
        known.find(|known| version::is_older(listed, known)).map(|known| stale(listed, known))
    }

    /// Whether the newest state is older than what was seen before: the server was restored from a backup. Told
    /// once; then what is held proves nothing, and all is read again.
    pub(super) fn finds_a_restore(&mut self, read: &ReadVersion, listed: &str) -> Option<ListWatchError> {
        let passed =
            self.last().filter(|last| *read == ReadVersion::MostRecent && version::is_older(listed, last));
        let stale = passed.map(|last| stale(listed, last));
        let was_known = std::mem::replace(&mut self.restored, stale.is_some());
        stale.filter(|_| !was_known)
    }
}

fn stale(told: &str, known: &str) -> ListWatchError {
    ListWatchError::StaleResourceVersion { told: told.to_owned(), known: known.to_owned() }
}
