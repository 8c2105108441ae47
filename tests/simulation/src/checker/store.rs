//! The invariants of a store that must hold at any time.

use std::collections::BTreeMap;

use reflector_runtime::Index;

use super::Checker;
use crate::{plan::NAMESPACES, thing::Thing, world::World};

impl Checker {
    pub(super) fn check_store(&mut self, world: &World) {
        let cached = self.subject.list();
        for thing in &cached {
            let fingerprint = thing.fingerprint();
            if !world.truth().has(self.plan.resource, &thing.key(), &fingerprint) {
                self.violated("the store contains only states that the server had", &fingerprint);
            }
        }
        let versions: BTreeMap<String, u64> =
            cached.iter().map(|thing| (thing.key(), thing.version())).collect();
        // Of a home-made server see the ledger. A list may be older than requested. Its items are in the store before its own resourceVersion is known, and
        // a deleted object may reappear for a moment in its old state.
        if !self.server.keeps_order || self.network.may_have_listed_older_state(self.number) {
            self.versions.clear();
        } else {
            self.check_versions(&versions);
            self.versions.extend(versions);
        }
        if !self.server.keeps_order || self.network.may_go_backwards(self.number) {
            self.version = 0;
        } else {
            self.check_store_version();
        }
        self.check_indexes();
    }

    fn check_versions(&mut self, versions: &BTreeMap<String, u64>) {
        for (key, version) in versions {
            if let Some(before) = self.versions.get(key).copied()
                && *version < before
            {
                let detail = format!("{key} was at resourceVersion {before} and is now at {version}");
                self.violated("resourceVersion never goes backwards", &detail);
            }
        }
    }

    fn check_store_version(&mut self) {
        let version = self.subject.store().resource_version();
        let version: u64 = version.and_then(|version| version.parse().ok()).unwrap_or(self.version);
        if version < self.version {
            let detail = format!("the store was at resourceVersion {} and is now at {version}", self.version);
            self.violated("resourceVersion never goes backwards", &detail);
        }
        self.version = version;
    }

    fn check_indexes(&mut self) {
        let things = self.subject.store().list();
        for index in [Thing::BY_COLOR, Thing::BY_PART] {
            let mut scanned: BTreeMap<String, Vec<String>> = BTreeMap::new();
            for thing in &things {
                for value in values_of(index, thing) {
                    scanned.entry(value).or_default().push(thing.key());
                }
            }
            let counts: Vec<(String, usize)> =
                scanned.iter().map(|(value, keys)| (value.clone(), keys.len())).collect();
            let values = self.subject.store().index_values(index);
            if values != counts {
                let detail = format!("{}: values are {values:?}, a scan finds {counts:?}", index.name());
                self.violated("indexes match a full scan", &detail);
            }
            for (value, mut keys) in scanned {
                let found = self.subject.store().by_index(index, &value);
                let mut found: Vec<String> = found.iter().map(|thing| thing.key()).collect();
                found.sort();
                keys.sort();
                if found != keys {
                    let detail = format!("{} {value}: {found:?}, a scan finds {keys:?}", index.name());
                    self.violated("indexes match a full scan", &detail);
                }
            }
        }
        for namespace in NAMESPACES {
            let found = self.subject.store().list_in_namespace(namespace).len();
            let scanned =
                things.iter().filter(|thing| thing.metadata.namespace.as_deref() == Some(namespace)).count();
            if found != scanned {
                let detail = format!("namespace {namespace}: {found}, a scan finds {scanned}");
                self.violated("indexes match a full scan", &detail);
            }
        }
    }
}

fn values_of(index: Index<Thing>, thing: &Thing) -> Vec<String> {
    let mut values = Vec::new();
    index.values(thing, &mut |value| values.push(value.to_owned()));
    values.sort();
    values.dedup();
    values
}
