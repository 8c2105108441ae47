//! Reads the fields of a message without knowing what they mean.
//!
//! Source: <https://protobuf.dev/programming-guides/encoding/>

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
    Fixed64(u64),
    Fixed32(u32),
    /// Text, bytes, a message, or packed numbers.
    Bytes(&'de [u8]),
}

/// One field of a message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Entry<'de> {
    pub(super) number: u32,
    pub(super) wire: Wire<'de>,
}

/// How a field begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begin {
    /// A field with a value of that length.
    Bytes { number: u32, length: u64 },
    /// Another value, which follows.
    Other(u32, WireType),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WireType {
    Varint,
    Fixed64,
    Fixed32,
}

/// The largest number of a field.
const MAX_NUMBER: u64 = (1 << 29) - 1;

/// The longest varint, in bytes.
const MAX_VARINT: usize = 10;

/// The most bytes of a field before a value that has a length.
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

    /// Returns the next field, or `None` at the end.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Option<Entry<'de>>, Invalid> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let entry = match self.begin()? {
            Begin::Bytes { number, length } => {
                let length = usize::try_from(length).map_err(|_| Invalid::Truncated)?;
                let (bytes, rest) = self.rest.split_at_checked(length).ok_or(Invalid::Truncated)?;
                self.rest = rest;
                Entry { number, wire: Wire::Bytes(bytes) }
            }
            Begin::Other(number, wire_type) => Entry { number, wire: self.other(wire_type)? },
        };
        Ok(Some(entry))
    }

    /// Like [`next`](Self::next), but of a message whose end is missing: a value that is cut off is returned as far as
    /// it is known.
    pub(super) fn next_of_prefix(&mut self) -> Option<Entry<'de>> {
        let before = *self;
        match self.next() {
            Ok(entry) => entry,
            Err(_) => {
                *self = before;
                let begin = self.begin();
                let rest = std::mem::take(&mut self.rest);
                match begin {
                    Ok(Begin::Bytes { number, .. }) => Some(Entry { number, wire: Wire::Bytes(rest) }),
                    _ => None,
                }
            }
        }
    }

    /// Reads the number of the next field, its wire type and its length.
    #[inline]
    pub(super) fn begin(&mut self) -> Result<Begin, Invalid> {
        let tag = self.varint()?;
        let number = tag >> 3;
        if number == 0 || number > MAX_NUMBER {
            return Err(Invalid::Malformed);
        }
        // The numbers fit: see the check above.
        let number = u32::try_from(number).map_err(|_| Invalid::Malformed)?;
        Ok(match tag & 7 {
            2 => Begin::Bytes { number, length: self.varint()? },
            0 => Begin::Other(number, WireType::Varint),
            1 => Begin::Other(number, WireType::Fixed64),
            5 => Begin::Other(number, WireType::Fixed32),
            // 3 and 4 are groups, which no Kubernetes type has.
            _ => return Err(Invalid::Malformed),
        })
    }

    /// Reads a value that has no length.
    #[inline]
    pub(super) fn other(&mut self, wire_type: WireType) -> Result<Wire<'de>, Invalid> {
        Ok(match wire_type {
            WireType::Varint => Wire::Varint(self.varint()?),
            WireType::Fixed64 => Wire::Fixed64(u64::from_le_bytes(self.array()?)),
            WireType::Fixed32 => Wire::Fixed32(u32::from_le_bytes(self.array()?)),
        })
    }

    #[inline]
    pub(super) fn varint(&mut self) -> Result<u64, Invalid> {
        match self.rest.split_first() {
            Some((&byte, rest)) if byte < 0x80 => {
                self.rest = rest;
                Ok(u64::from(byte))
            }
            _ => self.long_varint(),
        }
    }

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

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Invalid> {
        let (bytes, rest) = self.rest.split_first_chunk().ok_or(Invalid::Truncated)?;
        self.rest = rest;
        Ok(*bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(mut bytes: &[u8]) -> Result<Vec<Entry<'_>>, Invalid> {
        let mut reader = Reader::new(std::mem::take(&mut bytes));
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
            entry(3, Wire::Fixed64(1)),
            entry(4, Wire::Fixed32(2)),
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
            &[0x80, 0x80, 0x80, 0x80, 0x10, 1],
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
