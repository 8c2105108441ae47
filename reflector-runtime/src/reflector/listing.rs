//! The LIST half of a reflector's shell: one page, decoded and queued as it arrives.

use std::sync::Arc;

use futures::StreamExt as _;
use tokio::time::{Instant, timeout};

use super::{
    Reflector, RequestVerb,
    core::{Page, Step},
    watching::item_version,
};
use crate::{
    delta_fifo::{Applied, Change, EventOrder},
    list_watch::{ListPart, ListRequest, ListStream, ListWatchError},
    version,
    wire::{DecodeError, Item, ObjectVersion, ProtocolError},
};

/// The metadata of a page.
struct PageEnd {
    version: String,
    continue_token: Option<String>,
}

/// What kinds of objects a state contains. One without a single object of the right kind and scope is not a state of
/// this resource: it must not replace what is cached.
#[derive(Default)]
pub(super) struct KindCheck {
    has_object: bool,
    mismatch: Option<DecodeError>,
}

impl KindCheck {
    pub(super) fn see<K>(&mut self, item: &Item<K>) {
        match item {
            Item::Invalid(invalid) if invalid.error.is_mismatch() => {
                self.mismatch.get_or_insert_with(|| invalid.error.clone());
            }
            _ => self.has_object = true,
        }
    }

    /// The state is complete.
    pub(super) fn finish(&mut self) -> Result<(), ListWatchError> {
        match std::mem::take(self) {
            Self { has_object: false, mismatch: Some(error) } => Err(ListWatchError::Mismatch(error)),
            _ => Ok(()),
        }
    }
}

/// The newest version of the objects in a page. In Kubernetes none is newer than the page itself.
#[derive(Default)]
pub(super) struct NewestItem(String);

impl NewestItem {
    fn see(&mut self, version: Option<&str>) {
        if let Some(version) =
            version.filter(|version| self.0.is_empty() || version::is_older(&self.0, version))
        {
            version.clone_into(&mut self.0);
        }
    }
}

impl<K: Send + Sync + 'static> Reflector<K> {
    pub(super) async fn list_page(&mut self, request: ListRequest, page: Page) -> Step {
        if let Page::First(consistency) = page {
            self.store.begin_replace(consistency);
            self.kinds = KindCheck::default();
            if let Some(polled) = &self.polled {
                polled.begin_list();
            }
        }
        self.newest = NewestItem::default();
        match self.read_page(request).await {
            Ok(end) => {
                self.compare_items(&end.version);
                self.core.page(end.version, end.continue_token, Instant::now())
            }
            Err(error) => {
                let failure = self.report.failed(RequestVerb::List, error);
                self.core.list_failed(failure, Instant::now())
            }
        }
    }

    async fn read_page(&mut self, request: ListRequest) -> Result<PageEnd, ListWatchError> {
        let timeout_after = self.core.response_timeout();
        let idle = |_| ListWatchError::IdleTimeout(timeout_after);
        let listing = self.lister_watcher.list(request, self.known());
        let mut parts: ListStream<K> = timeout(timeout_after, listing).await.map_err(idle)??;
        let (mut end, mut remaining) = (None, None);
        while let Some(part) = timeout(timeout_after, parts.next()).await.map_err(idle)? {
            match part? {
                ListPart::Metadata { resource_version, continue_token, remaining: still_to_come } => {
                    end = Some(PageEnd { version: resource_version, continue_token });
                    remaining = still_to_come;
                }
                ListPart::Items(items) => {
                    let count = items.len() as u64;
                    self.report.received(items.len());
                    let changes = items.into_iter().filter_map(|item| self.listed(item)).collect();
                    let fresh = self.apply(changes, EventOrder::InOrder);
                    self.core.received(count, fresh, remaining);
                    self.publish_health();
                }
            }
            // A body that has arrived completely is never pending: other tasks must get their turn.
            tokio::task::coop::consume_budget().await;
        }
        self.core.received(0, 0, remaining);
        let end =
            end.ok_or(ListWatchError::Protocol(ProtocolError::Malformed { expected: "a list's metadata" }))?;
        if end.version.is_empty() && !self.core.polls() {
            return Err(ListWatchError::MissingResourceVersion);
        }
        if end.continue_token.is_none() {
            self.kinds.finish()?;
        }
        Ok(end)
    }

    /// A state of `version` is complete. If it contains an object that is newer, versions are not ordered.
    pub(super) fn compare_items(&mut self, version: &str) {
        let NewestItem(newest) = std::mem::take(&mut self.newest);
        if version::is_older(version, &newest) {
            self.core.give_up_order();
        }
    }

    pub(super) fn listed(&mut self, item: Item<K>) -> Option<Change<K>> {
        self.kinds.see(&item);
        self.newest.see(item_version(&self.resource_type, &item));
        match item {
            Item::Object(object) => Some(Change::Listed(object)),
            Item::Transformed { object, .. } => {
                // If the transform sets a version of its own, equal versions do not mean equal objects.
                if ObjectVersion::of(self.resource_type.metadata(&object)).is_some() {
                    self.core.version_reused();
                }
                Some(Change::Listed(object))
            }
            Item::Invalid(invalid) => {
                let (key, uid) = (invalid.key.clone(), invalid.uid.clone());
                let error = (!invalid.error.is_mismatch()).then(|| Arc::new(invalid.error.clone()));
                let is_cut = matches!(invalid.error, DecodeError::TooLong { .. });
                self.report.invalid(invalid);
                match key {
                    Some(key) => Some(Change::Retained { key, uid, error }),
                    // Its key may follow after the part that was read.
                    None if is_cut => Some(Change::Unidentified),
                    // An object without a name cannot be one that is cached.
                    None => None,
                }
            }
        }
    }

    /// Applies changes and reports what was wrong with them. Returns how many objects the list in progress showed for
    /// the first time.
    pub(super) fn apply(&mut self, changes: Vec<Change<K>>, order: EventOrder) -> u64 {
        match order {
            // One by one, so that a suspect event affects the later ones of its key, also if they arrived together.
            EventOrder::OutOfOrder => {
                changes.into_iter().map(|change| self.apply_batch(vec![change], order)).sum()
            }
            EventOrder::InOrder | EventOrder::Repeated | EventOrder::Arrival => {
                self.apply_batch(changes, order)
            }
        }
    }

    fn apply_batch(&mut self, changes: Vec<Change<K>>, order: EventOrder) -> u64 {
        let changes = self.suspects.admit(changes, order);
        if changes.is_empty() {
            return 0;
        }
        let Applied { errors, fresh, declined, reuses_version, skips_older, shared_keys } =
            self.store.apply(changes, order);
        for error in errors {
            self.report.no_key(error);
        }
        for key in shared_keys {
            self.report.shared_key(key);
        }
        if skips_older {
            self.core.skipped_older();
        }
        if reuses_version {
            self.core.version_reused();
        }
        if reuses_version || !declined.is_empty() {
            self.core.suspect(Instant::now());
        }
        self.suspects.set_aside(declined);
        if self.suspects.are_too_many() {
            self.core.give_up_order();
            self.apply_suspects();
        }
        fresh
    }
}
