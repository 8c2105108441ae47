//! The builder of a fault, and the handle to it.

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

/// Configures a fault: first how often it applies, then its effect.
#[derive(Debug)]
#[must_use = "a fault has no effect until its effect is set"]
pub struct FaultBuilder {
    faults: Faults,
    matcher: RequestMatcher,
    skip: u64,
    times: Option<u64>,
}

/// A handle to an active fault. Dropping it does not remove the fault.
#[derive(Clone, Debug)]
pub struct Fault {
    faults: Faults,
    rule: Arc<Rule>,
}

/// How servers of different versions report that a resourceVersion has not been reached yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooLargeForm {
    /// A cause of type `ResourceVersionTooLarge`.
    CauseType,
    /// A cause identified by its message only (1.17.0 to 1.18.5).
    CauseMessage,
    /// Only the message (before 1.17).
    Message,
}

impl FaultBuilder {
    pub(super) fn new(faults: Faults, matcher: RequestMatcher) -> Self {
        Self { faults, matcher, skip: 0, times: Some(1) }
    }

    /// Skips this many matching requests first.
    pub fn skip(mut self, requests: u64) -> Self {
        self.skip = requests;
        self
    }

    /// Applies to this many matching requests.
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }

    /// Applies to every matching request from now on.
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

    /// Returns this code with the corresponding `Status`.
    pub fn status(self, code: u16) -> Fault {
        self.answer(Answer::status(&Status::for_code(code)))
    }

    /// Returns this `Status`.
    pub fn fail(self, status: &Status) -> Fault {
        self.answer(Answer::status(status))
    }

    /// Returns this response.
    pub fn answer(self, answer: Answer) -> Fault {
        self.with(Effect::Answer(answer))
    }

    /// 410 as an HTTP status. (The server itself sends an ERROR event for an expired watch.)
    pub fn gone(self) -> Fault {
        self.fail(&Status::expired("The resourceVersion for the provided watch is too old."))
    }

    /// 504: the resourceVersion has not been reached yet.
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

    /// 422, as from a server that does not support `sendInitialEvents`.
    pub fn refuse_initial_events(self) -> Fault {
        let why = "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled";
        let error = FieldError::forbidden("sendInitialEvents", why);
        self.fail(&Status::invalid("meta.k8s.io", "ListOptions", "", &[error]))
    }

    /// No connection: the service fails with `ConnectionRefused`; over TCP the connection is closed without a
    /// response.
    pub fn refuse_connection(self) -> Fault {
        self.answer(Answer::refused())
    }

    /// Never responds.
    pub fn hang(self) -> Fault {
        self.answer(Answer::hang())
    }

    /// Delays the response.
    pub fn delay(self, time: Duration) -> Fault {
        self.with(Effect::Delay(time))
    }

    /// Disconnects after this many bytes of the body.
    pub fn cut_after_bytes(self, bytes: usize) -> Fault {
        self.with(Effect::CutBytes(bytes))
    }

    /// Ends the body after this many bytes, as if it were complete.
    pub fn end_after_bytes(self, bytes: usize) -> Fault {
        self.with(Effect::EndBytes(bytes))
    }

    /// Disconnects a watch after this many events.
    pub fn cut_after_events(self, events: usize) -> Fault {
        self.with(Effect::CutEvents(events))
    }

    /// Ends a watch cleanly after this many events.
    pub fn end_after_events(self, events: usize) -> Fault {
        self.with(Effect::EndEvents(events))
    }

    /// Ends a watch immediately.
    pub fn close_at_once(self) -> Fault {
        self.end_after_events(0)
    }

    /// Keeps a watch open but sends nothing more after this many events, not even its end.
    pub fn silence_after_events(self, events: usize) -> Fault {
        self.with(Effect::Silence(events))
    }

    /// Sends an ERROR event in a watch after this many events, and ends it.
    pub fn error_event_after(self, events: usize, status: &Status) -> Fault {
        self.with(Effect::ErrorEvent(events, Box::new(status.clone())))
    }

    /// Sends these bytes in a watch after this many events (they need not be a line or JSON), and then continues.
    pub fn inject_after_events(self, events: usize, bytes: impl Into<Bytes>) -> Fault {
        self.with(Effect::Inject(events, bytes.into()))
    }

    /// Sends a line in a watch that is not valid JSON after this many events, and then continues.
    pub fn malformed_line_after(self, events: usize) -> Fault {
        self.inject_after_events(events, "{\"type\":\"ADDED\",\"object\":{\"metadata\"\n")
    }

    /// Sends an event of an unknown type with this object in a watch after this many events, and then continues.
    pub fn unknown_event_after(self, events: usize, object: &Value) -> Fault {
        self.inject_after_events(events, format!("{{\"type\":\"RENAMED\",\"object\":{object}}}\n"))
    }

    /// Sends a line that never ends in a watch after this many events.
    pub fn endless_line_after(self, events: usize) -> Fault {
        self.with(Effect::EndlessLine(events))
    }

    /// Sends every event after the first N in a watch twice.
    pub fn duplicate_events_after(self, events: usize) -> Fault {
        self.with(Effect::DuplicateEvents(events))
    }

    /// Omits the bookmark that ends the initial events.
    pub fn omit_end_bookmark(self) -> Fault {
        self.with(Effect::OmitEndBookmark)
    }

    /// Sets the annotation of the bookmark that ends the initial events to this value instead of `true`.
    pub fn end_bookmark_value(self, value: &str) -> Fault {
        self.with(Effect::EndBookmarkValue(value.to_owned()))
    }

    /// Applies this function to every object, in a list, in a watch or alone.
    pub fn mutate(self, mutation: impl Fn(&mut Value) + Send + Sync + 'static) -> Fault {
        self.with(Effect::Mutate(Arc::new(mutation)))
    }

    /// Replaces the value at this JSON pointer (`/spec/color`) in objects with this name (every object, if it is
    /// empty). If nothing is at the pointer, nothing changes.
    pub fn replace_value(self, name: &str, pointer: &str, value: Value) -> Fault {
        let (name, pointer) = (name.to_owned(), pointer.to_owned());
        self.mutate(move |object| {
            let selected = name.is_empty() || object["metadata"]["name"] == name.as_str();
            if let Some(found) = object.pointer_mut(&pointer).filter(|_| selected) {
                *found = value.clone();
            }
        })
    }

    /// Sets the kind of every object to this one.
    pub fn wrong_kind(self, kind: &str) -> Fault {
        self.replace_value("", "/kind", kind.into())
    }

    /// Returns the first page instead of the requested page of a list.
    pub fn repeat_first_page(self) -> Fault {
        self.with(Effect::Rewrite(vec![("continue", String::new())]))
    }

    /// Returns a list at this older resourceVersion, regardless of the requested version.
    pub fn stale_list(self, resource_version: u64) -> Fault {
        self.with(Effect::Rewrite(vec![
            ("continue", String::new()),
            ("resourceVersion", resource_version.to_string()),
            ("resourceVersionMatch", "Exact".to_owned()),
        ]))
    }
}

// A fault is active whether or not the handle is kept.
#[allow(clippy::return_self_not_must_use)]
impl Fault {
    /// Also sets the retry delay, in the header and in the `Status` of the response.
    pub fn retry_after(self, seconds: u32) -> Self {
        self.change_answer(|answer| {
            answer.set_status(|status| {
                status.details.get_or_insert_default().retry_after_seconds = seconds;
            });
        });
        self.header("retry-after", &seconds.to_string())
    }

    /// Adds this header to the response.
    pub fn header(self, name: &str, value: &str) -> Self {
        self.change_answer(|answer| *answer = answer.clone().header(name, value));
        self
    }

    /// Sets the message of the response's `Status`.
    pub fn message(self, message: &str) -> Self {
        self.change_answer(|answer| answer.set_status(|status| message.clone_into(&mut status.message)));
        self
    }

    /// Replaces the `Status` in the response with a text body.
    pub fn text_body(self, text: &str) -> Self {
        self.change_answer(|answer| answer.set_body(Bytes::copy_from_slice(text.as_bytes())));
        self
    }

    /// Removes the body of the response.
    pub fn without_body(self) -> Self {
        self.text_body("")
    }

    /// Delays the response.
    pub fn after(self, time: Duration) -> Self {
        self.change_answer(|answer| *answer = answer.clone().delay(time));
        self
    }

    fn change_answer(&self, change: impl FnOnce(&mut Answer)) {
        if let Effect::Answer(answer) = &mut self.rule.settings.lock().effect {
            change(answer);
        }
    }

    /// How often the fault was applied.
    pub fn fired(&self) -> u64 {
        self.rule.fired.load(Ordering::Relaxed)
    }

    /// Removes the fault.
    pub fn remove(&self) {
        self.faults.remove(&self.rule);
    }
}

impl FaultBuilder {
    /// Adds this `Retry-After` to the server's own response.
    pub fn retry_after_header(self, seconds: u32) -> Fault {
        let mut headers = HeaderMap::new();
        headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        self.with(Effect::Headers(headers))
    }
}
