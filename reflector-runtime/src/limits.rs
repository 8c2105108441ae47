//! Limits of what a server may send, in any format.

/// The length in bytes from which a part of a body is not an object that exceeds its limit, but a stream without an end.
pub(crate) fn endless(limit: usize) -> usize {
    const FACTOR: usize = 16;
    const MIN: usize = 4 << 20;
    limit.saturating_mul(FACTOR).max(MIN)
}
