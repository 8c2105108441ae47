//! A live, indexed cache of a resource, and the delivery of its changes: [`Informer`], its builder, subscriptions and
//! event handlers.
//!
//! Runs a reflector, and the loop that pops its queue into the store. Must not depend on JSON.

mod builder;
mod event;
mod ext;
mod handle;
mod handler;
mod known;
mod pending;
mod processor;
mod subscription;
mod sync;

pub use self::{
    builder::InformerBuilder,
    event::Event,
    ext::InformerExt,
    handle::Informer,
    handler::{HandlerRegistration, ResourceEventHandler},
    subscription::{Delivery, Subscription},
    sync::{SyncError, WaitForSync},
};
pub use crate::reflector::{Health, Skipped};
