//! [`FailingKeys`]: the keys whose last run failed.

use std::{collections::HashMap, fmt, sync::Arc, time::Duration};

use parking_lot::Mutex;
use tokio::time::Instant;

use super::RunError;
use crate::key::ObjectKey;

/// The keys whose last run failed, for health checks and metrics. Clones share the keys.
///
/// ```no_run
/// # use k8s_openapi::api::core::v1::ConfigMap;
/// # use reflector_runtime::{Informer, reconcile::Reconciler};
/// # fn build(maps: Informer<ConfigMap>) {
/// let reconciler = Reconciler::new(&maps);
/// let failing = reconciler.failing_keys();
/// // Later, while the reconciler runs:
/// for key in failing.list() {
///     println!("{}: {} failures in {:?}", key.key, key.failures, key.failing_for);
/// }
/// # }
/// ```
#[derive(Clone, Default)]
pub struct FailingKeys {
    keys: Arc<Mutex<HashMap<ObjectKey, Failures>>>,
}

/// The failures of a key since its last success.
#[derive(Clone, Debug)]
pub(super) struct Failures {
    pub(super) count: u32,
    pub(super) last: RunError,
    since: Instant,
}

/// A key whose last run failed. See [`FailingKeys`].
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FailingKey {
    /// The key.
    pub key: ObjectKey,
    /// How many runs have failed in a row.
    pub failures: u32,
    /// The time since the first of these failures.
    pub failing_for: Duration,
    /// The error of the last run. Its text may contain values of the object.
    pub last_error: RunError,
}

impl FailingKeys {
    /// All failing keys. Those that have failed longest are first.
    #[must_use]
    pub fn list(&self) -> Vec<FailingKey> {
        let now = Instant::now();
        let mut failing: Vec<FailingKey> =
            self.keys.lock().iter().map(|(key, failures)| failures.show(key, now)).collect();
        failing.sort_by(|a, b| b.failing_for.cmp(&a.failing_for).then_with(|| a.key.cmp(&b.key)));
        failing
    }

    /// The failures of this key. `None` if its last run succeeded, or if it has not run.
    #[must_use]
    pub fn get(&self, key: &ObjectKey) -> Option<FailingKey> {
        self.keys.lock().get(key).map(|failures| failures.show(key, Instant::now()))
    }

    /// The number of failing keys.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.lock().len()
    }

    /// Whether the last run of each key succeeded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.lock().is_empty()
    }

    pub(super) fn failures(&self, key: &ObjectKey) -> Option<Failures> {
        self.keys.lock().get(key).cloned()
    }

    /// Counts a failed run. Returns the number of failures since the last success.
    pub(super) fn failed(&self, key: &ObjectKey, error: RunError) -> u32 {
        let mut keys = self.keys.lock();
        let before = keys.get(key);
        let failures = Failures {
            count: before.map_or(0, |before| before.count).saturating_add(1),
            since: before.map_or_else(Instant::now, |before| before.since),
            last: error,
        };
        let count = failures.count;
        keys.insert(key.clone(), failures);
        count
    }

    pub(super) fn succeeded(&self, key: &ObjectKey) {
        self.keys.lock().remove(key);
    }
}

impl Failures {
    fn show(&self, key: &ObjectKey, now: Instant) -> FailingKey {
        FailingKey {
            key: key.clone(),
            failures: self.count,
            failing_for: now.saturating_duration_since(self.since),
            last_error: self.last.clone(),
        }
    }
}

impl fmt::Debug for FailingKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FailingKeys").field("len", &self.len()).finish_non_exhaustive()
    }
}
