//! Event handlers: callbacks driven by a subscription.

use std::{fmt, sync::Arc};

use tokio::task::{AbortHandle, JoinHandle};

use super::{Event, Subscription};

/// A callback for every change (client-go's `ResourceEventHandler`). By default, all methods do nothing.
///
/// Each handler has its own task, which calls it for one event at a time. The methods must not block. For
/// asynchronous work, use a [`Subscription`].
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
    task: JoinHandle<()>,
}

impl HandlerRegistration {
    /// Removes the handler. After this returns, the handler is not called again. A handler that removes itself from
    /// within a call must use [`abort_handle`](Self::abort_handle).
    pub async fn remove(self) {
        self.task.abort();
        // The only errors are the abort itself and a panic of the handler, which the runtime has reported.
        let _ = self.task.await;
    }

    /// A handle that removes the handler without waiting. A call in progress completes, and no other call starts.
    pub fn abort_handle(&self) -> AbortHandle {
        self.task.abort_handle()
    }

    /// Whether the handler will not be called again: it was removed, it panicked, or the informer has stopped.
    pub fn is_finished(&self) -> bool {
        self.task.is_finished()
    }
}

impl fmt::Debug for HandlerRegistration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerRegistration").field("finished", &self.is_finished()).finish()
    }
}

pub(super) fn call<K: Send + Sync + 'static>(
    mut handler: impl ResourceEventHandler<K>,
    mut events: Subscription<K>,
) -> HandlerRegistration {
    let task = tokio::spawn(async move {
        while let Some(event) = events.next().await {
            match event {
                Event::Added { object, in_initial_list, .. } => handler.on_add(object, in_initial_list),
                Event::Updated { old, new, .. } => handler.on_update(old, new),
                Event::Deleted { last_known, final_state_known, .. } => {
                    handler.on_delete(last_known, final_state_known)
                }
            }
            tokio::task::coop::consume_budget().await;
        }
    });
    HandlerRegistration { task }
}
