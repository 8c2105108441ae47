//! What is looked at: an informer of the runtime, or one put together here from the runtime's public parts.

mod assembled;

use std::sync::Arc;

use reflector_runtime::{
    Backoff, Delivery, Event, Health, Informer, InformerBuilder, ReflectorOptions, Store, Subscription,
    resource_type::DynamicScope,
};
use tokio::sync::watch;

use self::assembled::Assembled;
use crate::{
    network::Network,
    plan::{Built, InformerPlan},
    sabotage::Sabotage,
    thing::Thing,
};

/// No object here is longer; a line that never ends is given up soon.
const MAX_OBJECT_BYTES: usize = 48 << 10;

/// An informer that runs; it ends when this is dropped.
pub(crate) struct Subject {
    store: Store<Thing>,
    running: Running,
    frozen: Option<Frozen>,
}

enum Running {
    Informer(Informer<Thing, DynamicScope>),
    Assembled(Assembled),
}

/// A deliberate bug: what a lister shows stays what it was.
#[derive(Default)]
struct Frozen {
    calls: u32,
    shown: Vec<Arc<Thing>>,
}

/// What a subscriber holds.
pub(crate) enum Events {
    /// The runtime's own.
    Subscription(Subscription<Thing>),
    /// One of an informer that was put together here.
    Assembled(assembled::Feed),
}

fn options(
    options: &mut ReflectorOptions,
    plan: &InformerPlan,
    seed: u64,
    backoffs: [Option<Box<dyn Backoff>>; 2],
) {
    options.initial_list_strategy = plan.initial_list_strategy;
    options.page_size = plan.page_size;
    options.min_watch_timeout = plan.watch_timeout;
    options.response_timeout = plan.response_timeout;
    options.watch_list_retry_after = plan.watch_list_retry_after;
    options.seed = Some(seed);
    let [backoff, connection_backoff] = backoffs;
    if let Some(backoff) = backoff {
        options.backoff = backoff;
    }
    if let Some(backoff) = connection_backoff {
        options.connection_backoff = backoff;
    }
}

impl Subject {
    /// Starts it.
    pub(crate) fn start(
        plan: &InformerPlan,
        number: usize,
        network: &Network,
        seed: u64,
        sabotage: Option<Sabotage>,
    ) -> Self {
        let client = network.client(number);
        let backoff = || sabotage.and_then(|sabotage| sabotage.backoff(network, number));
        let backoffs = [backoff(), backoff()];
        let assemble = plan.built == Built::Assembled || sabotage.is_some_and(Sabotage::needs_assembly);
        let (store, running) = if assemble {
            let mut chosen = ReflectorOptions::default();
            options(&mut chosen, plan, seed, backoffs);
            let assembled = Assembled::start(plan, client, chosen, sabotage);
            (assembled.store(), Running::Assembled(assembled))
        } else {
            let mut builder =
                InformerBuilder::<Thing, DynamicScope>::new(client, plan.resource.resource_type())
                    .max_object_bytes(MAX_OBJECT_BYTES)
                    .resync(plan.resync.unwrap_or_default())
                    .options(|chosen| options(chosen, plan, seed, backoffs));
            if let Some(namespace) = plan.namespace {
                builder = builder.namespace(namespace);
            }
            if let Some(labels) = plan.labels {
                builder = builder.labels(labels);
            }
            if let Some(fields) = plan.fields {
                builder = builder.fields(fields);
            }
            let informer = builder.start();
            (informer.lister().store().clone(), Running::Informer(informer))
        };
        Self { store, running, frozen: (sabotage == Some(Sabotage::StaleStore)).then(Frozen::default) }
    }

    /// The store itself.
    pub(crate) fn store(&self) -> &Store<Thing> {
        &self.store
    }

    /// What a lister shows.
    pub(crate) fn list(&mut self) -> Vec<Arc<Thing>> {
        let shown = self.store.list();
        let Some(frozen) = &mut self.frozen else { return shown };
        frozen.calls += 1;
        if frozen.calls <= 10 {
            frozen.shown = shown;
        }
        frozen.shown.clone()
    }

    /// How it says it is doing; an informer that was put together here has nobody to say so.
    pub(crate) fn health(&self) -> Option<watch::Receiver<Health>> {
        match &self.running {
            Running::Informer(informer) => Some(informer.health()),
            Running::Assembled(_) => None,
        }
    }

    /// A new subscriber.
    pub(crate) fn subscribe(&self, delivery: Delivery) -> Events {
        match &self.running {
            Running::Informer(informer) => Events::Subscription(informer.subscribe_with(delivery)),
            Running::Assembled(assembled) => Events::Assembled(assembled.subscribe()),
        }
    }

    /// Whether a subscriber that asks for it is told merged changes.
    pub(crate) fn merges(&self) -> bool {
        matches!(self.running, Running::Informer(_))
    }
}

impl Events {
    /// The next event, if one waits.
    pub(crate) fn try_next(&mut self) -> Option<Event<Thing>> {
        match self {
            Self::Subscription(events) => events.try_next(),
            Self::Assembled(events) => events.try_next(),
        }
    }

    /// How many wait.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Subscription(events) => events.len(),
            Self::Assembled(events) => events.len(),
        }
    }
}
