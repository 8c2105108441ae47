//! Collects what has arrived of a body into batches. Must not depend on what it consists of.

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
    task::yield_now,
    time::{Instant, Sleep, sleep},
};

use super::ListWatchError;

/// The maximum number of parts in a batch if more have arrived together. It bounds how long a task is busy.
const MAX_BATCH: usize = 256;

/// The number of bytes from which a batch is full. It bounds both memory and how long a task is busy.
const MAX_BATCH_BYTES: usize = 256 << 10;

/// How long the first part of a batch waits for others, if no caller can use it before the last one has arrived. A body
/// arrives in small chunks, and each delivered batch costs a lock and a wake-up.
const MAX_DELAY: Duration = Duration::from_millis(20);

/// How long a batch that is not full waits for more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FlushPolicy {
    /// Until nothing more has arrived: each part is a recent change. An API server sends each event in a chunk of its
    /// own, and the connection's task passes them on one by one, so it gets one turn to do so.
    WhenIdle,
    /// For [`MAX_DELAY`]: consumers cannot use the parts before the last one has arrived.
    Delayed,
}

/// What has arrived, and has not been passed on.
pub(super) struct Batcher<T> {
    batch: Vec<T>,
    bytes: usize,
    flush_policy: FlushPolicy,
    flush_timer: Pin<Box<Sleep>>,
    bytes_received: Arc<AtomicU64>,
}

/// The result of waiting for the body.
pub(super) enum Next {
    Bytes(Bytes),
    /// The body has ended.
    End,
    /// The batch must be passed on now.
    Flush,
}

impl<T> Batcher<T> {
    /// `bytes_received` counts the bytes of the body.
    pub(super) fn new(flush_policy: FlushPolicy, bytes_received: Arc<AtomicU64>) -> Self {
        let flush_timer = Box::pin(sleep(MAX_DELAY));
        Self { batch: Vec::new(), bytes: 0, flush_policy, flush_timer, bytes_received }
    }

    pub(super) fn set_flush_policy(&mut self, flush_policy: FlushPolicy) {
        self.flush_policy = flush_policy;
    }

    /// Adds a part that has this many bytes.
    pub(super) fn push(&mut self, part: T, bytes: usize) {
        if self.batch.is_empty() && self.flush_policy == FlushPolicy::Delayed {
            self.flush_timer.as_mut().reset(Instant::now() + MAX_DELAY);
        }
        self.batch.push(part);
        self.bytes += bytes;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.batch.is_empty()
    }

    pub(super) fn is_full(&self) -> bool {
        self.batch.len() >= MAX_BATCH || self.bytes >= MAX_BATCH_BYTES
    }

    /// Returns the batch, and begins another one.
    pub(super) fn take(&mut self) -> Vec<T> {
        self.bytes = 0;
        let next = Vec::with_capacity(self.batch.len());
        std::mem::replace(&mut self.batch, next)
    }

    /// Waits for the body, but not longer than the batch may wait.
    ///
    /// # Cancel safety
    /// No bytes are lost.
    pub(super) async fn next(&mut self, body: &mut Body) -> Result<Next, ListWatchError> {
        // The connection's task passes on one chunk per turn. If this task takes its turn before it polls the body, the
        // next chunk has arrived by then in most cases. Otherwise the two tasks wake each other twice per chunk, and each
        // few wake-ups also wake an idle thread. A body that has arrived completely is never pending: other tasks and
        // timeouts get their turn here, too.
        yield_now().await;
        let frame = if self.batch.is_empty() {
            body.frame().await
        } else {
            let flush = async {
                match self.flush_policy {
                    FlushPolicy::WhenIdle => yield_now().await,
                    FlushPolicy::Delayed => self.flush_timer.as_mut().await,
                }
            };
            tokio::select! {
                biased;
                frame = body.frame() => frame,
                () = flush => return Ok(Next::Flush),
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
