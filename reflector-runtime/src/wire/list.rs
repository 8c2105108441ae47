//! Splits a list's body into its items while it arrives.
//!
//! Lists of built-in types have `metadata` before `items`, lists of custom resources after them (their keys are
//! sorted). So the head is returned as soon as it is known. [`ListToken::Head`] is returned exactly once.

use bytes::{Buf, Bytes, BytesMut};

use super::{
    ListHead, ObjectText, ProtocolError,
    list_head::ListMetadata,
    scan::{string, unescaped},
    value::{Value, ValueReader},
};
use crate::blocks::Blocks;

/// A part of a list, in the order of the body.
pub(crate) enum ListToken {
    /// `apiVersion`, `kind` and `metadata`, as soon as all of them are known.
    Head(ListHead),
    /// One item. Of one that is longer than the limit, the beginning, as long as the limit.
    Item(ObjectText),
}

/// Splits a list's body into items. Buffers one item, up to the limit, plus the bytes that were pushed and not yet
/// consumed.
pub(crate) struct ListFramer {
    buffer: BytesMut,
    blocks: Blocks,
    value: ValueReader,
    state: State,
    limit: usize,
    api_version: Option<Bytes>,
    kind: Option<Bytes>,
    metadata: Option<Bytes>,
    head_returned: bool,
    has_items_field: bool,
}

/// The limit of each of the list's own fields, such as its metadata.
const MAX_FIELD_BYTES: usize = 64 << 10;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Start,
    /// After the opening brace, before the first key or the closing brace.
    FirstKey,
    /// After a comma, before a key.
    Key,
    Colon(Field),
    Value(Field),
    /// After a value, before a comma or the closing brace.
    AfterValue,
    /// After the opening bracket, before the first item or the closing bracket.
    FirstItem,
    Item,
    /// After an item, before a comma or the closing bracket.
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

const NOT_A_LIST: ProtocolError = ProtocolError::Malformed { expected: "a Kubernetes list" };

const NO_ITEMS: ProtocolError = ProtocolError::NotAList { problem: "its field `items` is not a list" };

const TOO_LONG: ProtocolError =
    ProtocolError::NotAList { problem: "a field other than its items is too long" };

impl Field {
    /// The field with this key. The key is a JSON string literal, with its quotes.
    fn named(key: &[u8]) -> Self {
        match &*unescaped(key) {
            b"apiVersion" => Self::ApiVersion,
            b"kind" => Self::Kind,
            b"metadata" => Self::Metadata,
            b"items" => Self::Items,
            _ => Self::Other,
        }
    }
}

impl ListFramer {
    /// Of an item that is longer than `limit` bytes, only the beginning is kept.
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            buffer: BytesMut::new(),
            blocks: Blocks::default(),
            value: ValueReader::default(),
            state: State::Start,
            limit,
            api_version: None,
            kind: None,
            metadata: None,
            head_returned: false,
            has_items_field: false,
        }
    }

    pub(crate) fn push(&mut self, bytes: &Bytes) {
        self.blocks.append(&mut self.buffer, bytes);
    }

    /// Returns the next part, or `None` if more bytes are needed.
    pub(crate) fn next_token(&mut self) -> Result<Option<ListToken>, ProtocolError> {
        loop {
            match (self.state, self.first()) {
                (State::End, Some(_)) => {
                    return Err(ProtocolError::Malformed { expected: "the end of the list" });
                }
                (State::End, None) => return Ok(self.take_head().map(ListToken::Head)),
                (_, None) => return Ok(None),
                (State::Start, Some(b'{')) => self.take_byte(&[(b'{', State::FirstKey)])?,
                (State::Start, _) => return Err(ProtocolError::NOT_AN_OBJECT),
                (State::FirstKey, Some(b'}')) => self.take_byte(&[(b'}', State::End)])?,
                // While a long value is skipped, the buffer begins inside it. So the state must not depend on its first
                // byte.
                (State::FirstKey, Some(b'"')) => self.state = State::Key,
                (State::Key, Some(b'"')) => {
                    let Some(key) = self.take_field()? else {
                        return Ok(None);
                    };
                    self.state = State::Colon(Field::named(&key));
                }
                (State::FirstKey | State::Key, _) => return Err(NOT_A_LIST),
                (State::Colon(field), _) => self.take_byte(&[(b':', State::Value(field))])?,
                (State::Value(Field::Items), Some(b'[')) if !self.value.is_inside() => {
                    self.has_items_field = true;
                    self.take_byte(&[(b'[', State::FirstItem)])?;
                }
                (State::Value(Field::Items), Some(byte)) if byte != b'n' && !self.value.is_inside() => {
                    return Err(NO_ITEMS);
                }
                (State::Value(Field::Other), _) => {
                    // Not even its beginning is needed.
                    if self.value.take(&mut self.buffer, 0)?.is_none() {
                        return Ok(None);
                    }
                    self.state = State::AfterValue;
                }
                (State::Value(field), _) => {
                    let Some(value) = self.take_field()? else {
                        return Ok(None);
                    };
                    self.state = State::AfterValue;
                    match field {
                        Field::ApiVersion => self.api_version = Some(value.freeze()),
                        Field::Kind => self.kind = Some(value.freeze()),
                        Field::Metadata => self.metadata = Some(value.freeze()),
                        // `"items": null` is an empty list.
                        Field::Items if &value[..] == b"null" => self.has_items_field = true,
                        Field::Items => return Err(NO_ITEMS),
                        Field::Other => {}
                    }
                    if let Some(head) = self.complete_head() {
                        return Ok(Some(ListToken::Head(head)));
                    }
                }
                (State::AfterValue, _) => self.take_byte(&[(b',', State::Key), (b'}', State::End)])?,
                (State::FirstItem, Some(b']')) => self.take_byte(&[(b']', State::AfterValue)])?,
                (State::FirstItem, _) => self.state = State::Item,
                (State::Item, _) => {
                    let Some(item) = self.value.take(&mut self.buffer, self.limit)? else {
                        return Ok(None);
                    };
                    self.state = State::AfterItem;
                    return Ok(Some(ListToken::Item(match item {
                        Value::Whole(text) => ObjectText::Whole(text),
                        Value::TooLong(prefix) => ObjectText::Prefix(prefix),
                    })));
                }
                (State::AfterItem, _) => self.take_byte(&[(b',', State::Item), (b']', State::AfterValue)])?,
            }
        }
    }

    /// Must be called at the end of the body.
    pub(crate) fn finish(&self) -> Result<(), ProtocolError> {
        if self.state == State::End && self.buffer.is_empty() {
            Ok(())
        } else {
            Err(ProtocolError::Truncated)
        }
    }

    /// Whether the list has the field `items`. Complete at the end of the body.
    pub(crate) fn has_items_field(&self) -> bool {
        self.has_items_field
    }

    /// Returns the head as soon as all three of its fields are known.
    fn complete_head(&mut self) -> Option<ListHead> {
        if self.api_version.is_some() && self.kind.is_some() && self.metadata.is_some() {
            self.take_head()
        } else {
            None
        }
    }

    /// Returns the head with the fields found so far; `None` after the first call.
    fn take_head(&mut self) -> Option<ListHead> {
        if std::mem::replace(&mut self.head_returned, true) {
            return None;
        }
        let text = |field: &Option<Bytes>| {
            let text = field.as_deref().and_then(string);
            text.filter(|text| !text.is_empty()).map(std::borrow::Cow::into_owned)
        };
        let metadata = self.metadata.as_deref().ok_or(ListMetadata::MISSING).and_then(ListMetadata::read);
        Some(ListHead { api_version: text(&self.api_version), kind: text(&self.kind), metadata })
    }

    /// Skips white space and returns the first other byte without consuming it.
    fn first(&mut self) -> Option<u8> {
        if self.value.is_inside() {
            return self.buffer.first().copied();
        }
        let blank = self.buffer.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.buffer.advance(blank);
        self.buffer.first().copied()
    }

    /// Consumes the next byte and changes the state, if a transition exists for the byte.
    fn take_byte(&mut self, transitions: &[(u8, State)]) -> Result<(), ProtocolError> {
        let byte = self.first();
        let Some((_, next)) = transitions.iter().find(|(expected, _)| Some(*expected) == byte) else {
            return Err(NOT_A_LIST);
        };
        self.buffer.advance(1);
        self.state = *next;
        Ok(())
    }

    /// Consumes a key or one of the list's own fields; `None` if its end has not arrived yet.
    fn take_field(&mut self) -> Result<Option<BytesMut>, ProtocolError> {
        match self.value.take(&mut self.buffer, MAX_FIELD_BYTES)? {
            None => Ok(None),
            Some(Value::Whole(text)) => Ok(Some(text)),
            Some(Value::TooLong(_)) => Err(TOO_LONG),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: usize = 64;

    /// Frames `text` in chunks of `size` bytes. Returns the items as text and the head in their order. An item that is
    /// too long ends with an ellipsis.
    fn frame(text: &str, size: usize) -> Result<Vec<String>, ProtocolError> {
        let mut framer = ListFramer::new(LIMIT);
        let mut seen = Vec::new();
        for chunk in text.as_bytes().chunks(size) {
            framer.push(&Bytes::copy_from_slice(chunk));
            while let Some(token) = framer.next_token()? {
                seen.push(match token {
                    ListToken::Head(head) => format!("head {}", head.metadata?.resource_version),
                    ListToken::Item(ObjectText::Whole(item)) => String::from_utf8(item.to_vec()).unwrap(),
                    ListToken::Item(ObjectText::Prefix(prefix)) => {
                        String::from_utf8(prefix.to_vec()).unwrap() + "…"
                    }
                });
            }
            if framer.state == State::Item {
                let kept = framer.value.prefix_len() + framer.buffer.len();
                assert!(kept <= LIMIT + size, "{kept} bytes of an item are buffered");
            }
        }
        framer.finish().map(|()| seen)
    }

    #[test]
    fn metadata_may_precede_or_follow_the_items() {
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

    #[test]
    fn keys_may_be_escaped() {
        let text = r#"{"kin\u0064":"L","\u0061piVersion":"v1","met\u0061data":{"resource\u0056ersion":"7"},"item\u0073":[{}]}"#;
        for size in 1..=text.len() {
            assert_eq!(frame(text, size).unwrap(), ["head 7", "{}"], "{size}");
        }
    }

    #[test]
    fn an_item_over_the_limit_is_cut_and_the_others_are_read() {
        // What is dropped contains bytes that would end the item or the list.
        let long = format!(r#"{{"a":"{}","b":[[],{{}},"]}}"],"c":{{}}}}"#, "x".repeat(90));
        let text = format!(r#"{{"items":[{long},{{"a":1}},{long}],"metadata":{{"resourceVersion":"7"}}}}"#);
        let cut = long[..LIMIT].to_owned() + "…";
        for size in 1..=text.len() {
            assert_eq!(frame(&text, size).unwrap(), [&cut, r#"{"a":1}"#, &cut, "head 7"], "{size}");
        }
        for end in 1..text.len() {
            assert_eq!(frame(&text[..end], 7), Err(ProtocolError::Truncated), "{end}");
        }
    }

    #[test]
    fn other_fields_may_be_of_any_length() {
        let other = format!(r#"[{{}},"{}"]"#, "]}".repeat(100));
        let text = format!(r#"{{"rows":{other},"metadata":{{}},"items":[],"{}":1}}"#, "k".repeat(100));
        for size in 1..=text.len() {
            assert_eq!(frame(&text, size).unwrap(), ["head "], "{size}");
        }
        let text = format!(r#"{{"{}":1}}"#, "k]}".repeat(30_000));
        assert!(frame(&text, 1000).is_err());
    }

    #[test]
    fn malformed_lists_are_errors_without_panics() {
        for text in [
            "[]",
            "nonsense",
            r#"{"items":[}"#,
            r#"{"metadata":{},"items":[]} x"#,
            r#"{"a" 1}"#,
            r#"{"items":[{"a":1}{"b":2}]}"#,
            r#"{"items":[{"a":1},,{"b":2}]}"#,
            r#"{"items":[{"a":1},]}"#,
            r#"{"items":[],}"#,
            r#"{"items":[]"kind":"L"}"#,
            r#"{,"items":[]}"#,
        ] {
            assert!(matches!(frame(text, 4), Err(ProtocolError::Malformed { .. })), "{text}");
        }
        for text in ["", "{", r#"{"items":[{"a":1}"#, r#"{"items":[{"a":1}]"#] {
            assert!(matches!(frame(text, 4), Err(ProtocolError::Truncated)), "{text}");
        }
        for text in [
            "{}",
            r#"{"items":[]}"#,
            r#"{"metadata":null,"items":[]}"#,
            r#"{"metadata":7,"items":[]}"#,
            r#"{"metadata":{},"items":{"a":["b"]}}"#,
            r#"{"metadata":{},"items":7}"#,
            r#"{"metadata":{"continue":7},"items":[]}"#,
        ] {
            for size in 1..=text.len() {
                assert!(matches!(frame(text, size), Err(ProtocolError::NotAList { .. })), "{text}");
            }
        }
    }
}
