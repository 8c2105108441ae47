//! The position of a watch in the history of a collection. It has no queue: writers never wait for it, and `read`
//! detects that events were dropped from the history before it read them.

use tokio::sync::watch;

use crate::{registry::GroupResource, status::Status};

use super::{Event, ListPage, ListQuery, Storage};

/// How many events are read under one lock.
const BATCH: usize = 256;

/// The position of a watch.
#[derive(Debug)]
pub(crate) struct Cursor {
    gr: GroupResource,
    /// Everything up to this version has been read.
    position: u64,
    session: usize,
    bookmark_requests: u64,
    wake: watch::Receiver<u64>,
}

/// The result of reading from a cursor.
#[derive(Debug)]
pub(crate) enum Read {
    /// The next events, oldest first.
    Events(Vec<Event>),
    /// A bookmark was requested, and everything up to this resourceVersion has been read.
    Bookmark(u64),
    /// There are no new events.
    Pending,
    /// The server ended the watch.
    Ended,
    /// Events were dropped from the history before they were read.
    TooSlow,
}

impl Storage {
    /// Returns a cursor that starts after `resource_version`, if the history includes that version.
    pub(crate) fn cursor(&self, gr: &GroupResource, resource_version: u64) -> Result<Cursor, Status> {
        let state = self.state.lock();
        let floor = state.collections.get(gr).map_or(0, super::Collection::watch_floor);
        if resource_version < floor {
            return Err(Status::too_old_resource_version(resource_version, floor));
        }
        Ok(self.cursor_at(&state, gr, resource_version))
    }

    /// Returns the current objects, and a cursor that starts at exactly their version.
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

    /// Returns the next events for this cursor.
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
        // A watch may have been opened at a future resourceVersion.
        cursor.position = cursor.position.max(state.resource_version);
        if cursor.bookmark_requests != state.bookmark_requests {
            cursor.bookmark_requests = state.bookmark_requests;
            return Read::Bookmark(cursor.position);
        }
        Read::Pending
    }
}

impl Cursor {
    /// Everything up to this version has been read.
    pub(crate) fn position(&self) -> u64 {
        self.position
    }

    /// Returns when there may be something to read. Never misses a change after the last `read`.
    pub(crate) async fn changed(&mut self) {
        if self.wake.changed().await.is_err() {
            // The storage was dropped, so there can be no more writes.
            std::future::pending::<()>().await;
        }
    }
}
