//! Allocates the memory for a body that arrives in small chunks.
//!
//! Must not depend on what the body contains.

use bytes::BytesMut;

/// The maximum number of bytes that are allocated before they have arrived. A body that is read no further keeps as much.
const MAX_BLOCK: usize = 32 << 10;

/// Appends chunks to a buffer from which parts are taken. While parts are in use, their memory cannot be reused, and
/// `BytesMut` alone allocates for each chunk.
#[derive(Debug, Default)]
pub(crate) struct Blocks {
    /// The number of bytes that were allocated last.
    size: usize,
}

impl Blocks {
    /// Appends a chunk. Allocates more and more at once, as long as the parts are taken faster than they are dropped.
    pub(crate) fn append(&mut self, buffer: &mut BytesMut, chunk: &[u8]) {
        let spare = buffer.capacity() - buffer.len();
        if spare < chunk.len() && !buffer.try_reclaim(chunk.len()) {
            self.size = (self.size * 2).min(MAX_BLOCK).max(chunk.len());
            buffer.reserve(self.size);
        }
        buffer.extend_from_slice(chunk);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const CHUNK: &[u8] = &[7; 1_000];

    /// Appends and takes 1 000 chunks. Returns in how many blocks of memory they were.
    fn blocks_of(mut take: impl FnMut(BytesMut)) -> usize {
        let (mut blocks, mut buffer) = (Blocks::default(), BytesMut::new());
        let (mut starts, mut end) = (HashSet::new(), std::ptr::null());
        for _ in 0..1_000 {
            blocks.append(&mut buffer, CHUNK);
            let part = buffer.split();
            assert_eq!(part, CHUNK);
            let range = part.as_ptr_range();
            if range.start != end {
                starts.insert(range.start);
            }
            end = range.end;
            take(part);
        }
        starts.len()
    }

    #[test]
    fn memory_is_reused_once_the_parts_are_dropped() {
        assert_eq!(blocks_of(drop), 1);
    }

    #[test]
    fn parts_that_are_in_use_share_blocks() {
        let mut used = Vec::new();
        let count = blocks_of(|part| used.push(part));
        assert!(count <= 1_000 / 32 + 6, "{count} blocks");
        assert!(used.iter().all(|part| part == CHUNK));
    }
}
