//! Keeping a store in step with the API server: [`Reflector`] (client-go's), in two parts.
//!
//! `core` decides: a synchronous state machine with no I/O, no types of objects, no clock of its own. `shell`
//! does what it says: one request at a time, and feeds the store. `health` is what the outside is told, `report` tells
//! what goes wrong.
//! Must not know what a handler is.

mod core;
mod error;
mod health;
mod listing;
mod options;
mod recovery;
mod report;
mod shell;
mod store;
mod watching;

pub use self::{
    error::{ReflectorError, RequestVerb},
    health::{Health, Skipped},
    options::{InitialListStrategy, ReflectorOptions},
    shell::Reflector,
    store::ReflectorStore,
};
pub(crate) use self::{health::HealthCell, report::ErrorHook, shell::Resync};
