//! Cutting a watch's body into lines, one event each.

use bytes::{Bytes, BytesMut};
use memchr::memchr;

use super::ProtocolError;

/// Cuts bytes that arrive in pieces into lines. Empty lines are passed over.
pub(crate) struct LineFramer {
    buffer: BytesMut,
    /// How much of the buffer is known to hold no line feed.
    searched: usize,
    limit: usize,
}

impl LineFramer {
    /// A line longer than `limit` bytes is an error: such a stream is broken, or endless.
    pub(crate) fn new(limit: usize) -> Self {
        Self { buffer: BytesMut::new(), searched: 0, limit }
    }

    pub(crate) fn push(&mut self, bytes: &Bytes) {
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole line, without its line feed; `None` where more bytes are needed.
    pub(crate) fn next_line(&mut self) -> Result<Option<BytesMut>, ProtocolError> {
        loop {
            let Some(found) = memchr(b'\n', &self.buffer[self.searched..]) else {
                self.searched = self.buffer.len();
                return if self.searched > self.limit {
                    Err(ProtocolError::TooLong { limit: self.limit })
                } else {
                    Ok(None)
                };
            };
            let mut line = self.buffer.split_to(self.searched + found + 1);
            self.searched = 0;
            line.truncate(line.len() - 1);
            if line.len() > self.limit {
                return Err(ProtocolError::TooLong { limit: self.limit });
            }
            if !line.trim_ascii().is_empty() {
                return Ok(Some(line));
            }
        }
    }

    /// Called at the end of the body: a last line without its line feed was cut off.
    pub(crate) fn finish(&self) -> Result<(), ProtocolError> {
        if self.buffer.trim_ascii().is_empty() { Ok(()) } else { Err(ProtocolError::Truncated) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_whole_whatever_the_pieces() {
        let text = b"one\n\ntwo\r\nthree\nfour";
        for size in 1..text.len() {
            let mut framer = LineFramer::new(16);
            let mut lines = Vec::new();
            for piece in text.chunks(size) {
                framer.push(&Bytes::copy_from_slice(piece));
                while let Some(line) = framer.next_line().unwrap() {
                    lines.push(String::from_utf8(line.trim_ascii().to_vec()).unwrap());
                }
            }
            assert_eq!(lines, ["one", "two", "three"], "pieces of {size}");
            assert!(matches!(framer.finish(), Err(ProtocolError::Truncated)), "`four` was cut off");
        }
    }

    #[test]
    fn an_endless_line_is_an_error() {
        let mut framer = LineFramer::new(8);
        framer.push(&Bytes::from_static(b"123456789"));
        assert!(matches!(framer.next_line(), Err(ProtocolError::TooLong { limit: 8 })));
        let mut framer = LineFramer::new(8);
        framer.push(&Bytes::from_static(b"123456789\n"));
        assert!(matches!(framer.next_line(), Err(ProtocolError::TooLong { limit: 8 })));
    }
}
