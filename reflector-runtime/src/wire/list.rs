//! Cutting a list's body into its items while it arrives.
//!
//! Lists of built-in types have `metadata` before `items`, lists of custom resources behind it (their keys are
//! sorted), so the head is handed out whenever it is known: [`ListToken::Head`] comes exactly once.

use bytes::{Buf, Bytes, BytesMut};
use serde::Deserialize;

use super::{
    ProtocolError,
    scan::{Scan, ValueScanner, string},
};

/// What stands around a list's items.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ListHead {
    pub(crate) api_version: Option<String>,
    pub(crate) kind: Option<String>,
    pub(crate) metadata: ListMetadata,
}

/// `metadata` of a list (meta/v1 `ListMeta`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct ListMetadata {
    pub(crate) resource_version: String,
    #[serde(rename = "continue")]
    pub(crate) continue_token: Option<String>,
    pub(crate) remaining_item_count: Option<u64>,
}

/// A part of a list, in the order of the body.
pub(crate) enum ListToken {
    /// `apiVersion`, `kind` and `metadata` are all known now.
    Head(ListHead),
    /// One item's text.
    Item(BytesMut),
}

/// Cuts a list's body into items. Memory: the longest item, plus what was pushed and not yet taken.
pub(crate) struct ListFramer {
    buffer: BytesMut,
    /// Bytes of the buffer that `scanner` has seen.
    scanned: usize,
    scanner: ValueScanner,
    at: At,
    limit: usize,
    api_version: Option<Bytes>,
    kind: Option<Bytes>,
    metadata: Option<Bytes>,
    head_given: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    Start,
    /// Behind the opening brace: before the first key, or the closing brace.
    FirstKey,
    /// Behind a comma: before a key.
    Key,
    Colon(Field),
    Value(Field),
    /// Behind a value: before a comma or the closing brace.
    AfterValue,
    /// Behind the opening bracket: before the first item, or the closing bracket.
    FirstItem,
    Item,
    /// Behind an item: before a comma or the closing bracket.
    AfterItem,
    End,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Field {
    ApiVersion,
    Kind,
    Metadata,
    Items,
    Other,
}

const NO_LIST: ProtocolError = ProtocolError::Malformed { expected: "a Kubernetes list" };

impl Field {
    /// The field of that key, which is a JSON string.
    fn named(key: &[u8]) -> Self {
        match key {
            b"\"apiVersion\"" => Self::ApiVersion,
            b"\"kind\"" => Self::Kind,
            b"\"metadata\"" => Self::Metadata,
            b"\"items\"" => Self::Items,
            _ => Self::Other,
        }
    }
}

impl ListFramer {
    /// An item (or any other single value) longer than `limit` bytes is an error.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            buffer: BytesMut::new(),
            scanned: 0,
            scanner: ValueScanner::default(),
            at: At::Start,
            limit,
            api_version: None,
            kind: None,
            metadata: None,
            head_given: false,
        }
    }

    pub(crate) fn push(&mut self, bytes: &Bytes) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next part; `None` where more bytes are needed.
    pub(crate) fn next_token(&mut self) -> Result<Option<ListToken>, ProtocolError> {
        loop {
            match (self.at, self.first()) {
                (At::End, Some(_)) => {
                    return Err(ProtocolError::Malformed { expected: "the end of the list" });
                }
                (At::End, None) => return Ok(self.late_head()?.map(ListToken::Head)),
                (_, None) => return Ok(None),
                (At::Start, _) => self.take_byte(&[(b'{', At::FirstKey)])?,
                (At::FirstKey, Some(b'}')) => self.take_byte(&[(b'}', At::End)])?,
                (At::FirstKey | At::Key, Some(b'"')) => {
                    let Some(key) = self.take_value()? else {
                        return Ok(None);
                    };
                    self.at = At::Colon(Field::named(&key));
                }
                (At::FirstKey | At::Key, _) => return Err(NO_LIST),
                (At::Colon(field), _) => self.take_byte(&[(b':', At::Value(field))])?,
                (At::Value(Field::Items), Some(b'[')) => self.take_byte(&[(b'[', At::FirstItem)])?,
                (At::Value(field), _) => {
                    let Some(value) = self.take_value()? else {
                        return Ok(None);
                    };
                    self.at = At::AfterValue;
                    match field {
                        Field::ApiVersion => self.api_version = Some(value.freeze()),
                        Field::Kind => self.kind = Some(value.freeze()),
                        Field::Metadata => self.metadata = Some(value.freeze()),
                        // `"items": null` is an empty list; anything else must not pass for one.
                        Field::Items if &value[..] != b"null" => return Err(NO_LIST),
                        Field::Items | Field::Other => {}
                    }
                    if let Some(head) = self.complete_head()? {
                        return Ok(Some(ListToken::Head(head)));
                    }
                }
                (At::AfterValue, _) => self.take_byte(&[(b',', At::Key), (b'}', At::End)])?,
                (At::FirstItem, Some(b']')) => self.take_byte(&[(b']', At::AfterValue)])?,
                (At::FirstItem | At::Item, _) => {
                    let Some(item) = self.take_value()? else {
                        return Ok(None);
                    };
                    self.at = At::AfterItem;
                    return Ok(Some(ListToken::Item(item)));
                }
                (At::AfterItem, _) => self.take_byte(&[(b',', At::Item), (b']', At::AfterValue)])?,
            }
        }
    }

    /// Called at the end of the body.
    pub(crate) fn finish(&self) -> Result<(), ProtocolError> {
        if self.at == At::End && self.buffer.is_empty() { Ok(()) } else { Err(ProtocolError::Truncated) }
    }

    /// The head as soon as all three of its parts are in.
    fn complete_head(&mut self) -> Result<Option<ListHead>, ProtocolError> {
        if self.api_version.is_some() && self.kind.is_some() && self.metadata.is_some() {
            self.late_head()
        } else {
            Ok(None)
        }
    }

    /// The head with what there is of it, once.
    fn late_head(&mut self) -> Result<Option<ListHead>, ProtocolError> {
        if std::mem::replace(&mut self.head_given, true) {
            return Ok(None);
        }
        let text =
            |field: &Option<Bytes>| field.as_deref().and_then(string).map(std::borrow::Cow::into_owned);
        let metadata = match &self.metadata {
            None => ListMetadata::default(),
            Some(bytes) => serde_json::from_slice(bytes)
                .map_err(|_| ProtocolError::Malformed { expected: "a list's metadata" })?,
        };
        Ok(Some(ListHead { api_version: text(&self.api_version), kind: text(&self.kind), metadata }))
    }

    /// The first byte that is no white space, which is dropped.
    fn first(&mut self) -> Option<u8> {
        if self.scanned > 0 {
            return self.buffer.first().copied();
        }
        let blank = self.buffer.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.buffer.advance(blank);
        self.buffer.first().copied()
    }

    /// Takes the byte that stands first, where it leads on.
    fn take_byte(&mut self, ways: &[(u8, At)]) -> Result<(), ProtocolError> {
        let byte = self.first();
        let Some((_, next)) = ways.iter().find(|(wanted, _)| Some(*wanted) == byte) else {
            return Err(NO_LIST);
        };
        self.buffer.advance(1);
        self.at = *next;
        Ok(())
    }

    /// Takes one whole value; `None` where it goes on.
    fn take_value(&mut self) -> Result<Option<BytesMut>, ProtocolError> {
        let end = match self.scanner.feed(&self.buffer[self.scanned..]) {
            Scan::Ends(length) => self.scanned + length,
            Scan::Open => {
                self.scanned = self.buffer.len();
                return if self.scanned > self.limit {
                    Err(ProtocolError::TooLong { limit: self.limit })
                } else {
                    Ok(None)
                };
            }
        };
        self.scanned = 0;
        self.scanner = ValueScanner::default();
        match end {
            0 => Err(ProtocolError::Malformed { expected: "a JSON value" }),
            _ if end > self.limit => Err(ProtocolError::TooLong { limit: self.limit }),
            _ => Ok(Some(self.buffer.split_to(end))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frames `text` in pieces of `size`; items as text, `head` where it came.
    fn frame(text: &str, size: usize) -> Result<Vec<String>, ProtocolError> {
        let mut framer = ListFramer::new(64);
        let mut seen = Vec::new();
        for piece in text.as_bytes().chunks(size) {
            framer.push(&Bytes::copy_from_slice(piece));
            while let Some(token) = framer.next_token()? {
                seen.push(match token {
                    ListToken::Head(head) => format!("head {}", head.metadata.resource_version),
                    ListToken::Item(item) => String::from_utf8(item.to_vec()).unwrap(),
                });
            }
        }
        framer.finish().map(|()| seen)
    }

    #[test]
    fn metadata_may_stand_before_or_behind_the_items() {
        let built_in = r#"{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"7"},"items":[{"a":1}, {"b":"]}"}]} "#;
        let custom = r#"{"apiVersion":"e/v1","items":[{"a":1},{"b":"]}"}],"kind":"WList","metadata":{"resourceVersion":"7"}}"#;
        for size in 1..built_in.len() {
            assert_eq!(frame(built_in, size).unwrap(), ["head 7", r#"{"a":1}"#, r#"{"b":"]}"}"#], "{size}");
            assert_eq!(frame(custom, size).unwrap(), [r#"{"a":1}"#, r#"{"b":"]}"}"#, "head 7"], "{size}");
        }
    }

    #[test]
    fn empty_lists_have_a_head() {
        for text in [
            r#"{"items":[],"metadata":{"resourceVersion":"7"}}"#,
            r#"{"metadata":{"resourceVersion":"7"},"items":null}"#,
        ] {
            assert_eq!(frame(text, 3).unwrap(), ["head 7"], "{text}");
        }
    }

    /// Servers that are not written in Go may say `null` for what is not there.
    #[test]
    fn a_token_that_is_null_is_none() {
        let text = r#"{"metadata":{"resourceVersion":"7","continue":null},"items":[]}"#;
        assert_eq!(frame(text, 3).unwrap(), ["head 7"]);
    }

    #[test]
    fn what_is_no_list_is_an_error_and_never_a_panic() {
        for text in [
            "[]",
            "nonsense",
            r#"{"items":[}"#,
            r#"{"items":[]} x"#,
            r#"{"a" 1}"#,
            r#"{"metadata":7,"items":[]}"#,
            r#"{"items":[{"a":1}{"b":2}]}"#,
            r#"{"items":[{"a":1},,{"b":2}]}"#,
            r#"{"items":[{"a":1},]}"#,
            r#"{"items":[],}"#,
            r#"{"items":[]"kind":"L"}"#,
            r#"{,"items":[]}"#,
            r#"{"items":{}}"#,
            r#"{"items":7}"#,
        ] {
            assert!(matches!(frame(text, 4), Err(ProtocolError::Malformed { .. })), "{text}");
        }
        for text in ["", "{", r#"{"items":[{"a":1}"#, r#"{"items":[{"a":1}]"#] {
            assert!(matches!(frame(text, 4), Err(ProtocolError::Truncated)), "{text}");
        }
        let endless = format!(r#"{{"items":[{{"a":"{}"#, "x".repeat(100));
        assert!(matches!(frame(&endless, 10), Err(ProtocolError::TooLong { limit: 64 })));
    }
}
