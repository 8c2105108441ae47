//! Splits a watch into its events while it arrives. Each event is a message with its length before it (4 bytes, big
//! endian), without an envelope; its object has one.

use bytes::{Bytes, BytesMut};

use super::{
    Envelope, FramingError,
    framer::{Part, PartReader},
    metadata::text,
    reader::{Entry, Reader, Wire},
};
use crate::blocks::Blocks;

/// The bytes of an event's length.
const LENGTH: usize = 4;

/// The field numbers of `metav1.WatchEvent`, and of the `runtime.RawExtension` in it.
const TYPE: u32 = 1;
const OBJECT: u32 = 2;
const RAW: u32 = 1;

/// Splits a watch into its events. Buffers one event, up to the limit, plus the bytes that were pushed and not yet
/// consumed.
#[derive(Debug)]
pub struct WatchFramer {
    buffer: BytesMut,
    blocks: Blocks,
    part: PartReader,
    limit: usize,
}

impl WatchFramer {
    /// Of an event that is longer than `limit` bytes, only the beginning is kept.
    pub fn new(limit: usize) -> Self {
        Self { buffer: BytesMut::new(), blocks: Blocks::default(), part: PartReader::default(), limit }
    }

    /// Adds bytes of the body.
    pub fn push(&mut self, bytes: &Bytes) {
        self.blocks.append(&mut self.buffer, bytes);
    }

    /// Returns the next event, to be read with [`WatchEvent`], or `None` if more bytes are needed.
    ///
    /// # Errors
    /// Returns an error if the bytes are not a watch. The rest of the body must not be read.
    pub fn next_event(&mut self) -> Result<Option<Part>, FramingError> {
        if !self.part.skip_rest(&mut self.buffer) {
            return Ok(None);
        }
        let Some(length) = self.buffer.first_chunk() else { return Ok(None) };
        let length = u32::from_be_bytes(*length);
        self.part.take(&mut self.buffer, LENGTH, length.into(), self.limit)
    }

    /// Whether the end of an event is missing. A watch may end at any event, but not inside one.
    pub fn is_inside(&self) -> bool {
        self.part.is_inside() || !self.buffer.is_empty()
    }
}

/// An event of a watch, `metav1.WatchEvent`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WatchEvent<'a> {
    /// `ADDED`, `MODIFIED`, `DELETED`, `BOOKMARK` or `ERROR`; `None` if it is missing or empty.
    pub event_type: Option<&'a str>,
    /// The object.
    pub object: Envelope<'a>,
    /// The bytes of `object`; empty if the event has none.
    pub encoded_object: &'a [u8],
}

impl<'a> WatchEvent<'a> {
    /// Reads an event; `None` if the bytes are none.
    pub fn read(event: &'a [u8]) -> Option<Self> {
        let (mut found, mut reader) = (Self::default(), Reader::new(event));
        while let Some(Entry { number, wire }) = reader.next().ok()? {
            match (number, wire) {
                (TYPE, wire) => found.event_type = text(wire),
                (OBJECT, Wire::Bytes(object)) => {
                    found.encoded_object = raw(object)?;
                    found.object = Envelope::read(found.encoded_object)?;
                }
                (OBJECT, _) => return None,
                _ => {}
            }
        }
        Some(found)
    }

    /// Like [`read`](Self::read), of the beginning of an event.
    pub fn read_prefix(prefix: &'a [u8]) -> Self {
        let (mut found, mut reader) = (Self::default(), Reader::new(prefix));
        while let Some(Entry { number, wire }) = reader.next_of_prefix() {
            match (number, wire) {
                (TYPE, wire) => found.event_type = text(wire),
                (OBJECT, Wire::Bytes(object)) => {
                    found.encoded_object = match Reader::new(object).next_of_prefix() {
                        Some(Entry { number: RAW, wire: Wire::Bytes(raw) }) => raw,
                        _ => &[],
                    };
                    found.object = Envelope::read_prefix(found.encoded_object);
                }
                _ => {}
            }
        }
        found
    }
}

fn raw(object: &[u8]) -> Option<&[u8]> {
    let (mut reader, mut raw) = (Reader::new(object), &[][..]);
    while let Some(Entry { number, wire }) = reader.next().ok()? {
        match (number, wire) {
            (RAW, Wire::Bytes(bytes)) => raw = bytes,
            (RAW, _) => return None,
            _ => {}
        }
    }
    Some(raw)
}
