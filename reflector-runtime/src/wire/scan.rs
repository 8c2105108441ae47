//! Finding where a JSON value ends, over bytes that arrive in pieces.
//!
//! Knows the structure of JSON text (strings, escapes, nesting) and nothing of what the text means. It does
//! not validate: whatever is handed on is parsed by `serde_json` later.

use memchr::memchr2;

/// Where a [`ValueScanner`] stands after some bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scan {
    /// The value goes on after these bytes.
    Open,
    /// The value ended before this offset into the bytes.
    Ends(usize),
}

/// Finds the end of one JSON value. Feed it the bytes in order, each once.
#[derive(Debug, Default)]
pub(super) struct ValueScanner {
    depth: u32,
    at: At,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum At {
    /// Before the value's first byte.
    #[default]
    Before,
    /// In a number or a literal that is the whole value.
    Scalar,
    /// Between the strings of an object or array.
    Structure,
    InString,
    /// Behind a backslash.
    Escaped,
}

impl ValueScanner {
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Scan {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            match self.at {
                At::InString => match memchr2(b'"', b'\\', &bytes[at..]) {
                    None => return Scan::Open,
                    Some(skip) => {
                        at += skip;
                        if bytes[at] == b'\\' {
                            self.at = At::Escaped;
                        } else if self.depth == 0 {
                            return Scan::Ends(at + 1);
                        } else {
                            self.at = At::Structure;
                        }
                    }
                },
                At::Escaped => self.at = At::InString,
                At::Before | At::Structure => match byte {
                    b'"' => self.at = At::InString,
                    b'{' | b'[' => {
                        self.depth += 1;
                        self.at = At::Structure;
                    }
                    b'}' | b']' if self.depth > 0 => {
                        self.depth -= 1;
                        if self.depth == 0 {
                            return Scan::Ends(at + 1);
                        }
                    }
                    b'-' | b'0'..=b'9' | b't' | b'f' | b'n' if self.at == At::Before => self.at = At::Scalar,
                    // No value begins so: one of no length tells the caller.
                    _ if self.at == At::Before && !byte.is_ascii_whitespace() => return Scan::Ends(at),
                    _ => {}
                },
                At::Scalar => {
                    if matches!(byte, b',' | b'}' | b']') || byte.is_ascii_whitespace() {
                        return Scan::Ends(at);
                    }
                }
            }
            at += 1;
        }
        Scan::Open
    }
}

/// Is called with each key of an object and the cursor at its value; `None` has the value skipped.
pub(super) type Visit<'v, 'a> = dyn FnMut(&[u8], &mut Cursor<'a>) -> Result<Option<()>, NotJson> + 'v;

/// A cursor over one complete object's text, for walking its keys.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// The text is not what JSON allows at this offset.
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

    /// The range of the value that stands here; the cursor moves behind it.
    pub(super) fn value(&mut self) -> Result<std::ops::Range<usize>, NotJson> {
        self.peek();
        let start = self.at;
        match ValueScanner::default().feed(&self.bytes[start..]) {
            Scan::Ends(0) | Scan::Open => Err(self.not_json()),
            Scan::Ends(length) => {
                self.at = start + length;
                Ok(start..self.at)
            }
        }
    }

    /// Walks the object that stands here. `visit` is called with each key's raw text (escapes and all) and the
    /// cursor at its value; it moves the cursor behind the value itself, or returns `None` to have it skipped.
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
            let key = self.value()?;
            self.expect(b':')?;
            let key = &self.bytes[key.start + 1..key.end - 1];
            if visit(key, self)?.is_none() {
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

    /// Whether an object begins here.
    pub(super) fn at_object(&mut self) -> bool {
        self.peek() == Some(b'{')
    }

    /// Nothing but white space may follow.
    pub(super) fn end(&mut self) -> Result<(), NotJson> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.not_json()),
        }
    }
}

/// The text of a JSON string literal; `None` where it is no string.
pub(super) fn string(literal: &[u8]) -> Option<std::borrow::Cow<'_, str>> {
    let inner = literal.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
    if inner.contains(&b'\\') {
        return serde_json::from_slice::<String>(literal).ok().map(Into::into);
    }
    std::str::from_utf8(inner).ok().map(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(text: &str) -> Scan {
        let whole = ValueScanner::default().feed(text.as_bytes());
        // The same, a byte at a time: pieces must not matter.
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
    fn values_end_where_they_end() {
        assert_eq!(length(r#"{"a":"}","b":[1,{}]},"#), Scan::Ends(20));
        assert_eq!(length(r#""a\"b\\" "#), Scan::Ends(8));
        assert_eq!(length("12.5,"), Scan::Ends(4));
        assert_eq!(length(" null}"), Scan::Ends(5));
        assert_eq!(length(r#"{"a":"\"#), Scan::Open);
        assert_eq!(length("[[]"), Scan::Open);
    }

    #[test]
    fn a_cursor_refuses_what_is_no_object() {
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
}
