//! What readers see: the one writer ([`Indexer`]), the readers' [`Store`] and the typed [`Lister`] on it.
//!
//! Must not know where objects come from, nor who is told about them.

mod indexer;
mod lister;
mod slots;
#[allow(clippy::module_inception)]
mod store;
mod table;

pub use self::{
    indexer::{Indexer, Transaction},
    lister::Lister,
    store::Store,
};
