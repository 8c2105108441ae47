//! Waiting for one object without an informer that outlives the wait: the job of `kubectl wait`.

use std::{fmt, future::IntoFuture, pin::Pin, sync::Arc, time::Duration};

use serde::de::DeserializeOwned;
use tokio::time::Instant;

use super::{InformerBuilder, SyncError};
use crate::{
    key::{KeyRef, ObjectKey},
    store::{Lister, Wait, WaitError},
};

/// Begins the wait once the cache contains the object.
type Begin<K, S, T> = dyn FnOnce(&Lister<K, S>, &ObjectKey) -> Wait<K, T> + Send;

/// Lists and watches a single object until it is in a certain state; `.await` it. It yields a `T`.
///
/// The watch selects the object by its name, so that the server sends no other objects. It is closed before the wait
/// yields.
///
/// # Cancel safety
/// Dropping the future closes the watch.
#[must_use = "waits only when awaited"]
pub struct WaitOnce<K: 'static, S, T> {
    builder: InformerBuilder<K, S>,
    key: ObjectKey,
    begin: Box<Begin<K, S, T>>,
    timeout: Option<Duration>,
}

/// Waiting for one object, for programs that need no cache.
impl<K: DeserializeOwned + Send + Sync + 'static, S: 'static> InformerBuilder<K, S> {
    /// Waits until the object exists and `condition` returns `true` for it. Yields the object. The namespace and the
    /// field selector of the builder are replaced by the key.
    ///
    /// ```no_run
    /// # use k8s_openapi::api::core::v1::Pod;
    /// # use reflector_runtime::{InformerExt as _, ObjectKey};
    /// # async fn run(client: kube::Client) -> Result<(), Box<dyn std::error::Error>> {
    /// let key = ObjectKey::namespaced("team-a", "web-0");
    /// let has_address =
    ///     |pod: &Pod| pod.status.as_ref().is_some_and(|it| it.pod_ip.is_some());
    /// let pod = Pod::informer(client)
    ///     .wait_until(&key, has_address)
    ///     .timeout(std::time::Duration::from_secs(60))
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`WaitOnceError::Sync`] for a failure that retrying will not fix, such as a missing RBAC rule, and
    /// [`WaitOnceError::Wait`] with the last state seen after the [`timeout`](WaitOnce::timeout).
    pub fn wait_until<'k>(
        self,
        key: impl Into<KeyRef<'k>>,
        condition: impl FnMut(&K) -> bool + Send + 'static,
    ) -> WaitOnce<K, S, Arc<K>> {
        WaitOnce::new(self, key.into(), |lister, key| lister.wait_until(key, condition))
    }

    /// Waits until the object exists. Yields the object.
    ///
    /// # Errors
    /// As [`wait_until`](Self::wait_until).
    pub fn wait_until_exists<'k>(self, key: impl Into<KeyRef<'k>>) -> WaitOnce<K, S, Arc<K>> {
        WaitOnce::new(self, key.into(), |lister, key| lister.wait_until_exists(key))
    }

    /// Waits until the object does not exist, or another object has its name.
    ///
    /// # Errors
    /// As [`wait_until`](Self::wait_until).
    pub fn wait_until_gone<'k>(self, key: impl Into<KeyRef<'k>>) -> WaitOnce<K, S, ()> {
        WaitOnce::new(self, key.into(), |lister, key| lister.wait_until_gone(key))
    }
}

impl<K: DeserializeOwned + Send + Sync + 'static, S: 'static, T: Send + 'static> WaitOnce<K, S, T> {
    fn new(
        builder: InformerBuilder<K, S>,
        key: KeyRef<'_>,
        begin: impl FnOnce(&Lister<K, S>, &ObjectKey) -> Wait<K, T> + Send + 'static,
    ) -> Self {
        Self { builder: builder.only(key), key: key.to_key(), begin: Box::new(begin), timeout: None }
    }

    /// Fails if the state is not reached after `timeout`, which includes the time to list and watch.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    async fn wait(self) -> Result<T, WaitOnceError> {
        let Self { builder, key, begin, timeout } = self;
        let informer = builder.start();
        // A deadline that the clock cannot represent is never reached.
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        let mut sync = informer.wait_for_sync();
        if let Some(timeout) = timeout {
            sync = sync.timeout(timeout);
        }
        let begun = sync.await.map_err(WaitOnceError::Sync).map(|()| begin(&informer.lister(), &key));
        let result = match begun {
            Ok(mut wait) => {
                if let Some(deadline) = deadline {
                    wait = wait.timeout(deadline.saturating_duration_since(Instant::now()));
                }
                wait.await.map_err(WaitOnceError::Wait)
            }
            Err(error) => Err(error),
        };
        informer.shutdown().await;
        result
    }
}

impl<K: DeserializeOwned + Send + Sync + 'static, S: 'static, T: Send + 'static> IntoFuture
    for WaitOnce<K, S, T>
{
    type Output = Result<T, WaitOnceError>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.wait())
    }
}

impl<K, S, T> fmt::Debug for WaitOnce<K, S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitOnce")
            .field("builder", &self.builder)
            .field("key", &self.key)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// Why a [`WaitOnce`] has failed.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum WaitOnceError {
    /// The object could not be listed and watched.
    #[error(transparent)]
    Sync(#[from] SyncError),
    /// The object did not reach the state.
    #[error(transparent)]
    Wait(#[from] WaitError),
}

crate::causes::debug_as_text!(WaitOnceError);
