//! The informer under test: one of the runtime, or one assembled here from the runtime's public parts.

mod assembled;
mod sabotaged_store;

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

/// No object in the simulation is larger. The limit is low, so that an endless line is abandoned soon.
const MAX_OBJECT_BYTES: usize = 48 << 10;

/// A running informer. Dropping it stops the informer.
pub(crate) struct Subject {
    store: Store<Thing>,
    running: Running,
    frozen: Option<Frozen>,
}

enum Running {
    Informer(Informer<Thing, DynamicScope>),
    Assembled(Assembled),
}

/// A deliberate bug: a lister keeps returning an old snapshot.
#[derive(Default)]
struct Frozen {
    calls: u32,
    snapshot: Vec<Arc<Thing>>,
}

/// The events of one subscriber.
pub(crate) enum Events {
    /// A subscription of the runtime.
    Subscription(Subscription<Thing>),
    /// The events of an assembled informer.
    Assembled(assembled::EventQueue),
}

fn set_options(
    options: &mut ReflectorOptions,
    plan: &InformerPlan,
    seed: u64,
    backoffs: [Option<Box<dyn Backoff>>; 2],
) {
    options.initial_list_strategy = plan.initial_list_strategy;
    options.page_size = plan.page_size;
    options.min_watch_timeout = plan.watch_timeout;
    options.response_timeout = plan.response_timeout;
    options.poll_interval = plan.poll_interval;
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
    /// Starts the informer.
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
            let mut options = ReflectorOptions::default();
            set_options(&mut options, plan, seed, backoffs);
            let assembled = Assembled::start(plan, client, options, sabotage);
            (assembled.store(), Running::Assembled(assembled))
        } else {
            let mut builder =
                InformerBuilder::<Thing, DynamicScope>::new(client, plan.resource.resource_type())
                    .max_object_bytes(MAX_OBJECT_BYTES)
                    .wire_format(plan.wire_format)
                    .resync(plan.resync.unwrap_or_default())
                    .options(|options| set_options(options, plan, seed, backoffs));
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

    /// The objects that a lister returns.
    pub(crate) fn list(&mut self) -> Vec<Arc<Thing>> {
        let objects = self.store.list();
        let Some(frozen) = &mut self.frozen else { return objects };
        frozen.calls += 1;
        if frozen.calls <= 10 {
            frozen.snapshot = objects;
        }
        frozen.snapshot.clone()
    }

    /// The health that the informer reports. An assembled informer does not report any.
    pub(crate) fn health(&self) -> Option<watch::Receiver<Health>> {
        match &self.running {
            Running::Informer(informer) => Some(informer.health()),
            Running::Assembled(_) => None,
        }
    }

    /// Adds a subscriber.
    pub(crate) fn subscribe(&self, delivery: Delivery) -> Events {
        match &self.running {
            Running::Informer(informer) => Events::Subscription(informer.subscribe_with(delivery)),
            Running::Assembled(assembled) => Events::Assembled(assembled.subscribe()),
        }
    }

    /// Whether a subscriber that requests coalesced changes receives them.
    pub(crate) fn coalesces(&self) -> bool {
        matches!(self.running, Running::Informer(_))
    }
}

impl Events {
    /// The next event, if one is queued.
    pub(crate) fn try_next(&mut self) -> Option<Event<Thing>> {
        match self {
            Self::Subscription(events) => events.try_next(),
            Self::Assembled(events) => events.try_next(),
        }
    }

    /// Number of queued events.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Subscription(events) => events.len(),
            Self::Assembled(events) => events.len(),
        }
    }
}
