//! [`ReflectorOptions`]: what a reflector's decisions depend on.

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
    /// By a streaming list (`sendInitialEvents`, client-go's "watch-list"). If the server does not support it, by LIST;
    /// that is remembered.
    #[default]
    WatchList,
    /// By LIST, in one piece if the server answers from its cache (which ignores a limit).
    List,
    /// By LIST in pages, read at the most recent state: more work for the server, but the answer arrives in parts, and
    /// most servers report how many objects remain.
    PagedList,
}

/// What a reflector's decisions depend on. The defaults are client-go's if it has one. Durations longer than a year
/// count as a year.
///
/// ```no_run
/// # use std::time::Duration;
/// # use k8s_openapi::api::core::v1::Pod;
/// # use reflector_runtime::InformerExt;
/// # fn start(client: kube::Client) {
/// let pods = Pod::informer(client)
///     .options(|options| {
///         options.response_timeout = Duration::from_secs(120);
///         options.seed = Some(7);
///     })
///     .start();
/// # }
/// ```
#[derive(Clone)]
pub struct ReflectorOptions {
    /// How the initial state is read.
    pub initial_list_strategy: InitialListStrategy,
    /// The maximum number of items in a page of a list. By default 500 if the server reads from etcd, and no limit if
    /// it answers from its cache (client-go's `WatchListPageSize`).
    pub page_size: Option<u32>,
    /// The shortest time after which a watch is renewed. The time is drawn from `[this, twice this)`. Default 5
    /// minutes.
    pub min_watch_timeout: Duration,
    /// How much longer than its own timeout a watch may stay open before the connection is considered dead. Default
    /// 30 s.
    pub watch_timeout_grace: Duration,
    /// How long a response may take, a list may send nothing, or a watch-list none of its state, before it is given up.
    /// Default 60 s. The response to a watch may take as long as the watch: some proxies hold its head back until the
    /// first event.
    pub response_timeout: Duration,
    /// How long no watch-list is requested from a server that refused one. Default one hour.
    pub watch_list_retry_after: Duration,
    /// How long a watch that fails with internal errors is opened again at once before the state is listed. Default
    /// zero: never (client-go's `MaxInternalErrorRetryDuration`).
    pub max_internal_error_retry: Duration,
    /// Lists every so often and never watches, for resources that cannot be watched (such as `metrics.k8s.io`). Default
    /// `None`: watch.
    pub poll_interval: Option<Duration>,
    /// The backoff of lists and watches.
    pub backoff: Box<dyn Backoff>,
    /// The backoff while no connection to the server can be made.
    pub connection_backoff: Box<dyn Backoff>,
    /// The seed of all randomness: jitter of delays and of watch timeouts.
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
            poll_interval: None,
            backoff: Box::new(ExponentialBackoff::default()),
            connection_backoff: Box::new(ExponentialBackoff::default()),
            seed: None,
        }
    }
}

/// The longest delay: far beyond every use, and far below the range of a clock.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// The shortest interval between polls: zero would list without a pause.
const MIN_POLL_INTERVAL: Duration = Duration::from_secs(1);

/// The longest `Retry-After` that is honoured.
const LONGEST_RETRY_AFTER: Duration = Duration::from_secs(60 * 60);

impl ReflectorOptions {
    /// With every duration limited to what a clock can represent.
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
        self.poll_interval = self.poll_interval.map(|interval| interval.clamp(MIN_POLL_INTERVAL, LONGEST));
        self
    }

    /// The delay after a failure of this class. `retry_after` is the least delay that the server asked for.
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
