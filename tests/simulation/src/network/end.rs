//! The record of a closed connection.

use tokio::time::Instant;

use super::{Shared, log::Attempt};

/// The record of a closed connection.
pub(super) struct End {
    pub(super) attempt: Attempt,
    pub(super) opened: Instant,
    pub(super) text: String,
    pub(super) fault: Option<&'static str>,
    pub(super) succeeded: bool,
    pub(super) is_protobuf: bool,
}

impl End {
    pub(super) fn record(mut self, shared: &mut Shared, began: Instant) {
        self.attempt.at = self.opened - began;
        self.attempt.until += self.attempt.at;
        if let Some(fault) = self.fault {
            shared.counts.add(fault, 1);
        }
        if self.is_protobuf {
            shared.counts.add("response in protobuf", 1);
        }
        shared.informers[self.attempt.informer].successes += u64::from(self.succeeded);
        shared.log.add(self.attempt, &self.text);
    }
}
