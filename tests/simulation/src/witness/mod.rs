//! One who looks at an informer: from outside, as its users do, and compares what it shows and tells with what the
//! server has.

mod ledger;
mod listener;
mod rate;
mod store;

use std::{collections::BTreeMap, fmt, time::Duration};

use self::{ledger::Ledger, listener::Listener};
use crate::{
    network::Network,
    plan::{InformerPlan, SubscriberPlan},
    sabotage::Sabotage,
    subject::Subject,
    world::World,
};

/// A rule that was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The rule.
    pub rule: &'static str,
    /// How it was broken.
    pub detail: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.rule, self.detail)
    }
}

/// One informer, and those who listen to it.
pub(crate) struct Witness {
    number: usize,
    plan: InformerPlan,
    network: Network,
    sabotage: Option<Sabotage>,
    subject: Subject,
    listeners: Vec<Listener>,
    /// The version that the store showed last, and those of its objects.
    version: u64,
    versions: BTreeMap<String, u64>,
    violations: Vec<Violation>,
}

impl Witness {
    /// Starts the informer.
    pub(crate) fn new(
        number: usize,
        plan: &InformerPlan,
        seed: u64,
        network: &Network,
        sabotage: Option<Sabotage>,
    ) -> Self {
        let own_seed = seed.wrapping_add(number as u64);
        let mut witness = Self {
            number,
            plan: plan.clone(),
            network: network.clone(),
            sabotage,
            subject: Subject::start(plan, number, network, own_seed, sabotage),
            listeners: Vec::new(),
            version: 0,
            versions: BTreeMap::new(),
            violations: Vec::new(),
        };
        for subscriber in &plan.subscribers {
            witness.join(*subscriber);
        }
        witness
    }

    /// Lets one more listen.
    pub(crate) fn join(&mut self, subscriber: SubscriberPlan) {
        let ledger = |delivery| {
            Ledger::new(
                self.number,
                delivery,
                self.plan.resync.is_some(),
                self.network.clone(),
                self.sabotage,
            )
        };
        self.listeners.push(Listener::join(subscriber, &self.subject, ledger, self.sabotage));
    }

    /// Looks at everything that must hold at any time; returns what does not.
    pub(crate) fn check(&mut self, world: &World) -> Vec<Violation> {
        for listener in &mut self.listeners {
            listener.step();
        }
        self.check_connections();
        self.check_listeners(world);
        self.check_store(world);
        std::mem::take(&mut self.violations)
    }

    fn violated(&mut self, rule: &'static str, detail: &str) {
        let number = self.number;
        self.violations.push(Violation { rule, detail: format!("informer {number}: {detail}") });
    }

    /// One request at a time: what was asked for before is let go of.
    fn check_connections(&mut self) {
        let open = self.network.open_connections(self.number);
        if open > 1 {
            self.violated("one connection at a time", &format!("{open} are open"));
        }
    }

    fn check_listeners(&mut self, world: &World) {
        let shown: Vec<String> = self.subject.list().iter().map(|thing| thing.key()).collect();
        for listener in &self.listeners {
            let mut ledger = listener.ledger.lock();
            self.violations.append(&mut ledger.violations);
            for (key, fingerprint) in std::mem::take(&mut ledger.told) {
                if !world.truth().has(self.plan.resource, &key, &fingerprint) {
                    self.violations.push(Violation {
                        rule: "only states that the server had are told",
                        detail: format!("informer {}: {fingerprint}", self.number),
                    });
                }
            }
            let alive = shown.iter().filter(|key| !ledger.known.contains_key(*key)).count();
            let most = alive + ledger.known.len();
            if listener.merged && listener.waiting() > most {
                let waiting = listener.waiting();
                self.violations.push(Violation {
                    rule: "a slow subscriber's queue is bounded",
                    detail: format!(
                        "informer {}: {waiting} wait where {most} objects are or were known",
                        self.number
                    ),
                });
            }
        }
    }

    /// What is not as it must be once all is quiet; empty where all is well.
    pub(crate) fn unsettled(&mut self, world: &World) -> Vec<String> {
        let mut unsettled = Vec::new();
        for listener in &mut self.listeners {
            listener.drain();
        }
        let expected = world.expected(&self.plan).objects;
        let shown: BTreeMap<String, String> =
            self.subject.list().iter().map(|thing| (thing.key(), thing.fingerprint())).collect();
        if shown != expected {
            unsettled.push(format!("the store differs: {}", difference(&shown, &expected)));
        }
        for (at, listener) in self.listeners.iter().enumerate() {
            let ledger = listener.ledger.lock();
            let told: BTreeMap<String, String> =
                ledger.known.iter().map(|(key, thing)| (key.clone(), thing.fingerprint())).collect();
            if told != shown {
                unsettled.push(format!(
                    "subscriber {at} ({:?}) was told otherwise than the store shows: {}",
                    listener.plan,
                    difference(&told, &shown)
                ));
            }
        }
        if let Some(health) = self.subject.health() {
            let health = health.borrow().clone();
            if !health.is_synced() {
                unsettled.push(format!("health is `{health}`"));
            }
        }
        unsettled
    }

    /// How long an informer may need, at worst, until it shows what the server has: a watch that is silent is given
    /// up after its own time, then come waits and tries.
    pub(crate) fn patience(&self) -> Duration {
        let silent_watch = self.plan.watch_timeout * 2 + Duration::from_secs(30);
        let waits = Duration::from_secs(60) * 4 + crate::world::LONGEST_WAIT;
        silent_watch * 2 + self.plan.response_timeout * 4 + waits
    }

    /// Says so where it has not come to rest in time.
    pub(crate) fn late(&mut self, world: &World) -> Vec<Violation> {
        for what in self.unsettled(world) {
            self.violated("in the end everything is shown and told", &what);
        }
        std::mem::take(&mut self.violations)
    }

    /// All is quiet, and whoever says of itself that it is synced is: it is shown nothing older from here on.
    pub(crate) fn expect_no_past(&self) {
        if self.subject.health().is_some() {
            self.network.shows_the_past_no_more(self.number);
        }
    }

    /// Looks at what can be told only from the whole of it.
    pub(crate) fn finish(&mut self) -> Vec<Violation> {
        self.network.with_log(|log| rate::check(self.number, log.attempts()))
    }

    /// What all listeners were told, as text.
    pub(crate) fn history(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (at, listener) in self.listeners.iter().enumerate() {
            let ledger = listener.ledger.lock();
            let told = ledger.log().iter();
            lines.extend(told.map(|line| format!("informer {} subscriber {at}: {line}", self.number)));
        }
        lines
    }
}

fn difference(found: &BTreeMap<String, String>, wanted: &BTreeMap<String, String>) -> String {
    let mut parts = Vec::new();
    for (key, wanted) in wanted {
        match found.get(key) {
            None => parts.push(format!("lacks {wanted}")),
            Some(found) if found != wanted => parts.push(format!("has {found} for {wanted}")),
            Some(_) => {}
        }
    }
    for (key, found) in found {
        if !wanted.contains_key(key) {
            parts.push(format!("still has {found}"));
        }
    }
    parts.join(", ")
}
