//! Faults in the event stream of a watch. They do not affect other responses.

use std::io;

use bytes::Bytes;
use futures::{StreamExt as _, stream};
use serde_json::Value;

use crate::{
    answer::{Answer as Reply, AnswerBody, EventStream},
    status::Status,
};

const END_ANNOTATION: &str = "k8s.io/initial-events-end";
/// A part of a line that never ends.
const ENDLESS: Bytes = Bytes::from_static(&[b' '; 4096]);

fn on_events(mut reply: Reply, change: impl FnOnce(EventStream) -> EventStream) -> Reply {
    reply.body = match reply.body {
        AnswerBody::Events(events) => AnswerBody::Events(change(events)),
        whole @ AnswerBody::Pieces(_) => whole,
    };
    reply
}

/// The first `events` events, followed by `rest`.
pub(super) fn after(reply: Reply, events: usize, rest: EventStream) -> Reply {
    on_events(reply, |stream| Box::pin(stream.take(events).chain(rest)))
}

pub(super) fn nothing() -> EventStream {
    Box::pin(stream::empty())
}

pub(super) fn silence() -> EventStream {
    Box::pin(stream::pending())
}

pub(super) fn disconnect() -> EventStream {
    Box::pin(stream::iter([Err(io::ErrorKind::ConnectionReset.into())]))
}

pub(super) fn error(status: &Status) -> EventStream {
    let line = [b"{\"type\":\"ERROR\",\"object\":", status.to_json().as_slice(), b"}\n"].concat();
    Box::pin(stream::iter([Ok(line.into())]))
}

pub(super) fn endless() -> EventStream {
    let start = Bytes::from_static(b"{\"type\":\"ADDED\",\"object\":");
    // The pieces are sent one at a time, so that other tasks can run in between.
    let pieces = stream::repeat(()).then(|()| async {
        tokio::task::yield_now().await;
        Ok(ENDLESS)
    });
    Box::pin(stream::iter([Ok(start)]).chain(pieces))
}

/// The same events, with these bytes after this many of them.
pub(super) fn inject(reply: Reply, events: usize, bytes: Bytes) -> Reply {
    on_events(reply, |stream| {
        // The bytes must not be delayed until the next event.
        let state = (stream, events, Some(bytes));
        Box::pin(stream::unfold(state, |(mut stream, left, mut bytes)| async move {
            if left == 0
                && let Some(bytes) = bytes.take()
            {
                return Some((Ok(bytes), (stream, 0, None)));
            }
            let line = stream.next().await?;
            Some((line, (stream, left.saturating_sub(1), bytes)))
        }))
    })
}

/// Applies a function to every event.
pub(super) fn filter_map(reply: Reply, change: impl Fn(Bytes) -> Option<Bytes> + Send + 'static) -> Reply {
    on_events(reply, |stream| {
        Box::pin(stream.filter_map(move |line| {
            std::future::ready(match line {
                Ok(line) => change(line).map(Ok),
                Err(error) => Some(Err(error)),
            })
        }))
    })
}

/// Sends every event after the first N twice.
pub(super) fn duplicate(reply: Reply, events: usize) -> Reply {
    on_events(reply, |stream| {
        Box::pin(stream.enumerate().flat_map(move |(i, line)| {
            let copies = match line {
                Ok(line) if i >= events => vec![Ok(line.clone()), Ok(line)],
                other => vec![other],
            };
            stream::iter(copies)
        }))
    })
}

/// Whether the line is the bookmark that ends the initial events.
pub(super) fn is_end_bookmark(line: &Bytes) -> bool {
    line.starts_with(b"{\"type\":\"BOOKMARK\"")
        && line.windows(END_ANNOTATION.len()).any(|window| window == END_ANNOTATION.as_bytes())
}

/// The same line, or with another value in the annotation if it is that bookmark.
pub(super) fn with_end_value(line: Bytes, value: &str) -> Bytes {
    if !is_end_bookmark(&line) {
        return line;
    }
    let Ok(mut event) = serde_json::from_slice::<Value>(&line) else {
        return line;
    };
    event["object"]["metadata"]["annotations"][END_ANNOTATION] = value.into();
    super::body::event_line(&event)
}
