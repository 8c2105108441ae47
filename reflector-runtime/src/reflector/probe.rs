//! The probe half of a reflector's shell: asks for the server's current version.

use std::{sync::Arc, time::Duration};

use futures::{StreamExt as _, future::BoxFuture};
use tokio::time::{Instant, timeout};

use super::{
    Reflector, RequestVerb,
    core::{Core, ProbeResult, Step},
};
use crate::{
    delta_fifo::EventOrder,
    list_watch::{ListPart, ListWatchError, ListerWatcher},
    wire::NoDecodedObjects,
};

/// A probe in progress: the server's current version.
pub(super) type Probe = BoxFuture<'static, Result<String, ListWatchError>>;

/// The longest that a probe waits for data: between two watches nothing is received meanwhile.
const PROBE_TIMEOUT: Duration = Duration::from_secs(10);

impl<K: Send + Sync + 'static> Reflector<K> {
    pub(super) fn start_probe(&self) -> Probe {
        let response_timeout = self.core.response_timeout().min(PROBE_TIMEOUT);
        let (lister_watcher, permit) = (self.lister_watcher.clone(), self.permit.clone());
        Box::pin(async move {
            // A probe is a list as well.
            let _release = permit.release_on_drop();
            permit.acquire().await;
            current_version(lister_watcher, response_timeout).await
        })
    }

    /// A probe between two watches.
    pub(super) async fn probe(&mut self) -> Step {
        let answer = self.start_probe().await.map_err(|error| self.report.failed(RequestVerb::List, error));
        let (result, step) = self.core.probed_between_watches(answer, Instant::now());
        self.settle(result);
        step
    }

    /// A probe during a watch is done. Returns the next step if the watch must be given up.
    pub(super) fn probed(&mut self, answer: Result<String, ListWatchError>) -> Option<Step> {
        let now = Instant::now();
        let answer = answer.map_err(|error| self.report.failed(RequestVerb::List, error));
        let result = self.core.probed(answer, now);
        self.settle(result);
        match result {
            ProbeResult::Restored(failure) => Some(self.core.restored(failure, now)),
            ProbeResult::Continue | ProbeResult::Unordered => None,
        }
    }

    /// Applies or drops the events that were set aside.
    fn settle(&mut self, result: ProbeResult) {
        match result {
            ProbeResult::Continue => {}
            ProbeResult::Unordered => self.apply_suspects(),
            ProbeResult::Restored(_) => drop(self.suspects.take()),
        }
    }

    pub(super) fn apply_suspects(&mut self) {
        let suspects = self.suspects.take();
        self.apply(suspects, EventOrder::Arrival);
    }
}

async fn current_version<K: Send + Sync + 'static>(
    lister_watcher: Arc<dyn ListerWatcher<K>>,
    response_timeout: Duration,
) -> Result<String, ListWatchError> {
    let idle = |_| ListWatchError::IdleTimeout(response_timeout);
    let listing = lister_watcher.list(Core::probe_request(), Arc::new(NoDecodedObjects));
    let mut parts = timeout(response_timeout, listing).await.map_err(idle)??;
    let mut current = String::new();
    while let Some(part) = timeout(response_timeout, parts.next()).await.map_err(idle)? {
        if let ListPart::Metadata { resource_version, .. } = part? {
            current = resource_version;
        }
    }
    if current.is_empty() { Err(ListWatchError::MissingResourceVersion) } else { Ok(current) }
}
