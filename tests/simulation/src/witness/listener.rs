//! One subscriber: how it takes its events.

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

/// After so many events a subscriber with that bug sleeps for ever.
const LAST_WAKE_UP: u32 = 4;

/// One subscriber.
pub(super) struct Listener {
    pub(super) plan: SubscriberPlan,
    pub(super) merged: bool,
    pub(super) ledger: Arc<Mutex<Ledger>>,
    source: Source,
}

enum Source {
    /// A task of its own takes the events.
    Task(JoinHandle<()>),
    /// Events are taken when it is time.
    Polled(Events),
}

impl Listener {
    pub(super) fn join(
        plan: SubscriberPlan,
        subject: &Subject,
        ledger: impl FnOnce(Delivery) -> Ledger,
        sabotage: Option<Sabotage>,
    ) -> Self {
        let wanted = match (sabotage, plan.delivery) {
            (Some(Sabotage::UnboundedQueue), _) => Delivery::EveryEvent,
            (_, delivery) => delivery,
        };
        let merged = subject.merges() && plan.delivery == Delivery::Coalesced;
        let told = if merged { Delivery::Coalesced } else { Delivery::EveryEvent };
        let ledger = Arc::new(Mutex::new(ledger(told)));
        let source = match (plan.pace, subject.subscribe(wanted)) {
            (Pace::Awaiting, Events::Subscription(mut events)) => {
                let ledger = ledger.clone();
                Source::Task(tokio::spawn(async move {
                    let mut taken = 0;
                    while let Some(event) = events.next().await {
                        ledger.lock().take(event);
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
        Self { plan, merged, ledger, source }
    }

    /// Takes as many events as its pace allows.
    pub(super) fn step(&mut self) {
        let most = match self.plan.pace {
            Pace::Awaiting => usize::MAX,
            Pace::Slow(events) => events.into(),
            Pace::Last => 0,
        };
        self.take(most);
    }

    /// Takes all events.
    pub(super) fn drain(&mut self) {
        self.take(usize::MAX);
    }

    fn take(&mut self, most: usize) {
        let Source::Polled(events) = &mut self.source else { return };
        for _ in 0..most {
            let Some(event) = events.try_next() else { return };
            self.ledger.lock().take(event);
        }
    }

    /// How many events wait.
    pub(super) fn waiting(&self) -> usize {
        match &self.source {
            Source::Task(_) => 0,
            Source::Polled(events) => events.len(),
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        if let Source::Task(task) = &self.source {
            task.abort();
        }
    }
}
