//! [`ListPermit`]: the part that a reflector's lists take of a [`ListLimiter`]. Must not know why it is released.

use std::{
    future::poll_fn,
    sync::Arc,
    task::{Context, Poll},
};

use futures::future::BoxFuture;
use parking_lot::Mutex;
use tokio::sync::OwnedSemaphorePermit;

use super::ListLimiter;

/// The permit of a reflector, which holds at most one.
///
/// It is not a local variable of the reflector, so that it can be released while the reflector is not polled. This
/// includes a place in the queue of the limiter: a permit may be assigned to it at any time.
#[derive(Default)]
pub(crate) struct ListPermit {
    limiter: Option<ListLimiter>,
    state: Mutex<State>,
}

#[derive(Default)]
enum State {
    #[default]
    None,
    Waiting(BoxFuture<'static, OwnedSemaphorePermit>),
    Held(#[allow(dead_code, reason = "released when it is dropped")] OwnedSemaphorePermit),
}

/// Releases the permit when it is dropped.
pub(super) struct ReleaseOnDrop(Arc<ListPermit>);

impl Drop for ReleaseOnDrop {
    fn drop(&mut self) {
        self.0.release();
    }
}

impl ListPermit {
    pub(super) fn new(limiter: ListLimiter) -> Self {
        Self { limiter: Some(limiter), state: Mutex::default() }
    }

    /// Waits until the limiter allows a list. Completes immediately if it has done so before, or if there is no limiter.
    pub(super) async fn acquire(&self) {
        poll_fn(|context| self.poll_acquire(context)).await;
    }

    fn poll_acquire(&self, context: &mut Context<'_>) -> Poll<()> {
        let Some(limiter) = &self.limiter else { return Poll::Ready(()) };
        let mut state = self.state.lock();
        if matches!(*state, State::None) {
            let limiter = limiter.clone();
            *state = State::Waiting(Box::pin(async move { limiter.acquire().await }));
        }
        if let State::Waiting(acquire) = &mut *state {
            let permit = std::task::ready!(acquire.as_mut().poll(context));
            *state = State::Held(permit);
        }
        Poll::Ready(())
    }

    /// The permit, or the place in the queue for it, is free for others.
    pub(crate) fn release(&self) {
        let released = std::mem::take(&mut *self.state.lock());
        // Wakes others.
        drop(released);
    }

    pub(super) fn release_on_drop(self: &Arc<Self>) -> ReleaseOnDrop {
        ReleaseOnDrop(self.clone())
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    fn permits<const COUNT: usize>(limiter: &ListLimiter) -> [ListPermit; COUNT] {
        std::array::from_fn(|_| ListPermit::new(limiter.clone()))
    }

    #[tokio::test(start_paused = true)]
    async fn a_permit_is_held_once_until_it_is_released() {
        let limiter = ListLimiter::new(1);
        let [first, second] = permits(&limiter);
        first.acquire().await;
        first.acquire().await;
        assert_eq!(limiter.running(), 1);
        assert!(second.acquire().now_or_never().is_none());
        first.release();
        second.acquire().await;
        let second = Arc::new(second);
        drop(second.release_on_drop());
        assert_eq!(limiter.running(), 0);
    }

    /// The limiter assigns a permit to the first in its queue, also if that one is not polled.
    #[tokio::test(start_paused = true)]
    async fn a_place_in_the_queue_is_released_too() {
        let limiter = ListLimiter::new(1);
        let [first, second, third] = permits(&limiter);
        first.acquire().await;
        assert!(second.acquire().now_or_never().is_none());
        assert!(third.acquire().now_or_never().is_none());
        first.release();
        assert!(third.acquire().now_or_never().is_none(), "the second one is first");
        second.release();
        third.acquire().await;
        assert_eq!(limiter.running(), 1);
        assert!(second.acquire().now_or_never().is_none(), "it waits again");
    }
}
