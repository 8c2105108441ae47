//! From bytes to objects: framing ([`ListFramer`], [`LineFramer`]), a look at a frame's key and
//! resourceVersion before it is decoded ([`peek`]), the GVK check and decoding itself ([`Decoder`]).
//!
//! Works on bytes that someone else received; must not know requests, retries or stores. Nothing here puts
//! a value of an object into an error: only keys, field paths and what a field was expected to be.

mod decode;
mod error;
mod item;
mod line;
mod list;
mod peek;
#[cfg(test)]
mod properties;
mod redact;
mod scan;
mod watch_event;

pub use self::{
    decode::ManagedFields,
    error::{DecodeError, InvalidObject, ProtocolError},
    item::{DecodedObjects, Item, NoDecodedObjects, ObjectVersion},
};
pub(crate) use self::{
    decode::{Decoder, Proof, Transform},
    line::LineFramer,
    list::{ListFramer, ListHead, ListToken},
    watch_event::{WatchFrame, is_one_object, watch_frame},
};
