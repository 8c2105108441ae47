//! Splits bytes that arrive in pieces: a part of known length is returned whole, or only its beginning if it is too long.

use bytes::{Buf, BytesMut};

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

    /// Takes a part of `length` bytes from the buffer; `None` if more bytes are needed.
    pub(super) fn take(&mut self, buffer: &mut BytesMut, length: u64, limit: usize) -> Option<Part> {
        match usize::try_from(length) {
            Ok(length) if length <= limit => {
                (buffer.len() >= length).then(|| Part::Whole(buffer.split_to(length)))
            }
            _ => {
                let prefix = limit.min(MAX_PREFIX);
                (buffer.len() >= prefix).then(|| {
                    self.skip = length - prefix as u64;
                    Part::TooLong(buffer.split_to(prefix))
                })
            }
        }
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
