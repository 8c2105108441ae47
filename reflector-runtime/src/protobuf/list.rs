//! Splits a list's body into its items while it arrives.
//!
//! Every list is a message with its metadata in field 1 and its items in field 2, inside an envelope. All lengths are
//! known in advance, so that nothing is scanned.

use bytes::{Buf, Bytes, BytesMut};

use super::{
    FramingError,
    envelope::{MAGIC, RAW, TYPE_META, type_meta},
    framer::{Part, PartReader},
    metadata::text,
    reader::{BYTES, Entry, Invalid, MAX_BEGIN, Reader, Tag, Wire},
};
use crate::blocks::Blocks;

/// A part of a list, in the order of the body.
#[derive(Debug, PartialEq, Eq)]
pub enum ListToken {
    /// `apiVersion`, `kind` and `metadata`. Returned once, as soon as all of them are known, at the latest at the end.
    Head(ListHead),
    /// One item, without an envelope.
    Item(BytesMut),
    /// The beginning of an item that is longer than the limit.
    ItemTooLong(BytesMut),
}

/// The fields of a list other than its items.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListHead {
    /// `apiVersion`, unless it is missing or empty.
    pub api_version: Option<String>,
    /// `kind`, unless it is missing or empty.
    pub kind: Option<String>,
    /// `metadata.resourceVersion`, unless it is missing or empty.
    pub resource_version: Option<String>,
    /// `metadata.continue`; `None` on the last page.
    pub continue_token: Option<String>,
    /// `metadata.remainingItemCount`.
    pub remaining_item_count: Option<u64>,
}

/// Splits a list's body into items. Buffers one item, up to the limit, plus the bytes that were pushed and not yet
/// consumed.
#[derive(Debug)]
pub struct ListFramer {
    buffer: BytesMut,
    blocks: Blocks,
    part: PartReader,
    state: State,
    limit: usize,
    head: ListHead,
    has_type: bool,
    has_metadata: bool,
    head_returned: bool,
}

/// The limit of each of the list's own fields, such as its metadata.
const MAX_FIELD_BYTES: usize = 64 << 10;

/// The field numbers of a list.
const METADATA: u32 = 1;
const ITEMS: u32 = 2;

/// The field numbers of `ListMeta`.
const RESOURCE_VERSION: u32 = 2;
const CONTINUE: u32 = 3;
const REMAINING_ITEM_COUNT: u32 = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Magic,
    /// Before a field of the envelope.
    Envelope(Progress),
    /// Before a field of the list, which has this many bytes left.
    List(u64),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    BeforeList,
    AfterList,
}

const NOT_A_LIST: FramingError = FramingError::Malformed { expected: "a Kubernetes list in protobuf" };

impl ListFramer {
    /// Of an item that is longer than `limit` bytes, only the beginning is kept.
    pub fn new(limit: usize) -> Self {
        Self {
            buffer: BytesMut::new(),
            blocks: Blocks::default(),
            part: PartReader::default(),
            state: State::Magic,
            limit,
            head: ListHead::default(),
            has_type: false,
            has_metadata: false,
            head_returned: false,
        }
    }

    /// Adds bytes of the body.
    pub fn push(&mut self, bytes: &Bytes) {
        self.blocks.append(&mut self.buffer, bytes);
    }

    /// Returns the next part, or `None` if more bytes are needed.
    ///
    /// # Errors
    /// Returns an error if the bytes are not a list. The rest of the body must not be read.
    pub fn next_token(&mut self) -> Result<Option<ListToken>, FramingError> {
        loop {
            if !self.part.skip_rest(&mut self.buffer) {
                return Ok(None);
            }
            if self.has_type && self.has_metadata && !self.head_returned {
                return Ok(Some(self.take_head()));
            }
            match self.state {
                State::Magic => {
                    let common = self.buffer.len().min(MAGIC.len());
                    if self.buffer.get(..common) != MAGIC.get(..common) {
                        return Err(FramingError::NOT_PROTOBUF);
                    }
                    if common < MAGIC.len() {
                        return Ok(None);
                    }
                    self.buffer.advance(common);
                    self.state = State::Envelope(Progress::BeforeList);
                }
                State::List(0) => {
                    self.state = State::Envelope(Progress::AfterList);
                    if !self.head_returned {
                        return Ok(Some(self.take_head()));
                    }
                }
                State::Envelope(progress) => {
                    let Some(begin) = self.begin(u64::MAX)? else { return Ok(None) };
                    if !self.envelope_field(progress, begin)? {
                        return Ok(None);
                    }
                }
                State::List(left) => {
                    let Some(begin) = self.begin(left)? else { return Ok(None) };
                    match self.list_field(left, begin)? {
                        Step::Incomplete => return Ok(None),
                        Step::Read => {}
                        Step::Token(token) => return Ok(Some(token)),
                    }
                }
            }
        }
    }

    /// Must be called at the end of the body.
    ///
    /// # Errors
    /// Returns [`FramingError::Truncated`] if the list is incomplete.
    pub fn finish(&self) -> Result<(), FramingError> {
        let is_complete = self.state == State::Envelope(Progress::AfterList)
            && self.buffer.is_empty()
            && !self.part.is_inside();
        if is_complete { Ok(()) } else { Err(FramingError::Truncated) }
    }

    fn take_head(&mut self) -> ListToken {
        self.head_returned = true;
        ListToken::Head(std::mem::take(&mut self.head))
    }

    /// Reads the tag of the next field, of which at most `left` bytes belong to the message, and the length of its value.
    /// `None` if more bytes are needed.
    fn begin(&self, left: u64) -> Result<Option<Begin>, FramingError> {
        let available = usize::try_from(left).map_or(self.buffer.len(), |left| left.min(self.buffer.len()));
        let bytes = self.buffer.get(..available.min(MAX_BEGIN)).unwrap_or_default();
        let mut reader = Reader::new(bytes);
        let read = reader.tag().and_then(|tag| {
            let length = match tag.wire_type() {
                _ if tag == Tag::END => return Err(Invalid::Truncated),
                BYTES => reader.varint()?,
                _ => reader.value(tag).map(|_| 0)?,
            };
            let size = bytes.len() - reader.rest().len();
            Ok(Begin { number: tag.number(), has_length: tag.wire_type() == BYTES, size, length })
        });
        match read {
            Ok(begin) if begin.length.saturating_add(begin.size as u64) <= left => Ok(Some(begin)),
            Err(Invalid::Truncated) if (available as u64) < left => Ok(None),
            _ => Err(NOT_A_LIST),
        }
    }

    /// Returns `false` if more bytes are needed.
    fn envelope_field(&mut self, progress: Progress, begin: Begin) -> Result<bool, FramingError> {
        match begin.number {
            RAW if begin.has_length && progress == Progress::BeforeList => {
                self.buffer.advance(begin.size);
                self.state = State::List(begin.length);
            }
            TYPE_META if begin.has_length => {
                let Some(encoded) = self.own_field(begin)? else { return Ok(false) };
                let (api_version, kind) = type_meta(&encoded).ok_or(NOT_A_LIST)?;
                self.head.api_version = api_version.map(str::to_owned);
                self.head.kind = kind.map(str::to_owned);
                self.has_type = true;
            }
            // A second list would have to replace the items that were returned.
            RAW | TYPE_META => return Err(NOT_A_LIST),
            _ => self.skip(begin),
        }
        Ok(true)
    }

    fn list_field(&mut self, left: u64, begin: Begin) -> Result<Step, FramingError> {
        let mut token = None;
        match begin.number {
            ITEMS if begin.has_length => {
                let Some(item) = self.part.take(&mut self.buffer, begin.size, begin.length, self.limit)?
                else {
                    return Ok(Step::Incomplete);
                };
                token = Some(match item {
                    Part::Whole(item) => ListToken::Item(item),
                    Part::TooLong(prefix) => ListToken::ItemTooLong(prefix),
                });
            }
            METADATA if begin.has_length => {
                let Some(encoded) = self.own_field(begin)? else { return Ok(Step::Incomplete) };
                read_metadata(&encoded, &mut self.head).map_err(|_| NOT_A_LIST)?;
                self.has_metadata = true;
            }
            METADATA | ITEMS => return Err(NOT_A_LIST),
            _ => self.skip(begin),
        }
        self.state = State::List(left - begin.size as u64 - begin.length);
        Ok(token.map_or(Step::Read, Step::Token))
    }

    fn skip(&mut self, begin: Begin) {
        self.buffer.advance(begin.size);
        self.part.skip(begin.length);
    }

    /// Takes one of the list's own fields; `None` if more bytes are needed.
    fn own_field(&mut self, begin: Begin) -> Result<Option<BytesMut>, FramingError> {
        match self.part.take(&mut self.buffer, begin.size, begin.length, MAX_FIELD_BYTES)? {
            None => Ok(None),
            Some(Part::Whole(encoded)) => Ok(Some(encoded)),
            Some(Part::TooLong(_)) => Err(FramingError::TooLong { limit: MAX_FIELD_BYTES }),
        }
    }
}

/// How a field begins.
#[derive(Clone, Copy, Debug)]
struct Begin {
    number: u32,
    has_length: bool,
    /// The bytes before the value. Includes a value that has no length.
    size: usize,
    length: u64,
}

enum Step {
    Incomplete,
    Read,
    Token(ListToken),
}

fn read_metadata(encoded: &[u8], head: &mut ListHead) -> Result<(), Invalid> {
    let mut reader = Reader::new(encoded);
    while let Some(Entry { number, wire }) = reader.next()? {
        match (number, wire) {
            (RESOURCE_VERSION, wire) => head.resource_version = text(wire).map(str::to_owned),
            (CONTINUE, wire) => head.continue_token = text(wire).map(str::to_owned),
            (REMAINING_ITEM_COUNT, Wire::Varint(count)) => {
                head.remaining_item_count = i64::try_from(count).ok().map(i64::unsigned_abs);
            }
            _ => {}
        }
    }
    Ok(())
}
