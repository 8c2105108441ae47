//! A live, indexed cache of a resource, and the delivery of its changes: [`Informer`], its builder, subscriptions and
//! event handlers.
//!
//! Runs a reflector, and the loop that pops its queue into the store. Must not depend on JSON.

mod advice;
mod builder;
mod erased;
mod event;
mod ext;
mod handle;
mod handler;
mod known;
mod namespace_task;
mod namespaces;
mod pending;
mod pipeline;
mod processor;
mod report;
mod settings;
mod source;
mod subscription;
mod sync;
mod sync_error;

pub use self::{
    builder::InformerBuilder,
    event::Event,
    ext::InformerExt,
    handle::Informer,
    handler::{HandlerAbortHandle, HandlerRegistration, ResourceEventHandler},
    namespaces::NamespaceError,
    settings::SettingConflict,
    subscription::{Delivery, Subscription},
    sync::WaitForSync,
    sync_error::{SyncError, Unsynced},
};
pub(crate) use self::{
    erased::AnyInformer,
    settings::{Identity, Settings},
};
pub use crate::reflector::{Health, Skipped};
