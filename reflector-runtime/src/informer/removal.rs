//! [`Removal`]: where a handler's task and the removal of the handler meet. Must not depend on a runtime.

use std::task::{Context, Poll, Waker};

use super::lock::Mutex;

/// Whether a handler is removed, and whether it is being called. Once it is removed, no call begins.
#[derive(Default)]
pub(super) struct Removal {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    removed: bool,
    calling: bool,
    /// The handler's task, if it waits.
    waker: Option<Waker>,
}

impl Removal {
    /// Removes the handler. A call in progress completes.
    pub(super) fn remove(&self) {
        let mut state = self.state.lock();
        state.removed = true;
        let waker = state.waker.take();
        drop(state);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Begins a call. Returns `false` if the handler is removed.
    pub(super) fn begin_call(&self) -> bool {
        let mut state = self.state.lock();
        state.calling = !state.removed;
        state.calling
    }

    pub(super) fn end_call(&self) {
        self.state.lock().calling = false;
    }

    pub(super) fn is_calling(&self) -> bool {
        self.state.lock().calling
    }

    /// Completes once the handler is removed.
    pub(super) fn poll_removed(&self, context: &mut Context<'_>) -> Poll<()> {
        let mut state = self.state.lock();
        if state.removed {
            return Poll::Ready(());
        }
        match &mut state.waker {
            Some(waker) => waker.clone_from(context.waker()),
            waker => *waker = Some(context.waker().clone()),
        }
        Poll::Pending
    }
}
