//! Splits a watch's body into lines, one event each.
//!
//! Lines end with a line feed. Some servers omit it, after the last event or after each one. So an object that is
//! complete when no more bytes are available is a line as well.

use bytes::{Buf as _, Bytes, BytesMut};
use memchr::{memchr, memmem};

use super::{
    ProtocolError,
    one_object::OneObject,
    scan::{Scan, ValueScanner},
    value::Long,
};
use crate::blocks::Blocks;

/// How much longer than an object a line may be, in bytes: for the fields around it, and for errors and bookmarks.
pub(super) const ENVELOPE: usize = 64 << 10;

/// Splits bytes that arrive in chunks into lines. Empty lines are skipped. Buffers one line, up to its limit, plus the
/// bytes that were pushed and not yet consumed.
pub(crate) struct LineFramer {
    buffer: BytesMut,
    blocks: Blocks,
    /// The length of the buffer's prefix that is known to contain no line feed.
    searched: usize,
    /// Finds the end of an object that no line feed follows, and how many bytes it has scanned.
    scanner: ValueScanner,
    scanned: usize,
    limit: usize,
    long: Option<LongLine>,
}

/// A line of a watch.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// The line, without its line feed.
    Whole(BytesMut),
    /// The line is longer than the limit.
    TooLong {
        /// Its beginning, as long as the limit.
        prefix: BytesMut,
        /// Its last bytes if it is a complete object, else none.
        tail: Vec<u8>,
    },
}

impl Line {
    /// The line, or its beginning.
    pub(crate) fn text(&self) -> &[u8] {
        let (Self::Whole(text) | Self::TooLong { prefix: text, .. }) = self;
        text
    }
}

/// The length of a line's tail, in bytes. Servers that sort the keys write an event's type after its object.
const TAIL: usize = 64;

/// A line that has exceeded the limit.
struct LongLine {
    text: Long,
    object: OneObject,
    tail: Vec<u8>,
    has_ended: bool,
}

impl LongLine {
    /// Keeps `limit` bytes of what has arrived.
    fn new(line: &mut BytesMut, limit: usize) -> Result<Self, ProtocolError> {
        let (mut object, mut tail) = (OneObject::default(), Vec::with_capacity(2 * TAIL));
        object.feed(line);
        keep_last(&mut tail, line);
        let has_ended = object.is_complete();
        Ok(Self { text: Long::new(line, limit)?, object, tail, has_ended })
    }

    fn skip(&mut self, bytes: &[u8], limit: usize) -> Result<(), ProtocolError> {
        self.object.feed(bytes);
        keep_last(&mut self.tail, bytes);
        self.text.skip(bytes.len(), limit)
    }

    fn into_line(self) -> Line {
        let tail = if self.object.is_complete() { self.tail } else { Vec::new() };
        Line::TooLong { prefix: self.text.prefix, tail }
    }
}

/// Appends bytes to a tail, and removes all but the last of it.
fn keep_last(tail: &mut Vec<u8>, bytes: &[u8]) {
    tail.extend_from_slice(bytes.get(bytes.len().saturating_sub(TAIL)..).unwrap_or_default());
    tail.drain(..tail.len().saturating_sub(TAIL));
}

impl LineFramer {
    /// If an object is longer than `max_object_bytes`, only the beginning of its line is kept.
    pub(crate) fn new(max_object_bytes: usize) -> Self {
        Self::with_line_limit(max_object_bytes.saturating_add(ENVELOPE))
    }

    pub(super) fn with_line_limit(limit: usize) -> Self {
        Self {
            buffer: BytesMut::new(),
            blocks: Blocks::default(),
            searched: 0,
            scanner: ValueScanner::default(),
            scanned: 0,
            limit,
            long: None,
        }
    }

    /// Must be called only after [`next_line`](Self::next_line) has returned `None`.
    pub(crate) fn push(&mut self, bytes: &Bytes) -> Result<(), ProtocolError> {
        let kept = match &mut self.long {
            Some(long) if !long.has_ended => {
                let end = memchr(b'\n', bytes).unwrap_or(bytes.len());
                let (of_the_line, rest) = bytes.split_at(end);
                long.skip(of_the_line, self.limit)?;
                long.has_ended = !rest.is_empty() || long.object.is_complete();
                rest.get(1..).unwrap_or_default()
            }
            _ => bytes,
        };
        self.blocks.append(&mut self.buffer, kept);
        Ok(())
    }

    /// Returns the next complete line, or `None` if more bytes are needed.
    pub(crate) fn next_line(&mut self) -> Result<Option<Line>, ProtocolError> {
        loop {
            match self.long.take() {
                None => {}
                Some(long) if long.has_ended => return Ok(Some(long.into_line())),
                unfinished => {
                    self.long = unfinished;
                    return Ok(None);
                }
            }
            let unsearched = self.buffer.get(self.searched..).unwrap_or_default();
            let line_feed = memchr(b'\n', unsearched).map(|found| self.searched + found);
            let end = line_feed.unwrap_or(self.buffer.len());
            let Some(end) = self.object_before(end, line_feed.is_some()).or(line_feed) else {
                self.searched = end;
                if self.buffer.len() <= self.limit {
                    return Ok(None);
                }
                let long = LongLine::new(&mut self.buffer, self.limit)?;
                self.restart();
                self.long = Some(long);
                continue;
            };
            let mut line = self.buffer.split_to(end);
            self.restart();
            if line.len() > self.limit {
                return Ok(Some(LongLine::new(&mut line, self.limit)?.into_line()));
            }
            if line_feed == Some(end) {
                self.buffer.advance(1);
            }
            if !line.trim_ascii().is_empty() {
                return Ok(Some(Line::Whole(line)));
            }
        }
    }

    /// The end of the first object in the bytes before `end`, if a line feed does not show it: because none has
    /// arrived, or because another object follows in the same line.
    ///
    /// Scanning costs more than searching for a line feed. So it is done only if the bytes look like that.
    fn object_before(&mut self, end: usize, is_line: bool) -> Option<usize> {
        let bytes = self.buffer.get(..end).unwrap_or_default();
        let may_contain_an_end = if is_line {
            memmem::find(bytes, b"}{").is_some()
        } else {
            // The bytes before were looked at when they arrived. Looking at them each time would take quadratic time if a
            // line consists of spaces.
            let arrived = bytes.get(self.searched..).unwrap_or_default();
            arrived.trim_ascii_end().ends_with(b"}") || end > self.limit
        };
        if !may_contain_an_end || !bytes.trim_ascii_start().starts_with(b"{") {
            return None;
        }
        match self.scanner.feed(bytes.get(self.scanned..).unwrap_or_default()) {
            Scan::Open => {
                self.scanned = end;
                None
            }
            Scan::Ends(length) => Some(self.scanned + length),
        }
    }

    /// The buffer begins with another line.
    fn restart(&mut self) {
        self.searched = 0;
        self.scanned = 0;
        self.scanner = ValueScanner::default();
    }

    /// Must be called at the end of the body, after [`next_line`](Self::next_line) has returned `None`.
    pub(crate) fn finish(&self) -> Result<(), ProtocolError> {
        let is_empty = self.long.is_none() && self.buffer.trim_ascii().is_empty();
        if is_empty { Ok(()) } else { Err(ProtocolError::Truncated) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of `text` in chunks of `size` bytes. A line that is too long ends with an ellipsis.
    fn lines(text: &[u8], size: usize, limit: usize) -> Result<Vec<String>, ProtocolError> {
        let show = |line| match line {
            Line::Whole(line) => String::from_utf8(line.trim_ascii().to_vec()).unwrap(),
            Line::TooLong { prefix, tail } => {
                format!("{}…{}", String::from_utf8_lossy(&prefix), String::from_utf8_lossy(&tail))
            }
        };
        let mut framer = LineFramer::with_line_limit(limit);
        let mut lines = Vec::new();
        for chunk in text.chunks(size) {
            framer.push(&Bytes::copy_from_slice(chunk))?;
            while let Some(line) = framer.next_line()? {
                lines.push(show(line));
            }
            let prefix = framer.long.as_ref().map_or(0, |long| long.text.prefix.len());
            assert!(prefix + framer.buffer.len() <= limit + size, "no more than the limit is buffered");
        }
        framer.finish().map(|()| lines)
    }

    #[test]
    fn lines_do_not_depend_on_chunk_size() {
        let text = b"one\n\ntwo\r\nthree\n";
        for size in 1..=text.len() {
            assert_eq!(lines(text, size, 16).unwrap(), ["one", "two", "three"], "chunks of {size} bytes");
        }
    }

    #[test]
    fn a_last_line_without_a_line_feed_must_be_complete() {
        let text = br#"{"a":{"b":"}"}}"#;
        for size in 1..=text.len() {
            assert_eq!(lines(text, size, 16).unwrap().len(), 1, "chunks of {size} bytes");
            let cut = r#"{"a":{"…{"a":{"b":"}"}}"#;
            assert_eq!(lines(text, size, 7).unwrap(), [cut], "chunks of {size} bytes");
            for cut in 1..text.len() {
                for limit in [7, 16] {
                    assert_eq!(lines(&text[..cut], size, limit), Err(ProtocolError::Truncated), "{cut}");
                }
            }
        }
        assert_eq!(lines(b"12", 1, 16), Err(ProtocolError::Truncated), "a number may have more digits");
        assert_eq!(lines(br#"{"a":1}x"#, 1, 16), Err(ProtocolError::Truncated));
        assert_eq!(lines(br#"{"a":1}x"#, 1, 4), Err(ProtocolError::Truncated));
    }

    #[test]
    fn a_line_over_the_limit_is_cut_and_the_next_lines_are_read() {
        let text = b"one\n123456789\n12345678\n123456789\n\nfour\n";
        for size in 1..=text.len() {
            let found = lines(text, size, 8).unwrap();
            assert_eq!(
                found,
                ["one", "12345678…", "12345678", "12345678…", "four"],
                "chunks of {size} bytes"
            );
        }
    }

    #[test]
    fn the_end_of_a_long_line_is_kept_if_it_is_an_object() {
        let line = |end: &str| format!(r#"{{"a":"{}","type":"DELETED"{end}"#, "x".repeat(200));
        for size in 1..250 {
            let found = lines(line("} \r\n").as_bytes(), size, 9).unwrap().remove(0);
            assert!(found.starts_with("{\"a\":\"xxx…x"), "{found}");
            let end = "x\",\"type\":\"DELETED\"}";
            assert!(found.trim_end().ends_with(end) && found.len() == 9 + "…".len() + TAIL, "{found}");
            assert_eq!(lines(line("\n").as_bytes(), size, 9).unwrap(), ["{\"a\":\"xxx…"]);
        }
    }

    /// The last object is available before a line feed follows, also if the connection breaks then.
    #[test]
    fn complete_objects_need_no_line_feed() {
        let text = br#"{"a":"}{"}{"b":{}} {"c":1}"#;
        for size in 1..=text.len() {
            let mut framer = LineFramer::with_line_limit(12);
            let mut found = Vec::new();
            for chunk in text.chunks(size) {
                framer.push(&Bytes::copy_from_slice(chunk)).unwrap();
                while let Some(line) = framer.next_line().unwrap() {
                    let Line::Whole(line) = line else { panic!("{line:?}") };
                    found.push(String::from_utf8(line.trim_ascii().to_vec()).unwrap());
                }
            }
            assert_eq!(found, [r#"{"a":"}{"}"#, r#"{"b":{}}"#, r#"{"c":1}"#], "chunks of {size} bytes");
        }
        let in_a_line = b"{\"a\":1}{\"b\":2}\r\n{\"c\":\"}{\"}\n";
        for size in 1..=in_a_line.len() {
            let found = lines(in_a_line, size, 20).unwrap();
            assert_eq!(found, [r#"{"a":1}"#, r#"{"b":2}"#, r#"{"c":"}{"}"#], "chunks of {size} bytes");
        }
    }

    /// Each byte is looked at once: in quadratic time, this would take hours.
    #[test]
    fn a_line_of_spaces_takes_linear_time() {
        let mut text = br#"{"a":"#.to_vec();
        text.resize(8 << 20, b' ');
        text.extend_from_slice(b"1}");
        assert_eq!(lines(&text, 16, 16 << 20).unwrap().len(), 1);
    }

    #[test]
    fn a_line_without_an_end_is_an_error() {
        let text = b" ".repeat(5 << 20);
        assert_eq!(lines(&text, 1000, 8), Err(ProtocolError::TooLong { limit: 4 << 20 }));
    }
}
