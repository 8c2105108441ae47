//! Finds the end of an object or array, 64 bytes at a time: which bytes are brackets, and which of them are inside
//! strings, are sets of bits that are computed at once.
//!
//! Must not depend on the meaning of the text, and does not validate it.

use wide::u8x64;

/// The number of bytes that are read at once.
const BLOCK: usize = u64::BITS as usize;

/// Where an object or array has been read up to. It begins after the opening bracket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Structure {
    /// How many brackets are open.
    depth: u32,
    in_string: bool,
    /// The next byte follows a backslash that escapes it.
    is_escaped: bool,
}

/// Sets of a block's bytes. Bit 0 is the first byte.
struct Bytes {
    quotes: u64,
    backslashes: u64,
    opening: u64,
    closing: u64,
}

impl Bytes {
    fn of(block: [u8; BLOCK]) -> Self {
        let bytes = u8x64::from(block);
        // `[` and `{`, and `]` and `}`, differ in this bit.
        let brackets = bytes | u8x64::splat(b'[' ^ b'{');
        let equal = |bytes: u8x64, byte| bytes.simd_eq(u8x64::splat(byte)).to_bitmask();
        Self {
            quotes: equal(bytes, b'"'),
            backslashes: equal(bytes, b'\\'),
            opening: equal(brackets, b'{'),
            closing: equal(brackets, b'}'),
        }
    }
}

impl Structure {
    /// After the opening bracket.
    pub(super) const OPEN: Self = Self { depth: 1, in_string: false, is_escaped: false };

    /// Reads the bytes that follow. Returns the offset behind the closing bracket, if it is one of them.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Option<usize> {
        // The state stays in registers.
        let mut structure = *self;
        let end = bytes.chunks(BLOCK).enumerate().find_map(|(at, chunk)| {
            let block = chunk.try_into().unwrap_or_else(|_| padded(chunk));
            Some(at * BLOCK + structure.block(block, chunk.len())?)
        });
        *self = structure;
        end
    }

    /// Reads a block of which `length` bytes belong to the text. The others are blank.
    fn block(&mut self, block: [u8; BLOCK], length: usize) -> Option<usize> {
        let bytes = Bytes::of(block);
        let quotes = bytes.quotes & !self.escaped(bytes.backslashes, length);
        let strings = inside(quotes, self.in_string);
        self.in_string = strings >> (BLOCK - 1) == 1;
        let opening = bytes.opening & !strings;
        // A block has few brackets. To count their bits takes longer without a CPU instruction for it.
        let mut brackets = opening | bytes.closing & !strings;
        while brackets != 0 {
            let at = brackets.trailing_zeros();
            if opening >> at & 1 == 1 {
                self.depth += 1;
            } else {
                self.depth -= 1;
                if self.depth == 0 {
                    return Some(at as usize + 1);
                }
            }
            brackets &= brackets - 1;
        }
        None
    }

    /// The bytes that follow a backslash which is not escaped itself.
    fn escaped(&mut self, backslashes: u64, length: usize) -> u64 {
        let mut escaped = u64::from(self.is_escaped);
        self.is_escaped = false;
        let mut rest = backslashes & !escaped;
        while rest != 0 {
            let at = rest.trailing_zeros() as usize + 1;
            if at == length {
                self.is_escaped = true;
                break;
            }
            escaped |= 1 << at;
            // The byte at `at` is not a backslash that escapes the next one.
            rest &= (!0 << at) & !(1 << at);
        }
        escaped
    }
}

/// The last bytes of a text, in a block.
fn padded(rest: &[u8]) -> [u8; BLOCK] {
    let mut block = [b' '; BLOCK];
    for (byte, rest) in block.iter_mut().zip(rest) {
        *byte = *rest;
    }
    block
}

/// The bytes from each opening quote up to its closing one, without that.
fn inside(quotes: u64, in_string: bool) -> u64 {
    // Bit `n` of the result is the parity of the bits up to `n`.
    let parity = [1, 2, 4, 8, 16, 32].into_iter().fold(quotes, |bits, by| bits ^ bits << by);
    if in_string { !parity } else { parity }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Reads byte by byte.
    fn expected_end(text: &[u8]) -> Option<usize> {
        let (mut depth, mut in_string, mut is_escaped) = (1, false, false);
        for (at, byte) in text.iter().enumerate() {
            let escaped = std::mem::take(&mut is_escaped);
            match byte {
                b'\\' => is_escaped = !escaped,
                b'"' if !escaped => in_string = !in_string,
                b'{' | b'[' if !in_string => depth += 1,
                b'}' | b']' if !in_string => {
                    depth -= 1;
                    if depth == 0 {
                        return Some(at + 1);
                    }
                }
                _ => {}
            }
        }
        None
    }

    /// The end, if the text arrives in chunks of these sizes.
    fn end(text: &[u8], sizes: &[usize]) -> Option<usize> {
        let (mut structure, mut read) = (Structure::OPEN, 0);
        for size in sizes.iter().cycle() {
            let chunk = &text[read..text.len().min(read + size)];
            if let Some(end) = structure.feed(chunk) {
                return Some(read + end);
            }
            read += chunk.len();
            if read == text.len() {
                return None;
            }
        }
        None
    }

    /// Text with many brackets, quotes and backslashes, most of it long enough for several blocks.
    fn text() -> impl Strategy<Value = Vec<u8>> {
        let byte = prop_oneof![
            3 => Just(b'a'),
            2 => prop::sample::select(&b"{["[..]),
            1 => prop::sample::select(&b"]}"[..]),
            1 => Just(b'"'),
            1 => Just(b'\\'),
            1 => any::<u8>(),
        ];
        prop::collection::vec(byte, 1..400)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

        /// Also if it is not JSON: a backslash outside a string escapes a quote, too.
        #[test]
        fn the_end_is_that_of_a_reader_of_single_bytes(text in text(), sizes in prop::collection::vec(1..130_usize, 1..6)) {
            prop_assert_eq!(end(&text, &sizes), expected_end(&text));
        }
    }

    #[test]
    fn the_end_may_be_anywhere_in_a_block() {
        for before in 0..200 {
            for filler in ["a", "\"}\"", "{}", "\"\\\"\"", "\"\\\\\""] {
                let text = format!("{}{}}}]]]", " ".repeat(before), filler.repeat(before % 7));
                assert_eq!(end(text.as_bytes(), &[64]), expected_end(text.as_bytes()), "{text}");
            }
        }
    }
}
