//! [`Context`]: what a run is given.

use std::{fmt, sync::Arc};

use kube::{Resource, core::ObjectMeta};
use tokio::time::Instant;

use super::{
    OwnWriteError, RunError,
    failing::Failures,
    own_writes::{Effect, Write},
    reconciler::Shared,
};
use crate::{
    key::{KeyRef, ObjectKey},
    store::Store,
};

/// What a run knows besides its key: the cached object, earlier failures, and the object's last state if it was
/// deleted.
///
/// ```no_run
/// use k8s_openapi::api::core::v1::ConfigMap;
/// use reflector_runtime::reconcile::{Context, Next};
///
/// async fn reconcile(ctx: Context<ConfigMap>) -> Result<Next, kube::Error> {
///     match (ctx.object(), ctx.last_known()) {
///         (Some(map), _) => println!("{:?}, attempt {}", map.data, ctx.attempt()),
///         (None, Some(last)) => println!("deleted: {:?}", last.metadata.uid),
///         (None, None) => println!("{} does not exist", ctx.key()),
///     }
///     Ok(Next::Done)
/// }
/// ```
pub struct Context<K: 'static> {
    pub(super) shared: Arc<Shared<K>>,
    pub(super) key: ObjectKey,
    pub(super) failures: Option<Failures>,
    pub(super) deleted: Option<Arc<K>>,
}

impl<K: Send + Sync + 'static> Context<K> {
    /// The key.
    pub fn key(&self) -> &ObjectKey {
        &self.key
    }

    /// The object as it is cached now. `None` if it does not exist.
    pub fn object(&self) -> Option<Arc<K>> {
        self.shared.store.get(self.key.as_ref())
    }

    /// The last known state of the object, if it was deleted since the last successful run. An object with the same
    /// name may have been created since: [`object`](Self::object) returns it.
    ///
    /// A deletion while no reconciler was running cannot be observed. Use a finalizer for work that must be done.
    pub fn last_known(&self) -> Option<&Arc<K>> {
        self.deleted.as_ref()
    }

    /// The cache of the primary resource.
    pub fn store(&self) -> &Store<K> {
        &self.shared.store
    }

    /// The number of this attempt: 1, and one more after each failure in a row.
    pub fn attempt(&self) -> u32 {
        self.failures.as_ref().map_or(0, |failures| failures.count).saturating_add(1)
    }

    /// Why the previous run failed. `None` if it succeeded.
    pub fn last_error(&self) -> Option<&RunError> {
        self.failures.as_ref().map(|failures| &failures.last)
    }

    /// The next run of this key starts only when the cache contains this state of the object, or a later one. Pass the
    /// object that a write returned, of the primary resource or of one that is owned or watched.
    ///
    /// Without it, the next run may read a state older than the write, and repeat it. If the write does not arrive in
    /// time ([`Reconciler::own_write_timeout`](super::Reconciler::own_write_timeout)), the run starts nevertheless, and
    /// a report is made. This is the case on servers whose resourceVersions cannot be ordered, if other writes follow.
    ///
    /// After a delete, use [`wait_for_own_delete`](Self::wait_for_own_delete).
    ///
    /// The call does not cause a run: without another reason, such as a change that the predicates accept, there is none.
    /// To read the write within the same run, use an [`Overlay`](crate::store::Overlay) that all runs share, or
    /// [`Store::wait_until`](crate::store::Store::wait_until).
    ///
    /// # Errors
    /// [`OwnWriteError`] if the reconciler has no informer of this type, or if the object has no resourceVersion.
    pub fn wait_for_own_write<T: Resource<DynamicType = ()>>(
        &self,
        written: &T,
    ) -> Result<(), OwnWriteError> {
        self.wait_for_own_write_of(&T::group(&()), &T::kind(&()), written.meta())
    }

    /// Like [`wait_for_own_write`](Self::wait_for_own_write), for types that are known only at run time.
    ///
    /// # Errors
    /// [`OwnWriteError`] if the reconciler has no informer of this type, or if the object has no resourceVersion.
    pub fn wait_for_own_write_of(
        &self,
        group: &str,
        kind: &str,
        written: &ObjectMeta,
    ) -> Result<(), OwnWriteError> {
        let resource_version = written.resource_version.clone();
        let effect = resource_version.map(|resource_version| Effect::Written { resource_version });
        self.wait_for(group, kind, written, effect)
    }

    /// The next run of this key starts only when the cache no longer contains this object, or contains it with a
    /// deletionTimestamp, as it does while finalizers run. Pass the object that was deleted, in any state: the cached
    /// one, or the one that the delete returned (kube-apiserver returns a `Status` instead for many types). The delete
    /// may have failed with 404.
    ///
    /// Without it, the next run may still see the object, and delete it again. An object with the same name and another
    /// uid is another object: the next run may see it. Objects of a server that sets no uid are compared by name only.
    ///
    /// An object that the cache does not contain yet, since it was created a moment ago, is awaited until the cache is
    /// newer than the given state. This is not possible if resourceVersions cannot be ordered. In other respects the
    /// same as [`wait_for_own_write`](Self::wait_for_own_write) applies.
    ///
    /// ```
    /// # use k8s_openapi::api::core::v1::ConfigMap;
    /// # use kube::{Api, api::DeleteParams};
    /// # use reflector_runtime::{Lister, reconcile::{Context, Next}};
    /// # type Error = Box<dyn std::error::Error + Send + Sync>;
    /// async fn reconcile(
    ///     ctx: Context<ConfigMap>,
    ///     maps: Api<ConfigMap>,
    ///     copies: Lister<ConfigMap>,
    /// ) -> Result<Next, Error> {
    ///     let name = format!("{}-copy", ctx.key().name);
    ///     let copy = copies.get("default", &name);
    ///     if let (None, Some(copy)) = (ctx.object(), copy) {
    ///         maps.delete(&name, &DeleteParams::default()).await?;
    ///         ctx.wait_for_own_delete(&*copy)?;
    ///     }
    ///     Ok(Next::Done)
    /// }
    /// ```
    ///
    /// # Errors
    /// [`OwnWriteError`] if the reconciler has no informer of this type, or if the object has no name.
    pub fn wait_for_own_delete<T: Resource<DynamicType = ()>>(
        &self,
        deleted: &T,
    ) -> Result<(), OwnWriteError> {
        self.wait_for_own_delete_of(&T::group(&()), &T::kind(&()), deleted.meta())
    }

    /// Like [`wait_for_own_delete`](Self::wait_for_own_delete), for types that are known only at run time.
    ///
    /// # Errors
    /// [`OwnWriteError`] if the reconciler has no informer of this type, or if the object has no name.
    pub fn wait_for_own_delete_of(
        &self,
        group: &str,
        kind: &str,
        deleted: &ObjectMeta,
    ) -> Result<(), OwnWriteError> {
        let (uid, resource_version) = (deleted.uid.clone(), deleted.resource_version.clone());
        let effect = Effect::Deleted { uid, resource_version, was_cached: false };
        self.wait_for(group, kind, deleted, Some(effect))
    }

    fn wait_for(
        &self,
        group: &str,
        kind: &str,
        object: &ObjectMeta,
        effect: Option<Effect>,
    ) -> Result<(), OwnWriteError> {
        let own_writes = &self.shared.own_writes;
        let resource = own_writes
            .resource(group, kind)
            .ok_or_else(|| OwnWriteError::NotWatched { group: group.to_owned(), kind: kind.to_owned() })?;
        let (Ok(object), Some(effect)) = (KeyRef::of(object), effect) else {
            return Err(OwnWriteError::NotWritten { kind: kind.to_owned() });
        };
        let write = Write { resource, object: object.to_key(), effect, since: Instant::now() };
        own_writes.record(&self.key, write);
        Ok(())
    }
}

impl<K> fmt::Debug for Context<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("key", &self.key)
            .field("failures", &self.failures)
            .field("deleted", &self.deleted.is_some())
            .finish_non_exhaustive()
    }
}
