//! The cache: the single [`Writer`], the readers' [`Store`], and the typed [`Lister`] on top of it.
//!
//! Must not depend on the source of the objects, or on subscribers.

mod lister;
mod slots;
#[allow(clippy::module_inception)]
mod store;
mod table;
mod writer;

pub use self::{
    lister::Lister,
    store::Store,
    writer::{WriteBatch, Writer},
};
