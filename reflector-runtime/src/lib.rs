//! A live, typed, indexed cache of a Kubernetes resource: client-go's reflector and informers for Rust.
//!
//! # Start here
//!
//! An [`Informer`] lists and watches one resource, keeps its objects in memory, and delivers every change to
//! subscribers and handlers. It uses your `kube::Client`, and works with the types of `k8s_openapi`, with your own
//! custom resources and with `DynamicObject`.
//!
//! ```no_run
//! use k8s_openapi::api::core::v1::Pod;
//! use reflector_runtime::{Event, Informer};
//!
//! #[tokio::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let client = kube::Client::try_default().await?;
//!     let pods = Informer::<Pod>::builder(client).labels("app=web").start();
//!     // An error names the missing CRD or RBAC rule, if that prevents the sync.
//!     pods.wait_for_sync().await?;
//!
//!     let lister = pods.lister();
//!     let web_0 = lister.get("team-a", "web-0");
//!     println!("{} pods, web-0 exists: {}", lister.len(), web_0.is_some());
//!
//!     let mut events = pods.subscribe();
//!     while let Some(event) = events.next().await {
//!         match event {
//!             Event::Added { .. } => println!("added {:?}", event.key()),
//!             Event::Updated { .. } => println!("updated {:?}", event.key()),
//!             Event::Deleted { .. } => println!("deleted {:?}", event.key()),
//!         }
//!     }
//!     Ok(())
//! }
//! ```
//!
//! The informer runs as long as `pods`, or a clone of it, exists. A lister and a subscription do not keep it running.
//!
//! # I want to ...
//!
//! | Task | Use |
//! |---|---|
//! | cache a built-in type, such as `Pod` | [`Informer::builder`], or `Pod::informer` with [`InformerExt`] |
//! | cache my custom resource, with typed indexes | `#[derive(Reflect)]` and [`Reflect::informer`] |
//! | cache a type that is known only at run time | [`Informer::dynamic`] |
//! | select which objects are cached | [`InformerBuilder::labels`], [`InformerBuilder::fields`], [`Label`], [`SelectableField`] |
//! | modify objects before they are cached | [`InformerBuilder::transform`] |
//! | select the format of responses: protobuf, or JSON | [`InformerBuilder::wire_format`] |
//! | follow a resource that can be listed and not watched | [`InformerBuilder::poll`] |
//! | cache objects of several namespaces | [`InformerBuilder::namespaces`], [`Informer::add_namespace`] |
//! | run several informers, and share them | [`InformerSet`] |
//! | follow kinds that come and go | [`InformerSet::follow_kinds`], [`InformerSet::is_served`] |
//! | limit concurrent lists | [`ListLimiter`] |
//! | wait for the initial list | [`Informer::wait_for_sync`] |
//! | compare my type with the CRD in the cluster | [`CheckCrd`] |
//! | read cached objects | [`Informer::lister`], [`Lister`], [`Store`] |
//! | look up objects by a field | [`Index`], [`Store::by_index`] |
//! | look up objects by a label, an owner, or a field known only at run time | [`DynamicIndex`], [`Store::add_index`] |
//! | combine conditions, sort, read in pages | [`Store::query`], [`Query`], [`Selector`] |
//! | read one consistent state | [`Store::snapshot`], [`Snapshot`] |
//! | wait for a state of an object | [`Store::wait_until`], [`InformerBuilder::wait_until`] (without an informer) |
//! | read one's own writes | [`Store::wait_for`], [`Overlay`] |
//! | receive changes as a stream | [`Informer::subscribe`], [`Subscription`] |
//! | receive changes in consistent steps | [`Subscription::next_batch`], [`Subscription::next_item`] |
//! | receive changes by callback | [`Informer::add_handler`], [`ResourceEventHandler`], [`EventHandler`] |
//! | receive changes by asynchronous callback | [`Informer::add_async_handler`] |
//! | receive changes of matching objects only | [`Subscription::filter_objects`], [`FilteredHandler`] |
//! | choose what a slow subscriber receives | [`DeliveryOptions`] |
//! | stop after the handlers have finished | [`Informer::drain`] |
//! | count what an informer does | [`Informer::stats`] |
//! | export counts to Prometheus or another system | the crate feature `metrics` |
//! | monitor an informer | [`Informer::health`], [`Informer::skipped`], [`InformerBuilder::on_error`] |
//! | configure resync, backoff and timeouts | [`InformerBuilder`], [`ReflectorOptions`] |
//! | run a function for each object that changes | [`Reconciler`](reconcile::Reconciler) |
//! | queue keys without duplicates, with retries | [`WorkQueue`](workqueue::WorkQueue) |
//! | use kube-rs's `Controller` with this cache | the module `kube_runtime`, with the feature of the same name |
//! | list and watch without an informer | [`Reflector`], [`ListerWatcher`], [`DeltaFifo`] |
//!
//! # Requirements
//!
//! - A tokio runtime with I/O and timers, as `#[tokio::main]` builds it. Everything that an informer and its handlers do
//!   runs on the runtime in which [`InformerBuilder::start`] is called. Without one, nothing runs: `start` does not panic,
//!   but returns an informer that is [`Health::Stopped`], whose last error is [`ReflectorError::NoRuntime`], and
//!   [`Informer::wait_for_sync`] returns [`SyncError::NoRuntime`]. [`Reflector::run`] and
//!   [`Reconciler::run`](reconcile::Reconciler::run) panic without one, because they run in the task that awaits them.
//!   [`Lister`], [`Store`] and [`WorkQueue`](workqueue::WorkQueue) without delays need no runtime.
//! - RBAC rules with the verbs `list` and `watch` for each resource.
//! - A panic of your code in a handler or a reconcile function is caught and reported. A panic in a transform, an index or
//!   a `Deserialize` stops its informer ([`ReflectorError::Panicked`]).
//!
//! # Crate features
//!
//! | Feature | Default | Effect |
//! |---|---|---|
//! | `derive` | yes | Exports `#[derive(Reflect)]`. |
//! | `protobuf` | yes | Lists and watches built-in kinds, and metadata alone, in Kubernetes' protobuf. |
//! | `metrics` | no | Publishes counts, gauges and histograms through the `metrics` facade. |
//! | `yaml` | no | Reads CRD files in YAML, for the tests that `#[reflect(test = "...")]` generates. |
//! | `kube-runtime` | no | Adapters to kube-rs's `Controller` and `watcher::Event`. |
//!
//! The version of the Kubernetes API (a feature of `k8s_openapi`) and the TLS implementation (features of `kube`) are
//! selected by your crate.
//!
//! # Spans
//!
//! Each list and each watch has a `tracing` span at level debug, named `list` or `watch`, with these fields:
//!
//! | Field | Value |
//! |---|---|
//! | `name` | the informer's name |
//! | `group`, `version`, `resource` | what is listed |
//! | `namespace` | the namespace that is listed; missing if all are, or if the resource has none |
//! | `streaming` | `list`: whether it is a streaming list |
//! | `resource_version` | `list`: the version of the complete list. `watch`: the version from which the watch continues |
//! | `objects` | `list`: the number of objects received |
//! | `events` | `watch`: the number of events received, with bookmarks |
//! | `bytes` | the bytes received |
//! | `outcome` | `complete` (a list), `closed` (by the server, a watch), `restarted` (a list that was given up for another one without a failure), `cancelled`, or the name of a [`Reason`] ([`Reason::as_str`]) |
//! | `otel.status_code` | `ERROR` if a request failed |
//!
//! The warnings about failed requests and skipped objects are events within these spans. Neither contains a value of an
//! object.
//!
//! # Modules
//!
//! Data flows in one direction: `list_watch`, `wire`, `reflector`, `delta_fifo`, `informer`, `store`, `workqueue`,
//! `reconcile`.
//!
//! | Module | Contents |
//! |---|---|
//! | [`informer`] | the pop loop (queue to store), subscribers and handlers, start and stop |
//! | [`informer_set`] | many informers: sharing, waiting, health; kinds that come and go |
//! | [`store`] | the cache, as readers see it |
//! | [`workqueue`] | keys that have work to do: duplicates, delays, backoff |
//! | [`reconcile`] | the reconcile loop |
//! | [`index`] | secondary indexes |
//! | [`key`] | object keys |
//! | `metrics` (with the feature) | names, labels and descriptions of the metrics |
//! | [`resource_type`] | group, version, kind, plural and scope of a type |
//! | [`crd`] | differences between a type and its CRD |
//!
//! The modules below are internals. Most programs do not use them directly:
//!
//! | Module | Contents |
//! |---|---|
//! | [`delta_fifo`] | the queue of changes that are not in the store yet |
//! | [`list_watch`] | requests: the [`ListerWatcher`] trait, and its implementation with a `kube::Client` |
//! | `protobuf` (with the feature) | messages of built-in kinds to objects: framing, tables of messages, decoding |
//! | `wire` (private) | bytes to objects: framing, the check of `apiVersion` and `kind`, decoding |
//! | [`reflector`] | which request to send next, and when: a state machine and its shell |
//! | [`discovery`] | which kinds the server serves |
//! | [`backoff`] | delays between attempts |

pub mod backoff;
mod blocks;
mod causes;
pub mod crd;
pub mod delta_fifo;
pub mod discovery;
pub mod index;
pub mod informer;
pub mod informer_set;
pub mod key;
mod keyed_queue;
#[cfg(feature = "kube-runtime")]
pub mod kube_runtime;
mod limits;
pub mod list_watch;
mod managed_fields;
#[cfg(feature = "metrics")]
pub mod metrics;
mod mismatch;
#[cfg(feature = "protobuf")]
pub mod protobuf;
pub mod reconcile;
mod reflect;
pub mod reflector;
pub mod resource_type;
pub mod store;
mod sync;
#[cfg(test)]
mod testing;
mod version;
mod wire;
pub mod workqueue;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

#[cfg(feature = "derive")]
pub use reflector_derive::Reflect;

pub use self::reflect::{Reflect, TypeSource};
pub use self::{
    backoff::{Backoff, ExponentialBackoff},
    crd::{CheckCrd, CrdDifference, CrdError},
    delta_fifo::{Cause, Delta, DeltaFifo, QueueOrder, Tombstone},
    discovery::{DiscoveryError, KindSelector, ServedKind},
    index::{AnyIndex, DynamicIndex, FieldPathError, Index, IndexKey, IndexValue, IndexValues, TypedIndex},
    informer::{
        AsyncEventHandler, Delivery, DeliveryOptions, Drain, DrainError, Event, EventBatch, EventCounts,
        EventHandler, FilteredHandler, FilteredSubscription, HandlerAbortHandle, HandlerBacklog, HandlerFn,
        HandlerRegistration, HandlerStats, Health, Informer, InformerBuilder, InformerExt, InformerStats,
        InvalidObjectNotice, InvalidObjectState, NamespaceError, Overflow, RelistCause, ResourceEventHandler,
        SettingConflict, Skipped, StreamItem, Subscription, SyncError, Unsynced, WaitForSync, WaitOnce,
        WaitOnceError, handler_fn,
    },
    informer_set::{
        InformerSet, InformerSetBuilder, KindEvent, KindFollower, KindFollowerBuilder, KindHealth, SetError,
        SetHealth, SetSyncError, WaitForSetSync,
    },
    key::{KeyError, KeyRef, ObjectKey},
    list_watch::{
        FieldSelector, IntoFieldSelector, KubeListerWatcher, ListWatchError, ListerWatcher, ManagedFields,
        ObjectVersion, Reason, SelectableField, Selectors, ShardRange, WireFormat,
    },
    reflector::{
        InitialListStrategy, ListLimiter, Reflector, ReflectorError, ReflectorOptions, RequestVerb,
        VersionOrder,
    },
    resource_type::{
        ClusterScoped, DynamicScope, HasNamespaces, NameError, Namespaced, ResourceType, ResourceTypeParts,
        Scope, ScopeMarker,
    },
    store::{
        IndexConflict, IntoLabelSelector, Label, LastSeen, Lister, Overlay, OverlayError, Query, Selector,
        SelectorError, Snapshot, Store, Wait, WaitError, Writer,
    },
    wire::{DecodeError, InvalidObject, ProtocolError},
};
