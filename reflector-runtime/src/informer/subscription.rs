//! [`Subscription`]: a subscriber's stream of events, and [`Feed`], its sending side.

use std::{
    fmt,
    pin::Pin,
    sync::{Arc, Weak},
    task::{Context, Poll, ready},
};

use futures::Stream;

use super::{
    Event, EventBatch, FilteredSubscription, StreamItem, backlog::Backlog, mailbox::Mailbox,
    resync_timer::ResyncTimer,
};

/// A subscriber's stream of events. Dropping it ends the subscription.
///
/// The stream starts with the cached objects (`Added { in_initial_list: true }`), followed by each change. It does
/// not keep the informer running. It ends (`None`) when the informer has stopped and all queued events are delivered.
///
/// It can be read in three ways, which may be mixed: event by event ([`next`](Self::next), or as a [`Stream`]), with
/// markers ([`next_item`](Self::next_item)), or in consistent steps ([`next_batch`](Self::next_batch)).
///
/// ```no_run
/// # use k8s_openapi::api::core::v1::Pod;
/// # use reflector_runtime::{Event, Informer};
/// # async fn follow(pods: &Informer<Pod>) {
/// let mut events = pods.subscribe();
/// while let Some(event) = events.next().await {
///     match event {
///         Event::Added { object, .. } => println!("{:?}", object.status),
///         Event::Updated { old, new, .. } => {
///             println!("{:?} -> {:?}", old.status, new.status);
///         }
///         Event::Deleted { .. } => println!("deleted {:?}", event.key()),
///     }
/// }
/// # }
/// ```
pub struct Subscription<K: 'static> {
    queue: Queue<K>,
    resync: Option<ResyncTimer<K>>,
}

/// The queue of a subscriber.
pub(super) type Queue<K> = Arc<Mailbox<Backlog<K>>>;

/// The sending side. It does not keep the queue alive.
pub(super) struct Feed<K: 'static> {
    queue: Weak<Mailbox<Backlog<K>>>,
}

impl<K: 'static> Feed<K> {
    pub(super) fn new(queue: &Queue<K>) -> Self {
        Self { queue: Arc::downgrade(queue) }
    }

    /// Changes the queue and wakes the subscriber. Returns `false` if the subscription was dropped.
    pub(super) fn send(&self, change: impl FnOnce(&mut Backlog<K>)) -> bool {
        let Some(queue) = self.queue.upgrade() else { return false };
        queue.send(change);
        true
    }

    /// Whether the subscription still exists.
    pub(super) fn has_subscriber(&self) -> bool {
        self.queue.strong_count() > 0
    }

    /// Closes the queue. No further event follows.
    pub(super) fn close(&self) {
        if let Some(queue) = self.queue.upgrade() {
            queue.close();
        }
    }
}

impl<K: Send + Sync + 'static> Subscription<K> {
    pub(super) fn new(queue: Queue<K>, resync: Option<ResyncTimer<K>>) -> Self {
        Self { queue, resync }
    }

    pub(super) fn queue(&self) -> &Queue<K> {
        &self.queue
    }

    /// Waits for the next event. `None` once the informer has stopped and all queued events are delivered.
    ///
    /// # Cancel safety
    /// No event is lost when the future is dropped.
    pub async fn next(&mut self) -> Option<Event<K>> {
        std::future::poll_fn(|context| self.poll_event(context)).await
    }

    /// Waits for the next event or marker. `None` once the informer has stopped and all queued items are delivered.
    ///
    /// Every subscription emits [`StreamItem::InitialListComplete`]. The other markers are emitted on request; see
    /// [`DeliveryOptions`](super::DeliveryOptions).
    ///
    /// # Cancel safety
    /// No item is lost when the future is dropped.
    pub async fn next_item(&mut self) -> Option<StreamItem<K>> {
        std::future::poll_fn(|context| self.poll_item(context)).await
    }

    /// Waits for the events that lead from one consistent state to the next: all changes of one list, or all changes that
    /// one response of the watch contained. Applying a batch as one step keeps derived state consistent. With
    /// [`Delivery::Coalesced`](super::Delivery::Coalesced), batches that the subscriber has not taken are merged.
    ///
    /// The first batch is the initial list, also if it is empty. `None` once the informer has stopped and all queued
    /// events are delivered; the last batch is incomplete if the informer stopped within a list.
    ///
    /// ```no_run
    /// # use std::collections::BTreeMap;
    /// # use k8s_openapi::api::core::v1::Pod;
    /// # use reflector_runtime::{Event, Informer};
    /// # async fn follow(pods: &Informer<Pod>) {
    /// let mut table = BTreeMap::new();
    /// let mut changes = pods.subscribe();
    /// while let Some(batch) = changes.next_batch().await {
    ///     for event in &batch.events {
    ///         let key = event.key().map(|key| key.to_key());
    ///         match event {
    ///             Event::Deleted { .. } => table.remove(&key),
    ///             _ => table.insert(key, event.object().clone()),
    ///         };
    ///     }
    ///     // Here the table is consistent.
    ///     println!("{} pods at {:?}", table.len(), batch.resource_version);
    /// }
    /// # }
    /// ```
    ///
    /// # Cancel safety
    /// No event is lost when the future is dropped.
    pub async fn next_batch(&mut self) -> Option<EventBatch<K>> {
        std::future::poll_fn(|context| {
            self.poll_resync(context);
            self.queue.poll_take(context, Backlog::pop_batch)
        })
        .await
    }

    /// The next event, if one is queued.
    pub fn try_next(&mut self) -> Option<Event<K>> {
        self.queue.with(|backlog| {
            loop {
                if let StreamItem::Event(event) = backlog.pop()? {
                    return Some(event);
                }
            }
        })
    }

    /// Only the objects for which `predicate` returns `true`. An update that makes an object match is delivered as an
    /// addition with `in_initial_list: false`, and one that makes it stop matching as a deletion (client-go's
    /// `FilteringResourceEventHandler`).
    ///
    /// `predicate` is called once or twice per event, and must always return the same for the same state of an object.
    ///
    /// ```no_run
    /// # use k8s_openapi::api::core::v1::Pod;
    /// # async fn follow(pods: &reflector_runtime::Informer<Pod>) {
    /// let mut terminating = pods
    ///     .subscribe()
    ///     .filter_objects(|pod| pod.metadata.deletion_timestamp.is_some());
    /// while let Some(event) = terminating.next().await {
    ///     println!("{event:?}");
    /// }
    /// # }
    /// ```
    pub fn filter_objects<P: FnMut(&K) -> bool>(self, predicate: P) -> FilteredSubscription<K, P> {
        FilteredSubscription::new(self, predicate)
    }

    /// Whether the complete initial list has been taken from this subscription, also if the list was empty (client-go's
    /// `HasSynced` of a registration).
    pub fn has_synced(&self) -> bool {
        self.queue.with(|backlog| backlog.has_synced())
    }

    /// The number of objects with queued events (with [`Delivery::EveryEvent`](super::Delivery::EveryEvent): of queued
    /// events).
    pub fn len(&self) -> usize {
        self.queue.with(|backlog| backlog.len())
    }

    /// Whether no event is queued.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many events have been merged into queued events of the same objects, because the subscriber did not keep up.
    pub fn merged_events(&self) -> u64 {
        self.queue.with(|backlog| backlog.merged())
    }

    fn poll_event(&mut self, context: &mut Context<'_>) -> Poll<Option<Event<K>>> {
        loop {
            match ready!(self.poll_item(context)) {
                Some(StreamItem::Event(event)) => return Poll::Ready(Some(event)),
                Some(_) => {}
                None => return Poll::Ready(None),
            }
        }
    }

    fn poll_item(&mut self, context: &mut Context<'_>) -> Poll<Option<StreamItem<K>>> {
        self.poll_resync(context);
        self.queue.poll_take(context, |backlog, _| backlog.pop())
    }

    fn poll_resync(&mut self, context: &mut Context<'_>) {
        if let Some(resync) = &mut self.resync {
            resync.poll(context, &self.queue);
        }
    }
}

impl<K: Send + Sync + 'static> Stream for Subscription<K> {
    type Item = Event<K>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event<K>>> {
        self.poll_event(context)
    }
}

impl<K> fmt::Debug for Subscription<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription")
            .field("queued", &self.queue.with(|backlog| backlog.len()))
            .field("closed", &self.queue.is_closed())
            .finish_non_exhaustive()
    }
}
