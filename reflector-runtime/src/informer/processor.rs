//! The pop loop: applies the queue's deltas to the store and sends the resulting events to every subscriber.

use std::{
    collections::HashMap,
    sync::{Arc, Weak},
};

use parking_lot::Mutex;
use tokio::{runtime::Handle, time::Instant};

use super::{
    DeliveryOptions, Event,
    backlog::Backlog,
    gate::Gate,
    mailbox::Mailbox,
    processing_time::ProcessingTime,
    resync_timer::ResyncTimer,
    stats::EventCounters,
    subscription::{Feed, Queue, Subscription},
};
use crate::{
    delta_fifo::{Batch, Cause, Delta, DeltaFifo, InvalidObjectNotice, InvalidObjectState, Popped},
    key::{KeyHash, ObjectKey},
    reflector::HealthCell,
    resource_type::ResourceType,
    store::{Store, WriteBatch, Writer},
    wire::DecodeError,
};

/// The maximum number of keys popped under one lock.
const BATCH: usize = 256;

/// The subscribers of an informer.
///
/// The lock is held while a batch is written to the store and its events are sent, so that a new subscriber sees the
/// store either before or after the whole batch.
pub(super) struct Subscribers<K: 'static> {
    resource_type: Arc<ResourceType<K>>,
    store: Store<K>,
    /// Closed while a subscriber with backpressure does not keep up.
    gate: Arc<Gate>,
    events: EventCounters,
    members: Mutex<Members<K>>,
}

/// The subscribers, and what each new one must know.
struct Members<K: 'static> {
    feeds: Vec<Feed<K>>,
    /// The informer has stopped.
    closed: bool,
    initial_list_complete: bool,
    relisting: bool,
    /// The objects that exist and cannot be decoded.
    invalid: HashMap<ObjectKey, Arc<DecodeError>>,
    /// The state in the store, if it is consistent: not within a list or a batch.
    state: Option<State>,
}

/// A state of the server, and its resourceVersion, if it has one.
#[derive(Clone)]
struct State {
    version: Option<Arc<str>>,
}

/// What a batch of one queue means for the store, if several queues feed it.
#[derive(Debug, Default)]
pub(super) struct Reached {
    /// The namespace of the queue, and the version up to which the store contains its changes. `None` if the informer no
    /// longer follows it.
    pub(super) namespace: Option<(Arc<str>, Option<Arc<str>>)>,
    /// Whether there are queues that have not been listed, so that no version covers all changes.
    pub(super) is_incomplete: bool,
}

/// What a batch of the queue means for the subscribers.
struct Sent<K: 'static> {
    at: Instant,
    relist_began: bool,
    events: Vec<Event<K>>,
    /// Each with the number of events that precede it.
    notices: Vec<(usize, InvalidObjectNotice)>,
    initial_list_complete: bool,
    relist_ended: bool,
    /// Set if the events lead to a consistent state.
    state: Option<State>,
}

impl<K: 'static> Subscribers<K> {
    pub(super) fn gate(&self) -> &Arc<Gate> {
        &self.gate
    }

    pub(super) fn events(&self) -> &EventCounters {
        &self.events
    }
}

impl<K: Send + Sync + 'static> Subscribers<K> {
    pub(super) fn new(resource_type: Arc<ResourceType<K>>, store: Store<K>) -> Self {
        let members = Members {
            feeds: Vec::new(),
            closed: false,
            initial_list_complete: false,
            relisting: false,
            invalid: HashMap::new(),
            state: None,
        };
        Self {
            resource_type,
            store,
            gate: Arc::default(),
            events: EventCounters::new(),
            members: Mutex::new(members),
        }
    }

    /// Adds a subscriber. It receives the objects in the store, then every later change.
    pub(super) fn join(
        self: &Arc<Self>,
        options: DeliveryOptions,
        runtime: Option<&Handle>,
    ) -> Subscription<K> {
        let resync = options.resync.zip(runtime).map(|(period, runtime)| {
            let subscribers: Weak<Self> = Arc::downgrade(self);
            ResyncTimer::new(period, subscribers, runtime.clone())
        });
        let backlog = Backlog::new(self.resource_type.clone(), options, self.gate.clone());
        let queue: Queue<K> = Arc::new(Mailbox::new(backlog));
        let feed = Feed::new(&queue);
        let mut members = self.members.lock();
        queue.send(|backlog| {
            backlog.arrive(Instant::now());
            for object in self.store.list() {
                backlog.push(Event::added(&self.resource_type, object, true));
            }
            for (key, error) in &members.invalid {
                backlog.notify(&InvalidObjectNotice::undecodable(key.clone(), error.clone()));
            }
            if members.initial_list_complete {
                backlog.initial_list_complete();
            }
            if members.relisting {
                backlog.relist_began();
            }
            if let Some(state) = &members.state {
                backlog.end_batch(state.version.clone());
            }
        });
        if members.closed {
            queue.close();
        } else {
            // Dropped subscribers are removed when an event is sent and, for a resource without events, here.
            if members.feeds.len() == members.feeds.capacity() {
                members.feeds.retain(Feed::has_subscriber);
            }
            members.feeds.push(feed);
        }
        drop(members);
        Subscription::new(queue, resync)
    }

    /// There is no initial list to wait for, or no longer.
    pub(super) fn complete_initial_list(&self) {
        let mut members = self.members.lock();
        let state = Some(State { version: None });
        let initial_list_complete = true;
        members.send(&Sent { initial_list_complete, state, ..Sent::nothing() });
    }

    /// Delivers every object in the store to one subscriber.
    pub(super) fn resync(&self, queue: &Queue<K>) {
        let members = self.members.lock();
        if members.closed {
            return;
        }
        // The receiver polls: it need not be woken.
        queue.with(|backlog| {
            backlog.arrive(Instant::now());
            for object in self.store.list() {
                backlog.push(Event::updated(&self.resource_type, object.clone(), object));
            }
            if let Some(state) = &members.state {
                backlog.end_batch(state.version.clone());
            }
        });
    }

    /// Closes all subscriptions. No further event is sent.
    pub(super) fn close(&self) {
        let mut members = self.members.lock();
        members.closed = true;
        let feeds = std::mem::take(&mut members.feeds);
        drop(members);
        feeds.iter().for_each(Feed::close);
    }
}

impl<K: 'static> Members<K> {
    fn send(&mut self, sent: &Sent<K>) {
        self.relisting = (self.relisting || sent.relist_began) && !sent.relist_ended;
        self.initial_list_complete |= sent.initial_list_complete;
        self.state.clone_from(&sent.state);
        for (_, InvalidObjectNotice { key, state, .. }) in &sent.notices {
            match state {
                InvalidObjectState::Undecodable(error) => {
                    self.invalid.insert(key.clone(), error.clone());
                }
                InvalidObjectState::Deleted | InvalidObjectState::Decoded => {
                    self.invalid.remove(key);
                }
            }
        }
        self.feeds.retain(|feed| feed.send(|backlog| sent.queue(backlog)));
    }
}

impl<K: 'static> Sent<K> {
    fn nothing() -> Self {
        Self {
            at: Instant::now(),
            relist_began: false,
            events: Vec::new(),
            notices: Vec::new(),
            initial_list_complete: false,
            relist_ended: false,
            state: None,
        }
    }

    fn queue(&self, backlog: &mut Backlog<K>) {
        backlog.arrive(self.at);
        if self.relist_began {
            backlog.relist_began();
        }
        let mut notices = self.notices.iter().peekable();
        for (number, event) in self.events.iter().enumerate() {
            while let Some((_, notice)) = notices.next_if(|(preceding, _)| *preceding <= number) {
                backlog.notify(notice);
            }
            backlog.push(event.clone());
        }
        for (_, notice) in notices {
            backlog.notify(notice);
        }
        if self.initial_list_complete {
            backlog.initial_list_complete();
        }
        let Some(State { version }) = &self.state else { return };
        if self.relist_ended {
            backlog.relist_ended(version.clone());
        }
        backlog.end_batch(version.clone());
    }
}

/// Pops until the queue is closed and empty. `reached` maps what a batch completes in this queue to
/// what it completes in the store.
pub(super) async fn run_pop_loop<K: Send + Sync + 'static>(
    fifo: Arc<DeltaFifo<K>>,
    writer: Arc<Mutex<Writer<K>>>,
    subscribers: Arc<Subscribers<K>>,
    health: Arc<HealthCell>,
    processing_time: ProcessingTime,
    reached: impl Fn(&mut Batch<K>) -> Reached,
) {
    let resource_type = subscribers.resource_type.clone();
    let state = health.subscribe();
    let mut was_synced = false;
    loop {
        subscribers.gate.opened().await;
        let popped = fifo.pop(BATCH, |mut batch| {
            let begin = processing_time.begin();
            let reached = reached(&mut batch);
            let mut members = subscribers.members.lock();
            let mut writer = writer.lock();
            let mut store = writer.write();
            if state.borrow().has_unordered_versions() {
                store.set_versions_unordered();
            }
            let sent = store_batch(&resource_type, store, batch, reached);
            subscribers.events.count(&sent.events, sent.at);
            members.send(&sent);
            drop((members, sent));
            processing_time.end(begin);
        });
        if popped.await.is_err() {
            return;
        }
        if !was_synced && fifo.has_synced() {
            was_synced = true;
            health.stored();
        }
        // A long queue must not starve other tasks.
        tokio::task::coop::consume_budget().await;
    }
}

/// Writes a batch to the store. Returns what subscribers receive.
fn store_batch<K>(
    resource_type: &ResourceType<K>,
    mut store: WriteBatch<'_, K>,
    batch: Batch<K>,
    reached: Reached,
) -> Sent<K> {
    let mut events = Vec::with_capacity(batch.popped.len());
    let mut notices = batch.notices;
    let mut at = notices.iter_mut().peekable();
    for (number, Popped { deltas, in_initial_list, hash }) in batch.popped.into_iter().enumerate() {
        // From the number of entries to the number of events.
        while let Some((preceding, _)) = at.next_if(|(preceding, _)| *preceding <= number) {
            *preceding = events.len();
        }
        for delta in deltas {
            events.extend(store_delta(resource_type, &mut store, delta, hash, in_initial_list));
        }
    }
    for (preceding, _) in at {
        *preceding = events.len();
    }
    if let Some((namespace, version)) = reached.namespace {
        store.set_namespace_version(&namespace, version);
    }
    let state = batch.version.map(|version| {
        if reached.is_incomplete {
            store.clear_version();
            return State { version: None };
        }
        let state = State { version: (!version.is_empty()).then(|| version.as_str().into()) };
        store.set_version(version);
        state
    });
    Sent {
        at: Instant::now(),
        relist_began: batch.relist_began,
        events,
        notices,
        initial_list_complete: batch.initial_list_complete,
        relist_ended: batch.relist_ended,
        state,
    }
}

fn store_delta<K>(
    resource_type: &ResourceType<K>,
    store: &mut WriteBatch<'_, K>,
    delta: Delta<K>,
    hash: KeyHash,
    in_initial_list: bool,
) -> Option<Event<K>> {
    let cause = delta.cause(in_initial_list);
    let metadata = resource_type.metadata_fn();
    match delta {
        Delta::Added(object) | Delta::Updated(object) | Delta::Replaced(object) => {
            match store.insert_hashed(&object, hash).ok()? {
                None => Some(Event::Added { object, in_initial_list, cause, metadata }),
                Some(old) => Some(Event::Updated { old, new: object, cause, metadata }),
            }
        }
        Delta::Deleted(tombstone) => {
            let previous = store.remove(resource_type.key(&tombstone.last_known).ok()?)?;
            let final_state_known = tombstone.final_state_known;
            let last_known = if final_state_known { tombstone.last_known } else { previous.clone() };
            Some(Event::Deleted { last_known, final_state_known, previous, cause, metadata })
        }
        Delta::Sync(object) => {
            let cached = store.get(resource_type.key(&object).ok()?)?.clone();
            Some(Event::Updated { old: cached.clone(), new: cached, cause: Cause::Resync, metadata })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{informer::Delivery, testing};

    #[test]
    fn dropped_subscribers_are_removed_without_an_event() {
        let resource_type = testing::resource_type();
        let subscribers =
            Arc::new(Subscribers::new(resource_type.clone(), Writer::new(resource_type).store()));
        let active = subscribers.join(Delivery::Coalesced.into(), None);
        for _ in 0..1000 {
            drop(subscribers.join(Delivery::EveryEvent.into(), None));
        }
        let feeds = &subscribers.members.lock().feeds;
        assert!(feeds.len() < 10, "{} feeds are still registered", feeds.len());
        assert_eq!(feeds.iter().filter(|feed| feed.has_subscriber()).count(), 1);
        drop(active);
    }
}
