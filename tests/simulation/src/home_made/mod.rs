//! Servers of the home-made kind: what the API server answers, with the [quirks](Quirk) of a plan.
//!
//! [`HomeMade`] knows what was written and what was sent; a [`Translator`] changes one request and its response on the
//! way. Must not depend on informers, nor on how the bytes are carried.

mod translator;

use std::{
    collections::BTreeMap,
    hash::{Hash as _, Hasher as _},
    sync::Arc,
};

use bytes::Bytes;
use parking_lot::Mutex;
use serde_json::Value;

pub(crate) use self::translator::{Translated, Translator};
use crate::{
    plan::Quirk,
    report::Counts,
    sabotage::WireSabotage,
    thing::{Resource, key_text},
};

/// Number of consecutive versions that are shown as one.
const SHARED: u64 = 5;

/// The quirks of all kinds. A cheap handle.
#[derive(Clone, Debug, Default)]
pub(crate) struct HomeMade {
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    seed: u64,
    /// Number of times the server was replaced: another history has other versions.
    epoch: u64,
    quirks: Vec<(Resource, Quirk)>,
    /// The versions that each object, by uid, has had: as the server counts them, and as they are shown.
    objects: BTreeMap<String, BTreeMap<u64, String>>,
    sessions: BTreeMap<usize, Session>,
    /// The last complete list of each informer, if the server has a cache that becomes stale.
    caches: BTreeMap<usize, CachedList>,
    /// A deliberate bug: no list is the most recent state.
    never_most_recent: bool,
    counts: Counts,
}

/// What was sent to one informer since it last listed.
#[derive(Debug, Default)]
struct Session {
    /// The versions that a watch can continue from, and the server's version for each. Of several, the oldest: then no
    /// event is lost.
    sent: BTreeMap<String, u64>,
    events: Vec<SentEvent>,
}

/// A list as it was sent.
#[derive(Clone, Debug)]
struct CachedList {
    version: u64,
    shown_version: String,
    body: Bytes,
}

/// An event that was sent.
#[derive(Clone, Debug)]
struct SentEvent {
    version: u64,
    event_type: String,
    object: Value,
}

impl SentEvent {
    fn key(&self) -> String {
        key_of(&self.object)
    }

    fn uid(&self) -> &str {
        self.object["metadata"]["uid"].as_str().unwrap_or_default()
    }
}

fn key_of(object: &Value) -> String {
    let metadata = &object["metadata"];
    key_text(metadata["namespace"].as_str(), metadata["name"].as_str().unwrap_or_default())
}

/// The version of an object or a list, as the server counts it.
fn version_of(object: &Value) -> Option<u64> {
    object["metadata"]["resourceVersion"].as_str()?.parse().ok()
}

impl HomeMade {
    pub(crate) fn new(seed: u64, quirks: &[(Resource, Quirk)], sabotage: Option<WireSabotage>) -> Self {
        let never_most_recent = sabotage == Some(WireSabotage::AcceptSecondGone);
        let state = State { seed, quirks: quirks.to_vec(), never_most_recent, ..State::default() };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    /// Whether the server of this kind has this quirk.
    pub(crate) fn has(&self, resource: Resource, quirk: Quirk) -> bool {
        self.state.lock().has(resource, quirk)
    }

    /// Whether the versions of each object of this kind grow with its changes.
    pub(crate) fn keeps_order(&self, resource: Resource) -> bool {
        let state = self.state.lock();
        state.quirks.iter().all(|(of, quirk)| *of != resource || quirk.keeps_order())
    }

    /// The server was replaced by one with another history.
    pub(crate) fn begin_epoch(&self) {
        let mut state = self.state.lock();
        state.epoch += 1;
        state.caches.clear();
    }

    /// A state of an object was written. Returns the forms in which clients may see it.
    pub(crate) fn record(&self, resource: Resource, object: &Value) -> Vec<Value> {
        let mut state = self.state.lock();
        state.record(resource, object);
        let mut shown = vec![object.clone()];
        state.show(resource, &mut shown[0]);
        if state.has(resource, Quirk::ReusedVersions)
            && let Some(before) = state.version_before(object)
        {
            let mut reused = object.clone();
            reused["metadata"]["resourceVersion"] = before.into();
            shown.push(reused);
        }
        shown
    }

    /// A state as lists show it.
    pub(crate) fn shown(&self, resource: Resource, mut object: Value) -> Value {
        self.state.lock().show(resource, &mut object);
        object
    }

    /// A quirk had an effect.
    pub(crate) fn count(&self, quirk: Quirk) {
        self.state.lock().counts.add(quirk.label(), 1);
    }

    pub(crate) fn counts(&self) -> Counts {
        self.state.lock().counts.clone()
    }
}

impl State {
    fn has(&self, resource: Resource, quirk: Quirk) -> bool {
        self.quirks.contains(&(resource, quirk))
    }

    fn quirk_of_versions(&self, resource: Resource) -> Option<Quirk> {
        Quirk::OF_VERSIONS.into_iter().find(|quirk| self.has(resource, *quirk))
    }

    /// How a version is shown.
    fn version(&self, resource: Resource, version: u64) -> String {
        let hash = || {
            let mut hasher = std::hash::DefaultHasher::new();
            (self.seed, self.epoch, version).hash(&mut hasher);
            hasher.finish()
        };
        match self.quirk_of_versions(resource) {
            Some(Quirk::UnorderedVersions) => (hash() % 1_000_000_000_000 + 1).to_string(),
            Some(Quirk::OpaqueVersions) => format!("h{:016x}", hash()),
            Some(Quirk::SharedVersions) => (version - version % SHARED).max(1).to_string(),
            _ => version.to_string(),
        }
    }

    fn record(&mut self, resource: Resource, object: &Value) {
        let Some(version) = version_of(object) else { return };
        let uid = object["metadata"]["uid"].as_str().unwrap_or_default();
        let mut shown = self.version(resource, version);
        let versions = self.objects.entry(uid.to_owned()).or_default();
        if self.quirks.contains(&(resource, Quirk::SharedVersions)) {
            let before = versions.range(..version).next_back().and_then(|(_, shown)| shown.parse().ok());
            if let (Some(before), Ok(own)) = (before, shown.parse::<u64>())
                && own <= before
            {
                shown = (before + 1).to_string();
            }
        }
        versions.insert(version, shown);
    }

    /// How the version of the state before this one is shown.
    fn version_before(&self, object: &Value) -> Option<String> {
        let versions = self.objects.get(object["metadata"]["uid"].as_str()?)?;
        versions.range(..version_of(object)?).next_back().map(|(_, shown)| shown.clone())
    }

    /// Changes an object, a list or a bookmark to what clients see of it.
    fn show(&mut self, resource: Resource, object: &mut Value) {
        let Some(version) = version_of(object) else { return };
        if self.has(resource, Quirk::NoVersions) {
            if let Some(metadata) = object["metadata"].as_object_mut() {
                metadata.remove("resourceVersion");
            }
            return;
        }
        let recorded =
            object["metadata"]["uid"].as_str().and_then(|uid| self.objects.get(uid)?.get(&version));
        let shown = recorded.cloned().unwrap_or_else(|| self.version(resource, version));
        object["metadata"]["resourceVersion"] = shown.into();
    }

    /// Changes a deleted object to what clients see of it. Not even a home-made server shows it in an older version than
    /// that of its last change.
    fn show_deleted(&mut self, resource: Resource, object: &mut Value) {
        let before = self.version_before(object);
        self.show(resource, object);
        let shown =
            object["metadata"]["resourceVersion"].as_str().and_then(|shown| shown.parse::<u64>().ok());
        if let (Some(before), Some(shown)) = (before, shown)
            && self.has(resource, Quirk::SharedVersions)
            && before.parse().is_ok_and(|before| shown < before)
        {
            object["metadata"]["resourceVersion"] = before.into();
        }
    }
}
