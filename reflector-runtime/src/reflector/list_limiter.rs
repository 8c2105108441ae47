//! [`ListLimiter`]: limits how many reflectors list at the same time. Must not know what they list.

use std::{fmt, sync::Arc, time::Duration};

use fastrand::Rng;
use parking_lot::Mutex;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::sleep,
};

/// A shared limit on concurrent lists, so that many informers in one process can start, or recover from an outage of
/// the server, without being throttled (429). Clones share the limit.
///
/// It limits all reads of a complete state: the first list, each relist and each poll, by LIST and by streaming list
/// (which takes a seat of the server's priority-and-fairness limits until its initial events are sent). A watch takes
/// no part of the limit, nor does a failed list during its backoff. The lists of one informer are never concurrent.
/// A list that has waited for a subscriber with backpressure ([`Overflow::Backpressure`](crate::Overflow::Backpressure))
/// for a second takes no part of the limit until its next page, so that a subscriber that stops reading does not keep
/// other informers from starting.
///
/// Lists that find the limit free start immediately. Each list that had to wait starts a random delay, up to the
/// jitter, after its turn has come, so that several processes that start together do not list in step.
///
/// Each [`InformerSet`](crate::InformerSet) has a limiter. Pass one to
/// [`InformerBuilder::list_limiter`](crate::InformerBuilder::list_limiter) to share it between other informers.
///
/// ```no_run
/// use k8s_openapi::api::core::v1::{Node, Pod};
/// use reflector_runtime::{InformerExt, ListLimiter};
///
/// # fn start(client: kube::Client) {
/// let lists = ListLimiter::new(4);
/// let pods = Pod::informer(client.clone()).list_limiter(lists.clone()).start();
/// let nodes = Node::informer(client).list_limiter(lists.clone()).start();
/// println!("{} of {} lists are running", lists.running(), lists.concurrent());
/// # }
/// ```
#[derive(Clone)]
pub struct ListLimiter {
    permits: Arc<Semaphore>,
    concurrent: usize,
    jitter: Duration,
    random: Arc<Mutex<Rng>>,
}

/// A fraction of what the priority levels of a default kube-apiserver allow, because other clients list as well.
const CONCURRENT: usize = 10;

const JITTER: Duration = Duration::from_millis(20);

impl Default for ListLimiter {
    /// 10 concurrent lists, with a jitter of up to 20 ms.
    fn default() -> Self {
        Self::new(CONCURRENT)
    }
}

impl ListLimiter {
    /// A limit of this many concurrent lists. Zero counts as one.
    pub fn new(concurrent: usize) -> Self {
        let concurrent = concurrent.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            permits: Arc::new(Semaphore::new(concurrent)),
            concurrent,
            jitter: JITTER,
            random: Arc::new(Mutex::new(Rng::new())),
        }
    }

    /// The longest random delay of a list that had to wait. Default 20 ms; zero means none.
    #[must_use]
    pub fn jitter(mut self, jitter: Duration) -> Self {
        self.jitter = jitter;
        self
    }

    /// Seeds the jitter, for reproducible tests.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.random = Arc::new(Mutex::new(Rng::with_seed(seed)));
        self
    }

    /// How many lists may run at once.
    pub fn concurrent(&self) -> usize {
        self.concurrent
    }

    /// How many lists are running.
    pub fn running(&self) -> usize {
        self.concurrent.saturating_sub(self.permits.available_permits())
    }

    /// Waits until a list may start. The list ends when the permit is dropped.
    pub(super) async fn acquire(&self) -> OwnedSemaphorePermit {
        if let Ok(permit) = self.permits.clone().try_acquire_owned() {
            return permit;
        }
        let permit = self.permits.clone().acquire_owned().await;
        let delay = self.jitter.mul_f64(self.random.lock().f64());
        sleep(delay).await;
        match permit {
            Ok(permit) => permit,
            // The semaphore is never closed.
            Err(_) => std::future::pending().await,
        }
    }
}

impl fmt::Debug for ListLimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ListLimiter")
            .field("concurrent", &self.concurrent)
            .field("running", &self.running())
            .field("jitter", &self.jitter)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_limit_holds_and_only_those_that_wait_are_delayed() {
        let limiter = ListLimiter::new(2).jitter(Duration::from_millis(100)).seed(7);
        let start = Instant::now();
        let (first, second) = (limiter.acquire().await, limiter.acquire().await);
        assert_eq!((start.elapsed(), limiter.running()), (Duration::ZERO, 2));
        let waiting = tokio::spawn({
            let limiter = limiter.clone();
            async move { limiter.acquire().await }
        });
        sleep(Duration::from_secs(1)).await;
        assert!(!waiting.is_finished());
        drop(first);
        let third = waiting.await.unwrap();
        let delay = start.elapsed().saturating_sub(Duration::from_secs(1));
        assert!(delay > Duration::ZERO && delay <= Duration::from_millis(100), "{delay:?}");
        drop((second, third));
        assert_eq!(limiter.running(), 0);
        assert_eq!(ListLimiter::new(0).concurrent(), 1);
    }
}
