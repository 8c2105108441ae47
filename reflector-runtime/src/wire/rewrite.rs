//! Completes an object's text, so that a type gets the same object from every form in which servers send it.
//!
//! Items of built-in lists contain no apiVersion and kind, events do. Some servers write a resourceVersion as a number.

use kube::core::TypeMeta;

use super::{peek::Peeked, scan::is_number};

/// The largest text whose buffer is kept for the next one.
const MAX_KEPT_BYTES: usize = 1 << 20;

/// Inserts what a text lacks.
pub(super) struct Rewriter {
    /// The literals of apiVersion and kind, and fields with these values.
    api_version: Vec<u8>,
    kind: Vec<u8>,
    api_version_field: Vec<u8>,
    kind_field: Vec<u8>,
    both_fields: Vec<u8>,
}

/// The memory of a rewritten text. Reused, because most objects are rewritten.
#[derive(Debug, Default)]
pub(crate) struct DecodeBuffer(Vec<u8>);

/// Replaces the bytes from `start` to `end`.
struct Edit<'a> {
    start: usize,
    end: usize,
    with: &'a [u8],
}

impl Rewriter {
    pub(super) fn new(type_meta: &TypeMeta) -> Self {
        let literal = |text: &str| serde_json::Value::from(text).to_string().into_bytes();
        let (api_version, kind) = (literal(&type_meta.api_version), literal(&type_meta.kind));
        let field = |key: &str, literal: &[u8]| [b"\"", key.as_bytes(), b"\":", literal, b","].concat();
        let (api_version_field, kind_field) = (field("apiVersion", &api_version), field("kind", &kind));
        let both_fields = [api_version_field.as_slice(), &kind_field].concat();
        Self { api_version, kind, api_version_field, kind_field, both_fields }
    }

    /// Returns the text to decode, or `None` if that is `text` as it is. It has an empty list of managed fields if
    /// `without_managed_fields` is set: they would be half the size of a decoded object, and readers of a cache do not
    /// use them.
    pub(super) fn rewrite<'a>(
        &self,
        text: &[u8],
        peeked: &Peeked<'_>,
        without_managed_fields: bool,
        DecodeBuffer(rewritten): &'a mut DecodeBuffer,
    ) -> Option<&'a [u8]> {
        let mut edits = Vec::new();
        let mut insert = |at, with| edits.push(Edit { start: at, end: at, with });
        // There is at least one other field, `metadata`, so that a comma may follow.
        let begin = text.iter().position(|&byte| byte == b'{')? + 1;
        match (&peeked.api_version.at, &peeked.kind.at) {
            (None, None) => insert(begin, &*self.both_fields),
            (None, Some(_)) => insert(begin, &*self.api_version_field),
            (Some(_), None) => insert(begin, &*self.kind_field),
            (Some(_), Some(_)) => {}
        }
        let version = peeked.resource_version.at.as_ref();
        if let Some(at) = version.filter(|at| text.get((*at).clone()).is_some_and(is_number)) {
            insert(at.start, b"\"");
            insert(at.end, b"\"");
        }
        for (field, literal) in [(&peeked.api_version, &self.api_version), (&peeked.kind, &self.kind)] {
            let at = field.at.as_ref().filter(|at| is_blank(text.get((*at).clone())));
            edits.extend(at.map(|at| Edit { start: at.start, end: at.end, with: literal }));
        }
        let managed_fields = peeked.managed_fields.as_ref().filter(|_| without_managed_fields);
        let managed_fields = managed_fields.filter(|at| text.get((*at).clone()) != Some(b"[]"));
        edits.extend(managed_fields.map(|at| Edit { start: at.start, end: at.end, with: b"[]" }));
        if edits.is_empty() {
            return None;
        }
        edits.sort_unstable_by_key(|edit| edit.start);
        if rewritten.capacity() > MAX_KEPT_BYTES {
            *rewritten = Vec::new();
        }
        rewritten.clear();
        let mut done = 0;
        for Edit { start, end, with } in edits {
            rewritten.extend_from_slice(text.get(done..start).unwrap_or_default());
            rewritten.extend_from_slice(with);
            done = end;
        }
        rewritten.extend_from_slice(text.get(done..).unwrap_or_default());
        Some(rewritten)
    }
}

/// Whether a field has a value that some servers write instead of omitting the field.
fn is_blank(literal: Option<&[u8]>) -> bool {
    matches!(literal, Some(b"null" | b"\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::peek::peek;

    fn rewrite(text: &str) -> Option<String> {
        let type_meta = TypeMeta { api_version: "example.com/v1".into(), kind: "Widget".into() };
        let (rewriter, mut buffer) = (Rewriter::new(&type_meta), DecodeBuffer::default());
        let peeked = peek(text.as_bytes()).unwrap();
        let rewritten = rewriter.rewrite(text.as_bytes(), &peeked, true, &mut buffer)?;
        Some(String::from_utf8(rewritten.to_vec()).unwrap())
    }

    #[test]
    fn a_complete_text_is_not_rewritten() {
        for text in [
            r#"{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"resourceVersion":"7"}}"#,
            r#"{"apiVersion":"other","kind":7,"metadata":{"resourceVersion":null,"managedFields":[]}}"#,
        ] {
            assert_eq!(rewrite(text), None);
        }
    }

    #[test]
    fn missing_fields_are_inserted() {
        let version = r#""apiVersion":"example.com/v1""#;
        let kind = r#""kind":"Widget""#;
        for (text, expected) in [
            (r#" { "metadata":{}}"#.to_owned(), format!(r#" {{{version},{kind}, "metadata":{{}}}}"#)),
            (format!(r#"{{"metadata":{{}},{kind}}}"#), format!(r#"{{{version},"metadata":{{}},{kind}}}"#)),
            (format!(r#"{{"metadata":{{}},{version}}}"#), format!(r#"{{{kind},"metadata":{{}},{version}}}"#)),
            (
                r#"{"kind":"","metadata":{},"apiVersion":null}"#.to_owned(),
                format!(r#"{{{kind},"metadata":{{}},{version}}}"#),
            ),
        ] {
            assert_eq!(rewrite(&text), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_number_becomes_a_string_and_managed_fields_are_removed() {
        let begin = r#"{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"#;
        let text = format!(r#"{begin}"resourceVersion": 7 ,"managedFields":[{{"a":1}}]}}}}"#);
        let expected = format!(r#"{begin}"resourceVersion": "7" ,"managedFields":[]}}}}"#);
        assert_eq!(rewrite(&text), Some(expected));
    }
}
