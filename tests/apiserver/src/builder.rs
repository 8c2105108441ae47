//! The configuration of a server.

use std::sync::Arc;

use jiff::Timestamp;

use crate::{
    auth::{Denial, Rules},
    engine::Clock,
    request::Verb,
    server::ApiServer,
};

/// Configures an [`ApiServer`].
pub struct Builder {
    seed: u64,
    watch_history: usize,
    clock: Clock,
    rules: Rules,
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
        Self { seed: 0, watch_history: 20_000, clock: Arc::new(Timestamp::now), rules: Rules::default() }
    }
}

impl Builder {
    /// Seeds the single generator of uids, generated names and timeouts. The default is 0, so two servers behave the
    /// same.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// How many events are kept for each resource. A watch or a list from a version older than these events gets 410;
    /// an open watch ends if an event was dropped before the watch read it.
    #[must_use]
    pub fn watch_history(mut self, events: usize) -> Self {
        self.watch_history = events;
        self
    }

    /// The source of the timestamps of objects; the default is the system clock.
    #[must_use]
    pub fn now(mut self, now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(now);
        self
    }

    /// Denies a verb on a (plural) resource, in one namespace or (`None`) in all namespaces; see [`ApiServer::deny`].
    #[must_use]
    pub fn deny(mut self, verb: Verb, resource: &str, namespace: Option<&str>) -> Self {
        let namespace = namespace.map(str::to_owned);
        self.rules.denials.push(Denial { verb, resource: resource.to_owned(), namespace });
        self
    }

    /// Requires this bearer token for every request.
    #[must_use]
    pub fn token(mut self, token: &str) -> Self {
        self.rules.token = Some(token.to_owned());
        self
    }

    /// The user name that the server assigns to the client; the default is `kubernetes-admin`.
    #[must_use]
    pub fn user(mut self, user: &str) -> Self {
        user.clone_into(&mut self.rules.user);
        self
    }

    /// Builds the server.
    pub fn build(self) -> ApiServer {
        ApiServer::with(self.seed, self.watch_history, self.clock, self.rules)
    }
}
