//! Canned responses, exact to the byte.

use std::{collections::VecDeque, future::pending, io, time::Duration};

use bytes::Bytes;
use futures::{StreamExt as _, stream};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use serde_json::{Value, json};

use crate::{
    answer::{Answer as Reply, AnswerBody, Encoding},
    status::Status,
};

use super::Before;

/// An exact response.
#[derive(Clone, Debug)]
pub struct Answer {
    delay: Duration,
    encoding: Encoding,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Real,
    Refused,
    Hang,
    Given { status: u16, headers: HeaderMap, body: Given },
}

#[derive(Clone, Debug)]
enum Given {
    Whole(Bytes),
    Watch(Vec<Step>),
}

/// One step of a canned watch.
#[derive(Clone, Debug)]
pub enum Step {
    /// This value and a line end.
    Line(Value),
    /// These bytes as they are.
    Bytes(Bytes),
    /// Sends nothing for this long.
    Pause(Duration),
    /// Sends nothing more.
    Silence,
    /// Disconnects.
    Cut,
    /// Ends the stream cleanly (this also happens after the last step).
    End,
}

impl Step {
    /// An event with an object.
    pub fn event(kind: &str, object: impl Into<Value>) -> Self {
        Self::Line(json!({"type": kind, "object": object.into()}))
    }

    /// An ERROR event.
    pub fn error(status: &Status) -> Self {
        Self::event("ERROR", serde_json::to_value(status).unwrap_or_default())
    }

    /// Bytes as they are.
    pub fn bytes(bytes: impl Into<Bytes>) -> Self {
        Self::Bytes(bytes.into())
    }
}

impl Answer {
    fn given(status: u16, body: Given) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        Self::of(Kind::Given { status, headers, body })
    }

    fn of(kind: Kind) -> Self {
        Self { delay: Duration::ZERO, encoding: Encoding::default(), kind }
    }

    /// A response with a JSON body.
    pub fn json(status: u16, value: &Value) -> Self {
        Self::given(status, Given::Whole(value.to_string().into()))
    }

    /// A response with these bytes and the JSON content type.
    pub fn bytes(status: u16, body: impl Into<Bytes>) -> Self {
        Self::given(status, Given::Whole(body.into()))
    }

    /// A `Status` with its own code, and `Retry-After` if it includes one.
    pub fn status(status: &Status) -> Self {
        let answer = Self::given(status.code, Given::Whole(status.to_json().into()));
        match status.details.as_ref().map(|details| details.retry_after_seconds) {
            None | Some(0) => answer,
            Some(seconds) => answer.header("retry-after", &seconds.to_string()),
        }
    }

    /// A watch that performs these steps.
    pub fn watch(steps: impl IntoIterator<Item = Step>) -> Self {
        Self::given(200, Given::Watch(steps.into_iter().collect()))
    }

    /// The server's own response.
    pub fn real() -> Self {
        Self::of(Kind::Real)
    }

    /// No connection: an error of kind `ConnectionRefused`, or over TCP a connection that is closed without a
    /// response.
    pub fn refused() -> Self {
        Self::of(Kind::Refused)
    }

    /// No response, indefinitely.
    pub fn hang() -> Self {
        Self::of(Kind::Hang)
    }

    /// Delays the response.
    #[must_use]
    pub fn delay(mut self, time: Duration) -> Self {
        self.delay = time;
        self
    }

    /// Encodes the objects, lists, statuses and events of a canned response in Kubernetes' protobuf, whatever the client
    /// accepts. A body that is not the JSON of one remains as it is.
    #[must_use]
    pub fn in_protobuf(mut self) -> Self {
        self.encoding = Encoding::Protobuf;
        self
    }

    /// Adds a header. A name or a value that is invalid in HTTP is ignored.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        if let (Kind::Given { headers, .. }, Ok(name), Ok(value)) =
            (&mut self.kind, name.parse::<HeaderName>(), HeaderValue::from_str(value))
        {
            headers.insert(name, value);
        }
        self
    }

    pub(super) fn set_status(&mut self, change: impl FnOnce(&mut Status)) {
        if let Kind::Given { body: Given::Whole(bytes), .. } = &mut self.kind
            && let Ok(mut status) = serde_json::from_slice::<Status>(bytes)
        {
            change(&mut status);
            *bytes = status.to_json().into();
        }
    }

    pub(super) fn set_body(&mut self, body: Bytes) {
        if let Kind::Given { body: given, headers, .. } = &mut self.kind {
            *given = Given::Whole(body);
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        }
    }

    pub(super) fn describe(&self) -> String {
        match &self.kind {
            Kind::Real => "the server's own response".to_owned(),
            Kind::Refused => "connection refused".to_owned(),
            Kind::Hang => "no response".to_owned(),
            Kind::Given { status, body: Given::Whole(_), .. } => format!("status {status}"),
            Kind::Given { status, body: Given::Watch(_), .. } => format!("canned watch {status}"),
        }
    }

    /// Returns the response; `None` if the server must generate it.
    pub(super) async fn respond(self) -> Option<Before> {
        if !self.delay.is_zero() {
            tokio::time::sleep(self.delay).await;
        }
        let encoding = self.encoding;
        match self.kind {
            Kind::Real => None,
            Kind::Refused => Some(Before::Error(io::ErrorKind::ConnectionRefused.into())),
            Kind::Hang => pending().await,
            Kind::Given { status, headers, body } => {
                let body = match body {
                    Given::Whole(bytes) => AnswerBody::Pieces(vec![bytes]),
                    Given::Watch(steps) => AnswerBody::Events(watch(steps)),
                };
                Some(Before::Reply(Reply { status, headers, body, encoding }))
            }
        }
    }
}

fn watch(steps: Vec<Step>) -> crate::answer::EventStream {
    Box::pin(
        stream::iter(steps)
            .then(|step| async move {
                match step {
                    Step::Line(value) => Some(Ok(format!("{value}\n").into())),
                    Step::Bytes(bytes) => Some(Ok(bytes)),
                    Step::Pause(time) => {
                        tokio::time::sleep(time).await;
                        Some(Ok(Bytes::new()))
                    }
                    Step::Silence => pending().await,
                    Step::Cut => Some(Err(io::ErrorKind::ConnectionReset.into())),
                    Step::End => None,
                }
            })
            .take_while(|step| std::future::ready(step.is_some()))
            .filter_map(std::future::ready)
            .filter(|line| std::future::ready(!line.as_ref().is_ok_and(Bytes::is_empty))),
    )
}

/// A sequence of responses.
#[derive(Clone, Debug)]
pub struct Script {
    answers: VecDeque<Answer>,
    otherwise: Option<Answer>,
}

impl Script {
    pub(super) fn new(answers: impl IntoIterator<Item = Answer>) -> Self {
        Self { answers: answers.into_iter().collect(), otherwise: None }
    }

    pub(super) fn otherwise(mut self, answer: Answer) -> Self {
        self.otherwise = Some(answer);
        self
    }

    pub(super) fn next(&mut self) -> Option<Answer> {
        self.answers.pop_front().or_else(|| self.otherwise.clone())
    }
}
