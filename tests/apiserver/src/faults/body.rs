//! Faults in a body: where it stops, and how its objects are changed.

use std::io;

use bytes::Bytes;
use futures::{StreamExt as _, stream};
use serde_json::Value;

use crate::{
    answer::{Answer as Reply, AnswerBody, EventStream},
    registry::GroupResource,
    storage::{KeyOrder, encode_object},
};

use super::{effect::Mutation, lines};

/// Disconnects after this many bytes of the body.
pub(super) fn disconnect(mut reply: Reply, bytes: usize) -> Reply {
    let error = stream::iter([Err(io::ErrorKind::ConnectionReset.into())]);
    reply.body = AnswerBody::Events(Box::pin(first_bytes(reply.body, bytes).chain(error)));
    reply
}

/// Ends the body cleanly after this many bytes.
pub(super) fn end(mut reply: Reply, bytes: usize) -> Reply {
    reply.body = AnswerBody::Events(first_bytes(reply.body, bytes));
    reply
}

/// The first `bytes` bytes (or all, if there are fewer).
fn first_bytes(body: AnswerBody, bytes: usize) -> EventStream {
    let frames: EventStream = match body {
        AnswerBody::Events(events) => events,
        AnswerBody::Pieces(pieces) => Box::pin(stream::iter(pieces.into_iter().map(Ok))),
    };
    let state = (frames, bytes);
    Box::pin(stream::unfold(state, |(mut frames, left)| async move {
        if left == 0 {
            return None;
        }
        let frame = match frames.next().await? {
            Ok(frame) => frame,
            Err(error) => return Some((Err(error), (frames, 0))),
        };
        let taken = frame.slice(..frame.len().min(left));
        let left = left - taken.len();
        Some((Ok(taken), (frames, left)))
    }))
}

/// Applies a mutation to every object in the body.
pub(super) fn mutate(reply: Reply, resource: Option<&GroupResource>, mutation: &Mutation) -> Reply {
    // Discovery and errors have no objects.
    if resource.is_none() || reply.status >= 400 {
        return reply;
    }
    match &reply.body {
        AnswerBody::Events(_) => {
            let mutation = mutation.clone();
            lines::filter_map(reply, move |line| Some(mutate_line(line, &mutation)))
        }
        AnswerBody::Pieces(pieces) => {
            let Ok(mut value) = serde_json::from_slice::<Value>(&pieces.concat()) else {
                return reply;
            };
            // Custom resources start with their `apiVersion`, built-in types with their `kind`.
            let custom = pieces.first().is_some_and(|piece| piece.starts_with(b"{\"apiVersion\""));
            match value.get_mut("items").and_then(Value::as_array_mut) {
                Some(items) => items.iter_mut().for_each(|item| mutation(item)),
                None => mutation(&mut value),
            }
            let order = if custom { KeyOrder::Sorted } else { KeyOrder::Struct };
            Reply { body: AnswerBody::Pieces(vec![encode_object(order, &value)]), ..reply }
        }
    }
}

fn mutate_line(line: Bytes, mutation: &Mutation) -> Bytes {
    let Ok(mut event) = serde_json::from_slice::<Value>(&line) else {
        return line;
    };
    if matches!(event["type"].as_str(), Some("ADDED" | "MODIFIED" | "DELETED")) {
        mutation(&mut event["object"]);
        return event_line(&event);
    }
    line
}

/// An event in the format of the server, with the type first.
pub(super) fn event_line(event: &Value) -> Bytes {
    let object = encode_object(KeyOrder::Sorted, &event["object"]);
    let kind = event["type"].as_str().unwrap_or_default();
    [format!("{{\"type\":\"{kind}\",\"object\":").as_bytes(), &object, b"}\n"].concat().into()
}
