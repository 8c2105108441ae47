//! Extends the heap of the decoding thread in larger steps than the allocator does.
//!
//! glibc extends the heap of every thread except the main one by single pages. Each step is a system call, and the page
//! faults of all threads wait for it. Decoding a list of 100 000 objects of 2 KiB took 33 000 of them, and a tenth more
//! CPU time.

use std::hint::black_box;

/// The size of a step in bytes. glibc tidies up its free memory whenever 64 KiB or more are freed.
const STEP: usize = 60 << 10;

/// The number of bytes of text whose objects take a step at most. Pods in protobuf take the most of what was measured: 5.2
/// bytes per byte of text, where other types take 2. If less is taken, the allocator still has the memory of the last step,
/// and the next one is no system call.
const TEXT_PER_STEP: usize = 10 << 10;

/// Extends the heap for the objects of a batch.
#[derive(Debug, Default)]
pub(super) struct HeapExtension {
    /// The number of bytes of text for whose objects there is memory.
    covered: usize,
}

impl HeapExtension {
    /// Must be called before an object is decoded from a text of this length, if the object will be cached in addition to
    /// the others.
    pub(super) fn before_decoding(&mut self, length: usize) {
        if self.covered == 0 {
            // The allocator keeps memory that was freed, and returns it to the thread in small pieces.
            drop(black_box(Vec::<u8>::with_capacity(STEP)));
            self.covered = TEXT_PER_STEP;
        }
        self.covered = self.covered.saturating_sub(length);
    }
}
