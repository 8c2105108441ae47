//! A watch's place in a collection's history. It holds no queue: writers never wait for it, and one that is too far
//! behind finds out by itself.

use tokio::sync::watch;

use crate::{registry::GroupResource, status::Status};

use super::{Event, ListPage, ListQuery, Storage};

/// How many events are taken under one lock.
const BATCH: usize = 256;

/// Where a watch stands.
#[derive(Debug)]
pub(crate) struct Cursor {
    gr: GroupResource,
    /// Every event up to here has been read.
    position: u64,
    session: usize,
    bookmark_requests: u64,
    wake: watch::Receiver<u64>,
}

/// What a cursor finds.
#[derive(Debug)]
pub(crate) enum Read {
    /// The next events, oldest first.
    Events(Vec<Event>),
    /// A bookmark was asked for, and everything up to this resourceVersion has been read.
    Bookmark(u64),
    /// Nothing new.
    Pending,
    /// The watch was ended by the server.
    Ended,
    /// Events were dropped from the history before they were read.
    TooSlow,
}

impl Storage {
    /// A cursor after `resource_version`, if the history reaches back so far.
    pub(crate) fn cursor(&self, gr: &GroupResource, resource_version: u64) -> Result<Cursor, Status> {
        let state = self.state.lock();
        let floor = state.collections.get(gr).map_or(0, super::Collection::watch_floor);
        if resource_version < floor {
            return Err(Status::too_old_resource_version(resource_version, floor));
        }
        Ok(self.cursor_at(&state, gr, resource_version))
    }

    /// The present objects, and a cursor that goes on from exactly there.
    pub(crate) fn list_and_cursor(
        &self,
        gr: &GroupResource,
        query: &ListQuery<'_>,
    ) -> Result<(ListPage, Cursor), Status> {
        let state = self.state.lock();
        let page = match state.collections.get(gr) {
            Some(collection) => collection.list(query, state.resource_version)?,
            None => ListPage { resource_version: state.resource_version, ..ListPage::default() },
        };
        let cursor = self.cursor_at(&state, gr, page.resource_version);
        Ok((page, cursor))
    }

    fn cursor_at(&self, state: &super::State, gr: &GroupResource, position: u64) -> Cursor {
        Cursor {
            gr: gr.clone(),
            position,
            session: state.collections.get(gr).map_or(0, super::Collection::session),
            bookmark_requests: state.bookmark_requests,
            wake: self.wake.subscribe(),
        }
    }

    /// What comes next for this cursor.
    pub(crate) fn read(&self, cursor: &mut Cursor) -> Read {
        let state = self.state.lock();
        let Some(collection) = state.collections.get(&cursor.gr) else {
            return Read::Ended;
        };
        let end = collection.session_end(cursor.session);
        let until = end.unwrap_or(state.resource_version);
        if cursor.position < collection.dropped() && cursor.position < until {
            return Read::TooSlow;
        }
        let events: Vec<Event> = collection
            .events_after(cursor.position)
            .take_while(|event| event.resource_version <= until)
            .take(BATCH)
            .cloned()
            .collect();
        if let Some(last) = events.last() {
            cursor.position = last.resource_version;
            return Read::Events(events);
        }
        if end.is_some() {
            return Read::Ended;
        }
        // A watch may have been opened at a resourceVersion of the future.
        cursor.position = cursor.position.max(state.resource_version);
        if cursor.bookmark_requests != state.bookmark_requests {
            cursor.bookmark_requests = state.bookmark_requests;
            return Read::Bookmark(cursor.position);
        }
        Read::Pending
    }
}

impl Cursor {
    /// Everything up to here has been read.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// Returns when there may be something to read. Never misses a change after the last `read`.
    pub(crate) async fn changed(&mut self) {
        if self.wake.changed().await.is_err() {
            // The storage is gone, and with it whoever could write.
            std::future::pending::<()>().await;
        }
    }
}
