//! Collects decoded items into batches. Must not depend on the type of the items.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http_body_util::BodyExt as _;
use kube::client::Body;
use tokio::{
    task::coop::consume_budget,
    time::{Instant, Sleep, sleep},
};

use super::ListWatchError;

/// The maximum number of items in a batch if more have arrived together. It bounds both memory and how long the task
/// is busy.
const MAX_BATCH: usize = 256;

/// How long the first item of a batch waits for others. A body arrives in small chunks, and each delivered batch
/// costs a lock and a wake-up.
const MAX_DELAY: Duration = Duration::from_millis(20);

/// The items that are decoded and not delivered yet.
pub(super) struct Batcher<T> {
    ready: Vec<T>,
    flush_timer: Pin<Box<Sleep>>,
    bytes_received: Arc<AtomicU64>,
}

/// The result of waiting for the body.
pub(super) enum Next {
    Bytes(Bytes),
    /// The body has ended.
    End,
    /// The ready items must be delivered now.
    Flush,
}

impl<T> Batcher<T> {
    /// `bytes_received` counts the bytes of the body.
    pub(super) fn new(bytes_received: Arc<AtomicU64>) -> Self {
        Self { ready: Vec::new(), flush_timer: Box::pin(sleep(MAX_DELAY)), bytes_received }
    }

    pub(super) fn push(&mut self, item: T) {
        if self.ready.is_empty() {
            self.flush_timer.as_mut().reset(Instant::now() + MAX_DELAY);
        }
        self.ready.push(item);
    }

    pub(super) fn append(&mut self, items: Vec<T>) {
        for item in items {
            self.push(item);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ready.is_empty()
    }

    pub(super) fn is_full(&self) -> bool {
        self.ready.len() >= MAX_BATCH
    }

    /// Returns the ready items, or `None` if there are none.
    pub(super) fn take(&mut self) -> Option<Vec<T>> {
        let ready = std::mem::take(&mut self.ready);
        (!ready.is_empty()).then_some(ready)
    }

    /// Waits for the body, but not longer than the ready items may wait.
    pub(super) async fn next(&mut self, body: &mut Body) -> Result<Next, ListWatchError> {
        // A body that has arrived completely is never pending. While an object that is too long is skipped, nothing is
        // delivered either: other tasks and timeouts must get their turn.
        consume_budget().await;
        let frame = if self.ready.is_empty() {
            body.frame().await
        } else {
            tokio::select! {
                biased;
                frame = body.frame() => frame,
                () = self.flush_timer.as_mut() => return Ok(Next::Flush),
            }
        };
        match frame {
            None => Ok(Next::End),
            Some(Err(error)) => Err(ListWatchError::ReadBody(error.into())),
            // Trailers contain no data.
            Some(Ok(frame)) => {
                let bytes = frame.into_data().unwrap_or_default();
                self.bytes_received.fetch_add(bytes.len() as u64, Ordering::Relaxed);
                Ok(Next::Bytes(bytes))
            }
        }
    }
}
