//! [`Event`]: a change, as subscribers and handlers receive it.

use std::{fmt, sync::Arc};

use kube::core::ObjectMeta;

use crate::{
    delta_fifo::Cause,
    key::KeyRef,
    resource_type::{MetadataFn, ResourceType},
};

/// One change of one object in the cache. The cache already shows the change when an event is delivered, and may show
/// later changes.
///
/// Events for one object are delivered in order. Events for different objects may be reordered.
///
/// ```
/// # use std::sync::Arc;
/// use k8s_openapi::api::core::v1::Pod;
/// use reflector_runtime::{Event, ResourceType};
///
/// fn describe(event: &Event<Pod>) -> String {
///     match event {
///         Event::Added { in_initial_list: true, .. } => "existed".into(),
///         Event::Deleted { final_state_known: false, .. } => "missed".into(),
///         other => format!("{} by {:?}", other.name(), other.cause()),
///     }
/// }
///
/// // Informers create events. A test creates its own:
/// let pods = ResourceType::<Pod>::from_resource();
/// assert_eq!(describe(&Event::added(&pods, Arc::default(), true)), "existed");
/// ```
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
        cause: Cause,
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
        cause: Cause,
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
        /// The state that was delivered last.
        #[doc(hidden)]
        previous: Arc<K>,
        #[doc(hidden)]
        cause: Cause,
        #[doc(hidden)]
        metadata: MetadataFn<K>,
    },
}

impl<K: 'static> Event<K> {
    /// An [`Event::Added`]. Informers create events; this is for tests of code that consumes them. The cause is
    /// [`Cause::InitialList`] or [`Cause::Watch`]; [`with_cause`](Self::with_cause) sets another one.
    pub fn added(resource_type: &ResourceType<K>, object: Arc<K>, in_initial_list: bool) -> Self {
        let cause = if in_initial_list { Cause::InitialList } else { Cause::Watch };
        Self::Added { object, in_initial_list, cause, metadata: resource_type.metadata_fn() }
    }

    /// An [`Event::Updated`]. See [`added`](Self::added). The cause is [`Cause::Resync`] if both states are the same
    /// `Arc`, otherwise [`Cause::Watch`].
    pub fn updated(resource_type: &ResourceType<K>, old: Arc<K>, new: Arc<K>) -> Self {
        let cause = if Arc::ptr_eq(&old, &new) { Cause::Resync } else { Cause::Watch };
        Self::Updated { old, new, cause, metadata: resource_type.metadata_fn() }
    }

    /// An [`Event::Deleted`]. See [`added`](Self::added). The cause is [`Cause::Watch`] if the final state is known,
    /// otherwise [`Cause::Relist`].
    pub fn deleted(resource_type: &ResourceType<K>, last_known: Arc<K>, final_state_known: bool) -> Self {
        let cause = if final_state_known { Cause::Watch } else { Cause::Relist };
        let previous = last_known.clone();
        Self::Deleted {
            last_known,
            final_state_known,
            previous,
            cause,
            metadata: resource_type.metadata_fn(),
        }
    }

    /// The same event with another cause.
    #[must_use]
    pub fn with_cause(mut self, new_cause: Cause) -> Self {
        let (Self::Added { cause, .. } | Self::Updated { cause, .. } | Self::Deleted { cause, .. }) =
            &mut self;
        *cause = new_cause;
        self
    }

    /// What caused the change. If several changes were merged ([`Delivery::Coalesced`](super::Delivery::Coalesced)),
    /// the cause of the newest one.
    pub fn cause(&self) -> Cause {
        let (Self::Added { cause, .. } | Self::Updated { cause, .. } | Self::Deleted { cause, .. }) = self;
        *cause
    }

    /// The object: its current state, or the last known one of a deleted object.
    pub fn object(&self) -> &Arc<K> {
        match self {
            Self::Added { object, .. } => object,
            Self::Updated { new, .. } => new,
            Self::Deleted { last_known, .. } => last_known,
        }
    }

    /// The same change of the object, as seen through a filter: an addition if the object enters it, a deletion if it
    /// leaves it. `None` if the event is filtered out (client-go's `FilteringResourceEventHandler`, which loses the
    /// deletion of an object whose final state does not match).
    pub(super) fn filtered(self, mut matches: impl FnMut(&K) -> bool) -> Option<Self> {
        match self {
            Self::Updated { old, new, cause, metadata } => match (matches(&old), matches(&new)) {
                (true, true) => Some(Self::Updated { old, new, cause, metadata }),
                (false, true) => Some(Self::Added { object: new, in_initial_list: false, cause, metadata }),
                // The last state that matched. The current one does not match, so it is not delivered.
                (true, false) => Some(Self::Deleted {
                    last_known: old.clone(),
                    final_state_known: true,
                    previous: old,
                    cause,
                    metadata,
                }),
                (false, false) => None,
            },
            // The final state may match although the subscriber never received the object, or the reverse.
            Self::Deleted { ref previous, .. } => matches(previous).then_some(self),
            Self::Added { ref object, .. } => matches(object).then_some(self),
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
            Self::Added { object, in_initial_list, cause, metadata } => Self::Added {
                object: object.clone(),
                in_initial_list: *in_initial_list,
                cause: *cause,
                metadata: *metadata,
            },
            Self::Updated { old, new, cause, metadata } => {
                Self::Updated { old: old.clone(), new: new.clone(), cause: *cause, metadata: *metadata }
            }
            Self::Deleted { last_known, final_state_known, previous, cause, metadata } => Self::Deleted {
                last_known: last_known.clone(),
                final_state_known: *final_state_known,
                previous: previous.clone(),
                cause: *cause,
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

    /// client-go: `TestDeletionHandlingObjectToName`, `TestDeletedObjectGetObjectName`, `TestDeletedObjectGetKey`. A
    /// deletion always has an object, so it has a key whether its final state is known or not.
    #[test]
    fn a_deletion_has_a_key() {
        for final_state_known in [true, false] {
            let event = Event::deleted(&resource_type(), object("a", 1), final_state_known);
            assert_eq!(event.key().unwrap().to_string(), "n/a");
        }
    }

    #[test]
    fn constructors_choose_the_most_likely_cause() {
        use Cause::{InitialList, Relist, Resync, Watch};

        let (types, a) = (resource_type(), object("a", 1));
        let causes = [
            Event::added(&types, a.clone(), true),
            Event::added(&types, a.clone(), false),
            Event::updated(&types, a.clone(), a.clone()),
            Event::updated(&types, a.clone(), object("a", 2)),
            Event::deleted(&types, a.clone(), true),
            Event::deleted(&types, a.clone(), false),
            Event::deleted(&types, a, true).with_cause(Cause::Resync),
        ]
        .map(|event| event.cause());
        assert_eq!(causes, [InitialList, Watch, Resync, Watch, Watch, Relist, Resync]);
    }
}
