//! A plan: everything that will happen in one simulated world, decided in advance. A plan can be printed, shrunk and
//! run again. A run makes no random choice that the plan does not determine.

mod action;
mod generate;
mod quirk;

use std::{fmt, time::Duration};

use reflector_runtime::{Delivery, InitialListStrategy, WireFormat};

pub use self::action::{
    Action, COLORS, ConnectionFault, FaultyRequests, NAMES, NAMESPACES, NetworkFault, PARTS, RequestFault,
    RequestKind, ServerChange, Slot, TIERS, Write,
};
pub use self::quirk::Quirk;
use crate::thing::Resource;

/// Everything that will happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The seed from which the plan was generated. It also seeds the server, the network and the informers.
    pub seed: u64,
    /// How the servers of some kinds differ from one of Kubernetes.
    pub quirks: Vec<(Resource, Quirk)>,
    /// The informers.
    pub informers: Vec<InformerPlan>,
    /// Actions that run before the informers start.
    pub before: Vec<Action>,
    /// Actions that run afterwards, in order.
    pub steps: Vec<Step>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The time to wait after the action.
    pub after: Duration,
    /// The action.
    pub action: Action,
}

/// One informer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InformerPlan {
    /// The watched kind.
    pub resource: Resource,
    /// The watched namespace, or all namespaces.
    pub namespace: Option<&'static str>,
    /// A label selector, or none.
    pub labels: Option<&'static str>,
    /// A field selector, or none.
    pub fields: Option<&'static str>,
    /// How it reads the initial state.
    pub initial_list_strategy: InitialListStrategy,
    /// The format of its objects, as far as the server offers it.
    pub wire_format: WireFormat,
    /// The page size of its lists.
    pub page_size: Option<u32>,
    /// The resync interval.
    pub resync: Option<Duration>,
    /// The minimum timeout of its watches.
    pub watch_timeout: Duration,
    /// How long a list may send no data.
    pub response_timeout: Duration,
    /// How long it avoids watch-lists after the server rejected one.
    pub watch_list_retry_after: Duration,
    /// Lists in this interval instead of watching.
    pub poll_interval: Option<Duration>,
    /// How it is built.
    pub built: Built,
    /// The initial subscribers.
    pub subscribers: Vec<SubscriberPlan>,
}

/// How an informer is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Built {
    /// The informer of the runtime.
    Informer,
    /// Assembled from the runtime's public parts.
    Assembled,
}

/// One subscriber of an informer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubscriberPlan {
    /// What is delivered to it when it is slow.
    pub delivery: Delivery,
    /// How fast it takes events.
    pub pace: Pace,
}

/// How fast a subscriber takes events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// A separate task awaits each event.
    Awaiting,
    /// Takes at most this many events after each step.
    Slow(u8),
    /// Takes no events before the end of the run.
    AtEnd,
}

impl Plan {
    /// Generates the plan of a seed.
    pub fn generate(seed: u64) -> Self {
        generate::plan(seed)
    }

    /// Whether a fault makes the server send events of this kind twice.
    pub fn repeats_events(&self, resource: Resource) -> bool {
        self.steps.iter().any(|step| match &step.action {
            Action::Requests(faulty) => {
                faulty.resource == resource && matches!(faulty.fault, RequestFault::DuplicateEvents(..))
            }
            _ => false,
        })
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {}", self.seed)?;
        for (resource, quirk) in &self.quirks {
            writeln!(f, "{}: {quirk:?}", resource.plural())?;
        }
        for (number, informer) in self.informers.iter().enumerate() {
            writeln!(f, "informer {number}: {informer}")?;
        }
        for action in &self.before {
            writeln!(f, "  before    {action:?}")?;
        }
        for step in &self.steps {
            writeln!(f, "  +{:<9} {:?}", format!("{:?}", step.after), step.action)?;
        }
        Ok(())
    }
}

impl fmt::Display for InformerPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} by {:?}", self.resource.plural(), self.initial_list_strategy)?;
        if self.built == Built::Assembled {
            f.write_str(", assembled")?;
        }
        if self.wire_format == WireFormat::Json {
            f.write_str(", in JSON")?;
        }
        if let Some(size) = self.page_size {
            write!(f, ", pages of {size}")?;
        }
        for (name, text) in [("namespace", self.namespace), ("labels", self.labels), ("fields", self.fields)]
        {
            if let Some(text) = text {
                write!(f, ", {name} `{text}`")?;
            }
        }
        if let Some(resync) = self.resync {
            write!(f, ", resync {resync:?}")?;
        }
        if let Some(interval) = self.poll_interval {
            write!(f, ", polled every {interval:?}")?;
        }
        write!(
            f,
            ", watch timeout {:?}, response timeout {:?}, watch-list retry after {:?}; subscribers:",
            self.watch_timeout, self.response_timeout, self.watch_list_retry_after
        )?;
        for subscriber in &self.subscribers {
            write!(f, " {:?}/{:?}", subscriber.delivery, subscriber.pace)?;
        }
        Ok(())
    }
}
