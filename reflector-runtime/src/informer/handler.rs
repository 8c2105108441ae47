//! Handlers: subscribers that are called.

use std::{fmt, sync::Arc};

use tokio::task::{AbortHandle, JoinHandle};

use super::{Event, Subscription};

/// Is called with every change (client-go's `ResourceEventHandler`). All methods do nothing by default.
///
/// One handler is called by one task, one event after the other; its calls must not block. For work that waits,
/// use a [`Subscription`].
pub trait ResourceEventHandler<K>: Send + 'static {
    /// The object is in the cache now and was not before. `in_initial_list` as in [`Event::Added`].
    fn on_add(&mut self, object: Arc<K>, in_initial_list: bool) {
        let _ = (object, in_initial_list);
    }

    /// The object has changed; in a resync both are the same.
    fn on_update(&mut self, old: Arc<K>, new: Arc<K>) {
        let _ = (old, new);
    }

    /// The object is gone. `final_state_known` as in [`Event::Deleted`].
    fn on_delete(&mut self, last_known: Arc<K>, final_state_known: bool) {
        let _ = (last_known, final_state_known);
    }
}

/// A handler that was added. Dropping it lets the handler go on until the informer stops.
pub struct HandlerRegistration {
    task: JoinHandle<()>,
}

impl HandlerRegistration {
    /// Removes the handler: when this returns, it is not called any more. A handler that removes itself from
    /// within a call uses [`abort_handle`](Self::abort_handle).
    pub async fn remove(self) {
        self.task.abort();
        // The only error is the abort itself, or the handler's own panic, which the runtime has reported.
        let _ = self.task.await;
    }

    /// Removes the handler without waiting: a call that is running ends, no other begins.
    pub fn abort_handle(&self) -> AbortHandle {
        self.task.abort_handle()
    }

    /// Whether the handler is called no more: it was removed, it panicked, or the informer has stopped.
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
