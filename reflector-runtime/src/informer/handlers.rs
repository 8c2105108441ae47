//! [`Handlers`]: the event handlers of an informer. Must not know how a handler is called.

use std::sync::Arc;
#[cfg(feature = "metrics")]
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;

use super::registration::Handler;

/// The handlers that have been added and have not ended.
#[derive(Default)]
pub(super) struct Handlers {
    known: Mutex<Vec<Arc<Handler>>>,
    /// Whether the counts of the handlers are being published.
    #[cfg(feature = "metrics")]
    is_published: AtomicBool,
}

impl Handlers {
    pub(super) fn add(&self, handler: Arc<Handler>) {
        let mut known = self.known.lock();
        if known.len() == known.capacity() {
            known.retain(|handler| !handler.has_ended() || self.is_unpublished(handler));
        }
        known.push(handler);
    }

    pub(super) fn all(&self) -> Vec<Arc<Handler>> {
        self.known.lock().iter().filter(|handler| !handler.has_ended()).cloned().collect()
    }

    /// Whether counts of the handler will be published.
    #[cfg(feature = "metrics")]
    fn is_unpublished(&self, handler: &Handler) -> bool {
        self.is_published.load(Ordering::Relaxed) && handler.has_unpublished()
    }

    #[cfg(not(feature = "metrics"))]
    #[allow(clippy::unused_self, reason = "the other form needs it")]
    fn is_unpublished(&self, _: &Handler) -> bool {
        false
    }
}

#[cfg(feature = "metrics")]
impl Handlers {
    /// Also those that have ended and are not forgotten yet.
    pub(super) fn all_known(&self) -> Vec<Arc<Handler>> {
        self.known.lock().clone()
    }

    /// Counts are published from now on: a handler that ends is not forgotten before.
    pub(super) fn publication_begins(&self) {
        self.is_published.store(true, Ordering::Relaxed);
    }

    /// Nothing more is published.
    pub(super) fn publication_ends(&self) {
        self.is_published.store(false, Ordering::Relaxed);
    }
}
