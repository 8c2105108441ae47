//! [`Trigger`]: a reason to run that no informer knows of.

use crate::key::ObjectKey;

/// An item of a stream of outside triggers: see [`Reconciler::also`](super::Reconciler::also).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// The object with this key, which need not exist.
    Key(ObjectKey),
    /// All cached objects of the primary resource. They wait behind keys with changes.
    All,
}

impl From<ObjectKey> for Trigger {
    fn from(key: ObjectKey) -> Self {
        Self::Key(key)
    }
}
