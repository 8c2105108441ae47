//! A look at one object's text before (and whether or not) it can be decoded: its GVK, key and
//! resourceVersion, and where its `metadata.managedFields` stand.

use std::{borrow::Cow, ops::Range};

use super::{
    ObjectVersion,
    scan::{Cursor, NotJson, string},
};
use crate::key::{KeyRef, non_empty};

/// What the text of an object says of it. Ranges and strings borrow from the text.
#[derive(Debug, Default)]
pub(super) struct Peeked<'a> {
    pub(super) api_version: Option<Cow<'a, str>>,
    pub(super) kind: Option<Cow<'a, str>>,
    pub(super) namespace: Option<Cow<'a, str>>,
    pub(super) name: Option<Cow<'a, str>>,
    pub(super) uid: Option<Cow<'a, str>>,
    pub(super) resource_version: Option<Cow<'a, str>>,
    pub(super) initial_events_end: bool,
    pub(super) managed_fields: Option<Range<usize>>,
}

/// Annotation that the bookmark at the end of a watch-list carries, with the value `"true"`.
/// Source: <https://kubernetes.io/docs/reference/using-api/api-concepts/#streaming-lists>
const INITIAL_EVENTS_END: &[u8] = b"k8s.io/initial-events-end";

impl Peeked<'_> {
    /// An empty one is none: a watch "behind" it would begin anywhere.
    pub(super) fn resource_version(&self) -> Option<&str> {
        non_empty(self.resource_version.as_deref())
    }

    pub(super) fn version(&self) -> Option<ObjectVersion<'_>> {
        let resource_version = self.resource_version()?;
        Some(ObjectVersion { uid: self.uid.as_deref(), resource_version })
    }

    pub(super) fn key(&self) -> Option<KeyRef<'_>> {
        let name = non_empty(self.name.as_deref())?;
        Some(KeyRef { namespace: non_empty(self.namespace.as_deref()), name })
    }
}

/// Stops a walk; no text is this long.
const ENOUGH: NotJson = NotJson { offset: usize::MAX };

/// Reads the names out of an object's text.
pub(super) fn peek(text: &[u8]) -> Result<Peeked<'_>, NotJson> {
    let mut found = Peeked::default();
    let mut parts = 0;
    let mut cursor = Cursor::new(text);
    let walked = cursor.object(&mut |key, value| {
        // All is known: what follows is the decoder's to check.
        if parts == 3 {
            return Err(ENOUGH);
        }
        parts += 1;
        match key {
            b"apiVersion" => take(text, value, &mut found.api_version),
            b"kind" => take(text, value, &mut found.kind),
            b"metadata" if value.at_object() => metadata(text, value, &mut found).map(Some),
            _ => {
                parts -= 1;
                Ok(None)
            }
        }
    });
    match walked {
        Err(stop) if stop == ENOUGH => Ok(found),
        Err(not_json) => Err(not_json),
        Ok(()) => cursor.end().map(|()| found),
    }
}

fn metadata<'a>(text: &'a [u8], at: &mut Cursor<'a>, found: &mut Peeked<'a>) -> Result<(), NotJson> {
    at.object(&mut |key, value| match key {
        b"name" => take(text, value, &mut found.name),
        b"namespace" => take(text, value, &mut found.namespace),
        b"uid" => take(text, value, &mut found.uid),
        b"resourceVersion" => take(text, value, &mut found.resource_version),
        b"managedFields" => {
            found.managed_fields = Some(value.value()?);
            Ok(Some(()))
        }
        b"annotations" if value.at_object() => value
            .object(&mut |key, value| {
                if key != INITIAL_EVENTS_END {
                    return Ok(None);
                }
                found.initial_events_end = &text[value.value()?] == b"\"true\"";
                Ok(Some(()))
            })
            .map(Some),
        _ => Ok(None),
    })
}

fn take<'a>(
    text: &'a [u8],
    value: &mut Cursor<'a>,
    place: &mut Option<Cow<'a, str>>,
) -> Result<Option<()>, NotJson> {
    *place = string(&text[value.value()?]);
    Ok(Some(()))
}

/// Overwrites `managedFields` with an empty list and spaces, in place: the bytes are half of what a decoded
/// object would weigh, and no reader of a cache asks for them.
pub(super) fn blank(text: &mut [u8], managed_fields: Range<usize>) {
    let hole = &mut text[managed_fields];
    if hole.len() >= 2 {
        hole.fill(b' ');
        hole[..2].copy_from_slice(b"[]");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_whatever_the_order() {
        let text = br#"{"spec":{"name":"no"},"metadata":{"managedFields":[{"a":"]"}],"namespace":"n","name":"a\u0062c",
            "resourceVersion":"7","annotations":{"k8s.io/initial-events-end":"true"}},"kind":"K","apiVersion":"v1"}"#;
        let found = peek(text).unwrap();
        assert_eq!(found.key().unwrap().to_string(), "n/abc");
        assert_eq!(found.resource_version.as_deref(), Some("7"));
        assert_eq!((found.api_version.as_deref(), found.kind.as_deref()), (Some("v1"), Some("K")));
        assert!(found.initial_events_end);
        let range = found.managed_fields.unwrap();
        let mut text = text.to_vec();
        blank(&mut text, range);
        let value: serde_json::Value = serde_json::from_slice(&text).unwrap();
        assert_eq!(value["metadata"]["managedFields"], serde_json::json!([]));
    }

    #[test]
    fn only_the_value_true_ends_the_initial_events() {
        let text = br#"{"metadata":{"annotations":{"k8s.io/initial-events-end":"yes"}}}"#;
        assert!(!peek(text).unwrap().initial_events_end);
    }

    #[test]
    fn odd_shapes_are_no_panic() {
        assert!(peek(br#"{"metadata":null,"kind":7}"#).unwrap().key().is_none());
        assert!(peek(br#"{"metadata":{"name":7}}"#).unwrap().key().is_none());
        for bad in [&b"null"[..], b"[", b"{\"metadata\":{", b"{} {}", b""] {
            assert!(peek(bad).is_err());
        }
    }
}
