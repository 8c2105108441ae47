//! The lock that the work queue is built on.
//!
//! It has a module of its own so that `tests/interleavings` can compile the work queue with another lock, whose
//! schedule is controlled by the test. Must not depend on any other module.

pub(crate) use parking_lot::Mutex;
