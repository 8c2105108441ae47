//! [`Context`]: what a run is given.

use std::{fmt, sync::Arc};

use kube::{Resource, core::ObjectMeta};
use tokio::time::Instant;

use super::{OwnWriteError, RunError, failing::Failures, own_writes::Write, reconciler::Shared};
use crate::{
    key::{KeyRef, ObjectKey},
    store::Store,
};

/// What a run knows besides its key: the cached object, earlier failures, and the object's last state if it was
/// deleted.
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
    /// After a delete, pass the returned object if it has the resourceVersion of the deletion. kube-apiserver returns a
    /// `Status` instead for many types: the next run may then still see the object, and a second delete returns 404.
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
        let own_writes = &self.shared.own_writes;
        let resource = own_writes
            .resource(group, kind)
            .ok_or_else(|| OwnWriteError::NotWatched { group: group.to_owned(), kind: kind.to_owned() })?;
        let (Ok(object), Some(resource_version)) = (KeyRef::of(written), written.resource_version.clone())
        else {
            return Err(OwnWriteError::NotWritten { kind: kind.to_owned() });
        };
        let object = object.to_key();
        own_writes.record(&self.key, Write { resource, object, resource_version, since: Instant::now() });
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
