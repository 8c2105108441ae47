//! The lock of [`Mailbox`](super::mailbox::Mailbox) and [`Removal`](super::removal::Removal). `tests/interleavings.rs`
//! compiles both with a lock whose threads a scheduler interleaves.

pub(super) use parking_lot::Mutex;
