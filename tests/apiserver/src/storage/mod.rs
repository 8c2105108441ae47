//! The versioned store, in the role of etcd and the watch cache of the real server.
//!
//! There is one lock and one counter. Every write gets the next resourceVersion and adds an event to the history of
//! its collection; lists at older versions and watches both read that history. Must not depend on HTTP, on schemas,
//! or on selectors other than as a predicate.

mod collection;
mod continue_token;
mod cursor;
mod encode;
mod object;
mod transaction;

use std::{collections::HashMap, time::Duration};

use parking_lot::Mutex;
use tokio::sync::watch;

pub(crate) use collection::{Event, EventKind, ListPage, ListQuery, ListVersion};
pub(crate) use continue_token::ContinueToken;
pub(crate) use cursor::{Cursor, Read};
pub(crate) use encode::{KeyOrder, object as encode_object};
pub(crate) use object::{Object, object_key};
pub(crate) use transaction::Transaction;

use collection::Collection;

use crate::{registry::GroupResource, status::Status};

/// How long a read waits for a resourceVersion that has not been reached yet, like the watch cache.
const FRESHNESS_TIMEOUT: Duration = Duration::from_secs(3);

/// All collections, and the resourceVersion counter.
#[derive(Debug)]
pub(crate) struct Storage {
    state: Mutex<State>,
    /// Wakes watches and readers that wait for a resourceVersion. Carries no data: they read the state themselves.
    wake: watch::Sender<u64>,
}

#[derive(Debug)]
struct State {
    resource_version: u64,
    history_limit: usize,
    bookmark_requests: u64,
    collections: HashMap<GroupResource, Collection>,
}

impl State {
    fn open_collection(&mut self, gr: &GroupResource) {
        let now = self.resource_version;
        self.collections
            .entry(gr.clone())
            .and_modify(|collection| collection.discard_before(now))
            .or_insert_with(|| Collection::new(now));
    }
}

impl Storage {
    pub(crate) fn new(history_limit: usize) -> Self {
        let state =
            State { resource_version: 1, history_limit, bookmark_requests: 0, collections: HashMap::new() };
        Self { state: Mutex::new(state), wake: watch::Sender::new(0) }
    }

    pub(crate) fn resource_version(&self) -> u64 {
        self.state.lock().resource_version
    }

    /// Starts storing objects of this resource; watches can start from the current version, but not from older ones.
    pub(crate) fn open_collection(&self, gr: &GroupResource) {
        self.state.lock().open_collection(gr);
    }

    /// Runs a write under the lock; wakes readers if it has written something.
    pub(crate) fn write<R>(&self, work: impl FnOnce(&mut Transaction<'_>) -> R) -> R {
        let mut state = self.state.lock();
        let before = state.resource_version;
        let result = work(&mut Transaction::new(&mut state));
        if state.resource_version != before {
            self.wake_all();
        }
        result
    }

    /// Returns one object.
    pub(crate) fn get(&self, gr: &GroupResource, key: &str) -> Option<std::sync::Arc<Object>> {
        self.state.lock().collections.get(gr)?.get(key)
    }

    /// Returns one page of a list.
    pub(crate) fn list(&self, gr: &GroupResource, query: &ListQuery<'_>) -> Result<ListPage, Status> {
        let state = self.state.lock();
        match state.collections.get(gr) {
            Some(collection) => collection.list(query, state.resource_version),
            None => Ok(ListPage { resource_version: state.resource_version, ..ListPage::default() }),
        }
    }

    /// The number of objects of this resource.
    pub(crate) fn count(&self, gr: &GroupResource) -> usize {
        self.state.lock().collections.get(gr).map_or(0, Collection::len)
    }

    /// Waits until `wanted` is reached, with the timeout of the watch cache.
    pub(crate) async fn wait_for(&self, wanted: u64) -> Result<(), Status> {
        let mut wake = self.wake.subscribe();
        let reached = async {
            while self.resource_version() < wanted {
                if wake.changed().await.is_err() {
                    break;
                }
            }
        };
        match tokio::time::timeout(FRESHNESS_TIMEOUT, reached).await {
            Ok(()) => Ok(()),
            Err(_) => Err(Status::too_large_resource_version(wanted, self.resource_version())),
        }
    }

    /// Discards all history, like etcd compaction. Open watches continue.
    pub(crate) fn compact(&self) {
        let mut state = self.state.lock();
        let now = state.resource_version;
        for collection in state.collections.values_mut() {
            collection.discard_before(now);
        }
    }

    /// Ends every open watch cleanly, after the events that it has not sent yet.
    pub(crate) fn end_watches(&self) {
        let mut state = self.state.lock();
        let now = state.resource_version;
        for collection in state.collections.values_mut() {
            collection.end_session(now);
        }
        self.wake_all();
    }

    /// Makes every watch that allows bookmarks send one now.
    pub(crate) fn request_bookmarks(&self) {
        self.state.lock().bookmark_requests += 1;
        self.wake_all();
    }

    fn wake_all(&self) {
        self.wake.send_modify(|n| *n += 1);
    }
}
