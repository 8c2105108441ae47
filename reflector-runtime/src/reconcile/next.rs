//! [`Next`]: what follows a successful run.

use std::time::Duration;

/// What follows a successful run (controller-runtime's `Result`, kube-rs's `Action`).
///
/// A change of the object is followed by a run in any case, except after [`Next::Never`]. The last run decides: the
/// delay of an earlier run has no effect if a change led to another run before.
///
/// ```
/// use std::time::Duration;
/// use k8s_openapi::api::core::v1::ConfigMap;
/// use reflector_runtime::reconcile::Next;
///
/// fn next(map: &ConfigMap) -> Next {
///     match (&map.metadata.deletion_timestamp, map.immutable) {
///         (Some(_), _) => Next::Done,
///         (None, Some(true)) => Next::Never,
///         (None, _) => Next::after(Duration::from_secs(60)),
///     }
/// }
/// assert_eq!(next(&ConfigMap::default()), Next::After(Duration::from_secs(60)));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The next run follows a change.
    Done,
    /// The next run follows a change, or this delay.
    After(Duration),
    /// The key runs again as soon as the keys that are ready now have run.
    AtOnce,
    /// The object needs no further run, whatever changes. Its deletion is followed by a run, and so is an object with
    /// the same name and another uid.
    Never,
}

impl Next {
    /// [`Next::After`].
    #[must_use]
    pub fn after(delay: Duration) -> Self {
        Self::After(delay)
    }
}
