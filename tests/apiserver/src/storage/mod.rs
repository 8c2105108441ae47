//! The versioned store: what etcd and the watch cache are to the real server.
//!
//! One lock, one counter. Every write gets the next resourceVersion and leaves an event in its collection's history;
//! lists of the past and watches both read that history. Knows nothing of HTTP, of schemas or of selectors beyond a
//! predicate.

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

/// How long a read waits for a resourceVersion that has not been reached yet, as the watch cache does.
const FRESHNESS_TIMEOUT: Duration = Duration::from_secs(3);

/// All collections, and the counter.
#[derive(Debug)]
pub(crate) struct Storage {
    state: Mutex<State>,
    /// Wakes watches and those who wait for a resourceVersion. Carries no data: they look for themselves.
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
            .and_modify(|collection| collection.forget_before(now))
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

    /// Begins to keep objects of this resource; watches can start from now on, not from before.
    pub(crate) fn open_collection(&self, gr: &GroupResource) {
        self.state.lock().open_collection(gr);
    }

    /// Runs a write under the lock; readers are woken when it has written something.
    pub(crate) fn write<R>(&self, work: impl FnOnce(&mut Transaction<'_>) -> R) -> R {
        let mut state = self.state.lock();
        let before = state.resource_version;
        let result = work(&mut Transaction::new(&mut state));
        if state.resource_version != before {
            self.wake_all();
        }
        result
    }

    /// One object.
    pub(crate) fn get(&self, gr: &GroupResource, key: &str) -> Option<std::sync::Arc<Object>> {
        self.state.lock().collections.get(gr)?.get(key)
    }

    /// One page of a list.
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

    /// Waits, as long as the watch cache would, until `wanted` is reached.
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

    /// Forgets all history, as etcd's compaction does. Watches which are open go on.
    pub(crate) fn compact(&self) {
        let mut state = self.state.lock();
        let now = state.resource_version;
        for collection in state.collections.values_mut() {
            collection.forget_before(now);
        }
    }

    /// Ends every open watch, cleanly, after the events it has not yet sent.
    pub(crate) fn end_watches(&self) {
        let mut state = self.state.lock();
        let now = state.resource_version;
        for collection in state.collections.values_mut() {
            collection.end_session(now);
        }
        self.wake_all();
    }

    /// Has every watch which asked for bookmarks send one now.
    pub(crate) fn request_bookmarks(&self) {
        self.state.lock().bookmark_requests += 1;
        self.wake_all();
    }

    fn wake_all(&self) {
        self.wake.send_modify(|n| *n += 1);
    }
}
