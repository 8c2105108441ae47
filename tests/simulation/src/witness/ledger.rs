//! What one subscriber has been told, event by event, and whether each event was one that may follow.
//!
//! An object that was deleted and made anew comes as `Deleted` and `Added`, whether or not anybody saw it go.

use std::{collections::BTreeMap, sync::Arc};

use reflector_runtime::{Delivery, Event};
use tokio::time::Instant;

use super::Violation;
use crate::{network::Network, sabotage::Sabotage, thing::Thing};

/// What one subscriber has been told.
pub(crate) struct Ledger {
    pub(super) known: BTreeMap<String, Arc<Thing>>,
    /// Objects that were told, to be looked up among those that the server ever had.
    pub(super) told: Vec<(String, String)>,
    pub(super) violations: Vec<Violation>,
    log: Vec<String>,
    delivery: Delivery,
    resyncs: bool,
    informer: usize,
    network: Network,
    sabotage: Option<Sabotage>,
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
    ) -> Self {
        Self {
            known: BTreeMap::new(),
            told: Vec::new(),
            violations: Vec::new(),
            log: Vec::new(),
            delivery,
            resyncs,
            informer,
            network,
            sabotage,
            joined: Instant::now(),
            number: 0,
            initial_is_over: false,
        }
    }

    /// All events, as text.
    pub(super) fn log(&self) -> &[String] {
        &self.log
    }

    /// Takes an event down.
    pub(super) fn take(&mut self, event: Event<Thing>) {
        let number = self.number;
        self.number += 1;
        let events = match self.sabotage {
            Some(sabotage) => sabotage.told(event, number),
            None => vec![event],
        };
        for event in events {
            self.check(event);
        }
    }

    fn violated(&mut self, rule: &'static str, detail: &str) {
        let informer = self.informer;
        self.violations.push(Violation {
            rule,
            detail: format!("informer {informer}, {:?} subscriber: {detail}", self.delivery),
        });
    }

    fn check(&mut self, event: Event<Thing>) {
        let key = event.object().key();
        let at = (Instant::now() - self.joined).as_millis();
        self.log.push(format!("+{at} ms {}", show(&event)));
        match event {
            Event::Added { object, in_initial_list, .. } => {
                self.check_added(&key, &object, in_initial_list);
                self.told.push((key.clone(), object.fingerprint()));
                self.known.insert(key, object);
            }
            Event::Updated { old, new, .. } => {
                self.check_updated(&key, &old, &new);
                self.told.push((key.clone(), new.fingerprint()));
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
            self.violated("Added only what is unknown", &detail);
        }
        if self.delivery == Delivery::EveryEvent {
            if in_initial_list && self.initial_is_over {
                let detail = format!("Added {} (initial) behind one that is not", object.fingerprint());
                self.violated("initial objects come first", &detail);
            }
            self.initial_is_over |= !in_initial_list;
        }
    }

    fn check_updated(&mut self, key: &str, old: &Arc<Thing>, new: &Arc<Thing>) {
        let Some(known) = self.known.get(key).cloned() else {
            let detail = format!("Updated to {}, which is unknown", new.fingerprint());
            return self.violated("Updated only what is known", &detail);
        };
        if !Arc::ptr_eq(&known, old) {
            let detail =
                format!("Updated from {} although {} was told last", old.fingerprint(), known.fingerprint());
            self.violated("old is what was told last", &detail);
        }
        if old.uid() != new.uid() {
            let detail = format!("Updated {} to {}", old.fingerprint(), new.fingerprint());
            self.violated("another uid is another object", &detail);
        }
        let again = Arc::ptr_eq(old, new);
        if again && !self.resyncs {
            let detail = format!("Updated {} to itself", new.fingerprint());
            self.violated("nothing is told twice but in a resync", &detail);
        }
        if !again && new.version() <= old.version() && !self.network.may_run_back(self.informer) {
            let detail = format!("Updated {} to {}", old.fingerprint(), new.fingerprint());
            self.violated("no version runs back", &detail);
        }
    }

    fn check_deleted(&mut self, key: &str, last_known: &Arc<Thing>, final_state_known: bool) {
        let Some(known) = self.known.get(key).cloned() else {
            let detail = format!("Deleted {}, which is unknown", last_known.fingerprint());
            return self.violated("Deleted only what is known", &detail);
        };
        let is_same = Arc::ptr_eq(&known, last_known);
        if self.delivery == Delivery::EveryEvent && !final_state_known && !is_same {
            let detail = format!(
                "{} was found missing, but {} was told last",
                last_known.fingerprint(),
                known.fingerprint()
            );
            self.violated("a tombstone holds what was told last", &detail);
        }
        if last_known.version() < known.version() && !self.network.may_run_back(self.informer) {
            let detail = format!("Deleted {} behind {}", last_known.fingerprint(), known.fingerprint());
            self.violated("no version runs back", &detail);
        }
    }
}

fn show(event: &Event<Thing>) -> String {
    match event {
        Event::Added { object, in_initial_list, .. } => {
            format!("Added {} initial={in_initial_list}", object.fingerprint())
        }
        Event::Updated { old, new, .. } => format!("Updated {} -> {}", old.fingerprint(), new.fingerprint()),
        Event::Deleted { last_known, final_state_known, .. } => {
            format!("Deleted {} observed={final_state_known}", last_known.fingerprint())
        }
    }
}
