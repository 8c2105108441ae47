//! What readers see: the one writer ([`Writer`]), the readers' [`Store`] and the typed [`Lister`] on it.
//!
//! Must not know where objects come from, nor who is told about them.

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
