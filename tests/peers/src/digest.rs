//! A digest of a state that programs in several languages compute: the sum of the 64-bit FNV-1a hashes of
//! `namespace/name/resourceVersion/generation`, one per object, modulo 2⁶⁴. The order of the objects does not matter.
//! Must not know where the objects come from.

use std::{hash::Hasher as _, iter::Sum, sync::Arc};

use fnv::FnvHasher;
use kube::Resource;
use serde::{Deserialize, Serialize};

/// The number of objects, and the sum of their hashes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    objects: u64,
    sum: u64,
}

impl Digest {
    /// Computes the digest of the objects in a peer's store. It allocates almost nothing, so that it does not distort
    /// the peer's memory figures.
    pub fn of<K: Resource>(state: impl IntoIterator<Item = Arc<K>>) -> Self {
        let mut digest = Self::default();
        for object in state {
            let metadata = object.meta();
            digest.add(
                metadata.namespace.as_deref().unwrap_or_default(),
                metadata.name.as_deref().unwrap_or_default(),
                metadata.resource_version.as_deref().unwrap_or_default(),
                metadata.generation.unwrap_or_default(),
            );
        }
        digest
    }

    /// Adds one object. A missing field is an empty string or 0, as in Go.
    pub fn add(&mut self, namespace: &str, name: &str, resource_version: &str, generation: i64) {
        let mut hasher = FnvHasher::default();
        for part in [namespace, "/", name, "/", resource_version, "/", &generation.to_string()] {
            hasher.write(part.as_bytes());
        }
        self.objects += 1;
        self.sum = self.sum.wrapping_add(hasher.finish());
    }
}

/// The digest of all objects of several states.
impl Sum for Digest {
    fn sum<I: Iterator<Item = Self>>(digests: I) -> Self {
        digests.fold(Self::default(), |all, digest| Self {
            objects: all.objects + digest.objects,
            sum: all.sum.wrapping_add(digest.sum),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The Go driver has the same test.
    #[test]
    fn both_languages_compute_the_same_digest() {
        let mut digest = Digest::default();
        digest.add("team-01", "gadget-000001", "100001", 3);
        digest.add("team-02", "gadget-000002", "100002", 0);
        assert_eq!(digest, Digest { objects: 2, sum: 16_832_552_039_440_902_996 });
    }
}
