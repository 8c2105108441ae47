//! Kubernetes' protobuf in responses: objects, lists, metadata, errors and watches, for all kinds that the real server
//! encodes so. Encodes responses that are complete in JSON. Must not depend on requests or types.
//!
//! Source: <https://kubernetes.io/docs/reference/using-api/api-concepts/#protobuf-encoding>

mod encode;

use bytes::Bytes;
use futures::StreamExt as _;
use http::{HeaderValue, header};
use reflector_runtime::protobuf::{Envelope, Schema};
use serde_json::Value;

use self::encode::{Message, object};
use crate::answer::{Answer, AnswerBody, EventStream};

/// The media type.
pub(crate) const MEDIA_TYPE: &str = "application/vnd.kubernetes.protobuf";

/// Whether objects of this kind can be encoded.
pub(crate) fn has_message(api_version: &str, kind: &str) -> bool {
    Schema::of_kind(api_version, kind).is_some()
}

/// Encodes a response. A body that is not the JSON of an object with a table remains as it is.
pub(crate) fn encoded(mut answer: Answer) -> Answer {
    match answer.body {
        AnswerBody::Events(events) => {
            set_content_type(&mut answer.headers, "application/vnd.kubernetes.protobuf;stream=watch");
            answer.body = AnswerBody::Events(watch(events));
        }
        AnswerBody::Pieces(pieces) => {
            let encoded = serde_json::from_slice(&pieces.concat()).ok().and_then(|value| document(&value));
            answer.body = AnswerBody::Pieces(match encoded {
                Some(encoded) => {
                    set_content_type(&mut answer.headers, MEDIA_TYPE);
                    vec![encoded.into()]
                }
                None => pieces,
            });
        }
    }
    answer
}

fn set_content_type(headers: &mut http::HeaderMap, media_type: &'static str) {
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
}

/// An object or a list in its envelope.
fn document(value: &Value) -> Option<Vec<u8>> {
    let (api_version, kind) = (value["apiVersion"].as_str()?, value["kind"].as_str()?);
    let raw = match (kind.strip_suffix("List"), value.get("items")) {
        (Some(item), Some(items)) => list(Schema::of_kind(api_version, item)?, value, items)?,
        _ => object(Schema::of_kind(api_version, kind)?, value.as_object()?),
    };
    Some(envelope(api_version, kind, &raw))
}

fn envelope(api_version: &str, kind: &str, raw: &[u8]) -> Vec<u8> {
    let (mut type_meta, mut unknown) = (Message::default(), Message::default());
    type_meta.bytes(1, api_version.as_bytes());
    type_meta.bytes(2, kind.as_bytes());
    unknown.bytes(1, &type_meta.into_bytes());
    unknown.bytes(2, raw);
    unknown.bytes(3, b"");
    unknown.bytes(4, b"");
    [&Envelope::MAGIC[..], &unknown.into_bytes()].concat()
}

fn list(item: Schema, list: &Value, items: &Value) -> Option<Vec<u8>> {
    let (mut message, mut metadata) = (Message::default(), Message::default());
    let text = |name: &str| list["metadata"][name].as_str().unwrap_or_default();
    metadata.bytes(1, text("selfLink").as_bytes());
    metadata.bytes(2, text("resourceVersion").as_bytes());
    metadata.bytes(3, text("continue").as_bytes());
    if let Some(remaining) = list["metadata"]["remainingItemCount"].as_i64() {
        metadata.number(4, remaining);
    }
    if let Some(selector) = list["metadata"]["shardInfo"]["selector"].as_str() {
        let mut shard = Message::default();
        shard.bytes(1, selector.as_bytes());
        metadata.bytes(5, &shard.into_bytes());
    }
    message.bytes(1, &metadata.into_bytes());
    for one in items.as_array().into_iter().flatten() {
        message.bytes(2, &object(item, one.as_object()?));
    }
    Some(message.into_bytes())
}

/// The lines of a watch as messages, each with its length before it.
fn watch(events: EventStream) -> EventStream {
    let mut is_inside = false;
    Box::pin(events.map(move |line| {
        let line = line?;
        if is_inside {
            return Ok(line);
        }
        is_inside = !line.ends_with(b"\n");
        let event = serde_json::from_slice(&line).ok().and_then(|value| event(&value));
        // What a fault injects is no more an event here than in JSON. If it has no end, neither has the event.
        let event = event.map_or(line, Bytes::from);
        let length = if is_inside { ENDLESS } else { u32::try_from(event.len()).unwrap_or(u32::MAX) };
        Ok([&length.to_be_bytes()[..], &event].concat().into())
    }))
}

/// The length of an event that never ends: longer than any object, and not so long that it cannot be one.
const ENDLESS: u32 = 128 << 20;

/// The message of an event. Of an object of another kind, as faults produce it, it contains the metadata.
fn event(event: &Value) -> Option<Vec<u8>> {
    let shown = &event["object"];
    let text = |name: &str| shown[name].as_str().unwrap_or_default();
    let metadata = || {
        let raw = object(Schema::PARTIAL_OBJECT_METADATA, shown.as_object()?);
        Some(envelope(text("apiVersion"), text("kind"), &raw))
    };
    let (mut message, mut raw) = (Message::default(), Message::default());
    raw.bytes(1, &document(shown).or_else(metadata)?);
    message.bytes(1, event["type"].as_str()?.as_bytes());
    message.bytes(2, &raw.into_bytes());
    Some(message.into_bytes())
}
