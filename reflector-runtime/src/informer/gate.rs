//! [`Gate`]: stops the informer while the queue of a subscriber with backpressure is full. Must not know what is queued.

use std::{
    pin::Pin,
    sync::atomic::{AtomicUsize, Ordering},
    task::{Context, Poll, Waker},
    time::Duration,
};

use parking_lot::Mutex;
use tokio::time::{Sleep, sleep};

/// Open while no queue is full.
#[derive(Default)]
pub(super) struct Gate {
    /// The number of full queues. Changed under the lock, read without.
    full: AtomicUsize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    waiting: Vec<Waker>,
    /// The informer is stopping: nothing more arrives, so that nothing must be held up.
    disabled: bool,
}

impl Gate {
    /// A queue is full.
    pub(super) fn filled(&self) {
        let _state = self.state.lock();
        self.full.fetch_add(1, Ordering::Release);
    }

    /// A full queue has space again, or is gone.
    pub(super) fn emptied(&self) {
        let mut state = self.state.lock();
        let is_open = self.full.fetch_sub(1, Ordering::Release) == 1;
        let waiting = if is_open { std::mem::take(&mut state.waiting) } else { Vec::new() };
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
    }

    /// Opens the gate for good.
    pub(super) fn disable(&self) {
        let mut state = self.state.lock();
        state.disabled = true;
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        waiting.into_iter().for_each(Waker::wake);
    }

    /// The number of full queues.
    pub(super) fn full(&self) -> usize {
        self.full.load(Ordering::Acquire)
    }

    pub(super) fn poll_open(&self, context: &mut Context<'_>) -> Poll<()> {
        if self.full() == 0 {
            return Poll::Ready(());
        }
        let mut state = self.state.lock();
        if state.disabled || self.full() == 0 {
            return Poll::Ready(());
        }
        if !state.waiting.iter().any(|waker| waker.will_wake(context.waker())) {
            state.waiting.push(context.waker().clone());
        }
        Poll::Pending
    }

    /// Waits until no queue is full.
    pub(super) async fn opened(&self) {
        std::future::poll_fn(|context| self.poll_open(context)).await;
    }

    /// Runs a future only while the gate is open. Calls `held_up` each time the gate has been closed for a while.
    pub(super) async fn while_open<F: Future>(&self, future: F, held_up: impl Fn()) -> F::Output {
        let mut future = std::pin::pin!(future);
        let mut closed = Closed::No;
        std::future::poll_fn(|context| {
            if self.poll_open(context).is_ready() {
                closed = Closed::No;
                return future.as_mut().poll(context);
            }
            if let Closed::No = closed {
                closed = Closed::Briefly(Box::pin(sleep(HELD_UP_AFTER)));
            }
            if let Closed::Briefly(timer) = &mut closed
                && timer.as_mut().poll(context).is_ready()
            {
                closed = Closed::ForAWhile;
                held_up();
            }
            Poll::Pending
        })
        .await
    }
}

/// Whether, and for how long, the gate has been closed.
enum Closed {
    No,
    Briefly(Pin<Box<Sleep>>),
    ForAWhile,
}

/// Slow subscribers close the gate often, and only briefly.
const HELD_UP_AFTER: Duration = Duration::from_secs(1);
