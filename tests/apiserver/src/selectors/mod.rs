//! Restricts lists and watches by labels, fields and shards.
//!
//! Uses only the values of an object that selectors read. Must not depend on requests.

mod field;
mod label;
mod shard;

pub(crate) use field::FieldSelector;
pub(crate) use label::{LabelSelector, label_key_error, label_value_error};
pub(crate) use shard::ShardSelector;

use crate::storage::Object;

/// All selectors of one request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Selectors {
    pub(crate) labels: LabelSelector,
    pub(crate) fields: FieldSelector,
    pub(crate) shard: Option<ShardSelector>,
}

impl Selectors {
    pub(crate) fn matches(&self, object: &Object) -> bool {
        self.labels.matches(&object.labels)
            && self.fields.matches(|path| object.field(path))
            && self.shard.as_ref().is_none_or(|shard| shard.matches(&object.uid, &object.namespace))
    }

    /// Whether all objects match.
    pub(crate) fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.fields.is_empty() && self.shard.is_none()
    }
}
