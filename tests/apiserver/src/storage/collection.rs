//! The objects of one resource: the latest version of each, and the events that led to it.
//!
//! A list at an older version is computed from the current objects by undoing the events since that version.

use std::{
    collections::{BTreeMap, VecDeque},
    ops::Bound,
    sync::Arc,
};

use crate::status::Status;

use super::Object;

/// The kind of a change to an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EventKind {
    Added,
    Modified,
    Deleted,
}

/// One change. A deletion's `object` is the last state, at the resourceVersion of the deletion.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) resource_version: u64,
    pub(crate) kind: EventKind,
    pub(crate) object: Arc<Object>,
    pub(crate) previous: Option<Arc<Object>>,
}

/// The version of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ListVersion {
    Latest,
    Exact(u64),
}

/// The selection of a list.
pub(crate) struct ListQuery<'a> {
    /// The namespace; `None` is all.
    pub(crate) namespace: Option<&'a str>,
    pub(crate) version: ListVersion,
    /// The first key (inclusive), for the pages after the first.
    pub(crate) start: Option<&'a str>,
    /// The maximum number of objects; 0 is no limit.
    pub(crate) limit: usize,
    pub(crate) predicate: &'a dyn Fn(&Object) -> bool,
}

/// One page of a list.
#[derive(Debug, Default)]
pub(crate) struct ListPage {
    pub(crate) objects: Vec<Arc<Object>>,
    pub(crate) resource_version: u64,
    /// If there are more objects, the number of remaining keys (whether or not they match).
    pub(crate) remaining: Option<usize>,
}

#[derive(Debug)]
pub(super) struct Collection {
    current: BTreeMap<String, Arc<Object>>,
    history: VecDeque<Event>,
    /// The oldest version from which new watches and older lists can start.
    floor: u64,
    /// A higher limit for new watches only: lists can read older versions than watches.
    watch_floor: u64,
    /// The newest event that was dropped from the history; a watch at an older version has missed events.
    dropped: u64,
    /// The last resourceVersion of each ended session. The number of the current session is the length.
    ended_sessions: Vec<u64>,
}

impl Collection {
    pub(super) fn new(now: u64) -> Self {
        Self {
            current: BTreeMap::new(),
            history: VecDeque::new(),
            floor: now,
            watch_floor: now,
            dropped: now,
            ended_sessions: Vec::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.current.len()
    }

    pub(super) fn get(&self, key: &str) -> Option<Arc<Object>> {
        self.current.get(key).cloned()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Arc<Object>> {
        self.current.values()
    }

    /// The oldest version from which new watches can start.
    pub(super) fn watch_floor(&self) -> u64 {
        self.floor.max(self.watch_floor)
    }

    pub(super) fn dropped(&self) -> u64 {
        self.dropped
    }

    pub(super) fn session(&self) -> usize {
        self.ended_sessions.len()
    }

    /// The version at which the session ended, unless it is the current one.
    pub(super) fn session_end(&self, session: usize) -> Option<u64> {
        self.ended_sessions.get(session).copied()
    }

    pub(super) fn end_session(&mut self, now: u64) {
        self.ended_sessions.push(now);
    }

    /// Ends the session; watches of the next one cannot start at an older version.
    pub(super) fn start_new_session(&mut self, now: u64) {
        self.end_session(now);
        self.watch_floor = now;
    }

    pub(super) fn discard_before(&mut self, now: u64) {
        self.floor = self.floor.max(now);
    }

    /// Records a change as the newest event.
    pub(super) fn record(&mut self, key: String, event: Event, history_limit: usize) {
        match event.kind {
            EventKind::Deleted => self.current.remove(&key),
            EventKind::Added | EventKind::Modified => self.current.insert(key, event.object.clone()),
        };
        self.history.push_back(event);
        while self.history.len() > history_limit {
            if let Some(gone) = self.history.pop_front() {
                self.dropped = gone.resource_version;
            }
            let oldest = self.history.front().map_or(self.dropped + 1, |event| event.resource_version);
            self.floor = self.floor.max(oldest - 1);
        }
    }

    /// The events after `position`, oldest first.
    pub(super) fn events_after(&self, position: u64) -> impl Iterator<Item = &Event> {
        let first = self.history.partition_point(|event| event.resource_version <= position);
        self.history.range(first..)
    }

    pub(super) fn list(&self, query: &ListQuery<'_>, now: u64) -> Result<ListPage, Status> {
        match query.version {
            ListVersion::Latest => Ok(page(self.current.range(bounds(query)), query, now)),
            ListVersion::Exact(version) if version > now => {
                Err(Status::too_large_resource_version(version, now))
            }
            ListVersion::Exact(version) if version < self.floor => {
                Err(Status::expired("The resourceVersion for the provided list is too old."))
            }
            ListVersion::Exact(version) => Ok(self.list_past(query, version)),
        }
    }

    fn list_past(&self, query: &ListQuery<'_>, version: u64) -> ListPage {
        let mut undone: BTreeMap<String, Option<Arc<Object>>> = BTreeMap::new();
        for event in self.events_after(version) {
            undone.entry(event.object.key()).or_insert_with(|| event.previous.clone());
        }
        if undone.is_empty() {
            return page(self.current.range(bounds(query)), query, version);
        }
        let mut then: BTreeMap<&str, &Arc<Object>> = self
            .current
            .range(bounds(query))
            .map(|(key, object)| (key.as_str(), object))
            .filter(|(key, _)| !undone.contains_key(*key))
            .collect();
        let restored =
            undone.range(bounds(query)).filter_map(|(key, object)| Some((key.as_str(), object.as_ref()?)));
        then.extend(restored);
        page(then.into_iter(), query, version)
    }
}

/// The keys of the namespace, from the start key. '0' is the character after '/'.
fn bounds(query: &ListQuery<'_>) -> (Bound<String>, Bound<String>) {
    let end = query.namespace.map_or(Bound::Unbounded, |ns| Bound::Excluded(format!("{ns}0")));
    let start = match (query.start, query.namespace) {
        (Some(key), _) => Bound::Included(key.to_owned()),
        (None, Some(ns)) => Bound::Included(format!("{ns}/")),
        (None, None) => Bound::Unbounded,
    };
    match (&start, &end) {
        // A start key after the end would make `range` panic; the page is empty.
        (Bound::Included(from), Bound::Excluded(to)) if from > to => (Bound::Included(to.clone()), end),
        _ => (start, end),
    }
}

fn page<'a, K>(
    mut objects: impl Iterator<Item = (K, &'a Arc<Object>)>,
    query: &ListQuery<'_>,
    resource_version: u64,
) -> ListPage {
    let mut found = Vec::new();
    while query.limit == 0 || found.len() < query.limit {
        match objects.next() {
            None => {
                return ListPage { objects: found, resource_version, remaining: None };
            }
            Some((_, object)) if (query.predicate)(object) => found.push(object.clone()),
            Some(_) => {}
        }
    }
    let remaining = Some(objects.count()).filter(|n| *n > 0);
    ListPage { objects: found, resource_version, remaining }
}
