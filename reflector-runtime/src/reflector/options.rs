//! What can be set about a reflector's decisions.

use std::time::Duration;

use fastrand::Rng;
use tokio::time::Instant;

use crate::{
    backoff::{Backoff, ExponentialBackoff},
    list_watch::Reason,
};

/// How the initial state is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum InitialListStrategy {
    /// By a streaming list (`sendInitialEvents`, client-go's "watch-list"), and by LIST where the server does
    /// not offer one; that is remembered.
    #[default]
    WatchList,
    /// By LIST, all at once where the server answers from its cache (it passes over a limit there).
    List,
    /// By LIST in pages, read at the newest state: more work for the server, but the answer comes in parts, and
    /// most servers tell how many objects are still to come.
    PagedList,
}

/// What a reflector's decisions depend on. The defaults are client-go's where it has one. Times longer than a year
/// count as a year.
pub struct ReflectorOptions {
    /// How the initial state is read.
    pub initial_list_strategy: InitialListStrategy,
    /// How many items a page of a list has at most. Without, 500 where the server reads through to etcd, and
    /// all at once where it answers from its cache (client-go's `WatchListPageSize`).
    pub page_size: Option<u32>,
    /// The shortest time after which a watch is renewed; the time is drawn from `[this, twice this)`. Default
    /// 5 minutes.
    pub min_watch_timeout: Duration,
    /// How much longer than its own timeout a watch may stay open before it is taken for dead. Default 30 s.
    pub watch_timeout_grace: Duration,
    /// How long an answer may take, a list may send nothing, or a watch-list nothing more of the state, before it is
    /// given up. Default 60 s.
    pub response_timeout: Duration,
    /// For how long a server that refused a watch-list is not asked for one again. Default one hour.
    pub watch_list_retry_after: Duration,
    /// For how long a watch that fails with internal errors is simply opened again before everything is listed
    /// anew. Default zero, never (client-go's `MaxInternalErrorRetryDuration`).
    pub max_internal_error_retry: Duration,
    /// The backoff of list and watch.
    pub backoff: Box<dyn Backoff>,
    /// The backoff while the server cannot be connected to.
    pub connection_backoff: Box<dyn Backoff>,
    /// The seed of all randomness: jitter of waits and of watch timeouts.
    pub seed: Option<u64>,
}

impl Default for ReflectorOptions {
    fn default() -> Self {
        Self {
            initial_list_strategy: InitialListStrategy::default(),
            page_size: None,
            min_watch_timeout: Duration::from_secs(5 * 60),
            watch_timeout_grace: Duration::from_secs(30),
            response_timeout: Duration::from_secs(60),
            watch_list_retry_after: Duration::from_secs(60 * 60),
            max_internal_error_retry: Duration::ZERO,
            backoff: Box::new(ExponentialBackoff::default()),
            connection_backoff: Box::new(ExponentialBackoff::default()),
            seed: None,
        }
    }
}

/// The longest that anything waits: far beyond every use, and far from where a clock ends.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// A server is not left alone for longer than this, whatever it asks for.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(60 * 60);

impl ReflectorOptions {
    /// With no time that a clock could not count to.
    pub(super) fn within_reason(mut self) -> Self {
        for time in [
            &mut self.min_watch_timeout,
            &mut self.watch_timeout_grace,
            &mut self.response_timeout,
            &mut self.watch_list_retry_after,
            &mut self.max_internal_error_retry,
        ] {
            *time = (*time).min(LONGEST);
        }
        self
    }

    /// The wait after a failure of that class, of which the server may have said how long it should be at least.
    pub(super) fn delay(
        &mut self,
        reason: Reason,
        retry_after: Option<Duration>,
        now: Instant,
        random: &mut Rng,
    ) -> Duration {
        let backoff = match reason {
            Reason::ConnectionFailed => &mut self.connection_backoff,
            _ => &mut self.backoff,
        };
        let asked = retry_after.unwrap_or_default().min(LONGEST_RETRY_AFTER);
        backoff.next_delay(now, random).min(LONGEST).max(asked)
    }
}

impl std::fmt::Debug for ReflectorOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReflectorOptions")
            .field("initial_list_strategy", &self.initial_list_strategy)
            .field("page_size", &self.page_size)
            .field("min_watch_timeout", &self.min_watch_timeout)
            .finish_non_exhaustive()
    }
}
