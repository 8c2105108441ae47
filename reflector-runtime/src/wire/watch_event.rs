//! One event of a watch ([`WatchFrame`]), and splitting a line of JSON into its event type and the text of its object.

use std::ops::Range;

use bytes::BytesMut;
use memchr::memrchr;

use super::{
    Format, Line, ObjectText, ProtocolError,
    error::short,
    peek::{Peeked, peek},
    read_status,
    scan::{Cursor, string},
};

/// An event of a watch, split into its parts. Source:
/// <https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes>
pub(crate) enum WatchFrame {
    Added(ObjectText),
    Modified(ObjectText),
    Deleted(ObjectText),
    Bookmark {
        resource_version: String,
        /// It has the annotation `k8s.io/initial-events-end: "true"`.
        ends_initial_events: bool,
    },
    /// A bookmark without a resourceVersion. It says nothing.
    EmptyBookmark,
    /// The server's `metav1.Status`.
    Error(Box<kube::core::Status>),
    /// An event type that the API does not define, or that cannot be seen because the event is too long, and the
    /// resourceVersion of its object.
    Unknown {
        event_type: String,
        resource_version: Option<String>,
    },
}

const INVALID_EVENT: ProtocolError = ProtocolError::INVALID_EVENT;

/// Parses one line. The text of an object is not validated: if it cannot be decoded, the caller must check it with
/// [`is_one_object`](super::is_one_object).
pub(crate) fn watch_frame(line: Line) -> Result<WatchFrame, ProtocolError> {
    match line {
        Line::Whole(line) => parse_plain(line).or_else(parse_any),
        Line::TooLong { prefix, tail } => Ok(parse_prefix(prefix, &tail)),
    }
}

/// Parses a line in the form that API servers write, without walking the object. Returns a line of any other form as
/// the error.
fn parse_plain(mut line: BytesMut) -> Result<WatchFrame, BytesMut> {
    type Form = (&'static [u8], fn(ObjectText) -> WatchFrame);
    const FORMS: [Form; 3] = [
        (br#"{"type":"ADDED","object":{"#, WatchFrame::Added),
        (br#"{"type":"MODIFIED","object":{"#, WatchFrame::Modified),
        (br#"{"type":"DELETED","object":{"#, WatchFrame::Deleted),
    ];
    let form = FORMS.iter().find(|(begin, _)| line.starts_with(begin));
    match form.filter(|_| line.ends_with(b"}}")) {
        None => Err(line),
        Some((begin, event)) => {
            line.truncate(line.len() - 1);
            Ok(event(ObjectText::Whole(line.split_off(begin.len() - 1))))
        }
    }
}

/// Where the fields of an event are in its line.
#[derive(Default)]
struct Fields {
    event_type: Option<Range<usize>>,
    object: Option<Range<usize>>,
    is_complete: bool,
}

impl Fields {
    /// Finds the fields. If the line is incomplete, an object that has begun reaches to its end.
    fn find(line: &[u8]) -> Self {
        let mut fields = Self::default();
        let mut cursor = Cursor::new(line);
        let walked = cursor.object(&mut |key, value| {
            match key {
                b"type" => fields.event_type = Some(value.value()?),
                b"object" => {
                    fields.object = Some(value.start()..line.len());
                    fields.object = Some(value.value()?);
                }
                _ => return Ok(None),
            }
            Ok(Some(()))
        });
        fields.is_complete = walked.and_then(|()| cursor.end()).is_ok();
        fields
    }

    fn event_type(&self, line: &[u8]) -> Option<String> {
        let literal = line.get(self.event_type.clone()?)?;
        string(literal).map(std::borrow::Cow::into_owned)
    }

    fn object(&self, mut line: BytesMut) -> Option<BytesMut> {
        let object = self.object.clone()?;
        line.truncate(object.end);
        Some(line.split_off(object.start.min(line.len())))
    }
}

fn parse_any(line: BytesMut) -> Result<WatchFrame, ProtocolError> {
    let fields = Fields::find(&line);
    if !fields.is_complete {
        return Err(INVALID_EVENT);
    }
    let Some(event_type) = fields.event_type(&line) else { return not_an_event(&line) };
    let object = match fields.object(line) {
        Some(object) => object,
        None if event_type == "BOOKMARK" => return Ok(WatchFrame::EmptyBookmark),
        None => return Err(INVALID_EVENT),
    };
    WatchFrame::of(&event_type, object, Format::Json)
}

/// A response to a watch that is a single object, not an event: an error, or what a server returns that ignores the
/// parameter `watch`.
fn not_an_event(line: &[u8]) -> Result<WatchFrame, ProtocolError> {
    if let Some(status) = read_status(line) {
        return Ok(WatchFrame::Error(status));
    }
    match peek(line).unwrap_or_default().kind.text() {
        Some(kind) => Err(ProtocolError::NotAWatch { kind: short(kind) }),
        None => Err(INVALID_EVENT),
    }
}

/// Parses the beginning and the end of a line.
fn parse_prefix(prefix: BytesMut, tail: &[u8]) -> WatchFrame {
    let fields = Fields::find(&prefix);
    let event_type = fields.event_type(&prefix).or_else(|| type_at_the_end(tail));
    let object = fields.object(prefix).unwrap_or_default();
    WatchFrame::of_prefix(event_type.as_deref(), object, Format::Json)
}

/// The event type, if it is the last field of an event.
fn type_at_the_end(tail: &[u8]) -> Option<String> {
    let text = tail.trim_ascii_end().strip_suffix(b"}")?.trim_ascii_end().strip_suffix(b"\"")?;
    let (before, event_type) = text.split_at(memrchr(b'"', text)?);
    let before = before.trim_ascii_end().strip_suffix(b":")?.trim_ascii_end().strip_suffix(b"\"type\"")?;
    let event_type = std::str::from_utf8(event_type.strip_prefix(b"\"")?).ok()?;
    let is_literal = before.trim_ascii_end().ends_with(b",") && !event_type.contains('\\');
    is_literal.then(|| event_type.to_owned())
}

impl WatchFrame {
    /// The event of this type with this object.
    pub(super) fn of(event_type: &str, object: BytesMut, format: Format) -> Result<Self, ProtocolError> {
        let peeked = || format.peek(&object).unwrap_or_default();
        Ok(match event_type {
            "ADDED" => Self::Added(ObjectText::Whole(object)),
            "MODIFIED" => Self::Modified(ObjectText::Whole(object)),
            "DELETED" => Self::Deleted(ObjectText::Whole(object)),
            "BOOKMARK" => return bookmark(&peeked()),
            "ERROR" => error(&object)?,
            _ => Self::unknown(event_type, &peeked()),
        })
    }

    /// The event of this type, if it is known, of whose object this is the beginning. No event is an error because it is
    /// too long.
    pub(super) fn of_prefix(event_type: Option<&str>, object: BytesMut, format: Format) -> Self {
        let peeked = || format.peek_prefix(&object);
        match event_type {
            Some("ADDED") => Self::Added(ObjectText::Prefix(object)),
            Some("MODIFIED") => Self::Modified(ObjectText::Prefix(object)),
            Some("DELETED") => Self::Deleted(ObjectText::Prefix(object)),
            Some("BOOKMARK") => bookmark(&peeked()).unwrap_or(Self::EmptyBookmark),
            Some(other) => Self::unknown(other, &peeked()),
            None => Self::unknown("(unseen: the event exceeds `max_object_bytes`)", &peeked()),
        }
    }

    /// Whether it is the bookmark that ends the initial events.
    pub(crate) fn ends_initial_events(&self) -> bool {
        matches!(self, Self::Bookmark { ends_initial_events: true, .. })
    }

    fn unknown(event_type: &str, object: &Peeked<'_>) -> Self {
        let resource_version = object.resource_version().map(str::to_owned);
        Self::Unknown { event_type: short(event_type), resource_version }
    }
}

fn bookmark(object: &Peeked<'_>) -> Result<WatchFrame, ProtocolError> {
    match object.resource_version() {
        Some(version) => Ok(WatchFrame::Bookmark {
            resource_version: version.to_owned(),
            ends_initial_events: object.initial_events_end,
        }),
        // The watch cannot continue from the version of the initial state.
        None if object.initial_events_end => Err(ProtocolError::Malformed {
            expected: "a resourceVersion in the bookmark that ends the initial events",
        }),
        None => Ok(WatchFrame::EmptyBookmark),
    }
}

fn error(object: &[u8]) -> Result<WatchFrame, ProtocolError> {
    let not_status = ProtocolError::Malformed { expected: "a metav1.Status in an ERROR event" };
    read_status(object).map(WatchFrame::Error).ok_or(not_status)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<WatchFrame, ProtocolError> {
        watch_frame(Line::Whole(line.as_bytes().into()))
    }

    fn read_prefix(line: &str) -> WatchFrame {
        read_ends(line, "")
    }

    fn read_ends(prefix: &str, tail: &str) -> WatchFrame {
        watch_frame(Line::TooLong { prefix: prefix.as_bytes().into(), tail: tail.into() }).unwrap()
    }

    fn whole(object: &str) -> ObjectText {
        ObjectText::Whole(object.as_bytes().into())
    }

    #[test]
    fn keys_may_be_in_any_order_and_escaped() {
        for line in [
            r#"{"type":"ADDED","object":{"a":"}"}}"#,
            r#" {"object":{"a":"}"} , "type":"ADDED"} "#,
            r#"{"t\u0079pe":"\u0041DDED","\u006fbject":{"a":"}"}}"#,
        ] {
            let WatchFrame::Added(object) = read(line).unwrap() else { panic!("{line}") };
            assert_eq!(object, whole(r#"{"a":"}"}"#));
        }
    }

    #[test]
    fn event_types_are_distinguished() {
        let bookmark = r#"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9"}}}"#;
        assert!(matches!(read(bookmark).unwrap(), WatchFrame::Bookmark { ends_initial_events: false, .. }));
        let error = r#"{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}"#;
        let WatchFrame::Error(status) = read(error).unwrap() else { panic!() };
        assert_eq!(status.code, 410);
        let unknown = r#"{"type":"FUTURE","object":{"metadata":{"resourceVersion":"9"}}}"#;
        let WatchFrame::Unknown { event_type, resource_version } = read(unknown).unwrap() else { panic!() };
        assert_eq!((event_type.as_str(), resource_version.as_deref()), ("FUTURE", Some("9")));
    }

    /// The object is walked later, by `is_one_object`, if it cannot be decoded.
    #[test]
    fn a_plain_line_is_split_without_walking_the_object() {
        let WatchFrame::Modified(object) = read(r#"{"type":"MODIFIED","object":{"a":{}}}"#).unwrap() else {
            panic!()
        };
        assert_eq!(object, whole(r#"{"a":{}}"#));
    }

    #[test]
    fn a_bookmark_without_a_version_says_nothing_unless_it_ends_the_initial_events() {
        for object in [
            r#","object":{}"#,
            r#","object":{"metadata":{"resourceVersion":""}}"#,
            r#","object":{"metadata":{"resourceVersion":null,"annotations":{"k8s.io/initial-events-end":"false"}}}"#,
            r#","object":{"metadata":null}"#,
            r#","object":null"#,
            "",
        ] {
            let line = format!(r#"{{"type":"BOOKMARK"{object}}}"#);
            assert!(matches!(read(&line), Ok(WatchFrame::EmptyBookmark)), "{line}");
        }
        let end = r#"{"annotations":{"k8s.io/initial-events-end":"true"}}"#;
        let error = read(&format!(r#"{{"type":"BOOKMARK","object":{{"metadata":{end}}}}}"#)).err().unwrap();
        assert!(error.to_string().contains("a resourceVersion in the bookmark that ends"), "{error}");
    }

    #[test]
    fn a_bookmark_may_have_a_number_as_its_version() {
        let line = r#"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":12}}}"#;
        let Ok(WatchFrame::Bookmark { resource_version, .. }) = read(line) else { panic!() };
        assert_eq!(resource_version, "12");
    }

    #[test]
    fn a_line_that_is_too_long_is_an_event_of_its_type() {
        let object = r#"{"metadata":{"name":"a","resourceVersion":"9"},"data":{"#;
        let prefix = ObjectText::Prefix(object.as_bytes().into());
        let line = |event_type: &str| read_prefix(&format!(r#"{{"type":"{event_type}","object":{object}"#));
        assert!(matches!(line("ADDED"), WatchFrame::Added(found) if found == prefix));
        assert!(matches!(line("MODIFIED"), WatchFrame::Modified(found) if found == prefix));
        assert!(matches!(line("DELETED"), WatchFrame::Deleted(found) if found == prefix));
        assert!(
            matches!(line("BOOKMARK"), WatchFrame::Bookmark { resource_version, .. } if resource_version == "9")
        );
        for event_type in ["FUTURE", "ERROR"] {
            let WatchFrame::Unknown { event_type: found, resource_version } = line(event_type) else {
                panic!()
            };
            assert_eq!((found.as_str(), resource_version.as_deref()), (event_type, Some("9")));
        }
    }

    #[test]
    fn the_type_of_a_line_that_is_too_long_may_be_at_its_end() {
        let prefix = r#"{"object":{"metadata":{"name":"a","resourceVersion":"9"},"data":{"#;
        for tail in [r#"x"}},"type":"DELETED"}"#, "x\"}} , \"type\" : \"DELETED\" } \r"] {
            assert!(matches!(read_ends(prefix, tail), WatchFrame::Deleted(ObjectText::Prefix(_))), "{tail}");
        }
        for tail in [
            r#"x"},"other":1}"#,
            r#"\"type\":\"DELETED\"}"#,
            r#","type":\"DELETED"}"#,
            r#"x"type":"DELETED"}"#,
            r#""DELETED"}"#,
            r#","type":"DELETED"}}"#,
        ] {
            assert!(matches!(read_ends(prefix, tail), WatchFrame::Unknown { .. }), "{tail}");
        }
    }

    #[test]
    fn a_line_whose_type_is_not_seen_is_skipped() {
        let line = r#"{"object":{"metadata":{"resourceVersion":"9"},"data":{"#;
        let WatchFrame::Unknown { resource_version, .. } = read_prefix(line) else { panic!() };
        assert_eq!(resource_version.as_deref(), Some("9"));
        for line in ["", "{", "x", r#"{"type":7,"object":{}"#, r#"{"type":"BOOKMARK","object":{"meta"#] {
            let frame = read_prefix(line);
            assert!(matches!(frame, WatchFrame::Unknown { .. } | WatchFrame::EmptyBookmark), "{line}");
        }
        let line = r#"{"type":"ADDED","ob"#;
        assert!(matches!(read_prefix(line), WatchFrame::Added(ObjectText::Prefix(text)) if text.is_empty()));
    }

    /// Some servers ignore `watch=true` and return a list, and some send errors without an event.
    #[test]
    fn a_single_object_is_not_a_watch() {
        let Err(error) = read(r#"{"kind":"PodMetricsList","metadata":{},"items":[]}"#) else { panic!() };
        assert_eq!(error, ProtocolError::NotAWatch { kind: "PodMetricsList".into() });
        let status = r#"{"kind":"Status","metadata":{},"code":410,"reason":"Expired"}"#;
        assert!(matches!(read(status), Ok(WatchFrame::Error(status)) if status.code == 410));
    }

    #[test]
    fn malformed_events_are_errors() {
        for line in [
            "x",
            "{}",
            r#"{"type":"ADDED"}"#,
            r#"{"type":7,"object":{}}"#,
            r#"{"type":"ADDED","object":{}"#,
            r#"{"type":"ERROR","object":{"code":1}}"#,
            r#"{"type":"FUTURE","object":{}} {}"#,
        ] {
            assert!(matches!(read(line), Err(ProtocolError::Malformed { .. })), "{line}");
        }
    }
}
