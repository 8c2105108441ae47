//! One line of a watch: its type, and the text of its object.

use bytes::BytesMut;

use super::{
    ProtocolError,
    peek::peek,
    scan::{Cursor, string},
};

/// A line of a watch, cut into its parts. Source:
/// <https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes>
pub(crate) enum WatchFrame {
    Added(BytesMut),
    Modified(BytesMut),
    Deleted(BytesMut),
    Bookmark {
        resource_version: String,
        /// It carries `k8s.io/initial-events-end: "true"`.
        ends_initial_events: bool,
    },
    /// The server's `metav1.Status`.
    Error(Box<kube::core::Status>),
    /// A type that the API does not know, and the resourceVersion of its object.
    Unknown {
        event_type: String,
        resource_version: Option<String>,
    },
}

const NO_EVENT: ProtocolError = ProtocolError::NO_EVENT;

/// Reads one line. An object's text may turn out to be none: what cannot be decoded must be looked at with
/// [`is_one_object`].
pub(crate) fn watch_frame(line: BytesMut) -> Result<WatchFrame, ProtocolError> {
    read_plain(line).or_else(read_any)
}

/// Whether the text is one object, by its structure.
pub(crate) fn is_one_object(text: &[u8]) -> bool {
    let mut cursor = Cursor::new(text);
    cursor.at_object() && cursor.value().and_then(|_| cursor.end()).is_ok()
}

/// Reads a line as API servers write them, without a walk through the object. Gives back any other.
fn read_plain(mut line: BytesMut) -> Result<WatchFrame, BytesMut> {
    type Form = (&'static [u8], fn(BytesMut) -> WatchFrame);
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
            Ok(event(line.split_off(begin.len() - 1)))
        }
    }
}

fn read_any(mut line: BytesMut) -> Result<WatchFrame, ProtocolError> {
    let mut event_type = None;
    let mut object = None;
    let mut cursor = Cursor::new(&line);
    cursor
        .object(&mut |key, value| {
            let place = match key {
                b"type" => &mut event_type,
                b"object" => &mut object,
                _ => return Ok(None),
            };
            *place = Some(value.value()?);
            Ok(Some(()))
        })
        .and_then(|()| cursor.end())
        .map_err(|_| NO_EVENT)?;
    let (Some(event_type), Some(object)) = (event_type, object) else {
        return Err(NO_EVENT);
    };
    let event_type = string(&line[event_type]).ok_or(NO_EVENT)?.into_owned();
    line.truncate(object.end);
    let object = line.split_off(object.start);
    Ok(match event_type.as_str() {
        "ADDED" => WatchFrame::Added(object),
        "MODIFIED" => WatchFrame::Modified(object),
        "DELETED" => WatchFrame::Deleted(object),
        "BOOKMARK" => bookmark(&object)?,
        "ERROR" => error(&object)?,
        _ => WatchFrame::Unknown {
            event_type,
            resource_version: peek(&object)
                .ok()
                .and_then(|found| found.resource_version().map(str::to_owned)),
        },
    })
}

fn bookmark(object: &[u8]) -> Result<WatchFrame, ProtocolError> {
    let no_version = ProtocolError::Malformed { expected: "a bookmark with a resourceVersion" };
    let Ok(found) = peek(object) else {
        return Err(no_version);
    };
    match found.resource_version() {
        None => Err(no_version),
        Some(version) => Ok(WatchFrame::Bookmark {
            resource_version: version.to_owned(),
            ends_initial_events: found.initial_events_end,
        }),
    }
}

/// All fields of a `Status` may be missing, so that any object would parse as one: its kind must say it is.
fn error(object: &[u8]) -> Result<WatchFrame, ProtocolError> {
    let not_status = ProtocolError::Malformed { expected: "a metav1.Status in an ERROR event" };
    if peek(object).ok().and_then(|found| found.kind).as_deref() != Some("Status") {
        return Err(not_status);
    }
    serde_json::from_slice(object).map(WatchFrame::Error).map_err(|_| not_status)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<WatchFrame, ProtocolError> {
        watch_frame(line.as_bytes().into())
    }

    #[test]
    fn the_keys_may_stand_in_any_order() {
        for line in [r#"{"type":"ADDED","object":{"a":"}"}}"#, r#" {"object":{"a":"}"} , "type":"ADDED"} "#] {
            let WatchFrame::Added(object) = read(line).unwrap() else { panic!("{line}") };
            assert_eq!(&object[..], br#"{"a":"}"}"#);
        }
    }

    #[test]
    fn other_events_are_told_apart() {
        let bookmark = r#"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"9"}}}"#;
        assert!(matches!(read(bookmark).unwrap(), WatchFrame::Bookmark { ends_initial_events: false, .. }));
        let error = r#"{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired"}}"#;
        let WatchFrame::Error(status) = read(error).unwrap() else { panic!() };
        assert_eq!(status.code, 410);
        let unknown = r#"{"type":"FUTURE","object":{"metadata":{"resourceVersion":"9"}}}"#;
        let WatchFrame::Unknown { event_type, resource_version } = read(unknown).unwrap() else { panic!() };
        assert_eq!((event_type.as_str(), resource_version.as_deref()), ("FUTURE", Some("9")));
    }

    /// The walk through the object is made up for where it is found to be none.
    #[test]
    fn a_plain_line_is_cut_without_a_walk() {
        let WatchFrame::Modified(object) = read(r#"{"type":"MODIFIED","object":{"a":{}}}"#).unwrap() else {
            panic!()
        };
        assert_eq!(&object[..], br#"{"a":{}}"#);
        assert!(is_one_object(&object));
        for object in [&br#"{"a":1}} {"b":2}"#[..], br#"{"a":1"#, b"[1]", b""] {
            assert!(!is_one_object(object));
        }
    }

    #[test]
    fn what_is_no_event_is_an_error() {
        for line in [
            "x",
            "{}",
            r#"{"type":"ADDED"}"#,
            r#"{"type":7,"object":{}}"#,
            r#"{"type":"ADDED","object":{}"#,
            r#"{"type":"BOOKMARK","object":{}}"#,
            r#"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":""}}}"#,
            r#"{"type":"ERROR","object":{"code":1}}"#,
            r#"{"type":"FUTURE","object":{}} {}"#,
        ] {
            assert!(matches!(read(line), Err(ProtocolError::Malformed { .. })), "{line}");
        }
    }
}
