//! The data that the server holds and sends: the number of objects and events, their order and versions, and the
//! resulting state that every peer must reach. Must not know the objects' JSON.

use clap::Args;
use serde::{Deserialize, Serialize};

use crate::{digest::Digest, kind::Kind};

/// The amount of work, and the kind of the objects. Everything else is derived from it.
#[derive(Args, Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The kind of the objects.
    #[arg(long, value_enum, default_value_t = Kind::Gadget)]
    pub kind: Kind,
    /// The number of objects.
    #[arg(long, default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub objects: u32,
    /// The number of MODIFIED events, spread over the objects.
    #[arg(long, default_value_t = 200_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub events: u32,
    /// The number of namespaces that the objects are spread over.
    #[arg(long, default_value_t = NAMESPACES, value_parser = clap::value_parser!(u32).range(1..))]
    pub namespaces: u32,
    /// The share of the objects that changed before the relist, in percent.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=100))]
    pub relist_changed: u32,
}

/// The resourceVersion of the first object.
const FIRST_VERSION: u64 = 100_000;

/// The default number of namespaces.
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

/// Which versions of the objects a list contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Before all events.
    First,
    /// After the last event.
    Followed,
    /// After the changes that are in no event: only a relist has them.
    Relisted,
}

impl Plan {
    /// A plan of the default kind, whose relist changes nothing.
    pub fn gadgets(objects: u32, events: u32) -> Self {
        Self { kind: Kind::Gadget, objects, events, namespaces: NAMESPACES, relist_changed: 0 }
    }

    /// The arguments that [`Args`] parses into this plan.
    pub fn arguments(self) -> Vec<String> {
        let Self { kind, objects, events, namespaces, relist_changed } = self;
        vec![
            format!("--kind={}", kind.name()),
            format!("--objects={objects}"),
            format!("--events={events}"),
            format!("--namespaces={namespaces}"),
            format!("--relist-changed={relist_changed}"),
        ]
    }

    /// All versions in order: the first version of each object, one version per event, and one version per object that
    /// changed before the relist.
    pub fn versions(self) -> Vec<Version> {
        let mut written = vec![0; self.objects as usize];
        let writes = (0..self.events + self.changed()).map(|write| self.target(write));
        (0..self.objects)
            .chain(writes)
            .zip(FIRST_VERSION..)
            .map(|(object, resource_version)| {
                let generation = &mut written[object as usize];
                *generation += 1;
                Version { object, resource_version, generation: *generation }
            })
            .collect()
    }

    /// The number of objects that changed before the relist.
    pub fn changed(self) -> u32 {
        let changed = u64::from(self.objects) * u64::from(self.relist_changed) / 100;
        u32::try_from(changed).unwrap_or(self.objects)
    }

    /// The object of an event. Every object is changed once before any is changed again.
    fn target(self, event: u32) -> u32 {
        let objects = u64::from(self.objects);
        let stride = (STRIDE..2 * STRIDE).find(|stride| is_coprime(*stride, objects)).unwrap_or(1);
        u32::try_from(u64::from(event) * stride % objects).unwrap_or_default()
    }

    /// The number of versions that exist in a state.
    pub fn written(self, state: State) -> usize {
        let written = match state {
            State::First => self.objects,
            State::Followed => self.objects + self.events,
            State::Relisted => self.objects + self.events + self.changed(),
        };
        written as usize
    }

    /// The resourceVersion of a list in this state. After the relist it is higher than that of any object, as if
    /// another resource had changed since.
    pub fn list_version(self, state: State) -> u64 {
        let last = FIRST_VERSION + self.written(state) as u64 - 1;
        match state {
            State::First | State::Followed => last,
            State::Relisted => last + 1,
        }
    }

    /// The digest of a state.
    pub fn digest(self, state: State) -> Digest {
        let mut latest = vec![None; self.objects as usize];
        for version in self.versions().into_iter().take(self.written(state)) {
            latest[version.object as usize] = Some(version);
        }
        let mut digest = Digest::default();
        for Version { object, resource_version, generation } in latest.into_iter().flatten() {
            let version = resource_version.to_string();
            digest.add(&self.namespace_of(object), &self.name_of(object), &version, generation.into());
        }
        digest
    }

    /// The namespace of an object.
    pub fn namespace_of(self, object: u32) -> String {
        namespace(object % self.namespaces)
    }

    /// The objects in a namespace, or all.
    pub fn is_in(self, object: u32, number: Option<u32>) -> bool {
        number.is_none_or(|number| object % self.namespaces == number)
    }

    /// The name of an object.
    pub fn name_of(self, object: u32) -> String {
        format!("{}-{object:06}", self.kind.name())
    }
}

/// The name of the namespace with this number.
pub fn namespace(number: u32) -> String {
    format!("team-{number:02}")
}

/// The number of a namespace with this name.
pub fn namespace_number(name: &str) -> Option<u32> {
    name.strip_prefix("team-")?.parse().ok()
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
        let plan = Plan::gadgets(30, 75);
        let versions = plan.versions();
        assert_eq!(versions.len(), 105);
        let mut generations = [0; 30];
        for version in &versions {
            generations[version.object as usize] = version.generation;
        }
        assert!(generations.iter().all(|generation| [3, 4].contains(generation)));
        assert_eq!(versions[104].resource_version, plan.list_version(State::Followed));
        assert_eq!(versions[29].resource_version, plan.list_version(State::First));
        assert_ne!(plan.digest(State::First), plan.digest(State::Followed));
        assert_eq!(plan.digest(State::Followed), plan.digest(State::Relisted));
    }

    #[test]
    fn the_relist_has_the_changes_that_are_in_no_event() {
        for (relist_changed, changed) in [(1, 2), (100, 200)] {
            let plan = Plan { relist_changed, ..Plan::gadgets(200, 75) };
            let versions = plan.versions();
            assert_eq!(versions.len(), 275 + changed);
            let mut objects: Vec<u32> = versions[275..].iter().map(|version| version.object).collect();
            objects.sort_unstable();
            objects.dedup();
            assert_eq!(objects.len(), changed, "each object changes once");
            assert_ne!(plan.digest(State::Followed), plan.digest(State::Relisted));
            assert!(plan.list_version(State::Relisted) > versions.last().unwrap().resource_version);
        }
    }
}
