//! Reads responses in protobuf as their JSON, so that both servers' are compared by their meaning.

use bytes::{Bytes, BytesMut};
use reflector_runtime::protobuf::{
    EncodedObject, Envelope, ListFramer, ListToken, ManagedFields, Part, Schema, WatchEvent, WatchFramer,
};
use serde_json::{Value, json};

/// An object or a list in its envelope; `None` if it is not in protobuf.
pub(crate) fn document(bytes: &[u8]) -> Option<Value> {
    let envelope = Envelope::read(bytes)?;
    let (api_version, kind) = (envelope.api_version.unwrap_or_default(), envelope.kind.unwrap_or_default());
    match Schema::of_kind(api_version, kind) {
        Some(schema) => object(schema, api_version, kind, envelope.raw),
        None => list(Schema::of_kind(api_version, kind.strip_suffix("List")?)?, bytes),
    }
}

fn object(schema: Schema, api_version: &str, kind: &str, bytes: &[u8]) -> Option<Value> {
    EncodedObject { schema, api_version, kind, bytes, managed_fields: ManagedFields::Keep }.decode().ok()
}

/// Items have no kind, as in JSON.
fn list(schema: Schema, bytes: &[u8]) -> Option<Value> {
    let mut framer = ListFramer::new(usize::MAX);
    framer.push(&Bytes::copy_from_slice(bytes));
    let (mut found, mut items) = (json!({}), Vec::new());
    while let Some(token) = framer.next_token().ok()? {
        match token {
            ListToken::Head(head) => {
                found = json!({ "apiVersion": head.api_version, "kind": head.kind, "metadata": {
                    "resourceVersion": head.resource_version,
                    "continue": head.continue_token,
                    "remainingItemCount": head.remaining_item_count,
                } });
            }
            ListToken::Item(item) => {
                let mut item = object(schema, "", "", &item)?;
                let fields = item.as_object_mut()?;
                fields.remove("apiVersion");
                fields.remove("kind");
                items.push(item);
            }
            ListToken::ItemTooLong(_) => return None,
        }
    }
    framer.finish().ok()?;
    found["items"] = items.into();
    Some(found)
}

/// The bytes of an event's length.
const LENGTH: usize = 4;

/// Takes the next event from what was read of a watch; `None` if it has not arrived completely.
pub(crate) fn next_event(unread: &mut Vec<u8>) -> Option<Value> {
    let mut framer = WatchFramer::new(usize::MAX);
    framer.push(&Bytes::copy_from_slice(unread));
    let event = match framer.next_event() {
        Ok(Some(Part::Whole(event))) => event,
        Ok(_) => return None,
        Err(error) => {
            unread.clear();
            return Some(error.to_string().into());
        }
    };
    unread.drain(..LENGTH + event.len());
    Some(read(&event).unwrap_or_else(|| "not an event".into()))
}

fn read(event: &BytesMut) -> Option<Value> {
    let event = WatchEvent::read(event)?;
    Some(json!({ "type": event.event_type, "object": document(event.encoded_object)? }))
}
