//! [`ManagedFields`]: whether decoded objects have them, in any format.

/// Whether `metadata.managedFields` are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ManagedFields {
    /// Remove them before decoding. They are half the memory of a typical object, and readers of a cache do not
    /// use them.
    #[default]
    Strip,
    /// Keep them.
    Keep,
}
