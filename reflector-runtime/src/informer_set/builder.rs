//! [`InformerSetBuilder`]: the configuration of a set.

use std::time::Duration;

use kube::Client;

use super::InformerSet;
use crate::reflector::ListLimiter;

/// Builds an [`InformerSet`].
#[derive(Clone)]
#[must_use = "a set exists only once it is built"]
pub struct InformerSetBuilder {
    pub(super) client: Client,
    pub(super) limiter: ListLimiter,
    pub(super) resync: Option<Duration>,
}

impl InformerSetBuilder {
    pub(super) fn new(client: Client) -> Self {
        Self { client, limiter: ListLimiter::default(), resync: None }
    }

    /// The limit on concurrent lists, which all informers of the set share. Default: 10 lists at once, with a jitter of up
    /// to 20 ms. Pass one limiter to several sets to share it between them.
    pub fn list_limiter(mut self, limiter: ListLimiter) -> Self {
        self.limiter = limiter;
        self
    }

    /// The resync period of informers that do not set one (client-go's `defaultResync`). Default: never.
    pub fn resync(mut self, period: Duration) -> Self {
        self.resync = (!period.is_zero()).then_some(period);
        self
    }

    /// Builds the set. Sends no request.
    pub fn build(self) -> InformerSet {
        InformerSet::of(self)
    }
}

impl std::fmt::Debug for InformerSetBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InformerSetBuilder")
            .field("limiter", &self.limiter)
            .field("resync", &self.resync)
            .finish_non_exhaustive()
    }
}
