//! The loop: takes keys from the queue, runs them, and decides what follows.

use std::{
    panic::AssertUnwindSafe,
    pin::{Pin, pin},
    sync::Arc,
    time::Duration,
};

use futures::FutureExt as _;
use tokio::{
    sync::watch,
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval_at},
};

use super::{
    Context, Next, ReconcileError, Reconciler, RunError, Summary,
    feed::{Feed, follow},
    runs::Runs,
};
use crate::key::ObjectKey;

type RunFuture = Pin<Box<dyn Future<Output = Result<Next, RunError>> + Send>>;
pub(super) type Reconcile<K> = Arc<dyn Fn(Context<K>, ObjectKey) -> RunFuture + Send + Sync>;

/// The longest period of a timer: one year.
const LONGEST: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// The user's function, with its errors and panics as [`RunError`].
pub(super) fn boxed<K, F, R, E>(reconcile: F) -> Reconcile<K>
where
    K: Send + Sync + 'static,
    F: Fn(Context<K>, ObjectKey) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Next, E>> + Send + 'static,
    E: Into<Box<dyn std::error::Error + Send + Sync>> + 'static,
{
    let reconcile = Arc::new(reconcile);
    Arc::new(move |context, key| {
        let reconcile = reconcile.clone();
        // A panic before the first await is within the future, too.
        let run = async move { reconcile(context, key).await.map_err(Into::into) };
        Box::pin(async move {
            match AssertUnwindSafe(run).catch_unwind().await {
                Ok(result) => result.map_err(|error: Box<_>| RunError::Failed(Arc::from(error))),
                Err(_) => Err(RunError::Panicked),
            }
        })
    })
}

/// Runs until the shutdown completes or an informer is stopped.
pub(super) async fn run<K: Send + Sync + 'static>(
    reconciler: Reconciler<K>,
    reconcile: Reconcile<K>,
    shutdown: impl Future<Output = ()>,
) -> Result<Summary, ReconcileError> {
    let Reconciler { primary, mut feeds, triggers, shared, leadership, .. } = reconciler;
    feeds.push(Reconciler::primary_feed(primary));
    let mut shutdown = pin!(shutdown);
    let synced = wait_for_sync(&feeds);
    tokio::select! {
        biased;
        () = &mut shutdown => return Ok(Summary::default()),
        result = synced => result?,
    }

    let shared = Arc::new(shared);
    let mut informers = JoinSet::new();
    for feed in feeds {
        informers.spawn(feed.run(shared.clone()));
    }
    let mut outside = JoinSet::new();
    for triggers in triggers {
        outside.spawn(follow(triggers, shared.clone()));
    }
    let queue = shared.queue.clone();
    let mut runs = Runs::new(shared, reconcile);
    let mut leadership = Leadership::new(leadership);
    let period = reconciler.stuck_after.clamp(Duration::from_millis(4), LONGEST);
    let mut check = interval_at(Instant::now() + period / 4, period / 4);
    check.set_missed_tick_behavior(MissedTickBehavior::Skip);

    let stopped = loop {
        let is_free = leadership.holds() && runs.active.len() < reconciler.concurrency;
        tokio::select! {
            biased;
            () = &mut shutdown => break None,
            Some(ended) = informers.join_next() => break Some(ended),
            () = leadership.changed() => {
                if !leadership.holds() {
                    runs.cancel_all().await;
                }
            }
            Some(ended) = runs.tasks.join_next_with_id() => runs.ended(ended),
            _ = check.tick() => runs.report_stuck(period),
            item = queue.get(), if is_free => match item {
                Some(item) => runs.start(item),
                // The queue was shut down by its user.
                None => break None,
            },
        }
    };
    informers.abort_all();
    outside.abort_all();
    let summary = runs.finish(reconciler.shutdown_timeout).await;
    match stopped {
        None => Ok(summary),
        Some(ended) => Err(ReconcileError::InformerStopped { resource: ended.unwrap_or_default() }),
    }
}

fn wait_for_sync<K: 'static>(
    feeds: &[Box<dyn Feed<K>>],
) -> impl Future<Output = Result<(), ReconcileError>> + use<K> {
    let waits: Vec<_> = feeds.iter().map(|feed| feed.wait_for_sync().into_future()).collect();
    async {
        futures::future::try_join_all(waits).await?;
        Ok(())
    }
}

/// Whether runs may start.
struct Leadership(Option<watch::Receiver<bool>>);

impl Leadership {
    fn new(is_leader: Option<watch::Receiver<bool>>) -> Self {
        Self(is_leader)
    }

    fn holds(&self) -> bool {
        self.0.as_ref().is_none_or(|is_leader| *is_leader.borrow())
    }

    /// Never completes without an election, or when its sender was dropped.
    async fn changed(&mut self) {
        if let Some(is_leader) = &mut self.0
            && is_leader.changed().await.is_ok()
        {
            return;
        }
        std::future::pending::<()>().await;
    }
}
