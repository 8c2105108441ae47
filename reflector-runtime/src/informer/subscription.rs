//! [`Subscription`]: a subscriber's queue of events, and [`Feed`], its sending side.

use std::{
    collections::VecDeque,
    fmt,
    pin::{Pin, pin},
    sync::{Arc, Weak},
    task::{Context, Poll},
};

use futures::Stream;
use parking_lot::Mutex;
use tokio::sync::Notify;

use super::{
    Event,
    pending::{Merged, Pending},
};
use crate::{keyed_queue::KeyedQueue, resource_type::ResourceType};

/// Which events a slow subscriber receives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// Queued changes of one object are merged. At most two events are queued per object, however slow the subscriber
    /// is. `old` of each `Updated` is the state that was delivered last.
    #[default]
    Coalesced,
    /// Every change is delivered. The queue of a subscriber that does not keep up grows without bound.
    EveryEvent,
}

/// A subscriber's stream of events. Dropping it ends the subscription.
///
/// The stream starts with the cached objects (`Added { in_initial_list: true }`), followed by each change. It does
/// not keep the informer running. It ends (`None`) when the informer has stopped and all queued events are delivered.
pub struct Subscription<K: 'static> {
    queue: Arc<Queue<K>>,
    wake: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

/// The sending side. It does not keep the queue alive.
pub(super) struct Feed<K: 'static> {
    queue: Weak<Queue<K>>,
}

struct Queue<K: 'static> {
    resource_type: Arc<ResourceType<K>>,
    state: Mutex<State<K>>,
    ready: Notify,
}

struct State<K: 'static> {
    backlog: Backlog<K>,
    closed: bool,
}

enum Backlog<K: 'static> {
    Coalesced(KeyedQueue<K, Pending<K>>),
    EveryEvent(VecDeque<Event<K>>),
}

pub(super) fn subscription<K>(
    resource_type: Arc<ResourceType<K>>,
    delivery: Delivery,
) -> (Feed<K>, Subscription<K>) {
    let backlog = match delivery {
        Delivery::Coalesced => Backlog::Coalesced(KeyedQueue::new(resource_type.clone())),
        Delivery::EveryEvent => Backlog::EveryEvent(VecDeque::new()),
    };
    let queue = Arc::new(Queue {
        resource_type,
        state: Mutex::new(State { backlog, closed: false }),
        ready: Notify::new(),
    });
    (Feed { queue: Arc::downgrade(&queue) }, Subscription { queue, wake: None })
}

impl<K: 'static> Feed<K> {
    /// Queues events. Returns `false` if the subscription was dropped.
    pub(super) fn send(&self, events: impl IntoIterator<Item = Event<K>>) -> bool {
        let Some(queue) = self.queue.upgrade() else {
            return false;
        };
        let mut state = queue.state.lock();
        for event in events {
            state.backlog.push(&queue.resource_type, event);
        }
        drop(state);
        queue.ready.notify_one();
        true
    }

    /// Whether the subscription still exists.
    pub(super) fn has_subscriber(&self) -> bool {
        self.queue.strong_count() > 0
    }

    /// Closes the queue. No further event follows.
    pub(super) fn close(&self) {
        if let Some(queue) = self.queue.upgrade() {
            queue.state.lock().closed = true;
            queue.ready.notify_one();
        }
    }
}

impl<K> Backlog<K> {
    fn push(&mut self, resource_type: &ResourceType<K>, event: Event<K>) {
        let pending = match self {
            Self::EveryEvent(events) => return events.push_back(event),
            Self::Coalesced(pending) => pending,
        };
        // Every cached object has a key.
        let object = event.object().clone();
        let Ok(key) = resource_type.key(&object) else { return };
        let Some(entry) = pending.get_mut(key) else {
            return pending.append(key, Pending::One(event));
        };
        let placeholder = Pending::One(event.clone());
        match std::mem::replace(entry, placeholder).merge(event) {
            Merged::Queued(merged) => *entry = merged,
            Merged::Nothing => {
                pending.remove(key);
            }
        }
    }

    fn pop(&mut self, resource_type: &ResourceType<K>) -> Option<Event<K>> {
        match self {
            Self::EveryEvent(events) => events.pop_front(),
            Self::Coalesced(pending) => {
                let (event, rest) = pending.pop()?.1.split();
                if let (Some(rest), Ok(key)) = (rest, resource_type.key(event.object())) {
                    pending.append(key, rest);
                }
                Some(event)
            }
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::EveryEvent(events) => events.len(),
            Self::Coalesced(pending) => pending.len(),
        }
    }
}

impl<K: Send + Sync + 'static> Subscription<K> {
    /// Waits for the next event. `None` once the informer has stopped and all queued events are delivered.
    ///
    /// # Cancel safety
    /// No event is lost when the future is dropped.
    pub async fn next(&mut self) -> Option<Event<K>> {
        std::future::poll_fn(|context| self.poll(context)).await
    }

    /// The next event, if one is queued.
    pub fn try_next(&mut self) -> Option<Event<K>> {
        self.queue.state.lock().backlog.pop(&self.queue.resource_type)
    }

    /// The number of objects with queued events (with [`Delivery::EveryEvent`]: of queued events).
    pub fn len(&self) -> usize {
        self.queue.state.lock().backlog.len()
    }

    /// Whether no event is queued.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Event<K>>> {
        loop {
            {
                let mut state = self.queue.state.lock();
                if let Some(event) = state.backlog.pop(&self.queue.resource_type) {
                    return Poll::Ready(Some(event));
                }
                if state.closed {
                    return Poll::Ready(None);
                }
            }
            // A permit stored since the check above completes the wait immediately.
            let queue = self.queue.clone();
            let wake = self.wake.get_or_insert_with(|| Box::pin(async move { queue.ready.notified().await }));
            std::task::ready!(pin!(wake).poll(context));
            self.wake = None;
        }
    }
}

impl<K: Send + Sync + 'static> Stream for Subscription<K> {
    type Item = Event<K>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Event<K>>> {
        self.poll(context)
    }
}

impl<K> fmt::Debug for Subscription<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.queue.state.lock();
        f.debug_struct("Subscription")
            .field("queued", &state.backlog.len())
            .field("closed", &state.closed)
            .finish_non_exhaustive()
    }
}
