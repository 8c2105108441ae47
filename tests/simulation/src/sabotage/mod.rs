//! Deliberate bugs that verify the checks. Each bug is a mistake that a client may make. Bugs are injected from
//! outside, between the server and the informer or between the informer and its users. The runtime has no switch for
//! any of them.

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
    /// A bug between the server and the informer.
    Wire(WireSabotage),
    /// A lister keeps returning an old snapshot.
    StaleStore,
    /// The delay between attempts does not grow.
    BackoffNeverGrows,
    /// The delay between attempts grows to a few seconds only.
    BackoffCapTooLow,
    /// The backoff resets after any request that succeeds.
    BackoffResetsOnSuccess,
    /// Objects missing from a list stay in the store.
    SkipSweep,
    /// Events count by their versions, although the server does not order them.
    NeverUnordered,
    /// Events that are set aside until a probe decides are lost.
    DropSuspects,
    /// A change without a new version is skipped.
    IgnoreReusedVersions,
    /// Some updates are delivered but never stored.
    SkipStoreUpdates,
    /// The store's resourceVersion sometimes goes backwards.
    VersionGoesBackwards,
    /// Deletions detected by a list are not delivered.
    DropTombstones,
    /// The old and the new object of an update are swapped.
    SwapOldAndNew,
    /// Every seventh event is lost.
    LoseEvents,
    /// An object is delivered as `Added` although it is already known.
    DuplicateAdded,
    /// A subscriber that requests coalesced changes receives every event, no matter how long it does not read.
    UnboundedQueue,
    /// A subscriber is no longer woken after some events.
    LostWakeUp,
}

impl Sabotage {
    /// All bugs.
    pub const ALL: [Self; 24] = [
        Self::Wire(WireSabotage::SkipRelistOnGone),
        Self::Wire(WireSabotage::LoseDeletions),
        Self::Wire(WireSabotage::CorruptContent),
        Self::Wire(WireSabotage::DropLastListItem),
        Self::Wire(WireSabotage::IgnoreFurtherPages),
        Self::Wire(WireSabotage::HideNamespace),
        Self::Wire(WireSabotage::IgnoreProbe),
        Self::Wire(WireSabotage::AcceptSecondGone),
        Self::StaleStore,
        Self::BackoffNeverGrows,
        Self::BackoffCapTooLow,
        Self::BackoffResetsOnSuccess,
        Self::SkipSweep,
        Self::NeverUnordered,
        Self::DropSuspects,
        Self::IgnoreReusedVersions,
        Self::SkipStoreUpdates,
        Self::VersionGoesBackwards,
        Self::DropTombstones,
        Self::SwapOldAndNew,
        Self::LoseEvents,
        Self::DuplicateAdded,
        Self::UnboundedQueue,
        Self::LostWakeUp,
    ];

    /// Whether the bug requires an informer assembled in this crate.
    pub(crate) fn needs_assembly(self) -> bool {
        matches!(
            self,
            Self::SkipSweep
                | Self::NeverUnordered
                | Self::DropSuspects
                | Self::IgnoreReusedVersions
                | Self::SkipStoreUpdates
                | Self::VersionGoesBackwards
        )
    }

    pub(crate) fn wire(self) -> Option<WireSabotage> {
        match self {
            Self::Wire(sabotage) => Some(sabotage),
            _ => None,
        }
    }

    /// The events that a subscriber receives instead of this event, which is its `number`th.
    pub(crate) fn alter_event(self, event: Event<Thing>, number: u64) -> Vec<Event<Thing>> {
        // Every kind has its metadata in the same place.
        let resource_type = &Resource::Widgets.resource_type();
        match (self, event) {
            (Self::DropTombstones, Event::Deleted { final_state_known: false, .. }) => Vec::new(),
            (Self::SwapOldAndNew, Event::Updated { old, new, .. }) => {
                vec![Event::updated(resource_type, new, old)]
            }
            (Self::LoseEvents, _) if number % 7 == 6 => Vec::new(),
            (Self::DuplicateAdded, Event::Added { object, in_initial_list, .. }) if number % 5 == 4 => {
                vec![Event::added(resource_type, object, in_initial_list); 2]
            }
            (_, event) => vec![event],
        }
    }
}

/// A backoff that resets whenever a request of the informer has succeeded.
#[derive(Clone, Debug)]
struct ResetsOnSuccess {
    backoff: ExponentialBackoff,
    network: Network,
    informer: usize,
    successes: u64,
}

impl Backoff for ResetsOnSuccess {
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
    /// The wrong backoff, if the bug is one of the backoff.
    pub(crate) fn backoff(self, network: &Network, informer: usize) -> Option<Box<dyn Backoff>> {
        let second = Duration::from_secs(1);
        Some(match self {
            Self::BackoffNeverGrows => Box::new(ExponentialBackoff::new(second, second).jitter(0.0)),
            Self::BackoffCapTooLow => Box::new(ExponentialBackoff::new(second, second * 5)),
            Self::BackoffResetsOnSuccess => Box::new(ResetsOnSuccess {
                backoff: ExponentialBackoff::default(),
                network: network.clone(),
                informer,
                successes: 0,
            }),
            _ => return None,
        })
    }
}
