//! One line of a watch: its type, and the text of its object.

use bytes::BytesMut;

use super::{
    WireError,
    peek::peek,
    scan::{Cursor, string},
};

/// A line of a watch, cut into its parts. Source:
/// <https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes>
#[derive(Debug)]
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

const NO_EVENT: WireError = WireError::Malformed { expected: "a watch event, one line of JSON" };

/// Reads one line.
pub(crate) fn watch_frame(mut line: BytesMut) -> Result<WatchFrame, WireError> {
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
                .and_then(|found| found.resource_version.map(std::borrow::Cow::into_owned)),
        },
    })
}

fn bookmark(object: &[u8]) -> Result<WatchFrame, WireError> {
    let no_version = WireError::Malformed { expected: "a bookmark with a resourceVersion" };
    let Ok(found) = peek(object) else {
        return Err(no_version);
    };
    match found.resource_version {
        None => Err(no_version),
        Some(version) => Ok(WatchFrame::Bookmark {
            resource_version: version.into_owned(),
            ends_initial_events: found.initial_events_end,
        }),
    }
}

/// All fields of a `Status` may be missing, so that any object would parse as one: its kind must say it is.
fn error(object: &[u8]) -> Result<WatchFrame, WireError> {
    let not_status = WireError::Malformed { expected: "a metav1.Status in an ERROR event" };
    if peek(object).ok().and_then(|found| found.kind).as_deref() != Some("Status") {
        return Err(not_status);
    }
    serde_json::from_slice(object).map(WatchFrame::Error).map_err(|_| not_status)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<WatchFrame, WireError> {
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

    #[test]
    fn what_is_no_event_is_an_error() {
        for line in [
            "x",
            "{}",
            r#"{"type":"ADDED"}"#,
            r#"{"type":7,"object":{}}"#,
            r#"{"type":"ADDED","object":{}"#,
            r#"{"type":"BOOKMARK","object":{}}"#,
            r#"{"type":"ERROR","object":{"code":1}}"#,
            r#"{"type":"ADDED","object":{}} {}"#,
        ] {
            assert!(matches!(read(line), Err(WireError::Malformed { .. })), "{line}");
        }
    }
}
