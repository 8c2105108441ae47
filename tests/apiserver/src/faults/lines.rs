//! Faults in the stream of a watch, event by event. On an answer that is no watch they do nothing.

use std::io;

use bytes::Bytes;
use futures::{StreamExt as _, stream};
use serde_json::Value;

use crate::{
    answer::{Answer as Reply, AnswerBody, EventStream},
    status::Status,
};

const END_ANNOTATION: &str = "k8s.io/initial-events-end";
/// A piece of a line that never ends.
const ENDLESS: Bytes = Bytes::from_static(&[b' '; 4096]);

fn on_events(mut reply: Reply, change: impl FnOnce(EventStream) -> EventStream) -> Reply {
    reply.body = match reply.body {
        AnswerBody::Events(events) => AnswerBody::Events(change(events)),
        whole @ AnswerBody::Pieces(_) => whole,
    };
    reply
}

/// The first so many events, then this.
pub(super) fn after(reply: Reply, events: usize, rest: EventStream) -> Reply {
    on_events(reply, |stream| Box::pin(stream.take(events).chain(rest)))
}

pub(super) fn nothing() -> EventStream {
    Box::pin(stream::empty())
}

pub(super) fn silence() -> EventStream {
    Box::pin(stream::pending())
}

pub(super) fn cut() -> EventStream {
    Box::pin(stream::iter([Err(io::ErrorKind::ConnectionReset.into())]))
}

pub(super) fn error(status: &Status) -> EventStream {
    let line = [b"{\"type\":\"ERROR\",\"object\":", status.to_json().as_slice(), b"}\n"].concat();
    Box::pin(stream::iter([Ok(line.into())]))
}

pub(super) fn endless() -> EventStream {
    let start = Bytes::from_static(b"{\"type\":\"ADDED\",\"object\":");
    // One piece at a time, so that other tasks have their turn in between.
    let pieces = stream::repeat(()).then(|()| async {
        tokio::task::yield_now().await;
        Ok(ENDLESS)
    });
    Box::pin(stream::iter([Ok(start)]).chain(pieces))
}

/// The same events, with these bytes after so many of them.
pub(super) fn inject(reply: Reply, events: usize, bytes: Bytes) -> Reply {
    on_events(reply, |stream| {
        // The bytes must not wait for the event after them.
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

/// Every event, through a function.
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

/// Every event after the first so many, twice.
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

/// Whether this is the bookmark that ends the initial events.
pub(super) fn is_end_bookmark(line: &Bytes) -> bool {
    line.starts_with(b"{\"type\":\"BOOKMARK\"")
        && line.windows(END_ANNOTATION.len()).any(|window| window == END_ANNOTATION.as_bytes())
}

/// The same line; if it is that bookmark, with another value in its annotation.
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
