//! [`ProcessingTime`]: how long a batch of the queue takes until it is in the store and in the queues of all subscribers.

use tokio::time::Instant;

/// Where the time is published. Nothing is measured without the crate feature `metrics`.
pub(super) struct ProcessingTime {
    /// `None` if the informer publishes no metrics.
    #[cfg(feature = "metrics")]
    pub(super) labels: Option<crate::metrics::Labels>,
}

#[cfg_attr(not(feature = "metrics"), allow(clippy::unused_self, reason = "there is nothing to measure"))]
impl ProcessingTime {
    /// A batch was popped.
    pub(super) fn begin(&self) -> Option<Instant> {
        #[cfg(feature = "metrics")]
        return self.labels.as_ref().map(|_| Instant::now());
        #[cfg(not(feature = "metrics"))]
        None
    }

    /// The batch that was popped at `begin` is processed.
    pub(super) fn end(&self, begin: Option<Instant>) {
        #[cfg(feature = "metrics")]
        if let (Some(labels), Some(begin)) = (&self.labels, begin) {
            let seconds = begin.elapsed().as_secs_f64();
            labels.histogram(crate::metrics::INFORMER_PROCESSING_LATENCY_SECONDS).record(seconds);
        }
        #[cfg(not(feature = "metrics"))]
        let _ = begin;
    }
}
