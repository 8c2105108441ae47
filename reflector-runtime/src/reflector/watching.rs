//! The watch half of a reflector's shell: opens watches and queues their events, also the initial ones of a
//! streaming list.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use futures::StreamExt as _;
use tokio::time::{Instant, timeout, timeout_at};

use super::{
    Reflector, RequestVerb,
    core::{Failure, Step, WatchEnd},
};
use crate::{
    delta_fifo::Change,
    list_watch::{
        Item, ListWatchError, NoDecodedObjects, ObjectVersion, WatchItem, WatchKind, WatchRequest,
        WatchStream,
    },
    wire::{DecodeError, InvalidObject},
};

/// A watch that is open.
pub(super) struct OpenWatch<K> {
    stream: WatchStream<K>,
    /// Events that came together with the one that was stopped at.
    pending: VecDeque<WatchItem<K>>,
    opened: Instant,
    deadline: Instant,
}

/// What some events came to.
enum Taken {
    More,
    /// The initial events ended, at this version.
    InitialEventsEnd(String),
}

impl<K: Send + Sync + 'static> Reflector<K> {
    /// A watch behind a version, from its opening to its end.
    pub(super) async fn watch(&mut self, request: WatchRequest, deadline: Duration) -> Step {
        let timeout_after = self.core.response_timeout();
        let opened = match timeout(timeout_after, self.open(request, deadline)).await {
            Ok(opened) => opened,
            Err(_) => Err(self.report.failed(RequestVerb::Watch, ListWatchError::IdleTimeout(timeout_after))),
        };
        match opened {
            Ok(watch) => self.watch_handler(watch).await,
            Err(failure) => self.core.watch_failed(failure, Instant::now()),
        }
    }

    /// Opens a watch. A server answers long before there is anything to tell: who waits for that need not wait long.
    async fn open(&mut self, request: WatchRequest, deadline: Duration) -> Result<OpenWatch<K>, Failure> {
        let opened = Instant::now();
        let known = match request.kind {
            WatchKind::Changes => Arc::new(NoDecodedObjects),
            WatchKind::InitialEvents => self.known(),
        };
        let stream = self
            .lister_watcher
            .watch(request, known)
            .await
            .map_err(|error| self.report.failed(RequestVerb::Watch, error))?;
        self.core.watch_opened(opened);
        self.publish();
        Ok(OpenWatch { stream, pending: VecDeque::new(), opened, deadline: opened + deadline })
    }

    /// A streaming list: initial events go where a list's items go. The watch is left in `open` for `Step::Follow`.
    pub(super) async fn watch_list(
        &mut self,
        request: WatchRequest,
        open: &mut Option<OpenWatch<K>>,
    ) -> Step {
        let (deadline, timeout_after) = (self.core.deadline(&request), self.core.response_timeout());
        let mut watch = match timeout(timeout_after, self.open(request, deadline)).await {
            Ok(Ok(watch)) => watch,
            Ok(Err(failure)) => return self.core.watch_list_failed(failure, Instant::now()),
            Err(_) => {
                self.report.failed(RequestVerb::Watch, ListWatchError::IdleTimeout(timeout_after));
                return self.core.watch_list_overdue();
            }
        };
        let mut heard = false;
        let mut due = Instant::now() + timeout_after;
        loop {
            match timeout_at(due.min(watch.deadline), watch.stream.next()).await {
                Err(_) => {
                    let error = if heard {
                        ListWatchError::MissingEndBookmark
                    } else {
                        ListWatchError::IdleTimeout(timeout_after)
                    };
                    self.report.failed(RequestVerb::Watch, error);
                    return self.core.watch_list_overdue();
                }
                Ok(None) => return self.core.watch_list_ended(WatchEnd::Closed, Instant::now()),
                Ok(Some(Err(error))) => {
                    let failure = self.report.failed(RequestVerb::Watch, error);
                    return self.core.watch_list_ended(WatchEnd::Failed(failure), Instant::now());
                }
                Ok(Some(Ok(events))) => {
                    let count = events.len() as u64;
                    heard = true;
                    // The state comes as additions. Without them, what comes are changes behind it.
                    if events.iter().any(|event| matches!(event, WatchItem::Added(_))) {
                        due = Instant::now() + timeout_after;
                    }
                    watch.pending.extend(events);
                    let taken = self.take_initial(&mut watch);
                    self.core.received(count, None);
                    self.publish();
                    if let Taken::InitialEventsEnd(version) = taken {
                        let step = self.core.initial_events_end(version, Instant::now());
                        // Where all is read again instead, nobody would ever read this watch.
                        *open = matches!(step, Step::Sweep { .. }).then_some(watch);
                        return step;
                    }
                }
            }
            tokio::task::coop::consume_budget().await;
        }
    }

    /// Queues initial events. Their versions are in no order, so none is remembered: the bookmark tells it.
    fn take_initial(&mut self, watch: &mut OpenWatch<K>) -> Taken {
        let mut changes = Vec::with_capacity(watch.pending.len());
        let mut taken = Taken::More;
        while let Some(event) = watch.pending.pop_front() {
            match event {
                WatchItem::Added(item) => changes.extend(self.listed(item)),
                WatchItem::Bookmark { resource_version, ends_initial_events: true } => {
                    taken = Taken::InitialEventsEnd(resource_version);
                    break;
                }
                other => changes.extend(self.change(other)),
            }
        }
        self.apply(changes);
        taken
    }

    /// Queues events until the watch ends (client-go's `handleWatch`).
    pub(super) async fn watch_handler(&mut self, mut watch: OpenWatch<K>) -> Step {
        loop {
            if let Err(failure) = self.take_live(&mut watch) {
                return self.core.watch_ended(WatchEnd::Failed(failure), Instant::now());
            }
            self.publish();
            let end = match timeout_at(watch.deadline, watch.stream.next()).await {
                Ok(Some(Ok(events))) => {
                    watch.pending.extend(events);
                    tokio::task::coop::consume_budget().await;
                    continue;
                }
                Ok(None) => WatchEnd::Closed,
                Ok(Some(Err(error))) => WatchEnd::Failed(self.report.failed(RequestVerb::Watch, error)),
                Err(_) => {
                    let timeout = ListWatchError::IdleTimeout(watch.deadline - watch.opened);
                    WatchEnd::Failed(self.report.failed(RequestVerb::Watch, timeout))
                }
            };
            return self.core.watch_ended(end, Instant::now());
        }
    }

    /// Queues live events and moves the version with them.
    fn take_live(&mut self, watch: &mut OpenWatch<K>) -> Result<(), Failure> {
        if watch.pending.is_empty() {
            return Ok(());
        }
        let mut changes = Vec::with_capacity(watch.pending.len());
        let mut result = Ok(());
        for event in watch.pending.drain(..) {
            let version = self.version(&event);
            if let Some(version) = version {
                result = self.core.observed(&version);
            }
            if result.is_err() {
                break;
            }
            changes.extend(self.change(event));
        }
        self.apply(changes);
        if let Some(version) = self.core.last_version() {
            self.store.set_resource_version(version);
        }
        result
    }

    /// The version that an event brings the watch to. Something of another kind proves nothing.
    fn version(&self, event: &WatchItem<K>) -> Option<String> {
        match event {
            WatchItem::Added(_) if self.core.begins_unordered() => None,
            WatchItem::Added(item) | WatchItem::Modified(item) | WatchItem::Deleted(item) => match item {
                Item::Object(object) => ObjectVersion::of(self.resource_type.metadata(object))
                    .map(|of| of.resource_version.to_owned()),
                Item::Invalid(InvalidObject { error: DecodeError::WrongKind { .. }, .. }) => None,
                Item::Invalid(invalid) => invalid.resource_version.clone(),
            },
            WatchItem::Bookmark { resource_version, .. } => Some(resource_version.clone()),
            WatchItem::Unknown { resource_version, .. } => resource_version.clone(),
        }
    }

    fn change(&mut self, event: WatchItem<K>) -> Option<Change<K>> {
        match event {
            WatchItem::Added(Item::Object(object)) => Some(Change::Added(object)),
            WatchItem::Modified(Item::Object(object)) => Some(Change::Updated(object)),
            WatchItem::Deleted(Item::Object(object)) => Some(Change::Deleted(object)),
            WatchItem::Deleted(Item::Invalid(invalid)) => {
                let is_ours = !matches!(invalid.error, DecodeError::WrongKind { .. });
                let key = invalid.key.clone().filter(|_| is_ours);
                self.report.invalid(invalid);
                key.map(Change::DeletedUndecodable)
            }
            // The last good object stays; in a list that is under way it counts as shown.
            WatchItem::Added(item @ Item::Invalid(_)) | WatchItem::Modified(item @ Item::Invalid(_)) => {
                self.listed(item)
            }
            WatchItem::Bookmark { .. } => None,
            WatchItem::Unknown { event_type, .. } => {
                self.report.unknown_event(event_type);
                None
            }
        }
    }
}
