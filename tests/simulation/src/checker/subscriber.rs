//! One subscriber and how it takes its events.

use std::sync::Arc;

use parking_lot::Mutex;
use reflector_runtime::Delivery;
use tokio::task::JoinHandle;

use super::ledger::Ledger;
use crate::{
    plan::{Pace, SubscriberPlan},
    sabotage::Sabotage,
    subject::{Events, Subject},
};

/// Number of events after which a subscriber with that bug sleeps forever.
const LAST_WAKE_UP: u32 = 4;

/// One subscriber.
pub(super) struct Subscriber {
    pub(super) plan: SubscriberPlan,
    pub(super) coalesced: bool,
    pub(super) ledger: Arc<Mutex<Ledger>>,
    source: Source,
}

enum Source {
    /// A separate task takes the events.
    Task(JoinHandle<()>),
    /// The checker takes the events after each step.
    Polled(Events),
}

impl Subscriber {
    pub(super) fn new(
        plan: SubscriberPlan,
        subject: &Subject,
        ledger: impl FnOnce(Delivery) -> Ledger,
        sabotage: Option<Sabotage>,
    ) -> Self {
        let requested = match (sabotage, plan.delivery) {
            (Some(Sabotage::UnboundedQueue), _) => Delivery::EveryEvent,
            (_, delivery) => delivery,
        };
        let coalesced = subject.coalesces() && plan.delivery == Delivery::Coalesced;
        let expected = if coalesced { Delivery::Coalesced } else { Delivery::EveryEvent };
        let ledger = Arc::new(Mutex::new(ledger(expected)));
        let source = match (plan.pace, subject.subscribe(requested)) {
            (Pace::Awaiting, Events::Subscription(mut events)) => {
                let ledger = ledger.clone();
                Source::Task(tokio::spawn(async move {
                    let mut taken = 0;
                    while let Some(event) = events.next().await {
                        ledger.lock().record(event);
                        taken += 1;
                        if sabotage == Some(Sabotage::LostWakeUp) && taken == LAST_WAKE_UP {
                            std::future::pending::<()>().await;
                        }
                        tokio::task::coop::consume_budget().await;
                    }
                }))
            }
            (_, events) => Source::Polled(events),
        };
        Self { plan, coalesced, ledger, source }
    }

    /// Takes as many events as its pace allows.
    pub(super) fn step(&mut self) {
        let limit = match self.plan.pace {
            Pace::Awaiting => usize::MAX,
            Pace::Slow(events) => events.into(),
            Pace::AtEnd => 0,
        };
        self.take(limit);
    }

    /// Takes all events.
    pub(super) fn drain(&mut self) {
        self.take(usize::MAX);
    }

    fn take(&mut self, limit: usize) {
        let Source::Polled(events) = &mut self.source else { return };
        for _ in 0..limit {
            let Some(event) = events.try_next() else { return };
            self.ledger.lock().record(event);
        }
    }

    /// Number of queued events.
    pub(super) fn queued(&self) -> usize {
        match &self.source {
            Source::Task(_) => 0,
            Source::Polled(events) => events.len(),
        }
    }
}

impl Drop for Subscriber {
    fn drop(&mut self) {
        if let Source::Task(task) = &self.source {
            task.abort();
        }
    }
}
