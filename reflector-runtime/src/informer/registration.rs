//! A registered event handler: its task, [`HandlerRegistration`] and [`HandlerAbortHandle`].

use std::{
    fmt,
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use futures::FutureExt as _;
use tokio::{
    runtime::Handle,
    sync::watch,
    task::{AbortHandle, JoinHandle},
    time::Instant,
};

use super::{
    AsyncEventHandler, Event, HandlerStats, StreamItem, Subscription, WaitForSync, removal::Removal,
    report::Reporter, subscription::Queue,
};

/// The registration of an event handler. If it is dropped, the handler stays registered until the informer stops.
pub struct HandlerRegistration {
    handler: Arc<Handler>,
    /// `None` if the informer has no runtime.
    task: Option<JoinHandle<()>>,
    wait: WaitForSync,
}

/// Removes an event handler, without waiting: [`HandlerRegistration::abort_handle`]. Clones remove the same handler.
///
/// Dropping it has no effect.
#[derive(Clone)]
pub struct HandlerAbortHandle {
    handler: Arc<Handler>,
    task: Option<AbortHandle>,
}

/// What the informer and the registration know of a handler.
pub(super) struct Handler {
    name: String,
    removal: Removal,
    progress: watch::Sender<Progress>,
    processed: AtomicU64,
    /// The merged events of a handler that has ended.
    merged: AtomicU64,
    #[cfg(feature = "metrics")]
    published: Published,
    queue: Box<dyn Fn() -> QueueState + Send + Sync>,
}

/// The state of a handler's queue.
#[derive(Clone, Copy, Debug, Default)]
struct QueueState {
    queued: usize,
    merged: u64,
    waiting_since: Option<Instant>,
}

/// What has been published of a handler's counts.
#[cfg(feature = "metrics")]
#[derive(Default)]
struct Published {
    processed: AtomicU64,
    merged: AtomicU64,
}

/// How far a handler's task is.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Progress {
    /// The initial list has been processed.
    pub(super) synced: bool,
    /// The task has ended.
    pub(super) ended: bool,
}

impl Handler {
    pub(super) fn new<K: Send + Sync + 'static>(name: String, queue: &Queue<K>) -> Arc<Self> {
        let queue = Arc::downgrade(queue);
        let state = move || {
            let state = queue.upgrade().map(|queue| {
                queue.with(|backlog| QueueState {
                    queued: backlog.len(),
                    merged: backlog.merged(),
                    waiting_since: backlog.waiting_since(),
                })
            });
            state.unwrap_or_default()
        };
        Arc::new(Self {
            name,
            removal: Removal::default(),
            progress: watch::Sender::default(),
            processed: AtomicU64::new(0),
            merged: AtomicU64::new(0),
            #[cfg(feature = "metrics")]
            published: Published::default(),
            queue: Box::new(state),
        })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn progress(&self) -> watch::Receiver<Progress> {
        self.progress.subscribe()
    }

    pub(super) fn has_ended(&self) -> bool {
        self.progress.borrow().ended
    }

    /// Completes when the handler's task has ended.
    pub(super) async fn ended(&self) {
        // The sender is not dropped: it is in `self`.
        let _ = self.progress().wait_for(|progress| progress.ended).await;
    }

    /// The events processed and merged since the last call.
    #[cfg(feature = "metrics")]
    pub(super) fn take_unpublished(&self) -> (u64, u64) {
        let HandlerStats { processed, merged, .. } = self.stats();
        let take =
            |published: &AtomicU64, now: u64| now.saturating_sub(published.fetch_max(now, Ordering::Relaxed));
        (take(&self.published.processed, processed), take(&self.published.merged, merged))
    }

    /// Whether there are events that [`take_unpublished`](Self::take_unpublished) has not returned.
    #[cfg(feature = "metrics")]
    pub(super) fn has_unpublished(&self) -> bool {
        let HandlerStats { processed, merged, .. } = self.stats();
        let Published { processed: published, merged: published_merged } = &self.published;
        processed > published.load(Ordering::Relaxed) || merged > published_merged.load(Ordering::Relaxed)
    }

    /// The number of events that the handler has not processed, including the one that it is being called with.
    pub(super) fn unprocessed(&self) -> usize {
        (self.queue)().queued + usize::from(self.removal.is_calling())
    }

    pub(super) fn stats(&self) -> HandlerStats {
        let QueueState { queued, merged, waiting_since } = (self.queue)();
        HandlerStats {
            name: self.name.clone(),
            has_synced: self.progress.borrow().synced,
            processed: self.processed.load(Ordering::Relaxed),
            queued,
            lag: waiting_since.map(|since| since.elapsed()),
            merged: merged.max(self.merged.load(Ordering::Relaxed)),
        }
    }
}

impl HandlerRegistration {
    /// Waits until the informer is synced and this handler has processed the complete initial list, also if the list is
    /// empty (client-go's `HasSynced` of a registration). For a handler that was added later, the initial list consists
    /// of the objects that were cached at that time.
    ///
    /// # Errors
    /// As [`Informer::wait_for_sync`](super::Informer::wait_for_sync). Also
    /// [`SyncError::HandlerEnded`](super::SyncError::HandlerEnded) if the handler was removed, and
    /// [`SyncError::HandlerTimedOut`](super::SyncError::HandlerTimedOut) if the handler is too slow for the
    /// [`timeout`](WaitForSync::timeout).
    pub fn wait_for_sync(&self) -> WaitForSync {
        self.wait.again().then(self.handler.clone())
    }

    /// Whether this handler has processed the complete initial list. Once `true`, it stays `true`.
    pub fn has_synced(&self) -> bool {
        self.handler.progress.borrow().synced
    }

    /// The handler's name: [`DeliveryOptions::name`](super::DeliveryOptions::name), or its type.
    pub fn name(&self) -> &str {
        &self.handler.name
    }

    pub(super) fn handler(&self) -> &Arc<Handler> {
        &self.handler
    }

    /// Removes the handler: no other call begins. The future completes when a call in progress has returned and the
    /// handler is dropped (client-go's `ShutDownEventHandler`).
    ///
    /// Within a call, the future would wait for that call: drop the future, or use
    /// [`abort_handle`](Self::abort_handle).
    ///
    /// # Cancel safety
    /// The handler is removed even if the future is dropped, and even if it is never polled.
    pub fn remove(self) -> impl Future<Output = ()> + Send + 'static {
        self.handler.removal.remove();
        async move {
            if let Some(task) = self.task {
                // The only errors are the end of the runtime and a panic in the handler's `drop`.
                let _ = task.await;
            }
        }
    }

    /// A handle that removes the handler without waiting, also from within a call.
    pub fn abort_handle(&self) -> HandlerAbortHandle {
        HandlerAbortHandle {
            handler: self.handler.clone(),
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
        self.handler.removal.remove();
    }

    /// See [`HandlerRegistration::is_finished`].
    pub fn is_finished(&self) -> bool {
        self.task.as_ref().is_none_or(AbortHandle::is_finished)
    }
}

impl fmt::Debug for HandlerRegistration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerRegistration")
            .field("name", &self.name())
            .field("synced", &self.has_synced())
            .field("finished", &self.is_finished())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for HandlerAbortHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HandlerAbortHandle").field("finished", &self.is_finished()).finish()
    }
}

impl fmt::Debug for Handler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handler").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Starts a handler's task on this runtime. Without a runtime the handler is dropped: no event will be delivered.
pub(super) fn spawn<K: Send + Sync + 'static>(
    runtime: Option<&Handle>,
    name: String,
    handler: impl AsyncEventHandler<K> + 'static,
    events: Subscription<K>,
    report: Arc<Reporter>,
    wait: WaitForSync,
) -> HandlerRegistration {
    let known = Handler::new(name, events.queue());
    let ended = Ended(known.clone());
    let task = runtime.map(|runtime| runtime.spawn(run(handler, events, ended, report)));
    HandlerRegistration { handler: known, task, wait }
}

/// Reports the end of a handler's task, even if the task is never polled.
struct Ended(Arc<Handler>);

impl Drop for Ended {
    fn drop(&mut self) {
        // The queue is dropped with the task.
        self.0.merged.store((self.0.queue)().merged, Ordering::Relaxed);
        self.0.progress.send_modify(|progress| progress.ended = true);
    }
}

async fn run<K: Send + Sync + 'static>(
    mut handler: impl AsyncEventHandler<K>,
    mut events: Subscription<K>,
    this: Ended,
    report: Arc<Reporter>,
) {
    let Handler { name, removal, progress, processed, .. } = &*this.0;
    loop {
        let item = tokio::select! {
            biased;
            () = std::future::poll_fn(|context| removal.poll_removed(context)) => return,
            item = events.next_item() => item,
        };
        match item {
            Some(StreamItem::Event(event)) => {
                if !removal.begin_call() {
                    return;
                }
                if call(&mut handler, event.clone()).await.is_err() {
                    report.handler_panicked(name, &event);
                }
                processed.fetch_add(1, Ordering::Relaxed);
                removal.end_call();
            }
            Some(StreamItem::InitialListComplete) => progress.send_modify(|progress| progress.synced = true),
            Some(_) => {}
            None => return,
        }
        tokio::task::coop::consume_budget().await;
    }
}

/// The payload of a panic.
type Panic = Box<dyn std::any::Any + Send>;

/// Whether the handler is still usable after a panic is its author's decision, as documented on the trait. The payload
/// may contain values of the object, so the caller must drop it unread.
async fn call<K: 'static>(handler: &mut impl AsyncEventHandler<K>, event: Event<K>) -> Result<(), Panic> {
    AssertUnwindSafe(async move { handler.handle(event).await }).catch_unwind().await
}
