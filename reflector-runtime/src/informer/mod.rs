//! A live, indexed cache of a resource, and the delivery of its changes: [`Informer`], its builder, subscriptions and
//! event handlers.
//!
//! Runs a reflector, and the loop that pops its queue into the store. Must not depend on JSON.

mod advice;
mod backlog;
mod builder;
mod drain;
mod erased;
mod event;
mod ext;
mod filter;
mod gate;
mod handle;
mod handler;
mod handlers;
mod item;
mod known;
mod lock;
mod mailbox;
mod namespace_task;
mod namespaces;
mod notices;
mod options;
mod pending;
mod pipeline;
mod processing_time;
mod processor;
#[cfg(test)]
mod properties;
#[cfg(feature = "metrics")]
mod publisher;
mod registration;
mod removal;
mod report;
mod resync_timer;
mod settings;
mod source;
mod start;
mod stats;
mod subscription;
mod sync;
mod sync_error;
mod wait_once;

pub use self::{
    builder::InformerBuilder,
    drain::{Drain, DrainError, HandlerBacklog},
    event::Event,
    ext::InformerExt,
    filter::{FilteredHandler, FilteredSubscription},
    handle::Informer,
    handler::{AsyncEventHandler, EventHandler, HandlerFn, ResourceEventHandler, handler_fn},
    item::{EventBatch, StreamItem},
    namespaces::NamespaceError,
    options::{Delivery, DeliveryOptions, Overflow},
    registration::{HandlerAbortHandle, HandlerRegistration},
    settings::SettingConflict,
    stats::{EventCounts, HandlerStats, InformerStats},
    subscription::Subscription,
    sync::WaitForSync,
    sync_error::{SyncError, Unsynced},
    wait_once::{WaitOnce, WaitOnceError},
};
pub(crate) use self::{
    erased::AnyInformer,
    settings::{Identity, Settings},
};
pub use crate::delta_fifo::{Cause, InvalidObjectNotice, InvalidObjectState};
pub use crate::reflector::{Health, RelistCause, Skipped};
