//! Finds the end of a JSON value in bytes that arrive in chunks.
//!
//! Handles only the structure of JSON text (strings, escapes, nesting). Must not depend on the meaning of the text.
//! Does not validate: `serde_json` parses the resulting ranges later.

use std::{borrow::Cow, ops::Range};

use memchr::memchr2;

use super::structure::Structure;

/// The result of feeding bytes to a [`ValueScanner`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scan {
    /// The value continues after these bytes.
    Open,
    /// The value ends before this offset into the bytes.
    Ends(usize),
}

/// Finds the end of one JSON value. Each byte must be fed once, in order.
#[derive(Debug, Default)]
pub(super) struct ValueScanner(State);

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Before the value's first byte.
    #[default]
    Before,
    /// In a number or literal.
    Scalar,
    String,
    /// In a string, after a backslash.
    Escaped,
    /// In an object or array.
    Structure(Structure),
}

impl ValueScanner {
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Scan {
        let Self(state) = self;
        let mut at = 0;
        if *state == State::Before {
            let blank = bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            at = blank + 1;
            *state = match bytes.get(blank) {
                None => return Scan::Open,
                Some(b'"') => State::String,
                Some(b'{' | b'[') => State::Structure(Structure::OPEN),
                Some(b'-' | b'0'..=b'9' | b't' | b'f' | b'n') => State::Scalar,
                // No value begins with this byte. The caller treats length 0 as an error.
                Some(_) => return Scan::Ends(blank),
            };
        }
        if *state == State::Escaped && at < bytes.len() {
            *state = State::String;
            at += 1;
        }
        let rest = bytes.get(at..).unwrap_or_default();
        let length = match state {
            State::Scalar => {
                let ends = |byte: &u8| matches!(byte, b',' | b'}' | b']') || byte.is_ascii_whitespace();
                rest.iter().position(ends)
            }
            State::String => match string_end(rest) {
                StringEnd::At(length) => Some(length),
                StringEnd::Open(open) => {
                    *state = open;
                    None
                }
            },
            State::Structure(structure) => structure.feed(rest),
            State::Before | State::Escaped => None,
        };
        length.map_or(Scan::Open, |length| Scan::Ends(at + length))
    }
}

/// How far a string reaches.
enum StringEnd {
    /// It ends before this offset.
    At(usize),
    /// It continues after these bytes, in this state.
    Open(State),
}

/// The end of a string whose contents begin with these bytes.
fn string_end(bytes: &[u8]) -> StringEnd {
    let mut at = 0;
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        let Some(length) = memchr2(b'"', b'\\', rest) else { return StringEnd::Open(State::String) };
        at += length + 1;
        if rest[length] == b'"' {
            return StringEnd::At(at);
        }
        if at == bytes.len() {
            return StringEnd::Open(State::Escaped);
        }
        at += 1;
    }
}

/// Called with each key of an object and the cursor at its value. Returns `None` to have the value skipped.
pub(super) type Visit<'v, 'a> = dyn FnMut(&[u8], &mut Cursor<'a>) -> Result<Option<()>, NotJson> + 'v;

/// A cursor over the complete text of one object, to walk its keys.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// A string in the text.
struct StringLiteral {
    /// Where it is, with its quotes.
    at: Range<usize>,
    has_escapes: bool,
}

/// The text is not valid JSON at this offset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NotJson {
    pub(super) offset: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    fn not_json(&self) -> NotJson {
        NotJson { offset: self.at }
    }

    fn peek(&mut self) -> Option<u8> {
        while self.bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
    }

    fn expect(&mut self, byte: u8) -> Result<(), NotJson> {
        if self.peek() == Some(byte) {
            self.at += 1;
            return Ok(());
        }
        Err(self.not_json())
    }

    /// Returns the range of the value at the cursor and moves the cursor past it.
    pub(super) fn value(&mut self) -> Result<Range<usize>, NotJson> {
        if self.peek() == Some(b'"') {
            return self.string().map(|literal| literal.at);
        }
        let start = self.at;
        match ValueScanner::default().feed(&self.bytes[start..]) {
            Scan::Ends(0) | Scan::Open => Err(self.not_json()),
            Scan::Ends(length) => {
                self.at = start + length;
                Ok(start..self.at)
            }
        }
    }

    /// Returns the string at the cursor, whose quote has been seen, and moves the cursor past it.
    fn string(&mut self) -> Result<StringLiteral, NotJson> {
        let (start, mut at) = (self.at, self.at + 1);
        let mut has_escapes = false;
        loop {
            let rest = self.bytes.get(at..).unwrap_or_default();
            let length = memchr2(b'"', b'\\', rest).ok_or(self.not_json())?;
            at += length + 1;
            if rest[length] == b'"' {
                self.at = at;
                return Ok(StringLiteral { at: start..at, has_escapes });
            }
            has_escapes = true;
            at += 1;
        }
    }

    /// Walks the object at the cursor. Calls `visit` with each key, without its escapes, and the cursor at its value.
    /// `visit` moves the cursor past the value, or returns `None` to have it skipped.
    pub(super) fn object(&mut self, visit: &mut Visit<'_, 'a>) -> Result<(), NotJson> {
        self.expect(b'{')?;
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            if self.peek() != Some(b'"') {
                return Err(self.not_json());
            }
            let StringLiteral { at, has_escapes } = self.string()?;
            self.expect(b':')?;
            let key = if has_escapes {
                unescaped(&self.bytes[at])
            } else {
                self.bytes[at.start + 1..at.end - 1].into()
            };
            if visit(&key, self)?.is_none() {
                self.value()?;
            }
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(self.not_json()),
            }
        }
    }

    /// The offset of the value at the cursor.
    pub(super) fn start(&mut self) -> usize {
        self.peek();
        self.at
    }

    /// Whether an object begins at the cursor.
    pub(super) fn at_object(&mut self) -> bool {
        self.peek() == Some(b'{')
    }

    /// Checks that only white space follows.
    pub(super) fn end(&mut self) -> Result<(), NotJson> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.not_json()),
        }
    }
}

/// The text of a JSON string literal; `None` if it is not a string.
pub(super) fn string(literal: &[u8]) -> Option<Cow<'_, str>> {
    let inner = literal.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    if inner.contains(&b'\\') {
        return serde_json::from_slice::<String>(literal).ok().map(Into::into);
    }
    std::str::from_utf8(inner).ok().map(Into::into)
}

/// The text of a JSON string literal, or the digits of a number; `None` for any other value.
pub(super) fn string_or_number(literal: &[u8]) -> Option<Cow<'_, str>> {
    if is_number(literal) { std::str::from_utf8(literal).ok().map(Into::into) } else { string(literal) }
}

pub(super) fn is_number(literal: &[u8]) -> bool {
    let is_part = |byte: &u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
    literal.first().is_some_and(|byte| matches!(byte, b'0'..=b'9' | b'-')) && literal.iter().all(is_part)
}

/// The characters of a key. A key whose escapes are not valid is left as it is: no field has such a name.
pub(super) fn unescaped(literal: &[u8]) -> Cow<'_, [u8]> {
    let inner = literal.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\"")).unwrap_or(literal);
    if !inner.contains(&b'\\') {
        return inner.into();
    }
    serde_json::from_slice::<String>(literal).map_or(inner.into(), |key| key.into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(text: &str) -> Scan {
        let whole = ValueScanner::default().feed(text.as_bytes());
        // The result must be the same if the bytes are fed one at a time.
        let mut scanner = ValueScanner::default();
        let bytewise = (0..text.len())
            .find_map(|at| match scanner.feed(&text.as_bytes()[at..=at]) {
                Scan::Ends(end) => Some(Scan::Ends(at + end)),
                Scan::Open => None,
            })
            .unwrap_or(Scan::Open);
        assert_eq!(whole, bytewise, "{text}");
        whole
    }

    #[test]
    fn the_end_of_a_value_is_found() {
        assert_eq!(length(r#"{"a":"}","b":[1,{}]},"#), Scan::Ends(20));
        assert_eq!(length(r#""a\"b\\" "#), Scan::Ends(8));
        assert_eq!(length("12.5,"), Scan::Ends(4));
        assert_eq!(length(" null}"), Scan::Ends(5));
        assert_eq!(length(r#"{"a":"\"#), Scan::Open);
        assert_eq!(length("[[]"), Scan::Open);
    }

    #[test]
    fn the_cursor_rejects_malformed_objects() {
        for bad in ["", "[]", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1 \"b\":2}", "{a:1}"] {
            assert!(Cursor::new(bad.as_bytes()).object(&mut |_, _| Ok(None)).is_err(), "{bad}");
        }
        let mut keys = Vec::new();
        Cursor::new(br#" { "a" : 1 , "b":{"c":[]} } "#)
            .object(&mut |key, _| {
                keys.push(String::from_utf8(key.to_vec()).unwrap());
                Ok(None)
            })
            .unwrap();
        assert_eq!(keys, ["a", "b"]);
    }

    #[test]
    fn keys_are_visited_without_their_escapes() {
        let mut keys = Vec::new();
        Cursor::new(br#"{"\u0061":1,"k8s.io\/x":2,"\ud800":3}"#)
            .object(&mut |key, _| {
                keys.push(String::from_utf8(key.to_vec()).unwrap());
                Ok(None)
            })
            .unwrap();
        assert_eq!(keys, ["a", "k8s.io/x", r"\ud800"], "a lone surrogate is not a character");
    }

    #[test]
    fn a_number_is_read_as_its_text() {
        let read = |literal: &'static str| string_or_number(literal.as_bytes()).map(Cow::into_owned);
        assert_eq!(read("18446744073709551616").as_deref(), Some("18446744073709551616"));
        assert_eq!(read("-1").as_deref(), Some("-1"));
        assert_eq!(read(r#""7""#).as_deref(), Some("7"));
        for other in ["null", "true", "[7]", "{}", "7x", ""] {
            assert_eq!(read(other), None, "{other}");
        }
    }
}
