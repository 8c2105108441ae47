//! Runs the decoding of batches, on several threads of the caller's runtime where it has them, and returns the results
//! in the order of the batches.
//!
//! Must not depend on what is decoded.

use std::{collections::VecDeque, panic::resume_unwind};

use tokio::{
    runtime::{Handle, RuntimeFlavor},
    task::JoinHandle,
};

use super::ListWatchError;

/// The maximum number of batches that are decoded at the same time. More threads than these cannot be kept busy by the
/// one task that frames the bytes.
const MAX_LANES: usize = 8;

/// The results of decoding, in order. Dropping it discards what has not been returned.
pub(super) struct InOrder<T> {
    queue: VecDeque<Slot<T>>,
    lanes: usize,
}

enum Slot<T> {
    Done(T),
    Running(JoinHandle<T>),
}

impl<T: Send + 'static> InOrder<T> {
    /// Uses the threads of the current runtime.
    pub(super) fn new() -> Self {
        let runtime = Handle::try_current().ok();
        let threads = runtime.filter(|runtime| runtime.runtime_flavor() == RuntimeFlavor::MultiThread);
        let lanes = threads.map_or(1, |runtime| runtime.metrics().num_workers().clamp(1, MAX_LANES));
        Self { queue: VecDeque::new(), lanes }
    }

    /// Whether the result of [`next`](Self::next) must be awaited before more is added. It bounds what is in memory.
    pub(super) fn is_full(&self) -> bool {
        self.queue.len() >= self.lanes
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Adds a result that needs no work.
    pub(super) fn done(&mut self, result: T) {
        self.queue.push_back(Slot::Done(result));
    }

    /// Adds work that takes so long that another thread should do it.
    pub(super) fn large(&mut self, work: impl FnOnce() -> T + Send + 'static) {
        if self.lanes == 1 {
            return self.done(work());
        }
        self.queue.push_back(Slot::Running(tokio::spawn(async { work() })));
    }

    /// Adds work that is done at once, unless earlier work is still running: passing it to another thread would cost
    /// more than it saves.
    pub(super) fn small(&mut self, work: impl FnOnce() -> T + Send + 'static) {
        if self.is_empty() { self.done(work()) } else { self.large(work) }
    }

    /// Waits for the next result; `None` if nothing was added.
    ///
    /// # Errors
    /// If the runtime shuts down.
    ///
    /// # Panics
    /// If the work has panicked: the type's `Deserialize` or a transform. It is the same panic.
    ///
    /// # Cancel safety
    /// No result is lost.
    pub(super) async fn next(&mut self) -> Result<Option<T>, ListWatchError> {
        if let Some(Slot::Running(running)) = self.queue.front_mut() {
            let result = running.await.map_err(|error| match error.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                Err(cancelled) => ListWatchError::ReadBody(kube::Error::Service(cancelled.into()).into()),
            });
            self.queue.pop_front();
            return result.map(Some);
        }
        match self.queue.pop_front() {
            Some(Slot::Done(result)) => Ok(Some(result)),
            Some(Slot::Running(_)) | None => Ok(None),
        }
    }
}

impl<T> Drop for InOrder<T> {
    fn drop(&mut self) {
        for slot in &self.queue {
            if let Slot::Running(running) = slot {
                running.abort();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Arc,
            atomic::{AtomicBool, Ordering},
            mpsc::{Receiver, Sender, channel},
        },
        thread::{self, ThreadId},
    };

    use futures::FutureExt as _;

    use super::*;

    /// Work that ends once the sender has sent.
    fn work(number: u32) -> (Sender<()>, impl FnOnce() -> (u32, ThreadId) + Send + 'static) {
        let (sender, receiver): (Sender<()>, Receiver<()>) = channel();
        let work = move || {
            // Also ends if the sender is dropped.
            let _ = receiver.recv();
            (number, thread::current().id())
        };
        (sender, work)
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 3)]
    async fn results_are_in_order_whatever_ends_first() {
        let mut results = InOrder::new();
        let ((first, one), (second, two)) = (work(1), work(2));
        results.large(one);
        results.large(two);
        results.done((3, thread::current().id()));
        assert!(results.is_full());
        second.send(()).unwrap();
        assert!(results.next().now_or_never().is_none(), "the first one is not done");
        first.send(()).unwrap();
        for expected in 1..=3 {
            assert_eq!(results.next().await.unwrap().unwrap().0, expected);
        }
        assert!(results.is_empty() && results.next().await.unwrap().is_none());
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn small_work_is_done_at_once_unless_earlier_work_is_running() {
        let here = thread::current().id();
        let mut results = InOrder::new();
        results.small(move || thread::current().id() == here);
        assert!(results.next().now_or_never().unwrap().unwrap().unwrap());
        let (sender, receiver) = channel::<()>();
        results.large(move || receiver.recv().is_ok());
        results.small(|| false);
        assert!(results.next().now_or_never().is_none());
        sender.send(()).unwrap();
        assert_eq!(results.next().await.unwrap(), Some(true));
        assert_eq!(results.next().await.unwrap(), Some(false));
    }

    #[tokio::test]
    async fn a_runtime_with_one_thread_does_everything_at_once() {
        let mut results = InOrder::new();
        results.large(|| 1);
        assert!(results.is_full());
        assert_eq!(results.next().now_or_never().unwrap().unwrap(), Some(1));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_panic_is_that_of_the_caller() {
        let task = tokio::spawn(async {
            let mut results = InOrder::<()>::new();
            results.large(|| panic!("the type's fault"));
            let _ = results.next().await;
        });
        let panic = task.await.unwrap_err().into_panic();
        assert_eq!(panic.downcast_ref::<&str>(), Some(&"the type's fault"));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_is_dropped_does_not_begin() {
        let ((first, one), (second, two)) = (work(1), work(2));
        let begun = Arc::new(AtomicBool::new(false));
        let third = {
            let begun = begun.clone();
            move || {
                begun.store(true, Ordering::Relaxed);
                (3, thread::current().id())
            }
        };
        let mut results = InOrder::new();
        // Both threads wait for these.
        results.large(one);
        results.large(two);
        results.large(third);
        drop(results);
        drop((first, second));
        while Arc::strong_count(&begun) > 1 {
            tokio::task::yield_now().await;
        }
        assert!(!begun.load(Ordering::Relaxed));
    }
}
