//! [`Drain`]: stops an informer and waits for its handlers.

use std::{fmt, future::IntoFuture, pin::Pin, sync::Arc, time::Duration};

use super::{handle::Running, sync::timer};

/// Stops an informer, and waits until its handlers have processed the queued events; `.await` it. Created by
/// [`Informer::drain`](super::Informer::drain).
///
/// # Cancel safety
/// Once the future has been polled, the informer stops and the handlers process the queued events, even if the future is
/// dropped.
#[must_use = "the informer is stopped only when this is awaited"]
pub struct Drain<K: 'static> {
    running: Arc<Running<K>>,
    timeout: Option<Duration>,
}

/// Some handlers have not processed all queued events within [`Drain::timeout`]. They continue; remove their
/// registrations to end them.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}: not all events were handled within {} s{}", .after.as_secs_f32(), Backlogs(.handlers))]
#[non_exhaustive]
pub struct DrainError {
    /// The resource.
    pub what: String,
    /// The timeout.
    pub after: Duration,
    /// The handlers that are not finished.
    pub handlers: Vec<HandlerBacklog>,
}

crate::causes::debug_as_text!(DrainError);

/// What a handler has not processed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HandlerBacklog {
    /// The handler's name: [`DeliveryOptions::name`](super::DeliveryOptions::name), or its type.
    pub name: String,
    /// The number of events that it has not processed, including the one that it is being called with. With
    /// [`Delivery::Coalesced`](super::Delivery::Coalesced) this is the number of objects with queued events.
    pub unprocessed: usize,
}

impl<K: Send + Sync + 'static> Drain<K> {
    pub(super) fn new(running: Arc<Running<K>>) -> Self {
        Self { running, timeout: None }
    }

    /// Fails if the handlers need longer. Without a timeout, it waits indefinitely for a handler that never returns.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    async fn run(self) -> Result<(), DrainError> {
        self.running.stop();
        let timer =
            self.timeout.and_then(|timeout| Some((timeout, timer(self.running.runtime.as_ref(), timeout)?)));
        let Some((timeout, timer)) = timer else {
            self.drained().await;
            return Ok(());
        };
        tokio::select! {
            biased;
            () = self.drained() => Ok(()),
            () = timer => Err(self.timed_out(timeout)),
        }
    }

    async fn drained(&self) {
        self.running.stopped().await;
        for handler in self.running.handlers.all() {
            handler.ended().await;
        }
    }

    fn timed_out(&self, after: Duration) -> DrainError {
        let handlers = self.running.handlers.all().into_iter();
        let backlog = |handler: Arc<super::registration::Handler>| HandlerBacklog {
            name: handler.name().to_owned(),
            unprocessed: handler.unprocessed(),
        };
        DrainError {
            what: self.running.resource.description.clone(),
            after,
            handlers: handlers.map(backlog).collect(),
        }
    }
}

impl<K: Send + Sync + 'static> IntoFuture for Drain<K> {
    type Output = Result<(), DrainError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl<K> fmt::Debug for Drain<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Drain").field("timeout", &self.timeout).finish_non_exhaustive()
    }
}

/// `: handler (3 unprocessed), other (1 unprocessed)`.
struct Backlogs<'a>(&'a [HandlerBacklog]);

impl fmt::Display for Backlogs<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, HandlerBacklog { name, unprocessed }) in self.0.iter().enumerate() {
            let separator = if number == 0 { ": handler " } else { ", " };
            write!(f, "{separator}`{name}` ({unprocessed} unprocessed)")?;
        }
        Ok(())
    }
}
