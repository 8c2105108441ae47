//! [`Backlog`] compared with a naive model, for random sequences of changes, markers and reads.

use std::{collections::BTreeMap, sync::Arc};

use k8s_openapi::api::core::v1::ConfigMap;
use proptest::prelude::*;

use super::{
    Delivery, DeliveryOptions, Event, Overflow, StreamItem, backlog::Backlog, gate::Gate, mailbox::IsClosed,
};
use crate::testing::{object_with_uid, resource_type};

/// What happens to the queue.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// An object is created, changed, or deleted; deleted and recreated if `recreates`.
    Change {
        object: u8,
        recreates: bool,
    },
    Delete(u8),
    BeginRelist,
    EndRelist,
    EndBatch,
    Take(u8),
    TakeBatch,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (0..4_u8, prop::bool::weighted(0.2))
            .prop_map(|(object, recreates)| Step::Change { object, recreates }),
        3 => (0..4_u8).prop_map(Step::Delete),
        1 => Just(Step::BeginRelist),
        1 => Just(Step::EndRelist),
        2 => Just(Step::EndBatch),
        2 => (0..6_u8).prop_map(Step::Take),
        1 => Just(Step::TakeBatch),
    ];
    prop::collection::vec(step, 0..80)
}

/// Objects by name, with their uids and versions.
type State = BTreeMap<String, (String, u64)>;

/// The server's side: the state, and every event that leads to it.
struct Model {
    backlog: Backlog<ConfigMap>,
    state: State,
    version: u64,
    relisting: bool,
    every_event: Vec<String>,
    /// The state at the end of each batch.
    batch_states: BTreeMap<String, State>,
    /// The state at the end of each relist.
    relist_states: BTreeMap<String, State>,
}

fn identity(object: &ConfigMap) -> (String, (String, u64)) {
    let metadata = &object.metadata;
    let version = metadata.resource_version.as_deref().unwrap().parse().unwrap();
    (metadata.name.clone().unwrap(), (metadata.uid.clone().unwrap(), version))
}

fn name(object: u8) -> String {
    format!("o{object}")
}

impl Model {
    fn new(options: DeliveryOptions) -> Self {
        let mut backlog = Backlog::new(resource_type(), options, Arc::<Gate>::default());
        backlog.initial_list_complete();
        backlog.end_batch(Some("0".into()));
        let batch_states = BTreeMap::from([("0".to_owned(), State::new())]);
        Self {
            backlog,
            state: State::new(),
            version: 0,
            relisting: false,
            every_event: Vec::new(),
            batch_states,
            relist_states: BTreeMap::new(),
        }
    }

    fn send(&mut self, event: Event<ConfigMap>) {
        self.every_event.push(format!("{event:?}"));
        self.backlog.push(event);
    }

    fn object_of(&self, name: &str) -> Option<Arc<ConfigMap>> {
        let (uid, version) = self.state.get(name)?;
        Some(object_with_uid(name, *version, uid))
    }

    fn change(&mut self, object: u8, recreates: bool) {
        let name = name(object);
        if recreates {
            self.delete(object);
        }
        self.version += 1;
        let old = self.object_of(&name);
        let uid = old.as_ref().map_or(format!("u{}", self.version), |old| identity(old).1.0);
        let new = object_with_uid(&name, self.version, &uid);
        self.state.insert(name, (uid, self.version));
        self.send(match old {
            Some(old) => Event::updated(&resource_type(), old, new),
            None => Event::added(&resource_type(), new, false),
        });
    }

    fn delete(&mut self, object: u8) {
        let name = name(object);
        let Some(old) = self.object_of(&name) else { return };
        self.version += 1;
        let last = object_with_uid(&name, self.version, &identity(&old).1.0);
        self.state.remove(&name);
        self.send(Event::deleted(&resource_type(), last, true));
    }

    fn end_relist(&mut self) {
        if !std::mem::take(&mut self.relisting) {
            return;
        }
        self.version += 1;
        self.relist_states.insert(self.version.to_string(), self.state.clone());
        self.backlog.relist_ended(Some(self.version.to_string().into()));
        self.end_batch();
    }

    fn end_batch(&mut self) {
        self.version += 1;
        self.batch_states.insert(self.version.to_string(), self.state.clone());
        self.backlog.end_batch(Some(self.version.to_string().into()));
    }

    fn begin_relist(&mut self) {
        if !std::mem::replace(&mut self.relisting, true) {
            self.backlog.relist_began();
        }
    }
}

/// The subscriber's side.
#[derive(Default)]
struct Subscriber {
    state: State,
    events: Vec<String>,
    in_relist: bool,
    /// The states at the ends of relists, with their versions.
    relists: Vec<(String, State)>,
    batches: Vec<(String, State)>,
}

impl Subscriber {
    /// Applies an event, which must fit the state before it.
    fn apply(&mut self, event: &Event<ConfigMap>) {
        self.events.push(format!("{event:?}"));
        let (name, identity_of) = identity(event.object());
        match event {
            Event::Added { .. } => {
                assert!(self.state.insert(name, identity_of).is_none(), "added twice");
            }
            Event::Updated { old, .. } => {
                let before = self.state.insert(name, identity_of.clone());
                assert_eq!(before, Some(identity(old).1), "`old` is the state delivered last");
                assert_eq!(identity(old).1.0, identity_of.0, "an update never changes the uid");
            }
            Event::Deleted { last_known, .. } => {
                let before = self.state.remove(&name).expect("the object was delivered");
                assert_eq!(before.0, identity(last_known).1.0, "the uid of the object delivered last");
            }
        }
    }

    fn take(&mut self, backlog: &mut Backlog<ConfigMap>) -> bool {
        match backlog.pop() {
            Some(StreamItem::Event(event)) => self.apply(&event),
            Some(StreamItem::RelistBegan) => assert!(!std::mem::replace(&mut self.in_relist, true)),
            Some(StreamItem::RelistEnded { resource_version, .. }) => {
                assert!(std::mem::take(&mut self.in_relist));
                self.relists.push((resource_version.unwrap().to_string(), self.state.clone()));
            }
            Some(_) => {}
            None => return false,
        }
        true
    }

    fn take_batch(&mut self, backlog: &mut Backlog<ConfigMap>) -> bool {
        let Some(batch) = backlog.pop_batch(IsClosed(false)) else { return false };
        for event in &batch.events {
            self.apply(event);
        }
        self.batches.push((batch.resource_version.unwrap().to_string(), self.state.clone()));
        true
    }
}

fn options(delivery: Delivery, limit: usize) -> DeliveryOptions {
    DeliveryOptions::new().delivery(delivery).limit(limit).on_overflow(Overflow::Coalesce).relist_markers()
}

/// Runs the steps. Batches are taken only if `reads` allows: they skip markers.
fn run(options: DeliveryOptions, steps: &[Step], reads: Reads) -> (Model, Subscriber) {
    let mut model = Model::new(options);
    let mut subscriber = Subscriber::default();
    for step in steps {
        match *step {
            Step::Change { object, recreates } => model.change(object, recreates),
            Step::Delete(object) => model.delete(object),
            Step::BeginRelist => model.begin_relist(),
            Step::EndRelist => model.end_relist(),
            Step::EndBatch => model.end_batch(),
            Step::Take(count) if reads == Reads::Items => {
                for _ in 0..count {
                    subscriber.take(&mut model.backlog);
                }
            }
            Step::TakeBatch if reads == Reads::Batches => {
                subscriber.take_batch(&mut model.backlog);
            }
            Step::Take(_) | Step::TakeBatch => {}
        }
    }
    model.end_relist();
    model.end_batch();
    (model, subscriber)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reads {
    Items,
    Batches,
}

/// An addition and its deletion cancel each other, behind earlier events of the object.
#[test]
fn a_change_after_a_cancelled_addition_follows_the_earlier_events() {
    let change = |object, recreates| Step::Change { object, recreates };
    let steps = [
        change(3, false),
        change(0, false),
        change(0, false),
        change(1, false),
        Step::Delete(1),
        Step::Delete(0),
        change(2, false),
        change(1, false),
        Step::Take(5),
        change(0, false),
        change(1, true),
        Step::Delete(1),
        change(2, false),
        Step::Take(1),
        change(1, false),
    ];
    let (mut model, mut subscriber) = run(options(Delivery::EveryEvent, 5), &steps, Reads::Items);
    while subscriber.take(&mut model.backlog) {}
    assert_eq!(subscriber.state, model.state);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whenever it reads, the subscriber's events fit together and lead to the model's state.
    #[test]
    fn merged_events_lead_to_the_same_state(steps in steps(), limit in 1..20_usize) {
        for delivery in [Delivery::Coalesced, Delivery::EveryEvent] {
            let (mut model, mut subscriber) = run(options(delivery, limit), &steps, Reads::Items);
            let bound = 4 + if delivery == Delivery::EveryEvent { limit } else { 0 };
            prop_assert!(model.backlog.len() <= bound, "{} entries", model.backlog.len());
            while subscriber.take(&mut model.backlog) {}
            prop_assert_eq!(&subscriber.state, &model.state);
            prop_assert!(!subscriber.in_relist && model.backlog.has_synced());
        }
    }

    #[test]
    fn below_its_limit_a_queue_delivers_every_event_in_order(steps in steps()) {
        let (mut model, mut subscriber) = run(options(Delivery::EveryEvent, 1000), &steps, Reads::Items);
        while subscriber.take(&mut model.backlog) {}
        prop_assert_eq!(&subscriber.events, &model.every_event);
        prop_assert_eq!(model.backlog.merged(), 0);
        // Each relist with a change ends in the state that it showed.
        for (version, state) in &subscriber.relists {
            prop_assert_eq!(state, &model.relist_states[version]);
        }
    }

    /// A batch leads to the state at its version, although batches are merged.
    #[test]
    fn batches_lead_from_one_consistent_state_to_the_next(steps in steps(), limit in 1..20_usize) {
        for delivery in [Delivery::Coalesced, Delivery::EveryEvent] {
            let (mut model, mut subscriber) = run(options(delivery, limit), &steps, Reads::Batches);
            while subscriber.take_batch(&mut model.backlog) {}
            for (version, state) in &subscriber.batches {
                prop_assert_eq!(state, &model.batch_states[version], "{:?} {}", delivery, version);
            }
            prop_assert_eq!(&subscriber.state, &model.state);
            prop_assert_eq!(model.backlog.len(), 0);
        }
    }

    /// A subscriber that never reads: markers and ends of batches are bounded as well.
    #[test]
    fn markers_are_bounded(rounds in 10..200_usize) {
        let steps = [
            Step::Change { object: 0, recreates: true },
            Step::BeginRelist,
            Step::Change { object: 1, recreates: false },
            Step::EndRelist,
            Step::Delete(1),
            Step::EndBatch,
        ];
        let steps: Vec<Step> = steps.into_iter().cycle().take(steps.len() * rounds).collect();
        for delivery in [Delivery::Coalesced, Delivery::EveryEvent] {
            let (model, _) = run(options(delivery, 5), &steps, Reads::Items);
            let (marks, ends) = model.backlog.bookkeeping();
            prop_assert!(marks <= 12 && ends <= 12, "{} marks, {} ends", marks, ends);
        }
    }
}
