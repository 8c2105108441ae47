//! Checks one informer from outside, as its users see it: compares its store and its events with the state of the
//! server.

mod ledger;
mod rate;
mod store;
mod subscriber;

use std::{collections::BTreeMap, fmt, time::Duration};

use self::{
    ledger::{Ledger, Promises},
    subscriber::Subscriber,
};
use crate::{
    network::{Network, Shape},
    plan::{InformerPlan, Plan, Quirk, SubscriberPlan},
    sabotage::Sabotage,
    subject::Subject,
    world::World,
};

/// A violated invariant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The invariant.
    pub invariant: &'static str,
    /// How it was violated.
    pub detail: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.invariant, self.detail)
    }
}

/// Checks one informer and its subscribers.
pub(crate) struct Checker {
    number: usize,
    plan: InformerPlan,
    network: Network,
    sabotage: Option<Sabotage>,
    server: Promises,
    subject: Subject,
    subscribers: Vec<Subscriber>,
    /// The last resourceVersions of the store and of its objects.
    version: u64,
    versions: BTreeMap<String, u64>,
    violations: Vec<Violation>,
}

impl Checker {
    /// Starts the informer.
    pub(crate) fn new(number: usize, of: &Plan, world: &World, sabotage: Option<Sabotage>) -> Self {
        let network = world.network();
        let plan = &of.informers[number];
        let own_seed = of.seed.wrapping_add(number as u64);
        let mut checker = Self {
            number,
            plan: plan.clone(),
            network: network.clone(),
            sabotage,
            server: Promises {
                keeps_order: world.home_made().keeps_order(plan.resource),
                repeats_events: of.repeats_events(plan.resource),
            },
            subject: Subject::start(plan, number, network, own_seed, sabotage),
            subscribers: Vec::new(),
            version: 0,
            versions: BTreeMap::new(),
            violations: Vec::new(),
        };
        for subscriber in &plan.subscribers {
            checker.subscribe(*subscriber);
        }
        checker
    }

    /// Adds a subscriber.
    pub(crate) fn subscribe(&mut self, plan: SubscriberPlan) {
        let ledger = |delivery| {
            Ledger::new(
                self.number,
                delivery,
                self.plan.resync.is_some(),
                self.network.clone(),
                self.sabotage,
                self.server,
            )
        };
        self.subscribers.push(Subscriber::new(plan, &self.subject, ledger, self.sabotage));
    }

    /// Checks the invariants that must hold at any time and returns the violations.
    pub(crate) fn check(&mut self, world: &World) -> Vec<Violation> {
        for subscriber in &mut self.subscribers {
            subscriber.step();
        }
        self.check_connections();
        self.check_subscribers(world);
        self.check_store(world);
        std::mem::take(&mut self.violations)
    }

    fn violated(&mut self, invariant: &'static str, detail: &str) {
        let number = self.number;
        self.violations.push(Violation { invariant, detail: format!("informer {number}: {detail}") });
    }

    /// An informer has one request open at a time: it drops the previous one first. Only a probe may be open alongside
    /// a watch.
    fn check_connections(&mut self) {
        let open = self.network.open_connections(self.number);
        if !matches!(open[..], [] | [_] | [Shape::Watch, Shape::Probe]) {
            self.violated("one connection at a time", &format!("{open:?} are open"));
        }
    }

    fn check_subscribers(&mut self, world: &World) {
        let cached: Vec<String> = self.subject.list().iter().map(|thing| thing.key()).collect();
        for subscriber in &self.subscribers {
            let mut ledger = subscriber.ledger.lock();
            self.violations.append(&mut ledger.violations);
            for (key, fingerprint) in std::mem::take(&mut ledger.delivered) {
                if !world.truth().has(self.plan.resource, &key, &fingerprint) {
                    self.violations.push(Violation {
                        invariant: "events contain only states that the server had",
                        detail: format!("informer {}: {fingerprint}", self.number),
                    });
                }
            }
            let unknown = cached.iter().filter(|key| !ledger.known.contains_key(*key)).count();
            let limit = unknown + ledger.known.len();
            if subscriber.coalesced && subscriber.queued() > limit {
                let queued = subscriber.queued();
                self.violations.push(Violation {
                    invariant: "a slow subscriber's queue is bounded",
                    detail: format!(
                        "informer {}: {queued} events are queued for {limit} objects that are or were known",
                        self.number
                    ),
                });
            }
        }
    }

    /// Describes what has not converged yet. Empty once the store, the subscribers and the health match the server.
    pub(crate) fn unsettled(&mut self, world: &World) -> Vec<String> {
        let mut unsettled = Vec::new();
        for subscriber in &mut self.subscribers {
            subscriber.drain();
        }
        let mut expected = world.expected(&self.plan).objects;
        let mut cached: BTreeMap<String, String> =
            self.subject.list().iter().map(|thing| (thing.key(), thing.fingerprint())).collect();
        let stored = cached.clone();
        // An event may show an object with an older version than a list does.
        if world.home_made().has(self.plan.resource, Quirk::ReusedVersions) {
            cached.values_mut().chain(expected.values_mut()).for_each(remove_version);
        }
        if cached != expected {
            unsettled.push(format!("the store differs from the server: {}", difference(&cached, &expected)));
        }
        for (number, subscriber) in self.subscribers.iter().enumerate() {
            let ledger = subscriber.ledger.lock();
            let delivered: BTreeMap<String, String> =
                ledger.known.iter().map(|(key, thing)| (key.clone(), thing.fingerprint())).collect();
            if delivered != stored {
                unsettled.push(format!(
                    "the events of subscriber {number} ({:?}) differ from the store: {}",
                    subscriber.plan,
                    difference(&delivered, &stored)
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

    /// The longest time that an informer may need to converge to the server's state: it abandons a silent watch after
    /// the timeout of that watch, and backoff delays and further attempts follow.
    pub(crate) fn settle_timeout(&self) -> Duration {
        let silent_watch = self.plan.watch_timeout * 2 + Duration::from_secs(30);
        let delays = Duration::from_secs(60) * 4 + crate::world::MAX_RETRY_AFTER;
        let poll_interval = self.plan.poll_interval.unwrap_or_default();
        silent_watch * 2 + self.plan.response_timeout * 4 + delays + poll_interval
    }

    /// Reports everything that has not converged in time.
    pub(crate) fn report_unsettled(&mut self, world: &World) -> Vec<Violation> {
        for what in self.unsettled(world) {
            self.violated("store and subscribers converge to the server's state", &what);
        }
        std::mem::take(&mut self.violations)
    }

    /// Called once everything has converged: an informer that reports itself as synced receives no older state from
    /// now on.
    pub(crate) fn disallow_older_state(&self) {
        if self.subject.health().is_some() {
            self.network.disallow_older_state(self.number);
        }
    }

    /// Checks the invariants that concern the whole run.
    pub(crate) fn finish(&mut self) -> Vec<Violation> {
        self.network.with_log(|log| rate::check(self.number, self.plan.poll_interval, log.attempts()))
    }

    /// The events of all subscribers as text.
    pub(crate) fn history(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (number, subscriber) in self.subscribers.iter().enumerate() {
            let (informer, ledger) = (self.number, subscriber.ledger.lock());
            let events = ledger.log().iter();
            lines.extend(events.map(|event| format!("informer {informer} subscriber {number}: {event}")));
        }
        lines
    }
}

/// Removes the resourceVersion from a fingerprint.
fn remove_version(fingerprint: &mut String) {
    if let Some((key, rest)) = fingerprint.split_once('@') {
        *fingerprint = format!("{key} {}", rest.split_once(' ').map_or("", |(_, rest)| rest));
    }
}

fn difference(found: &BTreeMap<String, String>, expected: &BTreeMap<String, String>) -> String {
    let mut parts = Vec::new();
    for (key, expected) in expected {
        match found.get(key) {
            None => parts.push(format!("missing {expected}")),
            Some(found) if found != expected => parts.push(format!("{found} instead of {expected}")),
            Some(_) => {}
        }
    }
    for (key, found) in found {
        if !expected.contains_key(key) {
            parts.push(format!("unexpected {found}"));
        }
    }
    parts.join(", ")
}
