//! Reads an object's GVK, key, resourceVersion and the position of its `metadata.managedFields` from its text, before
//! it is decoded and even if it cannot be decoded.

use std::{borrow::Cow, ops::Range};

use super::{
    ObjectVersion,
    scan::{Cursor, NotJson, string, string_or_number},
};
use crate::key::{KeyRef, non_empty};

/// The fields that [`peek`] finds in an object's text. Strings borrow from the text, and ranges index it.
#[derive(Debug, Default)]
pub(super) struct Peeked<'a> {
    pub(super) api_version: Field<'a>,
    pub(super) kind: Field<'a>,
    pub(super) namespace: Option<Cow<'a, str>>,
    pub(super) name: Option<Cow<'a, str>>,
    pub(super) uid: Option<Cow<'a, str>>,
    pub(super) resource_version: Field<'a>,
    pub(super) initial_events_end: bool,
    pub(super) managed_fields: Option<Range<usize>>,
    /// In protobuf, the object without its envelope.
    #[cfg(feature = "protobuf")]
    pub(super) message: &'a [u8],
    /// All fields of the metadata have been read.
    pub(super) has_all_metadata: bool,
}

/// A field whose position is needed.
#[derive(Debug, Default)]
pub(super) struct Field<'a> {
    /// Where the value is, of any type; `None` if the object does not have the field.
    pub(super) at: Option<Range<usize>>,
    text: Option<Cow<'a, str>>,
}

impl<'a> Field<'a> {
    /// A text whose position is not needed.
    #[cfg(feature = "protobuf")]
    pub(super) fn of(text: Option<&'a str>) -> Self {
        Self { at: None, text: text.map(Cow::Borrowed) }
    }

    /// `None` if it is missing, of another type, or empty.
    pub(super) fn text(&self) -> Option<&str> {
        non_empty(self.text.as_deref())
    }
}

/// The annotation of the bookmark that ends a watch-list. Its value is `"true"`.
/// Source: <https://kubernetes.io/docs/reference/using-api/api-concepts/#streaming-lists>
pub(super) const INITIAL_EVENTS_END: &str = "k8s.io/initial-events-end";

impl Peeked<'_> {
    /// `None` if it is empty: a watch from an empty resourceVersion would begin at an arbitrary point.
    pub(super) fn resource_version(&self) -> Option<&str> {
        self.resource_version.text()
    }

    pub(super) fn version(&self) -> Option<ObjectVersion<'_>> {
        let resource_version = self.resource_version()?;
        Some(ObjectVersion { uid: self.uid.as_deref(), resource_version })
    }

    pub(super) fn namespace(&self) -> Option<&str> {
        non_empty(self.namespace.as_deref())
    }

    /// `None` if there is no name, or if the namespace may be missing only because the text is incomplete.
    pub(super) fn key(&self) -> Option<KeyRef<'_>> {
        let (namespace, name) = (self.namespace(), non_empty(self.name.as_deref())?);
        (namespace.is_some() || self.has_all_metadata).then_some(KeyRef { namespace, name })
    }
}

/// Stops a walk. No text is as long as this offset.
const STOP: NotJson = NotJson { offset: usize::MAX };

/// Reads the GVK and the metadata from an object's text.
pub(super) fn peek(text: &[u8]) -> Result<Peeked<'_>, NotJson> {
    let mut found = Peeked::default();
    let mut cursor = Cursor::new(text);
    match walk(text, &mut cursor, &mut found) {
        Err(stop) if stop == STOP => Ok(found),
        Err(not_json) => Err(not_json),
        Ok(()) => cursor.end().map(|()| found),
    }
}

/// Like [`peek`], for the beginning of an object's text.
pub(super) fn peek_prefix(text: &[u8]) -> Peeked<'_> {
    let mut found = Peeked::default();
    // It ends with an error at the end of the text.
    let _ = walk(text, &mut Cursor::new(text), &mut found);
    found
}

fn walk<'a>(text: &'a [u8], cursor: &mut Cursor<'a>, found: &mut Peeked<'a>) -> Result<(), NotJson> {
    cursor.object(&mut |key, value| {
        // All three fields are found. The decoder checks the rest.
        if found.has_all_metadata && found.kind.at.is_some() && found.api_version.at.is_some() {
            return Err(STOP);
        }
        match key {
            b"apiVersion" => found.api_version = take(text, value, string)?,
            b"kind" => found.kind = take(text, value, string)?,
            b"metadata" if value.at_object() => {
                metadata(text, value, found)?;
                found.has_all_metadata = true;
            }
            _ => return Ok(None),
        }
        Ok(Some(()))
    })
}

fn metadata<'a>(text: &'a [u8], at: &mut Cursor<'a>, found: &mut Peeked<'a>) -> Result<(), NotJson> {
    at.object(&mut |key, value| {
        match key {
            b"name" => found.name = take(text, value, string)?.text,
            b"namespace" => found.namespace = take(text, value, string)?.text,
            b"uid" => found.uid = take(text, value, string)?.text,
            b"resourceVersion" => found.resource_version = take(text, value, string_or_number)?,
            b"managedFields" => found.managed_fields = Some(value.value()?),
            b"annotations" if value.at_object() => value.object(&mut |key, value| {
                if key != INITIAL_EVENTS_END.as_bytes() {
                    return Ok(None);
                }
                found.initial_events_end = take(text, value, string)?.text() == Some("true");
                Ok(Some(()))
            })?,
            _ => return Ok(None),
        }
        Ok(Some(()))
    })
}

fn take<'a>(
    text: &'a [u8],
    value: &mut Cursor<'a>,
    read: impl Fn(&'a [u8]) -> Option<Cow<'a, str>>,
) -> Result<Field<'a>, NotJson> {
    let at = value.value()?;
    let text = text.get(at.clone()).and_then(read);
    Ok(Field { at: Some(at), text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_in_any_order() {
        let text = br#"{"spec":{"name":"no"},"metadata":{"managedFields":[{"a":"]"}],"namespace":"n","name":"a\u0062c",
            "resourceVersion":"7","annotations":{"k8s.io/initial-events-end":"true"}},"kind":"K","apiVersion":"v1"}"#;
        let found = peek(text).unwrap();
        assert_eq!(found.key().unwrap().to_string(), "n/abc");
        assert_eq!(found.resource_version(), Some("7"));
        assert_eq!((found.api_version.text(), found.kind.text()), (Some("v1"), Some("K")));
        assert!(found.initial_events_end);
        assert_eq!(&text[found.managed_fields.unwrap()], br#"[{"a":"]"}]"#);
    }

    #[test]
    fn keys_and_values_may_be_escaped() {
        let text = br#"{"\u0061piVersion":"v\u0031","kin\u0064":"K","met\u0061data":{"\u006eame":"a","n\u0061mespace":"n",
            "u\u0069d":"u","resource\u0056ersion":"\u0037","managed\u0046ields":[{}],
            "\u0061nnotations":{"k8s.io\/initial-events-end":"tru\u0065"}}}"#;
        let found = peek(text).unwrap();
        assert_eq!(found.key().unwrap().to_string(), "n/a");
        assert_eq!((found.uid.as_deref(), found.resource_version()), (Some("u"), Some("7")));
        assert_eq!((found.api_version.text(), found.kind.text()), (Some("v1"), Some("K")));
        assert!(found.initial_events_end && found.managed_fields.is_some());
    }

    #[test]
    fn a_version_may_be_a_number() {
        let version = |literal: &str| {
            let text = format!(r#"{{"metadata":{{"resourceVersion":{literal}}}}}"#);
            peek(text.as_bytes()).unwrap().resource_version().map(str::to_owned)
        };
        assert_eq!(version("18446744073709551616").as_deref(), Some("18446744073709551616"));
        assert_eq!(version(r#""""#), None);
        assert_eq!(version("[7]"), None);
    }

    #[test]
    fn a_field_that_occurs_twice_does_not_hide_others() {
        let text = br#"{"kind":"K","kind":"K","apiVersion":"v1","metadata":null,"metadata":{"name":"a"}}"#;
        assert_eq!(peek(text).unwrap().key().unwrap().to_string(), "a");
    }

    /// A name without the namespace that follows would be the key of another object.
    #[test]
    fn the_beginning_of_a_text_shows_only_what_is_complete() {
        let text = br#"{"metadata":{"name":"abc","namespace":"n","uid":"u"},"spec":{}}"#;
        for end in 0..=text.len() {
            let found = peek_prefix(&text[..end]);
            let name_and_namespace = &br#"{"metadata":{"name":"abc","namespace":"n""#[..];
            let expected = (end >= name_and_namespace.len()).then_some("n/abc");
            assert_eq!(found.key().map(|key| key.to_string()).as_deref(), expected, "{end}");
        }
        let cluster = br#"{"metadata":{"name":"abc"},"spec":{}}"#;
        assert!(peek_prefix(&cluster[..25]).key().is_none());
        assert_eq!(peek_prefix(&cluster[..26]).key().unwrap().to_string(), "abc");
    }

    #[test]
    fn only_the_value_true_ends_the_initial_events() {
        let text = br#"{"metadata":{"annotations":{"k8s.io/initial-events-end":"yes"}}}"#;
        assert!(!peek(text).unwrap().initial_events_end);
    }

    #[test]
    fn unexpected_shapes_do_not_panic() {
        assert!(peek(br#"{"metadata":null,"kind":7}"#).unwrap().key().is_none());
        assert!(peek(br#"{"metadata":{"name":7}}"#).unwrap().key().is_none());
        for bad in [&b"null"[..], b"[", b"{\"metadata\":{", b"{} {}", b""] {
            assert!(peek(bad).is_err());
        }
    }
}
