//! Takes one JSON value out of bytes that arrive in chunks, and keeps no more of it than a limit.
//!
//! Must not depend on the meaning of the value.

use bytes::BytesMut;

use super::{
    ProtocolError,
    scan::{Scan, ValueScanner},
};
use crate::limits::endless;

/// A value that has arrived completely.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Value {
    Whole(BytesMut),
    /// The value is longer than the limit. This is its beginning, as long as the limit.
    TooLong(BytesMut),
}

/// Takes one value at a time.
#[derive(Debug, Default)]
pub(super) struct ValueReader {
    scanner: ValueScanner,
    /// How many bytes of the buffer belong to the value and have been scanned.
    scanned: usize,
    long: Option<Long>,
}

/// A value that has exceeded its limit and has not ended yet.
#[derive(Debug)]
pub(super) struct Long {
    pub(super) prefix: BytesMut,
    skipped: Skipped,
}

/// How many bytes of a value were dropped.
#[derive(Debug)]
pub(super) struct Skipped(usize);

impl Skipped {
    /// Counts dropped bytes.
    ///
    /// # Errors
    /// If the value exceeds its limit so far that it is not an object that is too large, but a stream without an end.
    pub(super) fn add(&mut self, bytes: usize, limit: usize) -> Result<(), ProtocolError> {
        self.0 = self.0.saturating_add(bytes);
        let max = endless(limit);
        if self.0 > max { Err(ProtocolError::TooLong { limit: max }) } else { Ok(()) }
    }
}

impl Long {
    /// Keeps the first `limit` bytes of the buffer, and drops the others.
    pub(super) fn new(buffer: &mut BytesMut, limit: usize) -> Result<Self, ProtocolError> {
        let mut skipped = Skipped(0);
        let prefix = buffer.split_to(limit.min(buffer.len()));
        skipped.add(buffer.len(), limit)?;
        buffer.clear();
        Ok(Self { prefix, skipped })
    }

    pub(super) fn skip(&mut self, bytes: usize, limit: usize) -> Result<(), ProtocolError> {
        self.skipped.add(bytes, limit)
    }
}

impl ValueReader {
    /// Whether a value has begun and not ended.
    pub(super) fn is_inside(&self) -> bool {
        self.scanned > 0 || self.long.is_some()
    }

    /// The length of what is kept of a value that is too long.
    #[cfg(test)]
    pub(super) fn prefix_len(&self) -> usize {
        self.long.as_ref().map_or(0, |long| long.prefix.len())
    }

    /// Takes the value at the beginning of the buffer; `None` if its end has not arrived yet.
    pub(super) fn take(
        &mut self,
        buffer: &mut BytesMut,
        limit: usize,
    ) -> Result<Option<Value>, ProtocolError> {
        let unscanned = buffer.get(self.scanned..).unwrap_or_default();
        let end = match self.scanner.feed(unscanned) {
            Scan::Ends(length) => self.scanned + length,
            Scan::Open => {
                self.scanned = buffer.len();
                self.drop_excess(buffer, limit)?;
                return Ok(None);
            }
        };
        let Self { long, .. } = std::mem::take(self);
        let mut text = buffer.split_to(end);
        Ok(Some(match long {
            Some(long) => Value::TooLong(long.prefix),
            None if end == 0 => return Err(ProtocolError::Malformed { expected: "a JSON value" }),
            None if end <= limit => Value::Whole(text),
            None => {
                text.truncate(limit);
                Value::TooLong(text)
            }
        }))
    }

    /// Drops what has been scanned of a value that exceeds the limit.
    fn drop_excess(&mut self, buffer: &mut BytesMut, limit: usize) -> Result<(), ProtocolError> {
        match &mut self.long {
            Some(long) => {
                long.skip(buffer.len(), limit)?;
                buffer.clear();
            }
            None if self.scanned > limit => self.long = Some(Long::new(buffer, limit)?),
            None => return Ok(()),
        }
        self.scanned = 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(text: &[u8], size: usize, limit: usize) -> Result<Option<Value>, ProtocolError> {
        let (mut reader, mut buffer) = (ValueReader::default(), BytesMut::new());
        for chunk in text.chunks(size) {
            buffer.extend_from_slice(chunk);
            if let Some(value) = reader.take(&mut buffer, limit)? {
                return Ok(Some(value));
            }
            assert!(buffer.len() <= limit.max(size), "{} bytes are buffered", buffer.len());
        }
        Ok(None)
    }

    #[test]
    fn a_value_over_the_limit_is_cut_to_the_limit() {
        let text = br#"{"a":"xxxxxxxxxxxxxxxx"},"#;
        for size in 1..text.len() {
            assert_eq!(take(text, size, 24), Ok(Some(Value::Whole(text[..24].into()))), "{size}");
            assert_eq!(take(text, size, 23), Ok(Some(Value::TooLong(text[..23].into()))), "{size}");
            assert_eq!(take(text, size, 5), Ok(Some(Value::TooLong(text[..5].into()))), "{size}");
            assert_eq!(take(text, size, 0), Ok(Some(Value::TooLong(BytesMut::new()))), "{size}");
        }
    }

    #[test]
    fn a_value_without_an_end_is_an_error_and_is_not_buffered() {
        let text = [&b"["[..], &b" ".repeat(5 << 20)].concat();
        assert_eq!(take(&text, 1000, 100), Err(ProtocolError::TooLong { limit: 4 << 20 }));
        assert_eq!(take(&text, 1000, 1 << 20), Ok(None));
    }
}
