//! What a fault does.

use std::{fmt, sync::Arc, time::Duration};

use bytes::Bytes;
use http::HeaderMap;
use serde_json::Value;

use crate::{answer::Answer as Reply, registry::GroupResource, status::Status};

use super::{Answer, Script, body, lines};

/// Changes one object on its way to a client.
pub(crate) type Mutation = Arc<dyn Fn(&mut Value) + Send + Sync>;

/// What a fault does.
#[derive(Clone)]
pub(crate) enum Effect {
    /// Answers so, instead of the server.
    Answer(Answer),
    /// Answers from a list of answers, instead of the server.
    Script(Script),
    /// Waits before anything else happens.
    Delay(Duration),
    /// Puts a value in place of a query parameter; an empty one takes it away.
    Rewrite(Vec<(&'static str, String)>),
    /// Adds headers.
    Headers(HeaderMap),
    /// Breaks the body after so many bytes.
    CutBytes(usize),
    /// Ends the body, as if it were whole, after so many bytes.
    EndBytes(usize),
    /// Breaks a watch after so many events.
    CutEvents(usize),
    /// Ends a watch after so many events.
    EndEvents(usize),
    /// After so many events, sends nothing ever again.
    Silence(usize),
    /// After so many events, sends an ERROR event with this status and ends.
    ErrorEvent(usize, Box<Status>),
    /// After so many events, sends these bytes, and then goes on.
    Inject(usize, Bytes),
    /// After so many events, sends a line that never ends.
    EndlessLine(usize),
    /// Leaves the bookmark out which ends the initial events.
    OmitEndBookmark,
    /// Gives that bookmark's annotation another value.
    EndBookmarkValue(String),
    /// Changes every object.
    Mutate(Mutation),
    /// Sends every event after so many twice.
    DuplicateEvents(usize),
}

impl fmt::Debug for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.describe())
    }
}

impl Effect {
    /// Whether it answers instead of the server.
    pub(super) fn answers(&self) -> bool {
        matches!(self, Self::Answer(_) | Self::Script(_))
    }

    /// What it does this time; `None` when it has nothing left to do.
    pub(super) fn take_turn(&mut self) -> Option<Self> {
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
                format!("other {}", names.join(", "))
            }
            Self::Headers(_) => "headers".to_owned(),
            Self::CutBytes(n) => format!("cut after {n} bytes"),
            Self::EndBytes(n) => format!("end after {n} bytes"),
            Self::CutEvents(n) => format!("cut after {n} events"),
            Self::EndEvents(n) => format!("end after {n} events"),
            Self::Silence(n) => format!("silence after {n} events"),
            Self::ErrorEvent(n, status) => format!("error event {} after {n} events", status.code),
            Self::Inject(n, _) => format!("injected bytes after {n} events"),
            Self::EndlessLine(n) => format!("endless line after {n} events"),
            Self::OmitEndBookmark => "no end bookmark".to_owned(),
            Self::EndBookmarkValue(value) => format!("end bookmark says {value:?}"),
            Self::Mutate(_) => "changed objects".to_owned(),
            Self::DuplicateEvents(n) => format!("events twice after {n}"),
        }
    }

    /// Changes an answer.
    pub(super) fn change(&self, resource: Option<&GroupResource>, mut reply: Reply) -> Reply {
        match self {
            Self::Answer(_) | Self::Script(_) | Self::Delay(_) | Self::Rewrite(_) => reply,
            Self::Headers(headers) => {
                reply.headers.extend(headers.clone());
                reply
            }
            Self::CutBytes(n) => body::cut(reply, *n),
            Self::EndBytes(n) => body::end(reply, *n),
            Self::Mutate(mutation) => body::mutate(reply, resource, mutation),
            Self::CutEvents(n) => lines::after(reply, *n, lines::cut()),
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
