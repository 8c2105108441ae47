//! The futures of the queue: [`Get`], and the wait for a drain.

use std::{
    fmt,
    future::Future,
    hash::Hash,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use tokio::{
    task::coop::poll_proceed,
    time::{Instant, Sleep, sleep_until},
};

use super::{WorkItem, queue::Shared};

/// The future returned by [`WorkQueue::get`](super::WorkQueue::get).
#[must_use = "futures do nothing unless polled"]
pub struct Get<'a, K: Eq + Hash + Clone + 'static> {
    shared: &'a Arc<Shared<K>>,
    /// The number under which it waits. `None` unless it waits.
    id: Option<u64>,
    timer: Option<Pin<Box<Sleep>>>,
}

impl<'a, K: Eq + Hash + Clone + 'static> Get<'a, K> {
    pub(super) fn new(shared: &'a Arc<Shared<K>>) -> Self {
        Self { shared, id: None, timer: None }
    }

    /// Completes when the deadline has come.
    fn poll_timer(&mut self, deadline: Instant, context: &mut Context<'_>) -> Poll<()> {
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if timer.deadline() != deadline {
            timer.as_mut().reset(deadline);
        }
        timer.as_mut().poll(context)
    }
}

impl<K: Eq + Hash + Clone + 'static> Future for Get<'_, K> {
    type Output = Option<WorkItem<K>>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        // A consumer of a queue that always has a ready key does not keep the thread.
        let budget = std::task::ready!(poll_proceed(context));
        loop {
            let now = Instant::now();
            let shared = this.shared;
            let deadline = {
                let mut inner = shared.inner.lock();
                let taken = inner.state.pop(now);
                if taken.is_some() || inner.state.is_shut_down() {
                    let woken = inner.leave(this.id.take());
                    drop(inner);
                    woken.wake();
                    budget.made_progress();
                    return Poll::Ready(taken.map(|taken| WorkItem::new(shared.clone(), taken)));
                }
                let deadline = inner.state.next_deadline();
                let id = match this.id {
                    Some(id) => id,
                    None => inner.waiters.new_id(),
                };
                this.id = Some(id);
                let is_timekeeper = inner.waiters.wait(id, context.waker(), deadline);
                deadline.filter(|_| is_timekeeper)
            };
            let Some(deadline) = deadline else { return Poll::Pending };
            std::task::ready!(this.poll_timer(deadline, context));
        }
    }
}

impl<K: Eq + Hash + Clone + 'static> Drop for Get<'_, K> {
    fn drop(&mut self) {
        if let Some(id) = self.id.take() {
            let woken = self.shared.inner.lock().leave(Some(id));
            woken.wake();
        }
    }
}

impl<K: Eq + Hash + Clone + 'static> fmt::Debug for Get<'_, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Get").field("waiting", &self.id.is_some()).finish_non_exhaustive()
    }
}

/// Waits until the queue is drained, or until the drain is cut short.
pub(super) struct Drain<'a, K: Eq + Hash + Clone + 'static> {
    shared: &'a Shared<K>,
    id: Option<u64>,
}

impl<'a, K: Eq + Hash + Clone + 'static> Drain<'a, K> {
    pub(super) fn new(shared: &'a Shared<K>) -> Self {
        Self { shared, id: None }
    }
}

impl<K: Eq + Hash + Clone + 'static> Future for Drain<'_, K> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let shared = self.shared;
        let mut inner = shared.inner.lock();
        if inner.drain_ends_now() {
            return Poll::Ready(());
        }
        let id = match self.id {
            Some(id) => id,
            None => inner.waiters.new_id(),
        };
        self.id = Some(id);
        inner.waiters.wait_for_drain(id, context.waker());
        Poll::Pending
    }
}

impl<K: Eq + Hash + Clone + 'static> Drop for Drain<'_, K> {
    fn drop(&mut self) {
        if let Some(id) = self.id {
            self.shared.inner.lock().waiters.leave_drain(id);
        }
    }
}
