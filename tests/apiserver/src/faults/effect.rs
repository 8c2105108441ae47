//! The effects of faults.

use std::{fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use http::HeaderMap;
use serde_json::Value;

use crate::{answer::Answer as Reply, registry::GroupResource, status::Status};

use super::{Answer, Script, body, lines};

/// Modifies an object in a response.
pub(crate) type Mutation = Arc<dyn Fn(&mut Value) + Send + Sync>;

/// The effect of a fault.
#[derive(Clone)]
pub(crate) enum Effect {
    /// Returns this response instead of the server's.
    Answer(Answer),
    /// Returns responses from a list instead of the server's.
    Script(Script),
    /// Delays the request before anything else happens.
    Delay(Duration),
    /// Replaces a query parameter; an empty value removes it.
    Rewrite(Vec<(&'static str, String)>),
    /// Adds headers.
    Headers(HeaderMap),
    /// Disconnects after this many bytes of the body.
    CutBytes(usize),
    /// Ends the body after this many bytes, as if it were complete.
    EndBytes(usize),
    /// Disconnects a watch after this many events.
    CutEvents(usize),
    /// Ends a watch cleanly after this many events.
    EndEvents(usize),
    /// Sends nothing more after this many events.
    Silence(usize),
    /// Sends an ERROR event with this status after this many events, and ends.
    ErrorEvent(usize, Box<Status>),
    /// Sends these bytes after this many events, and then continues.
    Inject(usize, Bytes),
    /// Sends a line that never ends after this many events.
    EndlessLine(usize),
    /// Omits the bookmark that ends the initial events.
    OmitEndBookmark,
    /// Sets the annotation of that bookmark to another value.
    EndBookmarkValue(String),
    /// Modifies every object.
    Mutate(Mutation),
    /// Sends every event after the first N twice.
    DuplicateEvents(usize),
}

impl fmt::Debug for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe())
    }
}

impl Effect {
    /// Whether the effect replaces the server's response.
    pub(super) fn answers(&self) -> bool {
        matches!(self, Self::Answer(_) | Self::Script(_))
    }

    /// Whether the effect applies to bytes, and not to the events and objects in them.
    pub(super) fn is_of_bytes(&self) -> bool {
        matches!(self, Self::CutBytes(_) | Self::EndBytes(_))
    }

    /// The effect for this request; `None` if a script is exhausted.
    pub(super) fn next_effect(&mut self) -> Option<Self> {
        match self {
            Self::Script(script) => script.next().map(Self::Answer),
            other => Some(other.clone()),
        }
    }

    pub(super) fn describe(&self) -> String {
        match self {
            Self::Answer(answer) => answer.describe(),
            Self::Script(_) => "script".to_owned(),
            Self::Delay(time) => format!("delay {time:?}"),
            Self::Rewrite(pairs) => {
                let names: Vec<&str> = pairs.iter().map(|(name, _)| *name).collect();
                format!("rewritten {}", names.join(", "))
            }
            Self::Headers(_) => "headers".to_owned(),
            Self::CutBytes(n) => format!("disconnect after {n} bytes"),
            Self::EndBytes(n) => format!("end after {n} bytes"),
            Self::CutEvents(n) => format!("disconnect after {n} events"),
            Self::EndEvents(n) => format!("end after {n} events"),
            Self::Silence(n) => format!("silence after {n} events"),
            Self::ErrorEvent(n, status) => format!("error event {} after {n} events", status.code),
            Self::Inject(n, _) => format!("injected bytes after {n} events"),
            Self::EndlessLine(n) => format!("endless line after {n} events"),
            Self::OmitEndBookmark => "no end bookmark".to_owned(),
            Self::EndBookmarkValue(value) => format!("end bookmark with value {value:?}"),
            Self::Mutate(_) => "mutated objects".to_owned(),
            Self::DuplicateEvents(n) => format!("duplicated events after {n} events"),
        }
    }

    /// Modifies a response.
    pub(super) fn change(&self, resource: Option<&GroupResource>, mut reply: Reply) -> Reply {
        match self {
            Self::Answer(_) | Self::Script(_) | Self::Delay(_) | Self::Rewrite(_) => reply,
            Self::Headers(headers) => {
                reply.headers.extend(headers.clone());
                reply
            }
            Self::CutBytes(n) => body::disconnect(reply, *n),
            Self::EndBytes(n) => body::end(reply, *n),
            Self::Mutate(mutation) => body::mutate(reply, resource, mutation),
            Self::CutEvents(n) => lines::after(reply, *n, lines::disconnect()),
            Self::EndEvents(n) => lines::after(reply, *n, lines::nothing()),
            Self::Silence(n) => lines::after(reply, *n, lines::silence()),
            Self::ErrorEvent(n, status) => lines::after(reply, *n, lines::error(status)),
            Self::EndlessLine(n) => lines::after(reply, *n, lines::endless()),
            Self::Inject(n, bytes) => lines::inject(reply, *n, bytes.clone()),
            Self::OmitEndBookmark => {
                lines::filter_map(reply, |line| (!lines::is_end_bookmark(&line)).then_some(line))
            }
            Self::EndBookmarkValue(value) => {
                let value = value.clone();
                lines::filter_map(reply, move |line| Some(lines::with_end_value(line, &value)))
            }
            Self::DuplicateEvents(n) => lines::duplicate(reply, *n),
        }
    }
}
