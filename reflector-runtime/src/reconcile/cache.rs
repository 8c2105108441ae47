//! [`Cache`]: what a reconciler's cache shows of one object. Must not know who asks.

use std::cmp::Ordering;

use crate::{key::ObjectKey, store::Store, version};

/// A cache that a reconciler reads.
pub(super) trait Cache: Send + Sync {
    fn is_of(&self, group: &str, kind: &str) -> bool;
    /// Group and kind.
    fn group_kind(&self) -> (String, String);
    /// Whether the cached object is in the state of this version, or in a later one.
    fn has_object(&self, object: &ObjectKey, resource_version: &str) -> bool;
    /// What the cache shows of the object with this uid.
    fn shows(&self, object: &ObjectKey, uid: Option<&str>) -> Shown;
    /// Whether the whole cache is as new as this version. `None` if the versions cannot be compared.
    fn has_reached(&self, resource_version: &str) -> Option<bool>;
}

/// What a cache shows of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    Exists,
    /// It has a deletionTimestamp.
    IsDeleted,
    /// There is no object with its key, or one with another uid.
    Nothing,
}

impl<D: Send + Sync + 'static> Cache for Store<D> {
    fn is_of(&self, group: &str, kind: &str) -> bool {
        let resource_type = self.resource_type();
        resource_type.group() == group && resource_type.kind() == kind
    }

    fn group_kind(&self) -> (String, String) {
        let resource_type = self.resource_type();
        (resource_type.group().to_owned(), resource_type.kind().to_owned())
    }

    fn has_object(&self, object: &ObjectKey, resource_version: &str) -> bool {
        let resource_type = self.resource_type();
        let cached = self.get(object.as_ref());
        let version = cached.as_ref().and_then(|it| resource_type.metadata(it).resource_version.as_deref());
        is_at_least(version, resource_version) == Some(true)
    }

    fn shows(&self, object: &ObjectKey, uid: Option<&str>) -> Shown {
        let resource_type = self.resource_type();
        let Some(cached) = self.get(object.as_ref()) else { return Shown::Nothing };
        let metadata = resource_type.metadata(&cached);
        // Without a uid, an object is known by its key only.
        let is_other = uid.zip(metadata.uid.as_deref()).is_some_and(|(uid, cached)| uid != cached);
        match metadata.deletion_timestamp {
            _ if is_other => Shown::Nothing,
            Some(_) => Shown::IsDeleted,
            None => Shown::Exists,
        }
    }

    fn has_reached(&self, resource_version: &str) -> Option<bool> {
        is_at_least(self.resource_version().as_deref(), resource_version)
    }
}

/// `None` if the versions cannot be compared.
pub(super) fn is_at_least(version: Option<&str>, expected: &str) -> Option<bool> {
    version.and_then(|version| version::compare(version, expected)).map(Ordering::is_ge)
}
