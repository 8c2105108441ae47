//! [`SetHealth`]: the health and the progress of all informers of a set, in one value.

use std::fmt;

use crate::reflector::Health;

/// The state of all informers of a set at one time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SetHealth {
    /// Each informer, ordered by resource.
    pub kinds: Vec<KindHealth>,
}

/// The state of one informer of a set.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KindHealth {
    /// The resource, its namespaces and selectors.
    pub what: String,
    /// The informer's health.
    pub health: Health,
    /// Whether the informer has ever been synced.
    pub has_synced: bool,
    /// How many objects are in its cache.
    pub cached: u64,
}

impl KindHealth {
    /// How many objects the informer has received of its initial list, or how many it has cached once it is synced.
    pub fn received(&self) -> u64 {
        match self.health {
            Health::Syncing { received, .. } if !self.has_synced => received,
            _ => self.cached,
        }
    }

    /// How many objects there are. `None` until it is known: servers report the size of a list only for lists in pages,
    /// with [`InitialListStrategy::PagedList`](crate::InitialListStrategy::PagedList).
    pub fn total(&self) -> Option<u64> {
        match self.health {
            _ if self.has_synced => Some(self.cached),
            Health::Syncing { received, remaining } => Some(received + remaining?),
            _ => None,
        }
    }
}

impl SetHealth {
    /// Whether every informer is synced now: suitable for a readiness probe. `true` for a set without informers.
    pub fn is_synced(&self) -> bool {
        self.kinds.iter().all(|kind| kind.health.is_synced())
    }

    /// Whether every informer has been synced at some time (client-go's `WaitForCacheSync`).
    pub fn has_synced(&self) -> bool {
        self.unsynced().next().is_none()
    }

    /// The informers that have never been synced.
    pub fn unsynced(&self) -> impl Iterator<Item = &KindHealth> {
        self.kinds.iter().filter(|kind| !kind.has_synced)
    }

    /// The informers whose last request failed.
    pub fn degraded(&self) -> impl Iterator<Item = &KindHealth> {
        self.kinds.iter().filter(|kind| matches!(kind.health, Health::Degraded { .. }))
    }

    /// How many objects all informers together have received; see [`KindHealth::received`].
    pub fn received(&self) -> u64 {
        self.kinds.iter().map(KindHealth::received).sum()
    }

    /// How many objects there are in all. `None` until it is known of each kind.
    pub fn total(&self) -> Option<u64> {
        self.kinds.iter().map(KindHealth::total).sum()
    }
}

impl fmt::Display for SetHealth {
    /// One line for the set, then one for each informer that is not synced.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let synced = self.kinds.iter().filter(|kind| kind.health.is_synced()).count();
        write!(f, "{synced} of {} informers synced, {} objects", self.kinds.len(), self.received())?;
        for kind in self.kinds.iter().filter(|kind| !kind.health.is_synced()) {
            write!(f, "\n{}: {}", kind.what, kind.health)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_total_is_known_once_it_is_known_of_each_kind() {
        let kind =
            |health, has_synced, cached| KindHealth { what: "pods/v1".into(), health, has_synced, cached };
        let mut set = SetHealth::default();
        assert!(set.is_synced() && set.has_synced());
        set.kinds.push(kind(Health::Syncing { received: 3, remaining: Some(7) }, false, 2));
        assert_eq!((set.received(), set.total()), (3, Some(10)));
        set.kinds.push(kind(Health::Listing, true, 5));
        assert_eq!((set.received(), set.total()), (8, Some(15)));
        set.kinds.push(kind(Health::Listing, false, 0));
        assert_eq!((set.received(), set.total(), set.unsynced().count()), (8, None, 2));
        let lines = set.to_string();
        assert!(
            lines.starts_with("0 of 3 informers synced, 8 objects\npods/v1: syncing: 3 received, 7"),
            "{lines}"
        );
    }
}
