//! The data that the server holds and sends: the number of objects and events, their order and versions, and the
//! resulting state that every peer must reach. Must not know the objects' JSON.

use std::{
    hash::{DefaultHasher, Hash, Hasher as _},
    sync::Arc,
};

use clap::Args;
use kube::Resource as _;
use serde::{Deserialize, Serialize};

use crate::gadget::Gadget;

/// The amount of work. Everything else is derived from it.
#[derive(Args, Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The number of objects.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub objects: u32,
    /// The number of MODIFIED events, spread over the objects.
    #[arg(long, default_value_t = 200_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub events: u32,
}

/// The resourceVersion of the first object.
const FIRST_VERSION: u64 = 100_000;

/// The number of namespaces the objects are spread over.
const NAMESPACES: u32 = 40;

/// A prime that does not divide any usual number of objects, so that consecutive events are for objects far apart in
/// the list.
const STRIDE: u64 = 7_919;

/// One version of one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    /// The index of the object.
    pub object: u32,
    /// Its resourceVersion.
    pub resource_version: u64,
    /// Its generation: the number of times it has been written.
    pub generation: u32,
}

impl Plan {
    /// All versions in order: the first version of each object, then one version per event.
    pub fn versions(self) -> Vec<Version> {
        let mut written = vec![0; self.objects as usize];
        let objects = (0..self.objects).chain((0..self.events).map(|event| self.target(event)));
        objects
            .zip(FIRST_VERSION..)
            .map(|(object, resource_version)| {
                let generation = &mut written[object as usize];
                *generation += 1;
                Version { object, resource_version, generation: *generation }
            })
            .collect()
    }

    /// The object of an event. Every object is changed once before any is changed again.
    fn target(self, event: u32) -> u32 {
        let objects = u64::from(self.objects);
        let stride = (STRIDE..2 * STRIDE).find(|stride| is_coprime(*stride, objects)).unwrap_or(1);
        u32::try_from(u64::from(event) * stride % objects).unwrap_or_default()
    }

    /// The resourceVersion of the first list.
    pub fn first_version(self) -> u64 {
        FIRST_VERSION + u64::from(self.objects) - 1
    }

    /// The resourceVersion of the last event.
    pub fn last_version(self) -> u64 {
        self.first_version() + u64::from(self.events)
    }

    /// The resourceVersion of a list after the last event. It is higher, as if another resource had changed since.
    pub fn relist_version(self) -> u64 {
        self.last_version() + 1
    }

    /// The object of the last event. Once the store has it in that version, all events have been processed.
    pub fn last_object(self) -> u32 {
        self.target(self.events - 1)
    }

    /// The digest of the state after the first list.
    pub fn first_digest(self) -> Digest {
        let mut digest = Digest::default();
        self.versions().iter().take(self.objects as usize).for_each(|version| digest.add_version(version));
        digest
    }

    /// The digest of the state after the last event.
    pub fn last_digest(self) -> Digest {
        let mut latest = vec![None; self.objects as usize];
        for version in self.versions() {
            latest[version.object as usize] = Some(version);
        }
        let mut digest = Digest::default();
        latest.iter().flatten().for_each(|version| digest.add_version(version));
        digest
    }
}

/// The namespace of an object.
pub fn namespace_of(object: u32) -> String {
    format!("team-{:02}", object % NAMESPACES)
}

/// The name of an object.
pub fn name_of(object: u32) -> String {
    format!("gadget-{object:06}")
}

/// An order-independent digest of a state: the namespace, name, resourceVersion and generation of each object.
/// Computed without allocating, so that it does not distort the peer's memory figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    objects: u64,
    sum: u64,
}

impl Digest {
    /// Computes the digest of the objects in a peer's store.
    pub fn of(state: &[Arc<Gadget>]) -> Self {
        let mut digest = Self::default();
        for object in state {
            let metadata = object.meta();
            digest.add(
                metadata.namespace.as_deref(),
                metadata.name.as_deref(),
                metadata.resource_version.as_deref(),
                metadata.generation,
            );
        }
        digest
    }

    fn add_version(&mut self, version: &Version) {
        self.add(
            Some(&namespace_of(version.object)),
            Some(&name_of(version.object)),
            Some(&version.resource_version.to_string()),
            Some(i64::from(version.generation)),
        );
    }

    fn add(
        &mut self,
        namespace: Option<&str>,
        name: Option<&str>,
        resource_version: Option<&str>,
        generation: Option<i64>,
    ) {
        let mut hasher = DefaultHasher::new();
        (namespace, name, resource_version, generation).hash(&mut hasher);
        self.objects += 1;
        self.sum = self.sum.wrapping_add(hasher.finish());
    }
}

fn is_coprime(a: u64, b: u64) -> bool {
    let (mut a, mut b) = (a, b);
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_object_is_changed_before_any_is_changed_again() {
        let plan = Plan { objects: 30, events: 75 };
        let versions = plan.versions();
        assert_eq!(versions.len(), 105);
        let mut generations = [0; 30];
        for version in &versions {
            generations[version.object as usize] = version.generation;
        }
        assert!(generations.iter().all(|generation| [3, 4].contains(generation)));
        let last = versions.last().unwrap();
        assert_eq!((last.object, last.resource_version), (plan.last_object(), plan.last_version()));
        assert_eq!(versions[29].resource_version, plan.first_version());
        assert_ne!(plan.first_digest(), plan.last_digest());
    }
}
