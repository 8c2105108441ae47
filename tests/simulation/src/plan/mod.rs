//! A plan: all that will happen in one simulated world, decided beforehand. A plan can be printed, cut down and run
//! again; running it draws nothing at random that the plan does not fix.

mod action;
mod generate;

use std::{fmt, time::Duration};

use reflector_runtime::{Delivery, InitialListStrategy};

pub use self::action::{
    Action, Asked, Break, BrokenConnection, COLORS, NAMES, NAMESPACES, PARTS, Slot, Spoil, SpoiltRequests,
    TIERS, Turn, Write,
};
use crate::thing::Resource;

/// All that will happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The seed that it was drawn from; also seeds the server, the network and the informers.
    pub seed: u64,
    /// Who watches.
    pub informers: Vec<InformerPlan>,
    /// What is there before anybody watches.
    pub before: Vec<Action>,
    /// What happens then, in order.
    pub steps: Vec<Step>,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// How much time passes first.
    pub after: Duration,
    /// What happens.
    pub action: Action,
}

/// One informer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InformerPlan {
    /// Of which kind.
    pub resource: Resource,
    /// Of one namespace, or all.
    pub namespace: Option<&'static str>,
    /// A label selector, or none.
    pub labels: Option<&'static str>,
    /// A field selector, or none.
    pub fields: Option<&'static str>,
    /// How it reads the state.
    pub initial_list_strategy: InitialListStrategy,
    /// The size of its pages.
    pub page_size: Option<u32>,
    /// How often it tells all once more.
    pub resync: Option<Duration>,
    /// The shortest time of its watches.
    pub watch_timeout: Duration,
    /// How long its lists may send nothing.
    pub response_timeout: Duration,
    /// For how long it avoids watch-lists once refused.
    pub watch_list_retry_after: Duration,
    /// How it is made.
    pub built: Built,
    /// Who listens.
    pub subscribers: Vec<SubscriberPlan>,
}

/// How an informer is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Built {
    /// It is the runtime's own.
    Informer,
    /// It is put together from the runtime's public parts.
    Assembled,
}

/// One who listens to an informer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubscriberPlan {
    /// What it is told when it is slow.
    pub delivery: Delivery,
    /// How fast it takes events.
    pub pace: Pace,
}

/// How fast a subscriber takes events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// A task of its own waits for each event.
    Awaiting,
    /// At most so many after each step.
    Slow(u8),
    /// None before the end.
    Last,
}

impl Plan {
    /// Draws the plan of a seed.
    pub fn generate(seed: u64) -> Self {
        generate::plan(seed)
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {}", self.seed)?;
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
        if let Some(size) = self.page_size {
            write!(f, ", pages of {size}")?;
        }
        for (what, text) in [("namespace", self.namespace), ("labels", self.labels), ("fields", self.fields)]
        {
            if let Some(text) = text {
                write!(f, ", {what} `{text}`")?;
            }
        }
        if let Some(resync) = self.resync {
            write!(f, ", resync {resync:?}")?;
        }
        write!(
            f,
            ", watches of {:?}, quiet {:?}, watch-list retry {:?}; subscribers:",
            self.watch_timeout, self.response_timeout, self.watch_list_retry_after
        )?;
        for subscriber in &self.subscribers {
            write!(f, " {:?}/{:?}", subscriber.delivery, subscriber.pace)?;
        }
        Ok(())
    }
}
