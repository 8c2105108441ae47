//! [`Pipeline`]: a reflector, its queue, and the loop that pops the queue into the store.

use std::{panic::AssertUnwindSafe, sync::Arc};

use futures::FutureExt as _;
use parking_lot::Mutex;
use serde::de::DeserializeOwned;
use tokio::sync::watch;

use super::{
    processing_time::ProcessingTime,
    processor::{Reached, Subscribers, run_pop_loop},
    report::Reporter,
};
use crate::{
    delta_fifo::{Batch, DeltaFifo, ListConsistency},
    reflector::{HealthCell, Reflector},
    store::Writer,
};

/// The two halves of a running informer. One task runs both: the thread that queues a change also pops it, without
/// waking another thread.
pub(super) struct Pipeline<K: 'static> {
    pub(super) reflector: Reflector<K>,
    pub(super) fifo: Arc<DeltaFifo<K>>,
    /// Only the pipelines of one task share it, so it is never contended.
    pub(super) writer: Arc<Mutex<Writer<K>>>,
    pub(super) subscribers: Arc<Subscribers<K>>,
    pub(super) health: Arc<HealthCell>,
    pub(super) processing_time: ProcessingTime,
}

impl<K: DeserializeOwned + Send + Sync + 'static> Pipeline<K> {
    /// Runs until `stop` or `removed` completes, and then until the queue is empty. After `removed`, all objects of the
    /// queue and of its part of the store are deleted first.
    ///
    /// `reached` maps what a batch completes in this queue to what it completes in the store.
    pub(super) async fn run(
        self,
        stop: impl Future<Output = ()>,
        removed: impl Future<Output = ()>,
        reached: impl Fn(&mut Batch<K>) -> Reached,
    ) {
        let Self { mut reflector, fifo, writer, subscribers, health, processing_time } = self;
        // Closes the queue even if the reflector panics, or is never polled.
        let close_queue = OnDrop({
            let fifo = fifo.clone();
            move || fifo.close()
        });
        let queue = fifo.clone();
        let gate = subscribers.gate().clone();
        let list_permit = reflector.list_permit();
        let run_reflector = async move {
            let _guard = close_queue;
            let run = async move {
                tokio::select! {
                    biased;
                    () = removed => {
                        // An empty list: everything is swept.
                        queue.begin_replace(ListConsistency::Newest);
                        queue.finish_replace("");
                    }
                    () = reflector.run(stop) => {}
                }
            };
            // Other informers may list while this one waits for a subscriber.
            gate.while_open(run, || list_permit.release()).await;
        };
        tokio::join!(
            run_reflector,
            run_pop_loop(fifo, writer, subscribers, health, processing_time, reached)
        );
    }
}

/// Runs the work of an informer's task, and closes all consumers at its end. Dropping the future, which happens if its
/// runtime shuts down, closes them too, even if it was never polled. A panic of a function of the program ends the work,
/// and is reported.
pub(super) fn run_task<K: Send + Sync + 'static>(
    work: impl Future<Output = ()> + Send,
    subscribers: Arc<Subscribers<K>>,
    report: Arc<Reporter>,
    stopped: impl Fn() + Send,
    running: watch::Sender<()>,
) -> impl Future<Output = ()> + Send {
    let close_subscribers = OnDrop(move || {
        subscribers.close();
        stopped();
        // Dropped with this closure, after the calls above.
        let _ = &running;
    });
    async move {
        let _guard = close_subscribers;
        // What the work owns is not used after a panic, except by readers of the store, which see its last state.
        if AssertUnwindSafe(work).catch_unwind().await.is_err() {
            report.panicked();
        }
    }
}

/// Calls a function when it is dropped.
struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}
