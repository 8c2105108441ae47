//! A running reconciler of widgets, for tests of its failures and limits.

#![allow(dead_code, unreachable_pub, reason = "each test file uses a part of it")]

use std::{sync::Arc, time::Duration};

use parking_lot::Mutex;
use reflector_apiserver::ApiServer;
use reflector_runtime::{
    ObjectKey, Reflect as _,
    reconcile::{Context, Next, ReconcileError, Reconciler, Summary},
    workqueue::ItemExponentialFailureRateLimiter,
};
use tokio::{sync::oneshot, task::JoinHandle};

use crate::support::Widget;

pub const SECOND: Duration = Duration::from_secs(1);

pub fn key(name: &str) -> ObjectKey {
    ObjectKey::namespaced("default", name)
}

/// Retries of 1 s, 2 s, 4 s, up to 1 h.
pub fn reconciler(server: &ApiServer) -> Reconciler<Widget> {
    Reconciler::new(&Widget::informer(server.client()).start())
        .rate_limit(ItemExponentialFailureRateLimiter::new(SECOND, 3600 * SECOND))
}

/// A running reconciler. It stops when `stop` is dropped.
pub struct Running {
    pub task: JoinHandle<Result<Summary, ReconcileError>>,
    pub stop: oneshot::Sender<()>,
}

impl Running {
    pub async fn stop(self) -> Summary {
        drop(self.stop);
        self.task.await.expect("no panic").expect("no error")
    }
}

pub fn run<F, R>(reconciler: Reconciler<Widget>, reconcile: F) -> Running
where
    F: Fn(Context<Widget>, ObjectKey) -> R + Send + Sync + 'static,
    R: Future<Output = Result<Next, &'static str>> + Send + 'static,
{
    let (stop, stopped) = oneshot::channel::<()>();
    let task = tokio::spawn(async move {
        let shutdown = async { drop(stopped.await) };
        reconciler.run(reconcile, shutdown).await
    });
    Running { task, stop }
}

pub type Lines = Arc<Mutex<Vec<String>>>;

/// Logs the name of each key that runs.
pub fn log_names(reconciler: Reconciler<Widget>, lines: &Lines) -> Running {
    let lines = lines.clone();
    run(reconciler, move |_, key| {
        lines.lock().push(key.name.to_string());
        async { Ok(Next::Done) }
    })
}

/// The reports, as text.
pub fn log_reports(reconciler: Reconciler<Widget>) -> (Reconciler<Widget>, Lines) {
    let reports = Lines::default();
    let reconciler = reconciler.on_report({
        let reports = reports.clone();
        move |report| reports.lock().push(format!("{report:?}"))
    });
    (reconciler, reports)
}
