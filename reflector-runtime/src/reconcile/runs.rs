//! [`Runs`]: the runs in progress, from their start to what follows.

use std::{collections::HashMap, sync::Arc, time::Duration};

use tokio::{
    task::{Id, JoinError, JoinSet},
    time::{Instant, timeout},
};

use super::{
    Context, Next, Report, RunError, Summary, own_writes::Check, reconciler::Shared, run::Reconcile,
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
        let now = Instant::now();
        match shared.own_writes.check(&item, now, shared.own_write_timeout) {
            Check::Seen => {}
            Check::Unseen { check_after } => {
                let options = AddOptions::new().priority(item.priority()).after(check_after);
                shared.queue.add_with(item.clone(), options);
                return;
            }
            Check::Missing(writes) => {
                for write in writes {
                    let (object, resource_version) = (write.object, write.resource_version);
                    shared.report(&Report::OwnWriteMissing { key: item.clone(), object, resource_version });
                }
            }
        }
        let key = item.clone();
        let (failures, deleted) = shared.keys.get(&key);
        let context =
            Context { shared: shared.clone(), key: key.clone(), failures, deleted: deleted.clone() };
        let run = (self.reconcile)(context, key.clone());
        let shared = shared.clone();
        let task = self.tasks.spawn(async move {
            let result = run.await;
            let succeeded = result.is_ok();
            match result {
                Ok(next) => shared.succeeded(item, next, deleted.as_ref()),
                Err(error) => shared.failed(item, error),
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
            // The hook for reports panicked.
            Err(error) if error.is_panic() => {
                self.shared.queue.add_rate_limited(active.key);
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

    /// Cancels all runs. Their keys are pending again.
    pub(super) async fn cancel_all(&mut self) {
        self.tasks.abort_all();
        while let Some(ended) = self.tasks.join_next_with_id().await {
            self.ended(ended);
        }
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
            while let Some(ended) = self.tasks.join_next_with_id().await {
                let cancelled = ended.as_ref().is_err_and(JoinError::is_cancelled);
                let id = ended.as_ref().map_or_else(JoinError::id, |(id, _)| *id);
                if let Some(active) = self.active.get(&id).filter(|_| cancelled) {
                    self.summary.cancelled.push(active.key.clone());
                }
                self.ended(ended);
            }
        }
        self.summary.pending = self.shared.queue.shut_down_now();
        self.summary
    }
}

impl<K: Send + Sync + 'static> Shared<K> {
    fn succeeded(&self, item: WorkItem<ObjectKey>, next: Next, handled: Option<&Arc<K>>) {
        self.keys.succeeded(&item, handled);
        let options = AddOptions::new().priority(item.priority());
        match next {
            Next::Done => {}
            Next::After(delay) => self.queue.add_with(item.clone(), options.after(delay)),
            Next::AtOnce => self.queue.add_with(item.clone(), options),
            Next::Never => {
                if let Some(object) = self.store.get(item.as_ref()) {
                    let uid = self.store.resource_type().metadata(&object).uid.clone();
                    self.keys.ignore(&item, uid);
                }
            }
        }
        item.forget();
    }

    fn failed(&self, item: WorkItem<ObjectKey>, error: RunError) {
        let key = item.clone();
        let attempt = self.keys.failed(&key, error.clone());
        let retry_after = item.retry();
        self.report(&Report::Failed { key, attempt, error, retry_after });
    }
}
