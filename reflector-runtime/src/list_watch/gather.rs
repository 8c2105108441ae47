//! Gathering what was decoded, so that it is handed on together. Knows nothing of what is gathered.

use std::{pin::Pin, time::Duration};

use bytes::Bytes;
use http_body_util::BodyExt as _;
use kube::client::Body;
use tokio::time::{Instant, Sleep, sleep};

use super::ListWatchError;

/// How many are decoded before they are handed on, where more had arrived together: bounds both memory and how
/// long the task is kept busy.
const BATCH: usize = 256;

/// How long the first one waits for others: a body comes in small pieces, and each hand-over costs a lock and a
/// wake-up.
const PATIENCE: Duration = Duration::from_millis(20);

/// What is decoded and not handed on yet.
pub(super) struct Gather<T> {
    ready: Vec<T>,
    hand_over: Pin<Box<Sleep>>,
}

/// What came next.
pub(super) enum Next {
    Bytes(Bytes),
    /// The body is over.
    End,
    /// Nothing; what is ready should wait no longer.
    HandOver,
}

impl<T> Gather<T> {
    pub(super) fn new() -> Self {
        Self { ready: Vec::new(), hand_over: Box::pin(sleep(PATIENCE)) }
    }

    pub(super) fn push(&mut self, item: T) {
        if self.ready.is_empty() {
            self.hand_over.as_mut().reset(Instant::now() + PATIENCE);
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
        self.ready.len() >= BATCH
    }

    /// What is ready, if anything is.
    pub(super) fn take(&mut self) -> Option<Vec<T>> {
        let ready = std::mem::take(&mut self.ready);
        (!ready.is_empty()).then_some(ready)
    }

    /// Waits for the body, but not for longer than what is ready should.
    pub(super) async fn next(&mut self, body: &mut Body) -> Result<Next, ListWatchError> {
        let frame = if self.ready.is_empty() {
            body.frame().await
        } else {
            tokio::select! {
                biased;
                frame = body.frame() => frame,
                () = self.hand_over.as_mut() => return Ok(Next::HandOver),
            }
        };
        match frame {
            None => Ok(Next::End),
            Some(Err(error)) => Err(ListWatchError::ReadBody(error.into())),
            // Trailers tell nothing.
            Some(Ok(frame)) => Ok(Next::Bytes(frame.into_data().unwrap_or_default())),
        }
    }
}
