//! The LIST half of a reflector's shell: one page, decoded and queued as it arrives.

use futures::StreamExt as _;
use tokio::time::{Instant, timeout};

use super::{
    Reflector, RequestVerb,
    core::{Page, Step},
};
use crate::{
    delta_fifo::Change,
    list_watch::{Item, ListPart, ListRequest, ListStream, ListWatchError},
    wire::ProtocolError,
};

/// What a page says of itself.
struct PageEnd {
    version: String,
    continue_token: Option<String>,
}

impl<K: Send + Sync + 'static> Reflector<K> {
    pub(super) async fn list_page(&mut self, request: ListRequest, page: Page) -> Step {
        if let Page::First(consistency) = page {
            self.store.begin_replace(consistency);
        }
        match self.read_page(request).await {
            Ok(end) => self.core.page(end.version, end.continue_token, Instant::now()),
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
                ListPart::Metadata { resource_version, continue_token, remaining: to_come } => {
                    end = Some(PageEnd { version: resource_version, continue_token });
                    remaining = to_come;
                }
                ListPart::Items(items) => {
                    let count = items.len() as u64;
                    let changes = items.into_iter().filter_map(|item| self.listed(item)).collect();
                    self.apply(changes);
                    self.core.received(count, remaining);
                    self.publish();
                }
            }
            // A body that is all there never waits: others must have their turn.
            tokio::task::coop::consume_budget().await;
        }
        self.core.received(0, remaining);
        end.ok_or(ListWatchError::Protocol(ProtocolError::Malformed { expected: "a list's metadata" }))
    }

    pub(super) fn listed(&mut self, item: Item<K>) -> Option<Change<K>> {
        match item {
            Item::Object(object) => Some(Change::Listed(object)),
            Item::Invalid(invalid) => {
                let (key, uid) = (invalid.key.clone(), invalid.uid.clone());
                self.report.invalid(invalid);
                key.map(|key| Change::Retained { key, uid })
            }
        }
    }

    pub(super) fn apply(&mut self, changes: Vec<Change<K>>) {
        for error in self.store.apply(changes) {
            self.report.no_key(error);
        }
    }
}
