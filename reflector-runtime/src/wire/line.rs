//! Splits a watch's body into lines, one event each.

use bytes::{Bytes, BytesMut};
use memchr::memchr;

use super::{
    ProtocolError,
    scan::{OneObject, is_one_object},
    value::Long,
};

/// The room that a line has for what surrounds its object, and for an error or a bookmark, in bytes.
const ENVELOPE: usize = 64 << 10;

/// Splits bytes that arrive in chunks into lines. Empty lines are skipped. Buffers one line, up to its limit, plus the
/// bytes that were pushed and not yet consumed.
pub(crate) struct LineFramer {
    buffer: BytesMut,
    /// The length of the buffer's prefix that is known to contain no line feed.
    searched: usize,
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

/// The length of a line's tail, in bytes. Servers that sort the keys write an event's type after its object.
const TAIL: usize = 64;

/// A line that has exceeded the limit.
struct LongLine {
    text: Long,
    /// Whether it is complete, in case no line feed follows.
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
        Ok(Self { text: Long::new(line, limit)?, object, tail, has_ended: false })
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
        Self { buffer: BytesMut::new(), searched: 0, limit, long: None }
    }

    /// Must be called only after [`next_line`](Self::next_line) has returned `None`.
    pub(crate) fn push(&mut self, bytes: &Bytes) -> Result<(), ProtocolError> {
        let kept = match &mut self.long {
            Some(long) if !long.has_ended => {
                let end = memchr(b'\n', bytes).unwrap_or(bytes.len());
                let (of_the_line, rest) = bytes.split_at(end);
                long.skip(of_the_line, self.limit)?;
                long.has_ended = !rest.is_empty();
                rest.get(1..).unwrap_or_default()
            }
            _ => bytes,
        };
        self.buffer.extend_from_slice(kept);
        Ok(())
    }

    /// Returns the next complete line, or `None` if more bytes are needed.
    pub(crate) fn next_line(&mut self) -> Result<Option<Line>, ProtocolError> {
        match self.long.take() {
            None => {}
            Some(long) if long.has_ended => return Ok(Some(long.into_line())),
            unfinished => {
                self.long = unfinished;
                return Ok(None);
            }
        }
        loop {
            let unsearched = self.buffer.get(self.searched..).unwrap_or_default();
            let Some(found) = memchr(b'\n', unsearched) else {
                self.searched = self.buffer.len();
                if self.searched > self.limit {
                    self.searched = 0;
                    self.long = Some(LongLine::new(&mut self.buffer, self.limit)?);
                }
                return Ok(None);
            };
            let mut line = self.buffer.split_to(self.searched + found + 1);
            self.searched = 0;
            line.truncate(line.len() - 1);
            if line.len() > self.limit {
                return Ok(Some(LongLine::new(&mut line, self.limit)?.into_line()));
            }
            if !line.trim_ascii().is_empty() {
                return Ok(Some(Line::Whole(line)));
            }
        }
    }

    /// Must be called at the end of the body, after [`next_line`](Self::next_line) has returned `None`. The last line
    /// needs no line feed if it is a complete object.
    pub(crate) fn finish(&mut self) -> Result<Option<Line>, ProtocolError> {
        let line = std::mem::take(&mut self.buffer);
        match self.long.take() {
            Some(long) if long.object.is_complete() => Ok(Some(long.into_line())),
            None if line.trim_ascii().is_empty() => Ok(None),
            None if is_one_object(&line) => Ok(Some(Line::Whole(line))),
            _ => Err(ProtocolError::Truncated),
        }
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
        lines.extend(framer.finish()?.map(show));
        Ok(lines)
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
            assert!(found.ends_with("x\",\"type\":\"DELETED\"} \r"), "{found}");
            assert_eq!(found.len(), 9 + "…".len() + TAIL, "{found}");
            for end in ["\n", "}}\n", "}x\n"] {
                assert_eq!(lines(line(end).as_bytes(), size, 9).unwrap(), ["{\"a\":\"xxx…"], "{end}");
            }
        }
    }

    #[test]
    fn a_line_without_an_end_is_an_error() {
        let text = b" ".repeat(5 << 20);
        assert_eq!(lines(&text, 1000, 8), Err(ProtocolError::TooLong { limit: 4 << 20 }));
    }
}
