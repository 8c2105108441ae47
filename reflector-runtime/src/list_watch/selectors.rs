//! Selects the objects of a kind to list and watch: [`Selectors`] and [`ShardRange`].

use std::fmt;

/// Restricts the objects to a namespace, to labels or fields, or to a shard. By default, all objects are selected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selectors {
    /// The namespace. All namespaces if it is `None` or empty (client-go's `NamespaceAll`).
    pub namespace: Option<String>,
    /// A label selector, in the syntax of `kubectl -l`.
    pub labels: Option<String>,
    /// A field selector, in the syntax of `kubectl --field-selector`.
    pub fields: Option<String>,
    /// A shard of the objects (requires the server's `ShardedListAndWatch` feature).
    pub shard: Option<ShardRange>,
}

impl Selectors {
    /// Returns the namespace, or `None` if all namespaces are selected.
    pub fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref().filter(|namespace| !namespace.is_empty())
    }

    pub(super) fn query(&self, query: &mut form_urlencoded::Serializer<'_, String>) {
        if let Some(labels) = &self.labels {
            query.append_pair("labelSelector", labels);
        }
        if let Some(fields) = &self.fields {
            query.append_pair("fieldSelector", fields);
        }
        if let Some(shard) = &self.shard {
            query.append_pair("shardSelector", &shard.to_string());
        }
    }
}

/// A range of the 64-bit hash of the object's uid: one of the equal shards of [`ShardRange::new`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShardRange {
    from: u64,
    /// Exclusive. `None` is the end of the hash range.
    to: Option<u64>,
}

impl ShardRange {
    /// Returns the shard with this `index` (from 0) out of `total` shards of equal size.
    ///
    /// # Errors
    /// Returns an error if `index` is not less than `total`.
    pub fn new(index: u32, total: u32) -> Result<Self, ShardRangeError> {
        if index >= total {
            return Err(ShardRangeError { index, total });
        }
        let bound = |n: u32| u64::try_from((u128::from(n) << 64) / u128::from(total)).ok();
        Ok(Self { from: bound(index).unwrap_or(0), to: bound(index + 1) })
    }
}

impl fmt::Display for ShardRange {
    /// The bounds need all 16 digits: the server returns 500 for shorter ones.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "shardRange(object.metadata.uid,'0x{:016x}',", self.from)?;
        match self.to {
            Some(to) => write!(f, "'0x{to:016x}')"),
            None => f.write_str("'0x10000000000000000')"),
        }
    }
}

/// The shard index is out of range.
#[derive(Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "shard index {index} is out of range: indexes start at 0 and must be less than the number of shards ({total})"
)]
pub struct ShardRangeError {
    index: u32,
    total: u32,
}

crate::causes::debug_as_text!(ShardRangeError);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_cover_the_range_without_overlap() {
        let texts: Vec<String> = (0..2).map(|n| ShardRange::new(n, 2).unwrap().to_string()).collect();
        assert_eq!(texts[0], "shardRange(object.metadata.uid,'0x0000000000000000','0x8000000000000000')");
        assert_eq!(texts[1], "shardRange(object.metadata.uid,'0x8000000000000000','0x10000000000000000')");
        assert!(ShardRange::new(2, 2).is_err());
        for shards in 1..9 {
            for shard in 1..shards {
                let (before, this) =
                    (ShardRange::new(shard - 1, shards).unwrap(), ShardRange::new(shard, shards).unwrap());
                assert_eq!(before.to, Some(this.from));
            }
        }
    }
}
