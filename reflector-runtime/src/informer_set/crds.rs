//! [`DiscoveryTrigger`]: when to read again which kinds the server serves.
//!
//! A watch of the CRDs shows that something may have changed. What is served only discovery shows, which follows with a
//! delay, and which also contains the kinds of aggregated API servers.

use std::time::Duration;

use kube::core::{GroupVersionKind, ObjectMeta};
use serde::Deserialize;
use tokio::time::{Instant, sleep_until};

use super::InformerSet;
use crate::{
    discovery::is_served,
    informer::{Informer, InformerBuilder, Subscription},
    resource_type::{ClusterScoped, ResourceType, ResourceTypeParts, Scope},
};

/// When to read after a change of a CRD, each counted from the time before. The first one is short, so that changes
/// made together cause one read; the others are for the delay between a change and the server's discovery.
const AFTER_A_CHANGE: [Duration; 5] = [
    Duration::from_millis(50),
    Duration::from_millis(250),
    Duration::from_secs(1),
    Duration::from_secs(3),
    Duration::from_secs(8),
];

/// How often to read while nothing changes, for kinds without a CRD.
const INTERVAL: Duration = Duration::from_secs(30);

/// The same while CRDs cannot be watched, such as without the RBAC rule for it.
const INTERVAL_WITHOUT_CRDS: Duration = Duration::from_secs(5);

/// The delays after failures in a row.
const AFTER_FAILURES: [Duration; 4] =
    [Duration::from_secs(1), Duration::from_secs(2), Duration::from_secs(5), Duration::from_secs(15)];

/// The metadata of a CRD. Its name is the plural and the group.
#[derive(Deserialize)]
pub(super) struct Crd {
    metadata: ObjectMeta,
}

const CRD: ResourceType<Crd> = ResourceType::new(ResourceTypeParts {
    group: "apiextensions.k8s.io",
    version: "v1",
    kind: "CustomResourceDefinition",
    plural: "customresourcedefinitions",
    scope: Scope::Cluster,
    metadata: |crd| &crd.metadata,
    clone: None,
    indexes: &[],
});

pub(super) struct DiscoveryTrigger {
    crds: Informer<Crd, ClusterScoped>,
    events: Subscription<Crd>,
    due: Instant,
    /// How many reads have followed the last change.
    reads: usize,
    /// How many reads have failed in a row.
    failures: usize,
}

impl DiscoveryTrigger {
    /// The first read is due at once.
    pub(super) fn start(set: &InformerSet) -> Self {
        // Not one of the set's own informers: the set is complete without it, if RBAC does not allow it.
        let crds = InformerBuilder::new(set.client(), CRD).list_limiter(set.list_limiter().clone()).start();
        Self { events: crds.subscribe(), crds, due: Instant::now(), reads: AFTER_A_CHANGE.len(), failures: 0 }
    }

    /// Waits until the next read is due. `concerns` selects API groups.
    ///
    /// # Cancel safety
    /// No change is lost when the future is dropped.
    pub(super) async fn next(&mut self, concerns: impl Fn(&str) -> bool) {
        loop {
            tokio::select! {
                biased;
                Some(event) = self.events.next() => {
                    let name = event.object().metadata.name.as_deref().unwrap_or_default();
                    if name.split_once('.').is_some_and(|(_, group)| concerns(group)) {
                        self.reads = 0;
                        self.due = self.due.min(Instant::now() + AFTER_A_CHANGE[0]);
                    }
                }
                () = sleep_until(self.due) => break,
            }
        }
        self.reads += 1;
        let interval = if self.crds.is_synced() { INTERVAL } else { INTERVAL_WITHOUT_CRDS };
        self.due = Instant::now() + AFTER_A_CHANGE.get(self.reads).copied().unwrap_or(interval);
    }

    /// The read failed.
    pub(super) fn failed(&mut self) {
        let delay = AFTER_FAILURES.get(self.failures).copied().unwrap_or(INTERVAL);
        self.failures = self.failures.saturating_add(1);
        self.due = Instant::now() + delay;
    }

    /// The read succeeded.
    pub(super) fn succeeded(&mut self) {
        self.failures = 0;
    }
}

/// Waits until a kind is served.
pub(super) async fn wait_until_served(set: &InformerSet, kind: &GroupVersionKind) {
    let client = set.client();
    // Most kinds are served already, which needs no watch.
    if let Ok(true) = is_served(&client, kind).await {
        return;
    }
    let mut trigger = DiscoveryTrigger::start(set);
    loop {
        trigger.next(|group| group == kind.group).await;
        match is_served(&client, kind).await {
            Ok(true) => return,
            Ok(false) => trigger.succeeded(),
            Err(error) => {
                tracing::debug!(%error, "discovery failed");
                trigger.failed();
            }
        }
    }
}
