//! Events of the objects that match a predicate: [`FilteredSubscription`], [`FilteredHandler`].

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll, ready},
};

use futures::{Stream, StreamExt as _};

use super::{AsyncEventHandler, Event, EventBatch, ResourceEventHandler, StreamItem, Subscription};

/// A subscription to the objects that match a predicate: [`Subscription::filter_objects`].
pub struct FilteredSubscription<K: 'static, P> {
    events: Subscription<K>,
    predicate: P,
}

impl<K: Send + Sync + 'static, P: FnMut(&K) -> bool> FilteredSubscription<K, P> {
    pub(super) fn new(events: Subscription<K>, predicate: P) -> Self {
        Self { events, predicate }
    }

    /// See [`Subscription::next`].
    ///
    /// # Cancel safety
    /// As [`Subscription::next`].
    pub async fn next(&mut self) -> Option<Event<K>> {
        loop {
            let event = self.events.next().await?;
            if let Some(event) = event.filtered(&mut self.predicate) {
                return Some(event);
            }
            tokio::task::coop::consume_budget().await;
        }
    }

    /// See [`Subscription::next_item`].
    ///
    /// # Cancel safety
    /// As [`Subscription::next_item`].
    pub async fn next_item(&mut self) -> Option<StreamItem<K>> {
        loop {
            match self.events.next_item().await? {
                StreamItem::Event(event) => {
                    if let Some(event) = event.filtered(&mut self.predicate) {
                        return Some(StreamItem::Event(event));
                    }
                }
                marker => return Some(marker),
            }
            tokio::task::coop::consume_budget().await;
        }
    }

    /// See [`Subscription::next_batch`]. Batches without a matching event are skipped, except the initial list.
    ///
    /// # Cancel safety
    /// As [`Subscription::next_batch`].
    pub async fn next_batch(&mut self) -> Option<EventBatch<K>> {
        loop {
            let mut batch = self.events.next_batch().await?;
            let events = std::mem::take(&mut batch.events);
            batch.events =
                events.into_iter().filter_map(|event| event.filtered(&mut self.predicate)).collect();
            if !batch.events.is_empty() || batch.completes_initial_list {
                return Some(batch);
            }
            tokio::task::coop::consume_budget().await;
        }
    }

    /// The next event, if one is queued.
    pub fn try_next(&mut self) -> Option<Event<K>> {
        loop {
            let event = self.events.try_next()?;
            if let Some(event) = event.filtered(&mut self.predicate) {
                return Some(event);
            }
        }
    }

    /// See [`Subscription::has_synced`].
    pub fn has_synced(&self) -> bool {
        self.events.has_synced()
    }
}

impl<K: Send + Sync + 'static, P: FnMut(&K) -> bool + Unpin> Stream for FilteredSubscription<K, P> {
    type Item = Event<K>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event<K>>> {
        let Self { events, predicate } = self.get_mut();
        loop {
            let Some(event) = ready!(events.poll_next_unpin(context)) else { return Poll::Ready(None) };
            if let Some(event) = event.filtered(&mut *predicate) {
                return Poll::Ready(Some(event));
            }
        }
    }
}

impl<K, P> fmt::Debug for FilteredSubscription<K, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FilteredSubscription").field(&self.events).finish()
    }
}

/// A handler that is called only for the objects that match a predicate (client-go's `FilteringResourceEventHandler`).
/// An update that makes an object match is an addition for it (`in_initial_list: false`), and one that makes an object
/// stop matching is a deletion.
///
/// The predicate is called once or twice per event, and must always return the same for the same state of an object.
///
/// ```
/// # use std::sync::Arc;
/// use k8s_openapi::api::core::v1::Pod;
/// use reflector_runtime::{EventHandler, FilteredHandler};
///
/// let terminating = EventHandler::new()
///     .on_add(|pod: Arc<Pod>| println!("{:?} is terminating", pod.metadata.name))
///     .on_delete(|pod| println!("{:?} is gone", pod.metadata.name));
/// let handler = FilteredHandler::new(terminating, |pod: &Pod| {
///     pod.metadata.deletion_timestamp.is_some()
/// });
/// # let _: Box<dyn reflector_runtime::ResourceEventHandler<Pod>> = Box::new(handler);
/// ```
#[derive(Clone)]
pub struct FilteredHandler<H, P> {
    handler: H,
    predicate: P,
}

impl<H, P> FilteredHandler<H, P> {
    /// Calls `handler` for the objects for which `predicate` returns `true`.
    pub fn new(handler: H, predicate: P) -> Self {
        Self { handler, predicate }
    }
}

impl<K: 'static, H: ResourceEventHandler<K>, P: FnMut(&K) -> bool + Send> ResourceEventHandler<K>
    for FilteredHandler<H, P>
{
    fn on_event(&mut self, event: Event<K>) {
        if let Some(event) = event.filtered(&mut self.predicate) {
            self.handler.on_event(event);
        }
    }
}

impl<K: Send + Sync + 'static, H: AsyncEventHandler<K>, P: FnMut(&K) -> bool + Send> AsyncEventHandler<K>
    for FilteredHandler<H, P>
{
    async fn handle(&mut self, event: Event<K>) {
        if let Some(event) = event.filtered(&mut self.predicate) {
            self.handler.handle(event).await;
        }
    }
}

impl<H, P> fmt::Debug for FilteredHandler<H, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FilteredHandler").finish_non_exhaustive()
    }
}
