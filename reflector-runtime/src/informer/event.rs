//! [`Event`]: a change, as subscribers and handlers receive it.

use std::{fmt, sync::Arc};

use kube::core::ObjectMeta;

use crate::{
    key::KeyRef,
    resource_type::{MetadataFn, ResourceType},
};

/// One change of one object in the cache. The cache already shows the change when an event is delivered, and may show
/// later changes.
///
/// Events for one object are delivered in order. Events for different objects may be reordered.
pub enum Event<K: 'static> {
    /// The object is new in the cache.
    #[non_exhaustive]
    Added {
        /// The object.
        object: Arc<K>,
        /// Whether it is part of the initial list: the state at the time the informer started or the subscriber
        /// joined (client-go's `isInInitialList`).
        in_initial_list: bool,
        #[doc(hidden)]
        metadata: MetadataFn<K>,
    },
    /// The object has changed. In a resync both states are the same.
    #[non_exhaustive]
    Updated {
        /// The state that was delivered last.
        old: Arc<K>,
        /// The current state.
        new: Arc<K>,
        #[doc(hidden)]
        metadata: MetadataFn<K>,
    },
    /// The object was removed from the cache.
    #[non_exhaustive]
    Deleted {
        /// Its last known state.
        last_known: Arc<K>,
        /// Whether `last_known` is the final state, as the watch delivered it. `false`: a relist found the object
        /// missing, and its final state may have been different (client-go's `DeletedFinalStateUnknown`).
        final_state_known: bool,
        #[doc(hidden)]
        metadata: MetadataFn<K>,
    },
}

impl<K: 'static> Event<K> {
    /// An [`Event::Added`]. Informers create events; this is for tests of code that consumes them.
    pub fn added(resource_type: &ResourceType<K>, object: Arc<K>, in_initial_list: bool) -> Self {
        Self::Added { object, in_initial_list, metadata: resource_type.metadata_fn() }
    }

    /// An [`Event::Updated`]. See [`added`](Self::added).
    pub fn updated(resource_type: &ResourceType<K>, old: Arc<K>, new: Arc<K>) -> Self {
        Self::Updated { old, new, metadata: resource_type.metadata_fn() }
    }

    /// An [`Event::Deleted`]. See [`added`](Self::added).
    pub fn deleted(resource_type: &ResourceType<K>, last_known: Arc<K>, final_state_known: bool) -> Self {
        Self::Deleted { last_known, final_state_known, metadata: resource_type.metadata_fn() }
    }

    /// The object: its current state, or the last known one of a deleted object.
    pub fn object(&self) -> &Arc<K> {
        match self {
            Self::Added { object, .. } => object,
            Self::Updated { new, .. } => new,
            Self::Deleted { last_known, .. } => last_known,
        }
    }

    /// The object's key. `None` only if a custom transform or type drops `metadata.name`.
    pub fn key(&self) -> Option<KeyRef<'_>> {
        KeyRef::of(self.object_meta()).ok()
    }

    /// `Added`, `Updated` or `Deleted`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Added { .. } => "Added",
            Self::Updated { .. } => "Updated",
            Self::Deleted { .. } => "Deleted",
        }
    }

    fn object_meta(&self) -> &ObjectMeta {
        let (Self::Added { metadata, .. } | Self::Updated { metadata, .. } | Self::Deleted { metadata, .. }) =
            self;
        metadata(self.object())
    }
}

impl<K> Clone for Event<K> {
    fn clone(&self) -> Self {
        match self {
            Self::Added { object, in_initial_list, metadata } => {
                Self::Added { object: object.clone(), in_initial_list: *in_initial_list, metadata: *metadata }
            }
            Self::Updated { old, new, metadata } => {
                Self::Updated { old: old.clone(), new: new.clone(), metadata: *metadata }
            }
            Self::Deleted { last_known, final_state_known, metadata } => Self::Deleted {
                last_known: last_known.clone(),
                final_state_known: *final_state_known,
                metadata: *metadata,
            },
        }
    }
}

impl<K> fmt::Debug for Event<K> {
    /// Prints the event type, the key and the resourceVersion, never the object: it may be a Secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        if let Some(key) = self.key() {
            write!(f, " {key}")?;
        }
        match self.object_meta().resource_version.as_deref() {
            Some(version) => write!(f, " at {version}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{object, resource_type};

    #[test]
    fn debug_prints_type_key_and_version_and_not_the_object() {
        let event = Event::updated(&resource_type(), object("a", 1), object("a", 2));
        assert_eq!(format!("{event:?}"), "Updated n/a at 2");
    }
}
