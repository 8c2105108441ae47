//! [`Mailbox`]: content that one side adds to, and that one receiver waits for. Must not know what the content is, and
//! must not depend on a runtime.

use std::task::{Context, Poll, Waker};

use super::lock::Mutex;

/// Content with one receiver. Any number of threads may send.
pub(super) struct Mailbox<T> {
    slot: Mutex<Slot<T>>,
}

struct Slot<T> {
    content: T,
    /// The receiver, if it waits.
    waker: Option<Waker>,
    closed: bool,
}

impl<T> Mailbox<T> {
    pub(super) fn new(content: T) -> Self {
        Self { slot: Mutex::new(Slot { content, waker: None, closed: false }) }
    }

    /// Changes the content and wakes the receiver.
    pub(super) fn send<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let mut slot = self.slot.lock();
        let result = change(&mut slot.content);
        let waker = slot.waker.take();
        drop(slot);
        if let Some(waker) = waker {
            waker.wake();
        }
        result
    }

    /// Accesses the content without waking the receiver.
    pub(super) fn with<R>(&self, access: impl FnOnce(&mut T) -> R) -> R {
        access(&mut self.slot.lock().content)
    }

    /// Nothing more will be sent.
    pub(super) fn close(&self) {
        let mut slot = self.slot.lock();
        slot.closed = true;
        let waker = slot.waker.take();
        drop(slot);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.slot.lock().closed
    }

    /// Takes something from the content. If there is nothing to take, the receiver is woken by the next `send`, or
    /// receives `None` if the mailbox is closed. `take` also receives whether it is closed.
    pub(super) fn poll_take<R>(
        &self,
        context: &mut Context<'_>,
        take: impl FnOnce(&mut T, IsClosed) -> Option<R>,
    ) -> Poll<Option<R>> {
        let mut slot = self.slot.lock();
        let is_closed = IsClosed(slot.closed);
        if let Some(taken) = take(&mut slot.content, is_closed) {
            return Poll::Ready(Some(taken));
        }
        if slot.closed {
            return Poll::Ready(None);
        }
        // Another task may have polled before: the last one is woken.
        match &mut slot.waker {
            Some(waker) => waker.clone_from(context.waker()),
            waker => *waker = Some(context.waker().clone()),
        }
        Poll::Pending
    }
}

/// Whether nothing more will be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct IsClosed(pub(super) bool);
