//! [`Format`]: how the objects of a response are encoded, and what can be read of one without decoding it.

use serde::de::IgnoredAny;

#[cfg(feature = "protobuf")]
use super::encoded;
use super::{
    DecodeError, ListFramer,
    framing::{JsonWatch, ListFraming, WatchFraming},
    one_object::is_one_object,
    peek::{Peeked, peek, peek_prefix},
};
#[cfg(feature = "protobuf")]
use crate::protobuf::Schema;

/// How the objects of a response are encoded. The other modules call an encoded object its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    /// Each object is this message.
    #[cfg(feature = "protobuf")]
    Protobuf(Schema),
}

impl Format {
    /// Splits a list's body into items. Of an item that is longer than `max_object_bytes`, only the beginning is kept.
    pub(crate) fn list_framer(self, max_object_bytes: usize) -> Box<dyn ListFraming> {
        match self {
            Self::Json => Box::new(ListFramer::new(max_object_bytes)),
            #[cfg(feature = "protobuf")]
            Self::Protobuf(_) => Box::new(encoded::List::new(max_object_bytes)),
        }
    }

    /// Splits a watch's body into events. Of an event whose object is longer than `max_object_bytes`, only the beginning
    /// is kept.
    pub(crate) fn watch_framer(self, max_object_bytes: usize) -> Box<dyn WatchFraming> {
        match self {
            Self::Json => Box::new(JsonWatch::new(max_object_bytes)),
            #[cfg(feature = "protobuf")]
            Self::Protobuf(schema) => Box::new(encoded::Watch::new(schema, max_object_bytes)),
        }
    }

    /// Whether an object's text is well-formed, so that its key is known if it has one.
    pub(crate) fn is_object(self, text: &[u8]) -> bool {
        match self {
            Self::Json => is_one_object(text),
            #[cfg(feature = "protobuf")]
            Self::Protobuf(_) => encoded::is_object(text),
        }
    }

    /// Like [`is_object`](Self::is_object), of a list's item. It was split from the others by its structure, so that its
    /// structure alone says nothing.
    pub(crate) fn is_item(self, text: &[u8]) -> bool {
        match self {
            Self::Json => serde_json::from_slice::<IgnoredAny>(text).is_ok(),
            #[cfg(feature = "protobuf")]
            Self::Protobuf(_) => encoded::is_object(text),
        }
    }

    /// The length that counts for the size limit, in bytes. It is the same in a list and in a watch.
    pub(crate) fn object_length(self, text: &[u8]) -> usize {
        match self {
            Self::Json => text.len(),
            #[cfg(feature = "protobuf")]
            Self::Protobuf(_) => encoded::object_length(text),
        }
    }

    /// Whether the length of each vector is known before its elements are decoded, so that decoded vectors have no unused
    /// capacity. (Those of `serde_json::Value` have: it does not ask.)
    pub(super) fn announces_lengths(self) -> bool {
        match self {
            Self::Json => false,
            #[cfg(feature = "protobuf")]
            Self::Protobuf(_) => true,
        }
    }

    /// Reads an object's kind and metadata.
    pub(super) fn peek(self, text: &[u8]) -> Result<Peeked<'_>, DecodeError> {
        match self {
            Self::Json => peek(text).map_err(|not_json| DecodeError::Malformed { offset: not_json.offset }),
            #[cfg(feature = "protobuf")]
            Self::Protobuf(_) => encoded::peek(text),
        }
    }

    /// Like [`peek`](Self::peek), of the beginning of an object's text.
    pub(super) fn peek_prefix(self, text: &[u8]) -> Peeked<'_> {
        match self {
            Self::Json => peek_prefix(text),
            #[cfg(feature = "protobuf")]
            Self::Protobuf(_) => encoded::peek_prefix(text),
        }
    }
}
