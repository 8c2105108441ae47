//! The queue of changes that are not in the store yet: [`DeltaFifo`] (client-go's `DeltaFIFO`), its [`Delta`]s and
//! [`Tombstone`]s.
//!
//! It connects one producer (the reflector) to one consumer (the informer). Must not depend on the network or on
//! handlers.

mod apply;
mod delta;
mod fifo;
mod inner;
mod lists;
mod order;
#[cfg(test)]
mod properties;
mod replace;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_arrival;
#[cfg(test)]
mod tests_order;
mod undecodable;

pub use self::{
    delta::{Cause, Change, Delta, Deltas, Tombstone},
    fifo::{Batch, Closed, DeltaFifo, KnownObjects, Popped},
    order::{Applied, EventOrder, QueueOrder},
    replace::ListConsistency,
    undecodable::{InvalidObjectNotice, InvalidObjectState},
};
pub use crate::key::{HashedKey, KeyHash};
