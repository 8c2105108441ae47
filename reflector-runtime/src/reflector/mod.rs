//! Keeping a store up to date with the API server: [`Reflector`] (client-go's), in two parts.
//!
//! `core` decides: a synchronous state machine with no I/O, no types of objects, and no clock of its own. `shell`
//! carries out its decisions, one request at a time, and feeds the store; `listing`, `watching` and `probe` are its
//! requests, `suspects` keeps events that wait for a decision. `health` is what others see, `report` reports what goes
//! wrong, `operation` is the span of a list or watch. Must not know what a handler is.

mod core;
mod counters;
mod error;
mod error_hook;
mod health;
mod health_group;
mod list_limiter;
mod list_permit;
mod listing;
mod operation;
mod options;
mod polled;
mod probe;
mod recovery;
mod report;
mod shell;
mod store;
mod suspects;
mod watching;

pub(crate) use self::{
    counters::Counters, error_hook::ErrorHook, health::HealthCell, health_group::HealthGroup, shell::Resync,
};
pub use self::{
    counters::RelistCause,
    error::{ReflectorError, RequestVerb},
    health::{Health, Skipped, VersionOrder},
    list_limiter::ListLimiter,
    options::{InitialListStrategy, ReflectorOptions},
    shell::Reflector,
    store::ReflectorStore,
};
