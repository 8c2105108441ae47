//! Kubernetes' protobuf in the terms of this module: framing, reading an object's metadata, decoding, and errors.
//!
//! An item of a list is a message, without its kind. The object of an event has an envelope around it, with its kind. No
//! message begins with the bytes with which an envelope begins, so that both are an object's text.

use bytes::{Buf as _, Bytes, BytesMut};
use kube::core::TypeMeta;
use serde::de::DeserializeOwned;

use super::{
    DecodeError, Format, ListHead, ListToken, ObjectText, ProtocolError, WatchFrame,
    error::short,
    framing::{ListFraming, WatchFraming},
    line::ENVELOPE,
    list_head::ListMetadata,
    peek::{Field, INITIAL_EVENTS_END, Peeked},
    read_status,
};
use crate::{
    managed_fields::ManagedFields,
    protobuf::{
        self, EncodedObject, Envelope, FramingError, ListFramer, Metadata, Part, Schema, WatchEvent,
        WatchFramer,
    },
};

/// The content type of an envelope whose object is a message, if it has one.
const CONTENT_TYPE: &str = "application/vnd.kubernetes.protobuf";

/// The object in a text; `None` if the text is malformed.
fn envelope(text: &[u8]) -> Option<Envelope<'_>> {
    if !text.starts_with(&Envelope::MAGIC) {
        return Some(Envelope { raw: text, ..Envelope::default() });
    }
    let is_message = |envelope: &Envelope<'_>| {
        envelope.content_encoding.is_none() && envelope.content_type.is_none_or(|found| found == CONTENT_TYPE)
    };
    Envelope::read(text).filter(is_message)
}

fn envelope_prefix(text: &[u8]) -> Envelope<'_> {
    if text.starts_with(&Envelope::MAGIC) {
        Envelope::read_prefix(text)
    } else {
        Envelope { raw: text, ..Envelope::default() }
    }
}

/// Whether kind and metadata can be read.
pub(super) fn is_object(text: &[u8]) -> bool {
    envelope(text).is_some_and(|envelope| Metadata::read(envelope.raw).is_some())
}

/// The length of the message.
pub(super) fn object_length(text: &[u8]) -> usize {
    envelope(text).map_or(text.len(), |envelope| envelope.raw.len())
}

pub(super) fn peek(text: &[u8]) -> Result<Peeked<'_>, DecodeError> {
    let malformed = || DecodeError::MalformedProtobuf { path: ".".to_owned() };
    let envelope = envelope(text).ok_or_else(malformed)?;
    let metadata = Metadata::read(envelope.raw).ok_or_else(malformed)?;
    Ok(peeked(&envelope, &metadata))
}

pub(super) fn peek_prefix(text: &[u8]) -> Peeked<'_> {
    let envelope = envelope_prefix(text);
    peeked(&envelope, &Metadata::read_prefix(envelope.raw))
}

fn peeked<'a>(envelope: &Envelope<'a>, metadata: &Metadata<'a>) -> Peeked<'a> {
    Peeked {
        api_version: Field::of(envelope.api_version),
        kind: Field::of(envelope.kind),
        namespace: metadata.namespace.map(Into::into),
        name: metadata.name.map(Into::into),
        uid: metadata.uid.map(Into::into),
        resource_version: Field::of(metadata.resource_version),
        initial_events_end: metadata
            .annotations()
            .any(|annotation| annotation == (INITIAL_EVENTS_END, "true")),
        managed_fields: None,
        message: envelope.raw,
        has_all_metadata: metadata.is_complete,
    }
}

/// Decodes a message whose kind was checked.
pub(super) fn decode<K: DeserializeOwned>(
    schema: Schema,
    type_meta: &TypeMeta,
    managed_fields: ManagedFields,
    message: &[u8],
) -> Result<K, DecodeError> {
    let (api_version, kind) = (&type_meta.api_version, &type_meta.kind);
    let object = EncodedObject { schema, api_version, kind, bytes: message, managed_fields };
    object.decode().map_err(Into::into)
}

/// The JSON value of a Status in its envelope.
pub(super) fn status(text: &[u8]) -> Option<serde_json::Value> {
    let envelope = Envelope::read(text)?;
    let (api_version, kind) = (envelope.api_version?, envelope.kind?);
    let schema = Schema::of_kind(api_version, kind).filter(|_| kind == "Status")?;
    let managed_fields = ManagedFields::default();
    EncodedObject { schema, api_version, kind, bytes: envelope.raw, managed_fields }.decode().ok()
}

impl From<protobuf::DecodeError> for DecodeError {
    fn from(error: protobuf::DecodeError) -> Self {
        match error {
            protobuf::DecodeError::Malformed { path } => Self::MalformedProtobuf { path },
            protobuf::DecodeError::Field { path, problem } => Self::Field { path, problem },
        }
    }
}

impl From<FramingError> for ProtocolError {
    fn from(error: FramingError) -> Self {
        match error {
            FramingError::Truncated => Self::Truncated,
            FramingError::TooLong { .. } => {
                Self::NotAList { problem: "a field other than its items is too long" }
            }
            FramingError::NoEnd { limit } => Self::TooLong { limit },
            FramingError::NOT_PROTOBUF => Self::NOT_AN_OBJECT,
            FramingError::Malformed { expected } => Self::Malformed { expected },
        }
    }
}

/// A list in protobuf.
pub(super) struct List(ListFramer);

impl List {
    pub(super) fn new(max_object_bytes: usize) -> Self {
        Self(ListFramer::new(max_object_bytes))
    }
}

impl ListFraming for List {
    fn push(&mut self, bytes: &Bytes) {
        self.0.push(bytes);
    }

    fn next_token(&mut self) -> Result<Option<ListToken>, ProtocolError> {
        Ok(self.0.next_token()?.map(|token| match token {
            protobuf::ListToken::Head(head) => ListToken::Head(ListHead {
                api_version: head.api_version,
                kind: head.kind,
                metadata: Ok(ListMetadata {
                    resource_version: head.resource_version.unwrap_or_default(),
                    continue_token: head.continue_token,
                    remaining_item_count: head.remaining_item_count,
                }),
            }),
            protobuf::ListToken::Item(item) => ListToken::Item(ObjectText::Whole(item)),
            protobuf::ListToken::ItemTooLong(prefix) => ListToken::Item(ObjectText::Prefix(prefix)),
        }))
    }

    fn finish(&self) -> Result<(), ProtocolError> {
        self.0.finish().map_err(Into::into)
    }

    /// An empty list is encoded like an absent one.
    fn has_items_field(&self) -> bool {
        true
    }
}

/// A watch in protobuf.
pub(super) struct Watch {
    format: Format,
    framer: WatchFramer,
    /// The body so far, until it is known whether it begins with an event.
    begin: Option<BytesMut>,
    /// The first event was read.
    has_begun: bool,
}

impl Watch {
    pub(super) fn new(schema: Schema, max_object_bytes: usize) -> Self {
        Self {
            format: Format::Protobuf(schema),
            framer: WatchFramer::new(max_object_bytes.saturating_add(ENVELOPE)),
            begin: Some(BytesMut::new()),
            has_begun: false,
        }
    }

    /// Reads an event.
    fn frame(&self, event: Part) -> Result<WatchFrame, ProtocolError> {
        match event {
            Part::Whole(event) => {
                let found = WatchEvent::read(&event).ok_or(ProtocolError::INVALID_EVENT)?;
                let event_type = found.event_type.ok_or(ProtocolError::INVALID_EVENT)?.to_owned();
                let has_object = !found.encoded_object.is_empty();
                if !has_object && event_type != "BOOKMARK" {
                    return Err(ProtocolError::INVALID_EVENT);
                }
                let length = found.encoded_object.len();
                let is_last = event.len().checked_sub(length).filter(|start| {
                    event.get(*start..).is_some_and(|end| std::ptr::eq(end, found.encoded_object))
                });
                let object = match is_last {
                    Some(start) => {
                        let mut event = event;
                        event.split_off(start)
                    }
                    // No encoder of Kubernetes writes a field after the object.
                    None => found.encoded_object.into(),
                };
                WatchFrame::of(&event_type, object, self.format)
            }
            Part::TooLong(prefix) => {
                let found = WatchEvent::read_prefix(&prefix);
                let object = found.encoded_object.into();
                Ok(WatchFrame::of_prefix(found.event_type, object, self.format))
            }
        }
    }
}

/// A response to a watch that is a single object: an error, or what a server returns that ignores the parameter `watch`.
/// `None` if more bytes are needed.
fn not_an_event(body: &[u8]) -> Result<Option<WatchFrame>, ProtocolError> {
    match Envelope::read_prefix(body).kind {
        Some("Status") => Ok(read_status(body).map(WatchFrame::Error)),
        Some(kind) => Err(ProtocolError::NotAWatch { kind: short(kind) }),
        None if body.len() < ENVELOPE => Ok(None),
        None => Err(ProtocolError::NOT_AN_OBJECT),
    }
}

impl WatchFraming for Watch {
    fn push(&mut self, bytes: &Bytes) -> Result<(), ProtocolError> {
        match &mut self.begin {
            Some(begin) => begin.extend_from_slice(bytes),
            None => self.framer.push(bytes),
        }
        Ok(())
    }

    fn next_frame(&mut self) -> Result<Option<(WatchFrame, usize)>, ProtocolError> {
        if let Some(begin) = &mut self.begin {
            // An event's length is smaller than these bytes as a number.
            match begin.get(..Envelope::MAGIC.len()) {
                None => return Ok(None),
                Some(first) if first == Envelope::MAGIC => {
                    let frame = not_an_event(begin)?;
                    let length = begin.len();
                    if frame.is_some() {
                        begin.advance(length);
                    }
                    return Ok(frame.map(|frame| (frame, length)));
                }
                Some(_) => {
                    self.framer.push(&begin.split().freeze());
                    self.begin = None;
                }
            }
        }
        let event = match self.framer.next_event() {
            Ok(None) => return Ok(None),
            Ok(Some(event)) => event,
            Err(_) if !self.has_begun => return Err(ProtocolError::NOT_AN_OBJECT),
            Err(error) => return Err(error.into()),
        };
        let length = match &event {
            Part::Whole(bytes) if !self.has_begun && WatchEvent::read(bytes).is_none() => {
                return Err(ProtocolError::NOT_AN_OBJECT);
            }
            Part::Whole(bytes) | Part::TooLong(bytes) => bytes.len(),
        };
        self.has_begun = true;
        Ok(Some((self.frame(event)?, length)))
    }

    fn finish(&self) -> Result<(), ProtocolError> {
        let is_incomplete = self.begin.as_ref().map_or(self.framer.is_inside(), |begin| !begin.is_empty());
        if is_incomplete { Err(ProtocolError::Truncated) } else { Ok(()) }
    }
}
