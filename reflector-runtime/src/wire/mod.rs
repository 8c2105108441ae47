//! Converts bytes to objects: framing ([`ListFraming`], [`WatchFraming`]), reading a frame's key and resourceVersion
//! without decoding it ([`peek`]), the GVK check and decoding ([`Decoder`]). [`Format`] is the format of a response: JSON
//! or, for built-in kinds and metadata, protobuf (`encoded`).
//!
//! Operates on bytes that the caller received. Must not depend on requests, retries or stores. Errors never contain
//! values of an object, only keys, field paths and expected types.

mod decode;
#[cfg(feature = "protobuf")]
mod encoded;
mod error;
mod format;
mod framing;
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

pub(crate) use self::{
    decode::{Decoder, Transform},
    format::Format,
    framing::{ListFraming, WatchFraming},
    item::ObjectText,
    list::ListToken,
    list_head::{ItemKinds, ListHead},
    rewrite::DecodeBuffer,
    status::read_status,
    watch_event::WatchFrame,
};
pub use self::{
    error::{DecodeError, InvalidObject, ProtocolError},
    item::{DecodedObjects, Item, NoDecodedObjects, ObjectVersion, TextFingerprint},
};
use self::{
    line::{Line, LineFramer},
    list::ListFramer,
    watch_event::watch_frame,
};
