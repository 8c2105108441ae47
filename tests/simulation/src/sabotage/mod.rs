//! Deliberate bugs, to check the checks: each one is something that a client may get wrong, put in from the outside,
//! between the server and the informer or between the informer and its users. The runtime has no switch for any.

mod wire;

use std::time::Duration;

use fastrand::Rng;
use reflector_runtime::{Backoff, Event, ExponentialBackoff};
use tokio::time::Instant;

pub(crate) use self::wire::Tamper;
pub use self::wire::WireSabotage;
use crate::{
    network::Network,
    thing::{Resource, Thing},
};

/// A deliberate bug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sabotage {
    /// Something is wrong between the server and the informer.
    Wire(WireSabotage),
    /// A lister goes on to show what it showed once.
    StaleStore,
    /// The wait between tries does not grow.
    BackoffNeverGrows,
    /// It grows to a few seconds only.
    BackoffStaysShort,
    /// It begins anew after any request that succeeds.
    BackoffForgets,
    /// What a list does not show stays.
    SkipSweep,
    /// Some updates are told, but never stored.
    ForgetUpdates,
    /// The store's version runs back now and then.
    VersionRunsBack,
    /// Deletions that a list has shown are not told.
    DropTombstones,
    /// Old and new are told in each other's place.
    SwapOldAndNew,
    /// Every seventh event is lost.
    LoseEvents,
    /// An object is told to be new although it is not.
    TellAddedTwice,
    /// A subscriber that asks for merged changes is told all, however long it sleeps.
    UnboundedQueue,
    /// A subscriber is not woken any more after some events.
    LostWakeUp,
}

impl Sabotage {
    /// All of them.
    pub const ALL: [Self; 19] = [
        Self::Wire(WireSabotage::SkipRelistOnGone),
        Self::Wire(WireSabotage::LoseDeletions),
        Self::Wire(WireSabotage::MixUpContent),
        Self::Wire(WireSabotage::LoseOneOfAList),
        Self::Wire(WireSabotage::IgnoreFurtherPages),
        Self::Wire(WireSabotage::HideNamespace),
        Self::StaleStore,
        Self::BackoffNeverGrows,
        Self::BackoffStaysShort,
        Self::BackoffForgets,
        Self::SkipSweep,
        Self::ForgetUpdates,
        Self::VersionRunsBack,
        Self::DropTombstones,
        Self::SwapOldAndNew,
        Self::LoseEvents,
        Self::TellAddedTwice,
        Self::UnboundedQueue,
        Self::LostWakeUp,
    ];

    /// Whether it goes into an informer that is put together here.
    pub(crate) fn needs_assembly(self) -> bool {
        matches!(self, Self::SkipSweep | Self::ForgetUpdates | Self::VersionRunsBack)
    }

    pub(crate) fn wire(self) -> Option<WireSabotage> {
        match self {
            Self::Wire(sabotage) => Some(sabotage),
            _ => None,
        }
    }

    /// What a subscriber is told in place of this event, the `number`th.
    pub(crate) fn told(self, event: Event<Thing>, number: u64) -> Vec<Event<Thing>> {
        // All kinds of things have their metadata in the same place.
        let resource_type = &Resource::Widgets.resource_type();
        match (self, event) {
            (Self::DropTombstones, Event::Deleted { final_state_known: false, .. }) => Vec::new(),
            (Self::SwapOldAndNew, Event::Updated { old, new, .. }) => {
                vec![Event::updated(resource_type, new, old)]
            }
            (Self::LoseEvents, _) if number % 7 == 6 => Vec::new(),
            (Self::TellAddedTwice, Event::Added { object, in_initial_list, .. }) if number % 5 == 4 => {
                vec![Event::added(resource_type, object, in_initial_list); 2]
            }
            (_, event) => vec![event],
        }
    }
}

/// A backoff that begins anew whenever a request of that informer's has succeeded.
#[derive(Debug)]
struct Forgetful {
    backoff: ExponentialBackoff,
    network: Network,
    informer: usize,
    successes: u64,
}

impl Backoff for Forgetful {
    fn next_delay(&mut self, now: Instant, random: &mut Rng) -> Duration {
        let successes = self.network.successes(self.informer);
        if std::mem::replace(&mut self.successes, successes) != successes {
            self.backoff.reset();
        }
        self.backoff.next_delay(now, random)
    }

    fn reset(&mut self) {
        self.backoff.reset();
    }
}

impl Sabotage {
    /// The wrong backoff, if that is the bug.
    pub(crate) fn backoff(self, network: &Network, informer: usize) -> Option<Box<dyn Backoff>> {
        let second = Duration::from_secs(1);
        Some(match self {
            Self::BackoffNeverGrows => Box::new(ExponentialBackoff::new(second, second).jitter(0.0)),
            Self::BackoffStaysShort => Box::new(ExponentialBackoff::new(second, second * 5)),
            Self::BackoffForgets => Box::new(Forgetful {
                backoff: ExponentialBackoff::default(),
                network: network.clone(),
                informer,
                successes: 0,
            }),
            _ => return None,
        })
    }
}
