//! Splits bytes that arrive in pieces: a part of known length is returned whole, or only its beginning if it is too long.

use bytes::{Buf, BytesMut};

use super::FramingError;
use crate::limits::endless;

/// A part of known length.
#[derive(Debug, PartialEq, Eq)]
pub enum Part {
    /// All of it.
    Whole(BytesMut),
    /// The beginning of a part that is longer than the limit.
    TooLong(BytesMut),
}

/// How much of a part that is too long is kept: enough for a name and a version.
pub(super) const MAX_PREFIX: usize = 64 << 10;

/// Takes parts from a buffer.
#[derive(Debug, Default)]
pub(super) struct PartReader {
    /// How many bytes of a part that was too long have to be skipped.
    skip: u64,
}

impl PartReader {
    /// Skips the rest of a part that was too long. Returns `false` if more bytes are needed.
    pub(super) fn skip_rest(&mut self, buffer: &mut BytesMut) -> bool {
        let available = usize::try_from(self.skip).map_or(buffer.len(), |skip| skip.min(buffer.len()));
        buffer.advance(available);
        self.skip -= available as u64;
        self.skip == 0
    }

    /// Takes a part of `length` bytes, before which are `begin` bytes that are dropped. `None` if more bytes are needed;
    /// then the buffer is unchanged.
    ///
    /// # Errors
    /// If the part exceeds its limit so far that it is not an object that is too large, but a stream without an end.
    pub(super) fn take(
        &mut self,
        buffer: &mut BytesMut,
        begin: usize,
        length: u64,
        limit: usize,
    ) -> Result<Option<Part>, FramingError> {
        let max = endless(limit);
        if length > max as u64 {
            return Err(FramingError::NoEnd { limit: max });
        }
        let (taken, is_whole) = match usize::try_from(length) {
            Ok(length) if length <= limit => (length, true),
            _ => (limit.min(MAX_PREFIX), false),
        };
        if buffer.len() < begin + taken {
            return Ok(None);
        }
        buffer.advance(begin);
        self.skip = length - taken as u64;
        let part = buffer.split_to(taken);
        Ok(Some(if is_whole { Part::Whole(part) } else { Part::TooLong(part) }))
    }

    /// Skips `length` bytes.
    pub(super) fn skip(&mut self, length: u64) {
        self.skip = length;
    }

    /// Whether the end of a part is missing.
    pub(super) const fn is_inside(&self) -> bool {
        self.skip > 0
    }
}
