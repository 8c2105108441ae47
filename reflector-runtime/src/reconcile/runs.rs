//! [`Runs`]: the runs in progress, from their start to what follows.

use std::{
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::Duration,
};

use tokio::{
    task::{Id, JoinError, JoinSet},
    time::{Instant, timeout},
};

use super::{
    Context, Next, Report, RunError, Summary, keys::Identity, own_writes::Effect, reconciler::Shared,
    run::Reconcile,
};
use crate::{
    key::ObjectKey,
    workqueue::{AddOptions, WorkItem},
};

pub(super) struct Runs<K: 'static> {
    shared: Arc<Shared<K>>,
    reconcile: Reconcile<K>,
    /// Each returns whether its run succeeded.
    pub(super) tasks: JoinSet<bool>,
    pub(super) active: HashMap<Id, Active>,
    summary: Summary,
}

/// How long a shutdown waits for cancelled runs to end. They end at once unless they block their thread.
const CANCEL_TIMEOUT: Duration = Duration::from_secs(1);

/// The delay of a retry if the rate limiter panics.
const FALLBACK_DELAY: Duration = Duration::from_secs(1);

/// A run in progress.
pub(super) struct Active {
    key: ObjectKey,
    started: Instant,
    reports: u32,
}

impl<K: Send + Sync + 'static> Runs<K> {
    pub(super) fn new(shared: Arc<Shared<K>>, reconcile: Reconcile<K>) -> Self {
        Self { shared, reconcile, tasks: JoinSet::new(), active: HashMap::new(), summary: Summary::default() }
    }

    /// Starts a run, unless the key needs none or must wait for an own write.
    pub(super) fn start(&mut self, item: WorkItem<ObjectKey>) {
        let shared = &self.shared;
        let resource_type = shared.store.resource_type();
        let cached = shared.store.get(item.as_ref());
        let metadata = cached.as_ref().map(|object| resource_type.metadata(object));
        if shared.keys.is_ignored(&item, metadata) {
            return;
        }
        let object = metadata.map(Identity::of);
        let now = Instant::now();
        let own_writes = shared.own_writes.check(&item, now, shared.own_write_timeout);
        for write in own_writes.missing {
            let (key, object) = (item.clone(), write.object);
            shared.report(&match write.effect {
                Effect::Written { resource_version } => {
                    Report::OwnWriteMissing { key, object, resource_version }
                }
                Effect::Deleted { uid, .. } => Report::OwnDeleteMissing { key, object, uid },
            });
        }
        if let Some(check_after) = own_writes.check_after {
            let options = AddOptions::new().priority(item.priority()).after(check_after);
            shared.queue.add_with(item.clone(), options);
            return;
        }
        let key = item.clone();
        let (failures, deleted) = (shared.failing.failures(&key), shared.keys.last_known(&key));
        let context =
            Context { shared: shared.clone(), key: key.clone(), failures, deleted: deleted.clone() };
        let run = (self.reconcile)(context, key.clone());
        let shared = shared.clone();
        let task = self.tasks.spawn(async move {
            let result = run.await;
            let succeeded = result.is_ok();
            match result {
                Ok(next) => shared.succeeded(item, next, object, deleted.as_ref()),
                Err(error) => {
                    let key = item.clone();
                    shared.failed(key, error, || item.retry());
                }
            }
            succeeded
        });
        self.active.insert(task.id(), Active { key, started: now, reports: 0 });
    }

    /// A task has ended.
    pub(super) fn ended(&mut self, result: Result<(Id, bool), JoinError>) {
        let id = result.as_ref().map_or_else(JoinError::id, |(id, _)| *id);
        let Some(active) = self.active.remove(&id) else { return };
        let succeeded = match result {
            Ok((_, succeeded)) => succeeded,
            // The function's future panicked when it was dropped, or the rate limiter did.
            Err(error) if error.is_panic() => {
                let key = active.key.clone();
                let retry = || self.shared.queue.add_rate_limited(key);
                self.shared.failed(active.key, RunError::Panicked, retry);
                false
            }
            // The run was cancelled.
            Err(_) => return self.shared.queue.add(active.key),
        };
        self.summary.runs += 1;
        self.summary.failures += u64::from(!succeeded);
    }

    pub(super) fn report_stuck(&mut self, period: Duration) {
        for active in self.active.values_mut() {
            let running_for = active.started.elapsed();
            if running_for >= period.saturating_mul(active.reports.saturating_add(1)) {
                active.reports += 1;
                self.shared.report(&Report::Stuck { key: active.key.clone(), running_for });
            }
        }
    }

    /// Cancels all runs. Their keys are pending again when they have ended.
    pub(super) fn cancel_all(&mut self) {
        self.tasks.abort_all();
    }

    /// Waits for the runs in progress, cancels those that do not end in time, and returns what was done.
    pub(super) async fn finish(mut self, deadline: Duration) -> Summary {
        let ended = timeout(deadline, async {
            while let Some(ended) = self.tasks.join_next_with_id().await {
                self.ended(ended);
            }
        });
        if ended.await.is_err() {
            self.tasks.abort_all();
            let cancelled = timeout(CANCEL_TIMEOUT, async {
                while let Some(ended) = self.tasks.join_next_with_id().await {
                    let cancelled = ended.as_ref().is_err_and(JoinError::is_cancelled);
                    let id = ended.as_ref().map_or_else(JoinError::id, |(id, _)| *id);
                    if let Some(active) = self.active.get(&id).filter(|_| cancelled) {
                        self.summary.cancelled.push(active.key.clone());
                    }
                    self.ended(ended);
                }
            });
            if cancelled.await.is_err() {
                self.summary.blocked = self.active.into_values().map(|active| active.key).collect();
            }
        }
        self.summary.pending = self.shared.queue.shut_down_now();
        self.summary
    }
}

impl<K: Send + Sync + 'static> Shared<K> {
    /// The object is that of the start of the run, if there was one.
    fn succeeded(
        &self,
        item: WorkItem<ObjectKey>,
        next: Next,
        object: Option<Identity>,
        handled: Option<&Arc<K>>,
    ) {
        self.failing.succeeded(&item);
        self.keys.succeeded(&item, handled);
        let options = AddOptions::new().priority(item.priority());
        match next {
            Next::Done => {}
            Next::After(delay) => self.queue.add_with(item.clone(), options.after(delay)),
            Next::AtOnce => self.queue.add_with(item.clone(), options),
            Next::Never => {
                // Not an object that has replaced it during the run.
                if let Some(object) = object {
                    self.keys.ignore(&item, object);
                }
            }
        }
        item.forget();
    }

    fn failed(&self, key: ObjectKey, error: RunError, retry: impl FnOnce() -> Duration) {
        let attempt = self.failing.failed(&key, error.clone());
        let retry_after = catch_unwind(AssertUnwindSafe(retry)).unwrap_or_else(|_| {
            tracing::error!("the rate limiter panicked");
            self.queue.add_after(key.clone(), FALLBACK_DELAY);
            FALLBACK_DELAY
        });
        self.report(&Report::Failed { key, attempt, error, retry_after });
    }
}
