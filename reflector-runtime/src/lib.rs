//! A live, typed, indexed copy of a Kubernetes resource in memory.
//!
//! The rooms, in the order in which data flows through them:
//!
//! | room | holds |
//! |---|---|
//! | [`kind`], [`key`], [`index`] | what a type is, and how its objects are named and found |
//! | [`list_watch`] | requests: the [`ListerWatcher`] trait, and its implementation over a `kube::Client` |
//! | `wire` | bytes to objects: framing, the GVK check, decoding |
//! | [`reflector`] | what to ask next, and when: the state machine and its shell |
//! | [`backoff`] | how long to wait |
//! | [`delta_fifo`] | what has changed and is not in the store yet |
//! | [`store`] | what readers see |
//! | [`informer`] | the pop loop, subscribers and handlers, start and stop |

pub mod backoff;
pub mod delta_fifo;
pub mod index;
pub mod informer;
pub mod key;
mod keyed_queue;
pub mod list_watch;
mod reflect;
pub mod reflector;
pub mod resource_type;
pub mod store;
#[cfg(test)]
mod testing;
mod version;
mod wire;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

#[cfg(feature = "derive")]
pub use reflector_derive::Reflect;

pub use self::reflect::Reflect;
pub use self::{
    backoff::{Backoff, ExponentialBackoff},
    delta_fifo::{Delta, DeltaFifo, Tombstone},
    index::{Index, IndexValue, IndexValues},
    informer::{
        Delivery, Event, HandlerRegistration, Health, Informer, InformerBuilder, InformerExt,
        ResourceEventHandler, Skipped, Subscription, SyncError, WaitForSync,
    },
    key::{KeyError, KeyRef, ObjectKey},
    list_watch::{
        KubeListerWatcher, ListWatchError, ListerWatcher, ManagedFields, ObjectVersion, Reason, Selectors,
        ShardRange,
    },
    reflector::{InitialListStrategy, Reflector, ReflectorError, ReflectorOptions, RequestVerb},
    resource_type::{
        ClusterScoped, DynamicScope, NameError, Namespaced, ResourceType, ResourceTypeParts, Scope,
        ScopeMarker,
    },
    store::{Lister, Store, Writer},
    wire::{DecodeError, InvalidObject, ProtocolError},
};
