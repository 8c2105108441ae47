//! Kubernetes' protobuf encoding of built-in kinds, decoded into any type that reads their JSON.
//!
//! A list or watch is split into encoded objects ([`ListFramer`], [`WatchFramer`]). Of each, the metadata can be read
//! without decoding it ([`Metadata`]). A table of the messages of all built-in kinds ([`Schema`]) drives the decoder
//! ([`EncodedObject::decode`]): a type gets the values that it gets from JSON.
//!
//! Operates on bytes that the caller received. Must not depend on requests, retries or stores. Errors never contain
//! values of an object.

mod canonical;
mod context;
mod decode;
mod envelope;
mod error;
mod facts;
mod field;
mod fields;
mod framer;
mod key;
mod list;
mod list_access;
mod metadata;
mod object;
#[cfg(test)]
mod properties;
mod raw_value;
mod reader;
mod special;
#[rustfmt::skip]
mod tables;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_framing;
mod value;
mod watch;

pub use self::{
    decode::{EncodedObject, Schema},
    envelope::Envelope,
    error::{DecodeError, FramingError},
    facts::FieldFacts,
    field::ValueType,
    framer::Part,
    list::{ListFramer, ListHead, ListToken},
    metadata::Metadata,
    watch::{WatchEvent, WatchFramer},
};
pub use crate::managed_fields::ManagedFields;
