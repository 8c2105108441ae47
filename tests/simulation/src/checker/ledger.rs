//! Records the events of one subscriber and checks that each event may follow the previous ones.
//!
//! An object that was deleted and recreated is delivered as `Deleted` and `Added`, whether or not a watch observed
//! the deletion.
//!
//! Of a home-made server, all rules but one are checked. "resourceVersion never goes backwards" is not checked where
//! the server's versions are no order (unordered, opaque, shared, reused or none), or where it sends events twice
//! (replays, late duplicates, and bookmarks that go backwards and make the next watch repeat what followed): there the
//! last event counts, and a client cannot distinguish an event of the past from a change back to an earlier state.

use std::{cmp::Ordering, collections::BTreeMap, sync::Arc};

use reflector_runtime::{Delivery, Event};
use tokio::time::Instant;

use super::Violation;
use crate::{network::Network, sabotage::Sabotage, thing::Thing};

/// What the server of the plan promises.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Promises {
    /// The versions of each object grow with its changes.
    pub(super) keeps_order: bool,
    /// An event may be sent twice.
    pub(super) repeats_events: bool,
}

/// The events delivered to one subscriber.
pub(crate) struct Ledger {
    pub(super) known: BTreeMap<String, Arc<Thing>>,
    /// Delivered objects that have not been compared with the states of the server yet.
    pub(super) delivered: Vec<(String, String)>,
    pub(super) violations: Vec<Violation>,
    log: Vec<String>,
    delivery: Delivery,
    resyncs: bool,
    informer: usize,
    network: Network,
    sabotage: Option<Sabotage>,
    server: Promises,
    joined: Instant,
    number: u64,
    initial_is_over: bool,
}

impl Ledger {
    pub(super) fn new(
        informer: usize,
        delivery: Delivery,
        resyncs: bool,
        network: Network,
        sabotage: Option<Sabotage>,
        server: Promises,
    ) -> Self {
        Self {
            known: BTreeMap::new(),
            delivered: Vec::new(),
            violations: Vec::new(),
            log: Vec::new(),
            delivery,
            resyncs,
            informer,
            network,
            sabotage,
            server,
            joined: Instant::now(),
            number: 0,
            initial_is_over: false,
        }
    }

    /// All events as text.
    pub(super) fn log(&self) -> &[String] {
        &self.log
    }

    /// Records and checks an event.
    pub(super) fn record(&mut self, event: Event<Thing>) {
        let number = self.number;
        self.number += 1;
        let events = match self.sabotage {
            Some(sabotage) => sabotage.alter_event(event, number),
            None => vec![event],
        };
        for event in events {
            self.check(event);
        }
    }

    fn violated(&mut self, invariant: &'static str, detail: &str) {
        let informer = self.informer;
        self.violations.push(Violation {
            invariant,
            detail: format!("informer {informer}, {:?} subscriber: {detail}", self.delivery),
        });
    }

    fn may_go_backwards(&self) -> bool {
        !self.server.keeps_order || self.network.may_go_backwards(self.informer)
    }

    fn check(&mut self, event: Event<Thing>) {
        let key = event.object().key();
        let at = (Instant::now() - self.joined).as_millis();
        self.log.push(format!("+{at} ms {}", show(&event)));
        match event {
            Event::Added { object, in_initial_list, .. } => {
                self.check_added(&key, &object, in_initial_list);
                self.delivered.push((key.clone(), object.fingerprint()));
                self.known.insert(key, object);
            }
            Event::Updated { old, new, .. } => {
                self.check_updated(&key, &old, &new);
                self.delivered.push((key.clone(), new.fingerprint()));
                self.known.insert(key, new);
            }
            Event::Deleted { last_known, final_state_known, .. } => {
                self.check_deleted(&key, &last_known, final_state_known);
                self.known.remove(&key);
            }
        }
    }

    fn check_added(&mut self, key: &str, object: &Thing, in_initial_list: bool) {
        if let Some(known) = self.known.get(key) {
            let detail = format!("Added {} although {} is known", object.fingerprint(), known.fingerprint());
            self.violated("Added only for unknown objects", &detail);
        }
        if self.delivery == Delivery::EveryEvent {
            if in_initial_list && self.initial_is_over {
                let detail =
                    format!("Added {} (initial) after an object that was not initial", object.fingerprint());
                self.violated("initial objects are delivered first", &detail);
            }
            self.initial_is_over |= !in_initial_list;
        }
    }

    fn check_updated(&mut self, key: &str, old: &Arc<Thing>, new: &Arc<Thing>) {
        let Some(known) = self.known.get(key).cloned() else {
            let detail = format!("Updated to {}, which is not known", new.fingerprint());
            return self.violated("Updated only for known objects", &detail);
        };
        if !Arc::ptr_eq(&known, old) {
            let detail = format!(
                "Updated from {} although {} was delivered last",
                old.fingerprint(),
                known.fingerprint()
            );
            self.violated("old is the object delivered last", &detail);
        }
        if old.uid() != new.uid() {
            let detail = format!("Updated {} to {}", old.fingerprint(), new.fingerprint());
            self.violated("a new uid is delivered as Deleted and Added", &detail);
        }
        let is_resync = Arc::ptr_eq(old, new);
        if is_resync && !self.resyncs {
            let detail = format!("Updated {} to itself", new.fingerprint());
            self.violated("only a resync delivers the same object again", &detail);
        }
        // An event that the server sent twice may also be a change without a new version: it is delivered.
        let is_back = match new.version().cmp(&old.version()) {
            Ordering::Less => true,
            Ordering::Equal => !self.server.repeats_events || new.fingerprint() != old.fingerprint(),
            Ordering::Greater => false,
        };
        if !is_resync && is_back && !self.may_go_backwards() {
            let detail = format!("Updated {} to {}", old.fingerprint(), new.fingerprint());
            self.violated("resourceVersion never goes backwards", &detail);
        }
    }

    fn check_deleted(&mut self, key: &str, last_known: &Arc<Thing>, final_state_known: bool) {
        let Some(known) = self.known.get(key).cloned() else {
            let detail = format!("Deleted {}, which is not known", last_known.fingerprint());
            return self.violated("Deleted only for known objects", &detail);
        };
        let is_same = Arc::ptr_eq(&known, last_known);
        if self.delivery == Delivery::EveryEvent && !final_state_known && !is_same {
            let detail = format!(
                "{} was missing from a list, but {} was delivered last",
                last_known.fingerprint(),
                known.fingerprint()
            );
            self.violated("a tombstone contains the object delivered last", &detail);
        }
        if last_known.version() < known.version() && !self.may_go_backwards() {
            let detail = format!("Deleted {} after {}", last_known.fingerprint(), known.fingerprint());
            self.violated("resourceVersion never goes backwards", &detail);
        }
    }
}

fn show(event: &Event<Thing>) -> String {
    match event {
        Event::Added { object, in_initial_list, .. } => {
            format!("Added {} in_initial_list={in_initial_list}", object.fingerprint())
        }
        Event::Updated { old, new, .. } => format!("Updated {} -> {}", old.fingerprint(), new.fingerprint()),
        Event::Deleted { last_known, final_state_known, .. } => {
            format!("Deleted {} final_state_known={final_state_known}", last_known.fingerprint())
        }
    }
}
