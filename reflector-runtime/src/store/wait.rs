//! [`Wait`]: waits for a state of the cache, with a deadline.

use std::{fmt, future::IntoFuture, pin::Pin, sync::Arc, time::Duration};

use tokio::{runtime::Handle, time};

use super::{Snapshot, Store, WaitError, wait_error::LastSeen};
use crate::{
    key::{KeyRef, ObjectKey},
    resource_type::Scope,
};

/// Looks at one state of the store. `Some` ends the wait.
type Check<K, T> = dyn FnMut(&Snapshot<K>) -> Option<Result<T, WaitError>> + Send;

/// Waits until the cache is in a certain state; `.await` it. It yields a `T`.
///
/// The state is checked when the wait begins, and after each batch of changes to the cache. A state that does not last
/// until the end of a batch is not seen. Without a [`timeout`](Self::timeout), the wait ends only when the state is
/// reached, or when the informer stops.
///
/// # Cancel safety
/// Dropping the future has no effect on the cache.
#[must_use = "waits only when awaited"]
pub struct Wait<K: 'static, T> {
    store: Store<K>,
    what: What,
    check: Box<Check<K, T>>,
    timeout: Option<Duration>,
}

/// What is waited for, for errors.
#[derive(Debug)]
enum What {
    Object { key: ObjectKey, condition: &'static str, last: Option<LastSeen> },
    Version { namespace: Option<String>, version: String },
}

/// Waiting for a state of the cache.
impl<K: Send + Sync + 'static> Store<K> {
    /// Waits until the object exists and `condition` returns `true` for it. Yields the object.
    ///
    /// ```
    /// # use std::{sync::Arc, time::Duration};
    /// # use k8s_openapi::api::core::v1::Pod;
    /// # use reflector_runtime::*;
    /// # use serde_json::{from_value, json};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut writer = Writer::new(Arc::new(ResourceType::<Pod>::from_resource()));
    /// # let pod: Pod = from_value(json!({
    /// #     "metadata": { "namespace": "team-a", "name": "web-0" }, "status": { "phase": "Running" },
    /// # }))?;
    /// # writer.write().insert(&Arc::new(pod))?;
    /// # let pods: Lister<Pod> = Lister::new(writer.store());
    /// let key = ObjectKey::namespaced("team-a", "web-0");
    /// let is_running = |pod: &Pod| {
    ///     pod.status.as_ref().is_some_and(|it| it.phase.as_deref() == Some("Running"))
    /// };
    /// let timeout = Duration::from_secs(30);
    /// let pod = pods.wait_until(&key, is_running).timeout(timeout).await?;
    /// assert_eq!(pod.metadata.name.as_deref(), Some("web-0"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`WaitError::TimedOut`] and [`WaitError::Stopped`]. Both report the last state that was seen: the key and the
    /// resourceVersion, never the object.
    pub fn wait_until<'k>(
        &self,
        key: impl Into<KeyRef<'k>>,
        mut condition: impl FnMut(&K) -> bool + Send + 'static,
    ) -> Wait<K, Arc<K>> {
        let key = key.into().to_key();
        let wanted = key.clone();
        let check =
            move |now: &Snapshot<K>| now.get(&wanted).filter(|object| condition(object)).cloned().map(Ok);
        Wait::new(self, What::object(key, "to meet the condition"), check)
    }

    /// Waits until the object exists. Yields the object.
    ///
    /// # Errors
    /// As [`wait_until`](Self::wait_until).
    pub fn wait_until_exists<'k>(&self, key: impl Into<KeyRef<'k>>) -> Wait<K, Arc<K>> {
        let key = key.into().to_key();
        let wanted = key.clone();
        let check = move |now: &Snapshot<K>| now.get(&wanted).cloned().map(Ok);
        Wait::new(self, What::object(key, "to exist"), check)
    }

    /// Waits until the object is gone: it does not exist, or an object with another uid has its name.
    ///
    /// An object that is not in the cache is gone. Wait for the sync first, so that the cache contains all objects.
    ///
    /// # Errors
    /// As [`wait_until`](Self::wait_until).
    pub fn wait_until_gone<'k>(&self, key: impl Into<KeyRef<'k>>) -> Wait<K, ()> {
        let key = key.into().to_key();
        let wanted = key.clone();
        let resource_type = self.resource_type();
        let mut first: Option<Arc<K>> = None;
        let check = move |now: &Snapshot<K>| {
            let Some(object) = now.get(&wanted) else { return Some(Ok(())) };
            let uid = |object: &K| resource_type.metadata(object).uid.clone();
            let is_another = first.as_ref().is_some_and(|first| uid(first) != uid(object));
            first.get_or_insert_with(|| object.clone());
            is_another.then_some(Ok(()))
        };
        Wait::new(self, What::object(key, "to be gone"), check)
    }

    /// Waits until the cache contains all changes up to this resourceVersion: to read your own write, pass the version
    /// that the write has returned.
    ///
    /// The version must be one of this resource. If the write concerns an object that the informer does not select, its
    /// version is reached with the next event or bookmark, which may take a minute. To wait for less than that, or for
    /// servers whose versions have no order, use [`Overlay`](super::Overlay) or [`wait_until`](Self::wait_until).
    ///
    /// With several namespaces in one informer, the cache must have reached the version in each of them, and each must
    /// have been listed. [`wait_for_in_namespace`](Self::wait_for_in_namespace) waits for one of them only.
    ///
    /// ```
    /// # use std::{sync::Arc, time::Duration};
    /// # use k8s_openapi::api::core::v1::ConfigMap;
    /// # use reflector_runtime::{ResourceType, Writer};
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let mut writer = Writer::new(Arc::new(ResourceType::<ConfigMap>::from_resource()));
    /// # writer.write().set_version("8".to_owned());
    /// # let store = writer.store();
    /// # let mut written = ConfigMap::default();
    /// # written.metadata.resource_version = Some("7".to_owned());
    /// // `written` is what `Api::patch` has returned.
    /// let version = written.metadata.resource_version.unwrap_or_default();
    /// store.wait_for(version).timeout(Duration::from_secs(10)).await?;
    /// // The cache now contains the write.
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`wait_until`](Self::wait_until), and [`WaitError::NotComparable`] if the version or the version of the cache
    /// is not a number. Kubernetes guarantees since 1.35 that they are numbers and that they are ordered
    /// (<https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions>).
    pub fn wait_for(&self, resource_version: impl Into<String>) -> Wait<K, ()> {
        self.wait_for_version(None, resource_version.into())
    }

    /// Like [`wait_for`](Self::wait_for), for the changes of one namespace: to read your own write in that namespace from
    /// an informer that lists each of several namespaces by itself. For other informers it is the same as `wait_for`.
    ///
    /// # Errors
    /// As [`wait_for`](Self::wait_for).
    pub fn wait_for_in_namespace(
        &self,
        namespace: impl Into<String>,
        resource_version: impl Into<String>,
    ) -> Wait<K, ()> {
        self.wait_for_version(Some(namespace.into()), resource_version.into())
    }

    fn wait_for_version(&self, namespace: Option<String>, wanted: String) -> Wait<K, ()> {
        let what = What::Version { namespace: namespace.clone(), version: wanted.clone() };
        let check = move |now: &Snapshot<K>| {
            let reached = now.table.version_in(namespace.as_deref());
            let not_comparable = || WaitError::NotComparable {
                resource: now.table.resource_type().to_string(),
                resource_version: wanted.clone(),
                reached: reached.map(str::to_owned),
            };
            if now.table.has_unordered_versions || !crate::version::is_number(&wanted) {
                return Some(Err(not_comparable()));
            }
            match crate::version::compare(reached?, &wanted) {
                None => Some(Err(not_comparable())),
                Some(order) => order.is_ge().then_some(Ok(())),
            }
        };
        Wait::new(self, what, check)
    }
}

impl What {
    fn object(key: ObjectKey, condition: &'static str) -> Self {
        Self::Object { key, condition, last: None }
    }
}

impl<K: Send + Sync + 'static, T> Wait<K, T> {
    fn new(
        store: &Store<K>,
        what: What,
        check: impl FnMut(&Snapshot<K>) -> Option<Result<T, WaitError>> + Send + 'static,
    ) -> Self {
        Self { store: store.clone(), what, check: Box::new(check), timeout: None }
    }

    /// Fails with [`WaitError::TimedOut`] if the state is not reached after `timeout`. Must be awaited in a tokio
    /// runtime with a timer.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    async fn wait(mut self) -> Result<T, WaitError> {
        self.check_key()?;
        let Some(timeout) = self.timeout else { return self.reached().await };
        if Handle::try_current().is_err() {
            return Err(WaitError::NoRuntime);
        }
        match time::timeout(timeout, self.reached()).await {
            Ok(result) => result,
            Err(_) => Err(self.timed_out(timeout)),
        }
    }

    /// A key that no object of the type can have is an error, and not a wait without an end.
    fn check_key(&self) -> Result<(), WaitError> {
        let What::Object { key, .. } = &self.what else { return Ok(()) };
        let resource_type = self.store.resource_type();
        let scope = resource_type.scope();
        let is_possible = match scope {
            Scope::Namespaced => key.namespace.as_ref().is_some_and(|namespace| !namespace.is_empty()),
            Scope::Cluster => key.namespace.is_none(),
            Scope::Dynamic => true,
        };
        if is_possible {
            return Ok(());
        }
        Err(WaitError::Key { resource: resource_type.to_string(), key: key.clone(), scope })
    }

    async fn reached(&mut self) -> Result<T, WaitError> {
        let mut changes = self.store.changes.clone();
        loop {
            changes.borrow_and_update();
            let now = self.store.snapshot();
            if let Some(result) = (self.check)(&now) {
                return result;
            }
            self.what.record(&now);
            drop(now);
            // The last changes are seen before the end.
            if changes.changed().await.is_err() {
                return Err(self.stopped());
            }
        }
    }

    fn resource(&self) -> String {
        self.store.resource_type().to_string()
    }

    /// The version of the cache, or of the namespace that is waited for.
    fn reached_version(&self) -> Option<String> {
        let namespace = match &self.what {
            What::Version { namespace, .. } => namespace.as_deref(),
            What::Object { .. } => None,
        };
        self.store.snapshot().table.version_in(namespace).map(str::to_owned)
    }

    fn timed_out(&self, after: Duration) -> WaitError {
        let resource = self.resource();
        match &self.what {
            What::Object { key, condition, last } => {
                let last = last.clone().unwrap_or_default();
                WaitError::TimedOut { resource, key: key.clone(), condition, after, last }
            }
            What::Version { version, .. } => WaitError::VersionTimedOut {
                resource,
                resource_version: version.clone(),
                after,
                reached: self.reached_version(),
            },
        }
    }

    fn stopped(&self) -> WaitError {
        let resource = self.resource();
        let (key, last) = match &self.what {
            What::Object { key, last, .. } => (Some(key.clone()), last.clone().unwrap_or_default()),
            What::Version { .. } => (None, LastSeen::default()),
        };
        WaitError::Stopped { resource, key, last, reached: self.reached_version() }
    }
}

impl What {
    /// Records the state of the object, for an error.
    fn record<K>(&mut self, now: &Snapshot<K>) {
        let Self::Object { key, last, .. } = self else { return };
        let metadata = now.get(&*key).map(|object| now.table.resource_type().metadata(object));
        *last = match (metadata, last.take()) {
            (Some(metadata), _) => {
                Some(LastSeen::Exists { resource_version: metadata.resource_version.clone() })
            }
            (None, Some(LastSeen::Exists { resource_version })) => Some(LastSeen::Gone { resource_version }),
            (None, last) => last,
        };
    }
}

impl<K: Send + Sync + 'static, T: 'static> IntoFuture for Wait<K, T> {
    type Output = Result<T, WaitError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.wait())
    }
}

impl<K, T> fmt::Debug for Wait<K, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("what", &self.what)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}
