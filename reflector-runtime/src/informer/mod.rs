//! A live, indexed cache of a resource, and the delivery of its changes: [`Informer`], its builder, subscriptions and
//! event handlers.
//!
//! Runs a reflector, and the loop that pops its queue into the store. Must not depend on JSON.

mod advice;
mod builder;
mod event;
mod ext;
mod handle;
mod handler;
mod known;
mod pending;
mod processor;
mod report;
mod subscription;
mod sync;
mod sync_error;
mod wait_once;

pub use self::{
    builder::InformerBuilder,
    event::Event,
    ext::InformerExt,
    handle::Informer,
    handler::{HandlerAbortHandle, HandlerRegistration, ResourceEventHandler},
    subscription::{Delivery, Subscription},
    sync::WaitForSync,
    sync_error::SyncError,
    wait_once::{WaitOnce, WaitOnceError},
};
pub use crate::reflector::{Health, Skipped};
