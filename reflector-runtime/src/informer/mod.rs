//! A live, indexed copy of a resource, and who is told of its changes: [`Informer`], its builder, subscriptions
//! and handlers.
//!
//! Runs a reflector and the loop that pops its queue into the store. Must not know JSON.

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
