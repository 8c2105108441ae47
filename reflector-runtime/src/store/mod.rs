//! The cache: the single [`Writer`], the readers' [`Store`] and its [`Snapshot`]s, and the typed [`Lister`] on top of
//! it.
//!
//! Must not depend on the source of the objects, or on subscribers.

mod lister;
mod objects;
mod overlay;
mod query;
mod selector;
mod snapshot;
#[allow(clippy::module_inception)]
mod store;
mod table;
mod wait;
mod wait_error;
mod writer;

pub use self::{
    lister::Lister,
    overlay::{Overlay, OverlayError},
    query::Query,
    selector::{IntoLabelSelector, Label, Selector, SelectorError},
    snapshot::Snapshot,
    store::{IndexConflict, Store},
    wait::Wait,
    wait_error::{LastSeen, WaitError},
    writer::{WriteBatch, Writer},
};
