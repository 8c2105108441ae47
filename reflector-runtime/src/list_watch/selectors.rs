//! Which objects of a kind are listed and watched, and what of them is kept.

use std::fmt;

/// Which objects: all, or those of one namespace, with some labels or fields, or of one shard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selectors {
    /// One namespace; all of them without, or where it is empty (client-go's `NamespaceAll`).
    pub namespace: Option<String>,
    /// A label selector, as `kubectl -l` takes it.
    pub labels: Option<String>,
    /// A field selector, as `kubectl --field-selector` takes it.
    pub fields: Option<String>,
    /// One shard of the objects (needs the server's `ShardedListAndWatch`).
    pub shard: Option<ShardRange>,
}

impl Selectors {
    /// The one namespace, if it is one.
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

/// A range of the 64-bit hash of each object's uid: one of the equal shares of [`ShardRange::new`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShardRange {
    from: u64,
    /// Exclusive; `None` is the end of the hash's range.
    to: Option<u64>,
}

impl ShardRange {
    /// The shard with this `index` (from 0) out of `total` shards of equal size.
    ///
    /// # Errors
    /// If `index` is not less than `total`.
    pub fn new(index: u32, total: u32) -> Result<Self, ShardRangeError> {
        if index >= total {
            return Err(ShardRangeError { index, total });
        }
        let bound = |n: u32| u64::try_from((u128::from(n) << 64) / u128::from(total)).ok();
        Ok(Self { from: bound(index).unwrap_or(0), to: bound(index + 1) })
    }
}

impl fmt::Display for ShardRange {
    /// The bounds need all 16 digits: the server answers 500 to shorter ones.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "shardRange(object.metadata.uid,'0x{:016x}',", self.from)?;
        match self.to {
            Some(to) => write!(f, "'0x{to:016x}')"),
            None => f.write_str("'0x10000000000000000')"),
        }
    }
}

/// There is no such shard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("shard index {index} is out of range: with {total} shards the indexes are counted from 0")]
pub struct ShardRangeError {
    index: u32,
    total: u32,
}

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
