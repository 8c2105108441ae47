//! Converts bytes to objects: framing ([`ListFramer`], [`LineFramer`]), reading a frame's key and resourceVersion
//! without decoding it ([`peek`]), the GVK check and decoding ([`Decoder`]).
//!
//! Operates on bytes that the caller received. Must not depend on requests, retries or stores. Errors never contain
//! values of an object, only keys, field paths and expected types.

mod decode;
mod error;
mod item;
mod line;
mod list;
mod list_head;
mod one_object;
mod peek;
#[cfg(test)]
mod properties;
mod redact;
mod rewrite;
mod scan;
mod status;
mod structure;
mod value;
mod watch_event;

pub use self::{
    decode::ManagedFields,
    error::{DecodeError, InvalidObject, ProtocolError},
    item::{DecodedObjects, Item, NoDecodedObjects, ObjectVersion, TextFingerprint},
};
pub(crate) use self::{
    decode::{Decoder, Transform},
    item::ObjectText,
    line::{Line, LineFramer},
    list::{ListFramer, ListToken},
    list_head::{ItemKinds, ListHead},
    one_object::is_one_object,
    rewrite::DecodeBuffer,
    status::read_status,
    watch_event::{WatchFrame, watch_frame},
};
