//! How a server is set up.

use std::sync::Arc;

use jiff::Timestamp;

use crate::{engine::Clock, server::ApiServer};

/// Sets up an [`ApiServer`].
pub struct Builder {
    seed: u64,
    watch_history: usize,
    clock: Clock,
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Builder")
            .field("seed", &self.seed)
            .field("watch_history", &self.watch_history)
            .finish_non_exhaustive()
    }
}

impl Default for Builder {
    fn default() -> Self {
        Self {
            seed: 0,
            watch_history: 20_000,
            clock: Arc::new(Timestamp::now),
        }
    }
}

impl Builder {
    /// Seeds the one generator of uids, generated names and timeouts. The default is 0: two servers do the same.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// How many events of each resource are kept. A watch from before them is 410, as is a list of a version before
    /// them; an open watch so far behind ends.
    #[must_use]
    pub fn watch_history(mut self, events: usize) -> Self {
        self.watch_history = events;
        self
    }

    /// Where the timestamps of objects come from; the default is the computer's clock.
    #[must_use]
    pub fn now(mut self, now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(now);
        self
    }

    /// The server.
    pub fn build(self) -> ApiServer {
        ApiServer::with(self.seed, self.watch_history, self.clock)
    }
}
