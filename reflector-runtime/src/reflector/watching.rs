//! The watch half of a reflector's shell: opens watches and queues their events, also the initial ones of a streaming
//! list.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use futures::StreamExt as _;
use tokio::time::{Instant, sleep, sleep_until, timeout, timeout_at};

use super::{
    Reflector, RequestVerb,
    core::{RESPONSE_GRACE, Reported, Step, WatchEnd},
    listing::{KindCheck, NewestItem},
    probe::Probe,
};
use crate::{
    delta_fifo::{Change, EventOrder},
    key::non_empty,
    list_watch::{ListWatchError, WatchItem, WatchRequest, WatchStream},
    resource_type::ResourceType,
    wire::{InvalidObject, Item, NoDecodedObjects, ObjectVersion},
};

/// A watch that is open.
pub(super) struct OpenWatch<K> {
    stream: WatchStream<K>,
    /// Events that arrived together with the last one that was processed.
    pending: VecDeque<WatchItem<K>>,
    opened: Instant,
    deadline: Instant,
}

/// What some initial events led to.
enum Initial {
    More,
    /// The initial events ended, at this version.
    End(String),
}

/// What happened next in an open watch.
enum Next<K> {
    Received(Option<Result<Vec<WatchItem<K>>, ListWatchError>>),
    TimedOut,
    Probed(Result<String, ListWatchError>),
    ProbeDue,
}

impl<K> OpenWatch<K> {
    fn new(stream: WatchStream<K>, opened: Instant, deadline: Duration) -> Self {
        Self { stream, pending: VecDeque::new(), opened, deadline: opened + deadline }
    }

    /// Waits for an event, for the probe, or until a probe is due. The probe goes first: a busy watch must not hold up
    /// its answer.
    async fn next(&mut self, probe: &mut Option<Probe>, due: Option<Instant>) -> Next<K> {
        let probing = async {
            match (probe, due) {
                (Some(probe), _) => Next::Probed(probe.await),
                (None, Some(due)) => {
                    sleep_until(due).await;
                    Next::ProbeDue
                }
                (None, None) => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            probed = probing => probed,
            received = timeout_at(self.deadline, self.stream.next()) => match received {
                Ok(received) => Next::Received(received),
                Err(_) => Next::TimedOut,
            },
        }
    }
}

impl<K: Send + Sync + 'static> Reflector<K> {
    /// A watch from a version, from its opening to its end.
    pub(super) async fn watch(&mut self, request: WatchRequest, deadline: Duration) -> Step {
        let opened = Instant::now();
        match self.open(request, opened, deadline).await {
            Ok(stream) => self.watch_handler(OpenWatch::new(stream, opened, deadline)).await,
            Err(error) => {
                let failure = self.report.failed(RequestVerb::Watch, error);
                self.core.watch_failed(failure, Instant::now())
            }
        }
    }

    async fn open(
        &mut self,
        request: WatchRequest,
        opened: Instant,
        deadline: Duration,
    ) -> Result<WatchStream<K>, ListWatchError> {
        let lister_watcher = self.lister_watcher.clone();
        let mut opening = lister_watcher.watch(request, Arc::new(NoDecodedObjects));
        let response = tokio::select! {
            biased;
            response = &mut opening => response,
            () = sleep(RESPONSE_GRACE) => {
                self.core.watch_unanswered(Instant::now());
                self.publish_health();
                let limit = self.core.watch_response_timeout(deadline);
                let Ok(response) = timeout_at(opened + limit, opening).await else {
                    self.core.watch_timed_out();
                    return Err(ListWatchError::IdleTimeout(limit));
                };
                response
            }
        };
        let stream = response?;
        self.core.watch_opened(opened.elapsed(), opened);
        self.report.watch_opened();
        self.publish_health();
        Ok(stream)
    }

    /// A streaming list: initial events are queued like a list's items. The watch is left in `open` for `Step::Follow`.
    pub(super) async fn watch_list(
        &mut self,
        request: WatchRequest,
        open: &mut Option<OpenWatch<K>>,
    ) -> Step {
        let (deadline, response_timeout) = (self.core.deadline(&request), self.core.response_timeout());
        let opened = Instant::now();
        self.kinds = KindCheck::default();
        self.newest = NewestItem::default();
        let lister_watcher = self.lister_watcher.clone();
        let opening = lister_watcher.watch(request, self.known());
        let stream = match timeout(response_timeout, opening).await {
            Ok(Ok(stream)) => {
                self.core.watch_list_opened(opened.elapsed());
                self.report.watch_opened();
                stream
            }
            Ok(Err(error)) => {
                let failure = self.report.failed(RequestVerb::Watch, error);
                return self.core.watch_list_failed(failure, Instant::now());
            }
            Err(_) => {
                self.report.failed(RequestVerb::Watch, ListWatchError::IdleTimeout(response_timeout));
                return self.core.watch_list_overdue();
            }
        };
        let mut watch = OpenWatch::new(stream, opened, deadline);
        let mut received_any = false;
        let mut due = Instant::now() + response_timeout;
        loop {
            match timeout_at(due.min(watch.deadline), watch.stream.next()).await {
                Err(_) => {
                    let error = if received_any {
                        ListWatchError::MissingEndBookmark
                    } else {
                        ListWatchError::IdleTimeout(response_timeout)
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
                    self.report.received(added(&events));
                    received_any = true;
                    // The state consists of additions. Other events are changes after it.
                    if added(&events) > 0 {
                        due = Instant::now() + response_timeout;
                    }
                    watch.pending.extend(events);
                    let initial = self.take_initial(&mut watch);
                    self.core.received(count, count, None);
                    self.publish_health();
                    if let Initial::End(version) = initial {
                        return self.end_of_initial_events(version, watch, open);
                    }
                }
            }
            tokio::task::coop::consume_budget().await;
        }
    }

    fn end_of_initial_events(
        &mut self,
        version: String,
        watch: OpenWatch<K>,
        open: &mut Option<OpenWatch<K>>,
    ) -> Step {
        if let Err(mismatch) = self.kinds.finish() {
            let failure = self.report.failed(RequestVerb::Watch, mismatch);
            return self.core.watch_list_ended(WatchEnd::Failed(failure), Instant::now());
        }
        self.compare_items(&version);
        let step = self.core.initial_events_end(version, Instant::now());
        // If the state is read again instead, this watch would never be read.
        *open = matches!(step, Step::Sweep { .. }).then_some(watch);
        step
    }

    /// Queues initial events. Their versions are in no order, so none is remembered: the bookmark contains it.
    fn take_initial(&mut self, watch: &mut OpenWatch<K>) -> Initial {
        let mut changes = Vec::with_capacity(watch.pending.len());
        let mut initial = Initial::More;
        while let Some(event) = watch.pending.pop_front() {
            match event {
                WatchItem::Added(item) => changes.extend(self.listed(item)),
                WatchItem::Bookmark { resource_version, ends_initial_events: true } => {
                    initial = Initial::End(resource_version);
                    break;
                }
                other => changes.extend(self.change(other)),
            }
        }
        self.apply(changes, EventOrder::InOrder);
        initial
    }

    /// Queues events until the watch ends (client-go's `handleWatch`).
    pub(super) async fn watch_handler(&mut self, mut watch: OpenWatch<K>) -> Step {
        let mut probe: Option<Probe> = None;
        loop {
            self.take_live(&mut watch);
            self.publish_health();
            let due = self.core.probe_due();
            let end = match watch.next(&mut probe, due).await {
                Next::Received(Some(Ok(events))) => {
                    self.report.received(events.len());
                    watch.pending.extend(events);
                    tokio::task::coop::consume_budget().await;
                    continue;
                }
                Next::ProbeDue => {
                    probe = Some(self.start_probe());
                    continue;
                }
                Next::Probed(answer) => {
                    probe = None;
                    match self.probed(answer) {
                        Some(step) => return step,
                        None => continue,
                    }
                }
                Next::Received(None) => WatchEnd::Closed,
                Next::Received(Some(Err(error))) => {
                    WatchEnd::Failed(self.report.failed(RequestVerb::Watch, error))
                }
                Next::TimedOut => {
                    let timeout = ListWatchError::IdleTimeout(watch.deadline - watch.opened);
                    WatchEnd::Failed(self.report.failed(RequestVerb::Watch, timeout))
                }
            };
            return self.core.watch_ended(end, Instant::now());
        }
    }

    /// Queues live events, in runs of one order, and moves the version with them.
    fn take_live(&mut self, watch: &mut OpenWatch<K>) {
        if watch.pending.is_empty() {
            return;
        }
        let now = Instant::now();
        let mut changes = Vec::with_capacity(watch.pending.len());
        let mut order = EventOrder::InOrder;
        for event in watch.pending.drain(..) {
            let (version, reported) = match &event {
                WatchItem::Added(_) if self.core.begins_unordered() => (None, Reported::Change),
                event => version(&self.resource_type, event),
            };
            let its_order = match self.core.order_of(version) {
                // The version on the wire is newer, whatever the object's own metadata show.
                EventOrder::InOrder if is_transformed(&event) => EventOrder::Repeated,
                order => order,
            };
            // Before the version moves on: it shows where the server was when an event contradicted it.
            if its_order != order {
                self.apply(std::mem::take(&mut changes), order);
                order = its_order;
            }
            self.core.observed(version, reported, now);
            changes.extend(self.change(event));
        }
        self.apply(changes, order);
        if let Some(version) = self.core.last_version() {
            self.store.set_resource_version(version);
        }
    }

    fn change(&mut self, event: WatchItem<K>) -> Option<Change<K>> {
        match event {
            WatchItem::Added(Item::Object(object) | Item::Transformed { object, .. }) => {
                Some(Change::Added(object))
            }
            WatchItem::Modified(Item::Object(object) | Item::Transformed { object, .. }) => {
                Some(Change::Updated(object))
            }
            WatchItem::Deleted(Item::Object(object) | Item::Transformed { object, .. }) => {
                Some(Change::Deleted(object))
            }
            WatchItem::Deleted(Item::Invalid(invalid)) => self.deleted_undecodable(invalid),
            // The last valid object stays. In a list that is in progress it counts as shown.
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

    fn deleted_undecodable(&mut self, invalid: InvalidObject) -> Option<Change<K>> {
        let is_ours = !invalid.error.is_mismatch();
        let key = invalid.key.clone().filter(|_| is_ours);
        let uid = invalid.uid.clone();
        self.report.invalid(invalid);
        Some(Change::DeletedUndecodable { key: key?, uid })
    }
}

/// How many objects of the state these events contain.
fn added<K>(events: &[WatchItem<K>]) -> usize {
    events.iter().filter(|event| matches!(event, WatchItem::Added(_))).count()
}

/// The resourceVersion that the server sent with an event, and what for.
fn version<'a, K>(resource_type: &ResourceType<K>, event: &'a WatchItem<K>) -> (Option<&'a str>, Reported) {
    match event {
        WatchItem::Added(item) | WatchItem::Modified(item) => {
            (item_version(resource_type, item), Reported::Change)
        }
        WatchItem::Deleted(item) => (item_version(resource_type, item), Reported::Deletion),
        WatchItem::Bookmark { resource_version, .. } => (Some(resource_version), Reported::Bookmark),
        WatchItem::Unknown { resource_version, .. } => (resource_version.as_deref(), Reported::Unknown),
    }
}

/// Whether a transform changed the object's version.
fn is_transformed<K>(event: &WatchItem<K>) -> bool {
    matches!(
        event,
        WatchItem::Added(Item::Transformed { .. })
            | WatchItem::Modified(Item::Transformed { .. })
            | WatchItem::Deleted(Item::Transformed { .. })
    )
}

/// An object of another kind has no version that counts.
pub(super) fn item_version<'a, K>(resource_type: &ResourceType<K>, item: &'a Item<K>) -> Option<&'a str> {
    match item {
        Item::Object(object) => {
            ObjectVersion::of(resource_type.metadata(object)).map(|of| of.resource_version)
        }
        Item::Transformed { resource_version, .. } => non_empty(Some(resource_version)),
        Item::Invalid(invalid) if invalid.error.is_mismatch() => None,
        Item::Invalid(invalid) => invalid.resource_version.as_deref(),
    }
}
