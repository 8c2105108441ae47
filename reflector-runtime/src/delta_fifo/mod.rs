//! What has changed and is not yet in the store: [`DeltaFifo`] (client-go's `DeltaFIFO`), its [`Delta`]s and
//! [`Tombstone`]s.
//!
//! Between one producer (the reflector) and one consumer (the informer). Must not know the network or handlers.

mod delta;
mod fifo;
mod inner;
mod replace;
#[cfg(test)]
mod tests;

pub use self::{
    delta::{Change, Delta, Deltas, Tombstone},
    fifo::{Batch, Closed, DeltaFifo, KnownObjects, Popped},
    replace::ListConsistency,
};
