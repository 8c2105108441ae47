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
    Context, Next, ReconcileError, Reconciler, RunError, Summary, feed::follow, runs::Runs,
    sync::wait_for_sync,
};
use crate::{key::ObjectKey, workqueue::WorkQueue};

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

/// Why the loop ends.
enum End {
    Shutdown,
    InformerStopped(String),
    ElectionEnded,
}

/// Shuts the queue down when the reconciler ends, however it ends: its keys are no longer taken.
struct ShutDownOnDrop(WorkQueue<ObjectKey>);

impl Drop for ShutDownOnDrop {
    fn drop(&mut self) {
        self.0.shut_down_now();
    }
}

/// Runs until the shutdown completes, an informer is stopped, or the leader election ends.
pub(super) async fn run<K: Send + Sync + 'static>(
    reconciler: Reconciler<K>,
    reconcile: Reconcile<K>,
    shutdown: impl Future<Output = ()>,
) -> Result<Summary, ReconcileError> {
    let Reconciler { primary, mut feeds, triggers, shared, leadership, .. } = reconciler;
    feeds.push(Reconciler::primary_feed(primary));
    let queue = shared.queue.clone();
    let _shut_down = ShutDownOnDrop(queue.clone());
    let mut shutdown = pin!(shutdown);
    tokio::select! {
        biased;
        () = &mut shutdown => return Ok(Summary { pending: queue.shut_down_now(), ..Summary::default() }),
        result = wait_for_sync(&feeds, &shared, reconciler.sync_timeout) => result?,
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
    let mut runs = Runs::new(shared, reconcile);
    let mut leadership = Leadership::new(leadership);
    let period = reconciler.stuck_after.clamp(Duration::from_millis(4), LONGEST);
    let mut check = interval_at(Instant::now() + period / 4, period / 4);
    check.set_missed_tick_behavior(MissedTickBehavior::Skip);

    let end = loop {
        let is_free = leadership.holds() && runs.active.len() < reconciler.concurrency;
        tokio::select! {
            biased;
            () = &mut shutdown => break End::Shutdown,
            // It is caught and reported if a function of the user panics there.
            Some(resource) = informers.join_next() => break End::InformerStopped(resource.unwrap_or_default()),
            is_leader = leadership.changed() => match is_leader {
                Some(true) => {}
                Some(false) => runs.cancel_all(),
                None => break End::ElectionEnded,
            },
            Some(ended) = runs.tasks.join_next_with_id() => runs.ended(ended),
            _ = check.tick() => runs.report_stuck(period),
            item = queue.get(), if is_free => match item {
                Some(item) => runs.start(item),
                // The queue was shut down by its user.
                None => break End::Shutdown,
            },
        }
    };
    informers.abort_all();
    outside.abort_all();
    let timeout = match end {
        End::Shutdown | End::InformerStopped(_) => reconciler.shutdown_timeout,
        // Another leader may act.
        End::ElectionEnded => Duration::ZERO,
    };
    let summary = runs.finish(timeout).await;
    match end {
        End::Shutdown => Ok(summary),
        End::InformerStopped(resource) => Err(ReconcileError::InformerStopped { resource }),
        End::ElectionEnded => Err(ReconcileError::ElectionEnded),
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

    /// The new value, or `None` if the sender was dropped. Never completes without an election.
    async fn changed(&mut self) -> Option<bool> {
        match &mut self.0 {
            Some(is_leader) => is_leader.changed().await.is_ok().then(|| *is_leader.borrow()),
            None => std::future::pending().await,
        }
    }
}
