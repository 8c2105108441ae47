//! Reads the fields of a message without knowing what they mean.
//!
//! Source: <https://protobuf.dev/programming-guides/encoding/>

// Measured: without, the functions on the way of each field are calls.
#![allow(clippy::inline_always)]

/// The bytes are not a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Invalid {
    /// They end inside a field.
    Truncated,
    /// No message begins with them.
    Malformed,
}

/// The value of a field.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Wire<'de> {
    Varint(u64),
    /// Text, bytes, a message, or packed numbers.
    Bytes(&'de [u8]),
    /// A number of fixed length. No field that is read here has one.
    Fixed,
}

/// One field of a message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Entry<'de> {
    pub(super) number: u32,
    pub(super) wire: Wire<'de>,
}

/// The number of a field and its wire type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag(u32);

impl Tag {
    /// After the last field. Its number is larger than that of any field of the tables, and its wire type does not exist.
    pub(super) const END: Self = Self(u32::MAX);

    #[inline]
    pub(super) const fn number(self) -> u32 {
        self.0 >> 3
    }

    pub(super) const fn new(number: u32, wire_type: u8) -> Self {
        Self(number << 3 | wire_type as u32)
    }

    pub(super) fn encoded(self) -> u64 {
        self.0.into()
    }

    /// Of a value without a tag.
    pub(super) const fn of_wire_type(wire_type: u8) -> Self {
        Self(wire_type as u32)
    }

    pub(super) const fn wire_type(self) -> u8 {
        (self.0 & 7) as u8
    }
}

/// Wire types.
pub(super) const VARINT: u8 = 0;
pub(super) const FIXED64: u8 = 1;
pub(super) const BYTES: u8 = 2;
const FIXED32: u8 = 5;

/// The longest varint, in bytes.
const MAX_VARINT: usize = 10;

/// The most bytes of a tag and of a number or a length after it.
pub(super) const MAX_BEGIN: usize = 2 * MAX_VARINT;

/// Reads a message field by field.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'de> {
    rest: &'de [u8],
}

impl<'de> Reader<'de> {
    pub(super) const fn new(message: &'de [u8]) -> Self {
        Self { rest: message }
    }

    /// What has not been read.
    pub(super) const fn rest(&self) -> &'de [u8] {
        self.rest
    }

    /// Returns the tag of the next field, or [`Tag::END`].
    #[inline(always)]
    pub(super) fn tag(&mut self) -> Result<Tag, Invalid> {
        match self.rest {
            // Of the fields up to number 15.
            [byte @ 8..0x80, rest @ ..] => {
                self.rest = rest;
                Ok(Tag((*byte).into()))
            }
            [] => Ok(Tag::END),
            _ => self.long_tag(),
        }
    }

    #[inline(never)]
    fn long_tag(&mut self) -> Result<Tag, Invalid> {
        let tag = self.varint()?;
        // All tags of a number between 1 and 2^29.
        if (8..1 << 32).contains(&tag) {
            #[allow(clippy::cast_possible_truncation)]
            return Ok(Tag(tag as u32));
        }
        Err(Invalid::Malformed)
    }

    /// Returns the encoded value of a field: for text, bytes and messages without its length.
    #[inline(always)]
    pub(super) fn value(&mut self, tag: Tag) -> Result<&'de [u8], Invalid> {
        if tag.wire_type() == BYTES {
            let length = self.varint()?;
            return self.bytes(usize::try_from(length).unwrap_or(usize::MAX));
        }
        self.number(tag)
    }

    #[inline(never)]
    fn number(&mut self, tag: Tag) -> Result<&'de [u8], Invalid> {
        match tag.wire_type() {
            VARINT => {
                let before = self.rest;
                self.varint()?;
                before.get(..before.len() - self.rest.len()).ok_or(Invalid::Malformed)
            }
            FIXED64 => self.bytes(8),
            FIXED32 => self.bytes(4),
            // 3 and 4 are groups, which no Kubernetes type has.
            _ => Err(Invalid::Malformed),
        }
    }

    #[inline(always)]
    fn bytes(&mut self, length: usize) -> Result<&'de [u8], Invalid> {
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or(Invalid::Truncated)?;
        self.rest = rest;
        Ok(bytes)
    }

    /// Returns the next field, or `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<Entry<'de>>, Invalid> {
        let tag = self.tag()?;
        if tag == Tag::END {
            return Ok(None);
        }
        let wire = match tag.wire_type() {
            VARINT => Wire::Varint(self.varint()?),
            BYTES => Wire::Bytes(self.value(tag)?),
            _ => {
                self.value(tag)?;
                Wire::Fixed
            }
        };
        Ok(Some(Entry { number: tag.number(), wire }))
    }

    /// Like [`next`](Self::next), but of a message whose end is missing: a value that is cut off is returned as far as
    /// it is known.
    pub(super) fn next_of_prefix(&mut self) -> Option<Entry<'de>> {
        let before = *self;
        self.next().unwrap_or_else(|_| {
            *self = before;
            let tag = self.tag();
            let has_length = tag.is_ok_and(|tag| tag.wire_type() == BYTES) && self.varint().is_ok();
            let rest = std::mem::take(&mut self.rest);
            let number = tag.map_or(0, Tag::number);
            has_length.then_some(Entry { number, wire: Wire::Bytes(rest) })
        })
    }

    /// Reads a number.
    #[inline(always)]
    pub(super) fn varint(&mut self) -> Result<u64, Invalid> {
        match self.rest {
            [byte, rest @ ..] if *byte < 0x80 => {
                self.rest = rest;
                Ok(u64::from(*byte))
            }
            // Longer lengths, and the tags of fields from number 16.
            [low, high, rest @ ..] if *high < 0x80 => {
                self.rest = rest;
                Ok(u64::from(*low & 0x7f) | u64::from(*high) << 7)
            }
            _ => self.long_varint(),
        }
    }

    #[inline(never)]
    fn long_varint(&mut self) -> Result<u64, Invalid> {
        let mut value = 0;
        for (index, &byte) in self.rest.iter().take(MAX_VARINT).enumerate() {
            value |= u64::from(byte & 0x7f) << (7 * index);
            if byte < 0x80 {
                // Nine bytes have 63 bits.
                if index + 1 == MAX_VARINT && byte > 1 {
                    return Err(Invalid::Malformed);
                }
                self.rest = self.rest.get(index + 1..).unwrap_or_default();
                return Ok(value);
            }
        }
        Err(if self.rest.len() < MAX_VARINT { Invalid::Truncated } else { Invalid::Malformed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Vec<Entry<'_>>, Invalid> {
        let mut reader = Reader::new(bytes);
        let mut entries = Vec::new();
        while let Some(entry) = reader.next()? {
            entries.push(entry);
        }
        Ok(entries)
    }

    fn entry(number: u32, wire: Wire<'_>) -> Entry<'_> {
        Entry { number, wire }
    }

    #[test]
    fn all_wire_types_are_read() {
        let bytes = [8, 0x96, 1, 18, 2, b'h', b'i', 25, 1, 0, 0, 0, 0, 0, 0, 0, 37, 2, 0, 0, 0];
        let expected = [
            entry(1, Wire::Varint(150)),
            entry(2, Wire::Bytes(b"hi")),
            entry(3, Wire::Fixed),
            entry(4, Wire::Fixed),
        ];
        assert_eq!(read(&bytes), Ok(expected.to_vec()));
        for end in 1..bytes.len() {
            let complete = [3, 7, 16];
            let result = read(&bytes[..end]);
            assert_eq!(result.is_ok(), complete.contains(&end), "{end}");
            assert!(matches!(result, Ok(_) | Err(Invalid::Truncated)), "{end}");
        }
    }

    #[test]
    fn long_varints_and_numbers_out_of_range_are_malformed() {
        let max = [8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];
        assert_eq!(read(&max), Ok(vec![entry(1, Wire::Varint(u64::MAX))]));
        let padded = [8, 0x80, 0x80, 0];
        assert_eq!(read(&padded), Ok(vec![entry(1, Wire::Varint(0))]));
        let malformed: [&[u8]; 6] = [
            &[8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2],
            &[8, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0],
            // The number 0.
            &[0, 1],
            // The number 2^29.
            &[0x80, 0x80, 0x80, 0x80, 0x10, 0],
            // Groups, and a wire type that does not exist.
            &[11, 12],
            &[15, 0],
        ];
        for bytes in malformed {
            assert_eq!(read(bytes), Err(Invalid::Malformed), "{bytes:?}");
        }
    }

    #[test]
    fn a_length_beyond_the_end_is_truncated() {
        let huge = [10, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];
        assert_eq!(read(&huge), Err(Invalid::Truncated));
        let mut reader = Reader::new(&[10, 100, b'a', b'b']);
        assert_eq!(reader.next_of_prefix(), Some(entry(1, Wire::Bytes(b"ab"))));
        assert_eq!(reader.next_of_prefix(), None);
        assert_eq!(Reader::new(&[8, 0x80]).next_of_prefix(), None);
    }
}
