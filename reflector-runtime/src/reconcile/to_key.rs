//! [`ToKey`]: what a mapping function may return.

use std::sync::Arc;

use crate::{
    key::{KeyRef, ObjectKey},
    resource_type::ResourceType,
};

/// Identifies an object of the primary resource: its key, or the object itself as a lister returns it.
pub trait ToKey<K> {
    /// The key. `None` if the object has no name.
    fn to_key(self, resource_type: &ResourceType<K>) -> Option<ObjectKey>;
}

impl<K> ToKey<K> for ObjectKey {
    fn to_key(self, _: &ResourceType<K>) -> Option<ObjectKey> {
        Some(self)
    }
}

impl<K> ToKey<K> for Arc<K> {
    fn to_key(self, resource_type: &ResourceType<K>) -> Option<ObjectKey> {
        resource_type.key(&self).ok().map(KeyRef::to_key)
    }
}
