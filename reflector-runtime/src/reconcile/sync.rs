//! The wait for the informers before the first run.

use std::{pin::pin, time::Duration};

use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::{ReconcileError, Report, feed::Feed, reconciler::Shared};
use crate::informer::WaitForSync;

/// How often a wait is reported.
const REPORT_EVERY: Duration = Duration::from_secs(30);

/// Completes when all informers are synced. Reports what is missing meanwhile.
pub(super) async fn wait_for_sync<K: Send + Sync + 'static>(
    feeds: &[Box<dyn Feed<K>>],
    shared: &Shared<K>,
    timeout: Option<Duration>,
) -> Result<(), ReconcileError> {
    let waits = feeds.iter().map(|feed| feed.wait_for_sync());
    let waits: Vec<WaitForSync> = match timeout {
        Some(timeout) => waits.map(|wait| wait.timeout(timeout)).collect(),
        None => waits.collect(),
    };
    let mut all = pin!(futures::future::try_join_all(waits.iter().cloned().map(IntoFuture::into_future)));
    let start = Instant::now();
    let mut report = interval_at(start + REPORT_EVERY, REPORT_EVERY);
    report.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        tokio::select! {
            biased;
            result = &mut all => {
                result?;
                return Ok(());
            }
            _ = report.tick() => {
                let unsynced = waits.iter().flat_map(WaitForSync::unsynced).collect();
                shared.report(&Report::NotSynced { unsynced, waited: start.elapsed() });
            }
        }
    }
}
