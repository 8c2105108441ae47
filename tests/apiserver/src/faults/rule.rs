//! Making a fault, and holding on to it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};
use parking_lot::Mutex;
use serde_json::Value;

use crate::status::{FieldError, Status, StatusCause, StatusDetails};

use super::{Answer, Effect, Faults, RequestMatcher, Rule, Settings};

/// A fault in the making: how often, then what.
#[derive(Debug)]
#[must_use = "nothing happens until it is said what the fault does"]
pub struct FaultBuilder {
    faults: Faults,
    matcher: RequestMatcher,
    skip: u64,
    times: Option<u64>,
}

/// A fault at work. Dropping it changes nothing.
#[derive(Clone, Debug)]
pub struct Fault {
    faults: Faults,
    rule: Arc<Rule>,
}

/// The ways in which servers of different age say that a resourceVersion is not reached yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooLargeForm {
    /// A cause of type `ResourceVersionTooLarge`.
    CauseType,
    /// A cause known by its message alone (1.17.0 to 1.18.5).
    CauseMessage,
    /// The message alone (before 1.17).
    Message,
}

impl FaultBuilder {
    pub(super) fn new(faults: Faults, matcher: RequestMatcher) -> Self {
        Self { faults, matcher, skip: 0, times: Some(1) }
    }

    /// So many matching requests pass first.
    pub fn skip(mut self, requests: u64) -> Self {
        self.skip = requests;
        self
    }

    /// For so many matching requests.
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// For every matching request from now on.
    pub fn always(mut self) -> Self {
        self.times = None;
        self
    }

    pub(super) fn with(self, effect: Effect) -> Fault {
        let settings = Settings { skip: self.skip, left: self.times, effect };
        let rule = Rule { matcher: self.matcher, settings: Mutex::new(settings), fired: AtomicU64::new(0) };
        let rule = self.faults.add(rule);
        Fault { faults: self.faults, rule }
    }

    /// Answers with this code and the `Status` which belongs to it.
    pub fn status(self, code: u16) -> Fault {
        self.answer(Answer::status(&Status::for_code(code)))
    }

    /// Answers with this `Status`.
    pub fn fail(self, status: &Status) -> Fault {
        self.answer(Answer::status(status))
    }

    /// Answers so.
    pub fn answer(self, answer: Answer) -> Fault {
        self.with(Effect::Answer(answer))
    }

    /// 410 as an HTTP status. (What the server itself does with an expired watch is an ERROR event.)
    pub fn gone(self) -> Fault {
        self.fail(&Status::expired("The resourceVersion for the provided watch is too old."))
    }

    /// 504: the resourceVersion is not reached yet.
    pub fn too_large_resource_version(self, form: TooLargeForm) -> Fault {
        let mut status = Status::too_large_resource_version(u64::from(u32::MAX), 1);
        let cause =
            StatusCause { message: "Too large resource version".to_owned(), ..StatusCause::default() };
        match form {
            TooLargeForm::CauseType => {}
            TooLargeForm::CauseMessage => {
                "Timeout: try again".clone_into(&mut status.message);
                status.details = Some(StatusDetails { causes: vec![cause], ..StatusDetails::default() });
            }
            TooLargeForm::Message => status.details = None,
        }
        self.fail(&status)
    }

    /// 422: as a server does which does not know `sendInitialEvents`.
    pub fn refuse_initial_events(self) -> Fault {
        let why = "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled";
        let error = FieldError::forbidden("sendInitialEvents", why);
        self.fail(&Status::invalid("meta.k8s.io", "ListOptions", "", &[error]))
    }

    /// No connection: the service fails with `ConnectionRefused`; over TCP the connection closes without an answer.
    pub fn refuse_connection(self) -> Fault {
        self.answer(Answer::refused())
    }

    /// No answer, ever.
    pub fn hang(self) -> Fault {
        self.answer(Answer::hang())
    }

    /// The answer comes later.
    pub fn delay(self, time: Duration) -> Fault {
        self.with(Effect::Delay(time))
    }

    /// The body breaks after so many bytes.
    pub fn cut_after_bytes(self, bytes: usize) -> Fault {
        self.with(Effect::CutBytes(bytes))
    }

    /// The body ends, as if it were whole, after so many bytes.
    pub fn end_after_bytes(self, bytes: usize) -> Fault {
        self.with(Effect::EndBytes(bytes))
    }

    /// A watch breaks after so many events.
    pub fn cut_after_events(self, events: usize) -> Fault {
        self.with(Effect::CutEvents(events))
    }

    /// A watch ends cleanly after so many events.
    pub fn end_after_events(self, events: usize) -> Fault {
        self.with(Effect::EndEvents(events))
    }

    /// A watch ends at once.
    pub fn close_at_once(self) -> Fault {
        self.end_after_events(0)
    }

    /// A watch stays open and, after so many events, sends nothing ever again, not even its end.
    pub fn silence_after_events(self, events: usize) -> Fault {
        self.with(Effect::Silence(events))
    }

    /// A watch sends, after so many events, an ERROR event and ends.
    pub fn error_event_after(self, events: usize, status: &Status) -> Fault {
        self.with(Effect::ErrorEvent(events, Box::new(status.clone())))
    }

    /// A watch sends, after so many events, these bytes (which may be no line and no JSON), and then goes on.
    pub fn inject_after_events(self, events: usize, bytes: impl Into<Bytes>) -> Fault {
        self.with(Effect::Inject(events, bytes.into()))
    }

    /// A watch sends, after so many events, a line that is no JSON, and then goes on.
    pub fn malformed_line_after(self, events: usize) -> Fault {
        self.inject_after_events(events, "{\"type\":\"ADDED\",\"object\":{\"metadata\"\n")
    }

    /// A watch sends, after so many events, an event of a type that nobody knows, with this object, and then goes on.
    pub fn unknown_event_after(self, events: usize, object: &Value) -> Fault {
        self.inject_after_events(events, format!("{{\"type\":\"RENAMED\",\"object\":{object}}}\n"))
    }

    /// A watch sends, after so many events, a line that never ends.
    pub fn endless_line_after(self, events: usize) -> Fault {
        self.with(Effect::EndlessLine(events))
    }

    /// A watch sends every event after the first so many twice.
    pub fn duplicate_events_after(self, events: usize) -> Fault {
        self.with(Effect::DuplicateEvents(events))
    }

    /// The bookmark that ends the initial events is left out.
    pub fn omit_end_bookmark(self) -> Fault {
        self.with(Effect::OmitEndBookmark)
    }

    /// The annotation of the bookmark that ends the initial events says this, and not `true`.
    pub fn end_bookmark_value(self, value: &str) -> Fault {
        self.with(Effect::EndBookmarkValue(value.to_owned()))
    }

    /// Every object, in a list, a watch or alone, goes through this function.
    pub fn mutate(self, mutation: impl Fn(&mut Value) + Send + Sync + 'static) -> Fault {
        self.with(Effect::Mutate(Arc::new(mutation)))
    }

    /// In objects of this name (every object, if it is empty), the value at this JSON pointer (`/spec/color`) is another.
    /// Where the pointer leads nowhere, nothing changes.
    pub fn replace_value(self, name: &str, pointer: &str, value: Value) -> Fault {
        let (name, pointer) = (name.to_owned(), pointer.to_owned());
        self.mutate(move |object| {
            let meant = name.is_empty() || object["metadata"]["name"] == name.as_str();
            if let Some(found) = object.pointer_mut(&pointer).filter(|_| meant) {
                *found = value.clone();
            }
        })
    }

    /// Every object says that it is of this kind.
    pub fn wrong_kind(self, kind: &str) -> Fault {
        self.replace_value("", "/kind", kind.into())
    }

    /// A page of a list is the first page once more.
    pub fn repeat_first_page(self) -> Fault {
        self.with(Effect::Rewrite(vec![("continue", String::new())]))
    }

    /// A list is of this older moment, whatever was asked.
    pub fn stale_list(self, resource_version: u64) -> Fault {
        self.with(Effect::Rewrite(vec![
            ("continue", String::new()),
            ("resourceVersion", resource_version.to_string()),
            ("resourceVersionMatch", "Exact".to_owned()),
        ]))
    }
}

// A fault works whether or not anyone holds on to it.
#[allow(clippy::return_self_not_must_use)]
impl Fault {
    /// The answer also says when to come back, in its header and in its `Status`.
    pub fn retry_after(self, seconds: u32) -> Self {
        self.change_answer(|answer| {
            answer.set_status(|status| {
                status.details.get_or_insert_default().retry_after_seconds = seconds;
            });
        });
        self.header("retry-after", &seconds.to_string())
    }

    /// The answer has this header.
    pub fn header(self, name: &str, value: &str) -> Self {
        self.change_answer(|answer| *answer = answer.clone().header(name, value));
        self
    }

    /// The answer's `Status` says this.
    pub fn message(self, message: &str) -> Self {
        self.change_answer(|answer| answer.set_status(|status| message.clone_into(&mut status.message)));
        self
    }

    /// The answer has this text for a body, and no `Status`.
    pub fn text_body(self, text: &str) -> Self {
        self.change_answer(|answer| answer.set_body(Bytes::copy_from_slice(text.as_bytes())));
        self
    }

    /// The answer has no body.
    pub fn without_body(self) -> Self {
        self.text_body("")
    }

    /// The answer comes later.
    pub fn after(self, time: Duration) -> Self {
        self.change_answer(|answer| *answer = answer.clone().delay(time));
        self
    }

    fn change_answer(&self, change: impl FnOnce(&mut Answer)) {
        if let Effect::Answer(answer) = &mut self.rule.settings.lock().effect {
            change(answer);
        }
    }

    /// How often it has fired.
    pub fn fired(&self) -> u64 {
        self.rule.fired.load(Ordering::Relaxed)
    }

    /// Ends it.
    pub fn remove(&self) {
        self.faults.remove(&self.rule);
    }
}

impl FaultBuilder {
    /// The server's own answer has this `Retry-After`.
    pub fn retry_after_header(self, seconds: u32) -> Fault {
        let mut headers = HeaderMap::new();
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        self.with(Effect::Headers(headers))
    }
}
