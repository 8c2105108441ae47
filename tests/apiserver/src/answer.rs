//! A response before it becomes an HTTP response: complete, in pieces, or a stream of events.
//!
//! Faults modify responses at this stage, at which items and events are still separate.

use std::{io, pin::Pin};

use bytes::Bytes;
use futures::{Stream, StreamExt as _, stream};
use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use http_body::Frame;
use http_body_util::{BodyExt as _, Full, StreamBody, combinators::UnsyncBoxBody};
use serde_json::Value;

use crate::status::Status;

/// The body of every response.
pub type Body = UnsyncBoxBody<Bytes, io::Error>;

/// Lines, each including its line end.
pub(crate) type EventStream = Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>;

/// The number of watch lines that are sent in one frame if they are ready at the same time.
const EVENTS_A_FRAME: usize = 64;
/// The approximate size of the frames in which the pieces of a list are sent.
const FRAME_SIZE: usize = 256 * 1024;

/// The response to a request.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: AnswerBody,
    /// In which the client receives the body. Until then, it is JSON.
    pub(crate) encoding: Encoding,
}

/// The encoding of a response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// As it is.
    #[default]
    Plain,
    /// Kubernetes' protobuf.
    Protobuf,
}

/// The body, by how it is produced.
pub(crate) enum AnswerBody {
    /// The complete body, in pieces that belong together (the items of a list remain the bytes that are in storage).
    Pieces(Vec<Bytes>),
    /// A watch.
    Events(EventStream),
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer").field("status", &self.status).finish_non_exhaustive()
    }
}

impl Answer {
    /// A JSON response in pieces.
    pub(crate) fn json(status: u16, pieces: Vec<Bytes>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Self { status, headers, body: AnswerBody::Pieces(pieces), encoding: Encoding::default() }
    }

    /// A JSON response with this value.
    pub(crate) fn value(status: u16, value: &Value) -> Self {
        Self::json(
            status,
            vec![crate::storage::encode_object(crate::storage::KeyOrder::Struct, value), NEWLINE],
        )
    }

    /// Plain text, which the real server returns if the request is not for a resource.
    pub(crate) fn text(status: u16, text: &'static str) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        let body = AnswerBody::Pieces(vec![Bytes::from_static(text.as_bytes())]);
        Self { status, headers, body, encoding: Encoding::default() }
    }

    /// `404 page not found`: the path does not exist.
    pub(crate) fn no_such_path() -> Self {
        Self::text(404, "404 page not found\n")
    }

    /// An error response with this status.
    pub(crate) fn failure(status: &Status) -> Self {
        let mut answer = Self::json(status.code, vec![status.to_json().into(), NEWLINE]);
        if let Some(seconds) = status.details.as_ref().map(|d| d.retry_after_seconds).filter(|s| *s > 0) {
            answer.headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        answer.with_warnings(&status.warnings)
    }

    /// A response that streams the events of a watch.
    pub(crate) fn events(events: EventStream) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Self { status: 200, headers, body: AnswerBody::Events(events), encoding: Encoding::default() }
    }

    /// In this encoding.
    #[must_use]
    pub(crate) fn encoded_in(mut self, encoding: Encoding) -> Self {
        self.encoding = encoding;
        self
    }

    /// Adds warnings, in headers that `kubectl` displays.
    #[must_use]
    pub(crate) fn with_warnings(mut self, warnings: &[String]) -> Self {
        for warning in warnings {
            let text = format!("299 - {}", crate::status::quote(warning));
            if let Ok(value) = HeaderValue::from_str(&text) {
                self.headers.append(header::WARNING, value);
            }
        }
        self
    }

    /// Converts the answer to an HTTP response.
    pub(crate) fn into_response(self) -> Response<Body> {
        let body = match self.body {
            AnswerBody::Pieces(pieces) => whole(pieces),
            AnswerBody::Events(events) => {
                let frames =
                    events.ready_chunks(EVENTS_A_FRAME).flat_map(|lines| stream::iter(join_lines(lines)));
                StreamBody::new(frames).boxed_unsync()
            }
        };
        let mut response = Response::new(body);
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        *response.headers_mut() = self.headers;
        response
    }
}

/// The end of each body.
pub(crate) const NEWLINE: Bytes = Bytes::from_static(b"\n");

fn whole(pieces: Vec<Bytes>) -> Body {
    let size: usize = pieces.iter().map(Bytes::len).sum();
    if size <= FRAME_SIZE {
        return Full::new(Bytes::from(pieces.concat())).map_err(|never| match never {}).boxed_unsync();
    }
    let mut pieces = pieces.into_iter();
    let frames = std::iter::from_fn(move || {
        let first = pieces.next()?;
        if first.len() >= FRAME_SIZE {
            return Some(first);
        }
        let mut frame = Vec::with_capacity(FRAME_SIZE + 4096);
        frame.extend_from_slice(&first);
        while frame.len() < FRAME_SIZE {
            match pieces.next() {
                Some(piece) => frame.extend_from_slice(&piece),
                None => break,
            }
        }
        Some(frame.into())
    });
    StreamBody::new(stream::iter(frames.map(|frame| Ok(Frame::data(frame))))).boxed_unsync()
}

/// One frame with all lines before the first error, followed by the error.
fn join_lines(lines: Vec<io::Result<Bytes>>) -> Vec<io::Result<Frame<Bytes>>> {
    let mut joined: Vec<Bytes> = Vec::with_capacity(lines.len());
    let mut error = None;
    for line in lines {
        match line {
            Ok(line) => joined.push(line),
            Err(cut) => {
                error = Some(cut);
                break;
            }
        }
    }
    let frame = match joined.len() {
        0 => None,
        1 => joined.pop(),
        _ => Some(joined.concat().into()),
    };
    frame.map(|frame| Ok(Frame::data(frame))).into_iter().chain(error.map(Err)).collect()
}
