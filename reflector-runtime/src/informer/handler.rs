//! Event handlers: callbacks driven by a subscription, and their registrations.

use std::{
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use tokio::{
    runtime::Handle,
    task::{AbortHandle, JoinHandle},
};

use super::{Event, Subscription, report::Reporter};

/// A callback for every change (client-go's `ResourceEventHandler`). By default, all methods do nothing.
///
/// Each handler has its own task, which calls it for one event at a time. The methods must not block. For
/// asynchronous work, use a [`Subscription`].
///
/// # Panics in a handler
/// A panic in one of the methods is caught. It is logged, passed to the error hook
/// ([`InformerBuilder::on_error`](super::InformerBuilder::on_error)), returned by
/// [`Informer::last_error`](super::Informer::last_error) and counted by
/// [`Informer::handler_panics`](super::Informer::handler_panics). The report contains the event's type, key and
/// resourceVersion. It does not contain the panic's message, which may include values of the object. The event counts
/// as handled, and the handler is called with the next one: its own state must stay usable after a panic.
pub trait ResourceEventHandler<K>: Send + 'static {
    /// The object is new in the cache. For `in_initial_list`, see [`Event::Added`].
    fn on_add(&mut self, object: Arc<K>, in_initial_list: bool) {
        let _ = (object, in_initial_list);
    }

    /// The object has changed. In a resync both states are the same.
    fn on_update(&mut self, old: Arc<K>, new: Arc<K>) {
        let _ = (old, new);
    }

    /// The object was deleted. For `final_state_known`, see [`Event::Deleted`].
    fn on_delete(&mut self, last_known: Arc<K>, final_state_known: bool) {
        let _ = (last_known, final_state_known);
    }
}

/// The registration of an event handler. If it is dropped, the handler stays registered until the informer stops.
pub struct HandlerRegistration {
    removed: Arc<AtomicBool>,
    /// `None` if the informer has no runtime.
    task: Option<JoinHandle<()>>,
}

/// Removes an event handler, without waiting: [`HandlerRegistration::abort_handle`]. Clones remove the same handler.
///
/// Dropping it has no effect.
#[derive(Clone)]
pub struct HandlerAbortHandle {
    removed: Arc<AtomicBool>,
    task: Option<AbortHandle>,
}

impl HandlerRegistration {
    /// Removes the handler: no other call begins. The future completes when a call in progress has returned and the
    /// handler is dropped.
    ///
    /// Within a call, the future would wait for that call: drop the future, or use
    /// [`abort_handle`](Self::abort_handle).
    ///
    /// # Cancel safety
    /// The handler is removed even if the future is dropped, and even if it is never polled.
    pub fn remove(self) -> impl Future<Output = ()> + Send + 'static {
        self.abort_handle().abort();
        async move {
            if let Some(task) = self.task {
                // The only errors are the abort itself and a panic in the handler's `drop`.
                let _ = task.await;
            }
        }
    }

    /// A handle that removes the handler without waiting, also from within a call.
    pub fn abort_handle(&self) -> HandlerAbortHandle {
        HandlerAbortHandle {
            removed: self.removed.clone(),
            task: self.task.as_ref().map(JoinHandle::abort_handle),
        }
    }

    /// Whether the handler's task has ended: the handler was removed, or the informer has stopped and all queued events
    /// are delivered. No call is in progress, and no other call begins.
    pub fn is_finished(&self) -> bool {
        self.task.as_ref().is_none_or(JoinHandle::is_finished)
    }
}

impl HandlerAbortHandle {
    /// Removes the handler. A call in progress completes, and no other call begins.
    pub fn abort(&self) {
        // The task itself can only be aborted where it waits, which is not between all calls.
        self.removed.store(true, Ordering::SeqCst);
        if let Some(task) = &self.task {
            task.abort();
        }
    }

    /// See [`HandlerRegistration::is_finished`].
    pub fn is_finished(&self) -> bool {
        self.task.as_ref().is_none_or(AbortHandle::is_finished)
    }
}

impl fmt::Debug for HandlerRegistration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerRegistration").field("finished", &self.is_finished()).finish()
    }
}

impl fmt::Debug for HandlerAbortHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerAbortHandle").field("finished", &self.is_finished()).finish()
    }
}

/// Starts a handler's task on this runtime. Without a runtime the handler is dropped: no event will be delivered.
pub(super) fn spawn<K: Send + Sync + 'static>(
    runtime: Option<&Handle>,
    handler: impl ResourceEventHandler<K>,
    events: Subscription<K>,
    report: Arc<Reporter>,
) -> HandlerRegistration {
    let removed = Arc::new(AtomicBool::new(false));
    let task = runtime.map(|runtime| runtime.spawn(run(handler, events, removed.clone(), report)));
    HandlerRegistration { removed, task }
}

async fn run<K: Send + Sync + 'static>(
    mut handler: impl ResourceEventHandler<K>,
    mut events: Subscription<K>,
    removed: Arc<AtomicBool>,
    report: Arc<Reporter>,
) {
    while let Some(event) = events.next().await {
        if removed.load(Ordering::SeqCst) {
            return;
        }
        // The payload may contain values of the object, so it is dropped unread. Whether the handler is still usable is
        // its author's decision, as documented on the trait.
        if catch_unwind(AssertUnwindSafe(|| call(&mut handler, &event))).is_err() {
            report.handler_panicked(&event);
        }
        tokio::task::coop::consume_budget().await;
    }
}

fn call<K>(handler: &mut impl ResourceEventHandler<K>, event: &Event<K>) {
    match event {
        Event::Added { object, in_initial_list, .. } => handler.on_add(object.clone(), *in_initial_list),
        Event::Updated { old, new, .. } => handler.on_update(old.clone(), new.clone()),
        Event::Deleted { last_known, final_state_known, .. } => {
            handler.on_delete(last_known.clone(), *final_state_known);
        }
    }
}
