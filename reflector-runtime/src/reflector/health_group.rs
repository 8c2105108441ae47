//! [`HealthGroup`]: the health of several reflectors that feed one store, as one.

use std::sync::{Arc, Weak};

use parking_lot::Mutex;
use tokio::time::Instant;

use super::{Health, HealthCell, VersionOrder};
use crate::{list_watch::Reason, version};

/// Combines the health of its members: one that fails makes the whole degraded, and the whole is synced once every
/// member is.
#[derive(Debug)]
pub(crate) struct HealthGroup {
    total: Arc<HealthCell>,
    members: Mutex<Vec<Member>>,
}

#[derive(Debug)]
struct Member {
    cell: Arc<HealthCell>,
    /// How many objects its list has shown so far.
    received: u64,
}

impl HealthGroup {
    /// A group without members, which is synced.
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self { total: Arc::new(HealthCell::new()), members: Mutex::default() })
    }

    /// The combined health.
    pub(crate) fn total(&self) -> &Arc<HealthCell> {
        &self.total
    }

    /// Adds a member: the cell of a reflector that feeds a queue.
    pub(crate) fn join(self: &Arc<Self>) -> Arc<HealthCell> {
        let cell = Arc::new(HealthCell::in_group(Arc::downgrade(self)));
        self.members.lock().push(Member { cell: cell.clone(), received: 0 });
        cell
    }

    /// Removes a member. What it publishes from now on has no effect.
    pub(crate) fn leave(&self, cell: &Arc<HealthCell>) {
        self.members.lock().retain(|member| !Arc::ptr_eq(&member.cell, cell));
        self.refresh();
    }

    /// Publishes the combination of what the members have published.
    pub(crate) fn refresh(&self) {
        // Locked until the end, so that an older combination never replaces a newer one.
        let mut members = self.members.lock();
        for member in members.iter_mut() {
            if let Health::Syncing { received, .. } = *member.cell.borrow() {
                member.received = received;
            }
        }
        let received = members.iter().map(|member| member.received).sum();
        let permanent = members.iter().map(|member| member.cell.permanent_failures()).max();
        if members.iter().all(|member| member.cell.has_synced()) {
            self.total.set_has_synced();
        }
        let guards: Vec<_> = members.iter().map(|member| member.cell.borrow()).collect();
        let healths: Vec<&Health> = guards.iter().map(|health| &**health).collect();
        let health = combine(&healths, received);
        drop(guards);
        self.total.publish(health, permanent.unwrap_or(0));
    }
}

/// Where a member reports to, if it is in a group.
#[derive(Debug, Default)]
pub(super) struct Parent(Option<Weak<HealthGroup>>);

impl Parent {
    pub(super) fn new(group: Weak<HealthGroup>) -> Self {
        Self(Some(group))
    }

    fn group(&self) -> Option<Arc<HealthGroup>> {
        self.0.as_ref()?.upgrade()
    }

    pub(super) fn total(&self) -> Option<Arc<HealthCell>> {
        Some(self.group()?.total.clone())
    }

    pub(super) fn changed(&self) {
        if let Some(group) = self.group() {
            group.refresh();
        }
    }
}

fn combine(healths: &[&Health], received: u64) -> Health {
    degraded(healths).or_else(|| syncing(healths, received)).unwrap_or_else(|| synced(healths))
}

/// Degraded like the member whose failure most needs attention.
fn degraded(healths: &[&Health]) -> Option<Health> {
    let mut total: Option<(Instant, Reason, u32, Instant)> = None;
    for health in healths {
        let Health::Degraded { since, reason, failures, next_retry } = health else { continue };
        let (since, reason, failures, next_retry) = (*since, *reason, *failures, *next_retry);
        total = Some(total.map_or((since, reason, failures, next_retry), |before| {
            let worse = (reason.is_permanent(), failures) > (before.1.is_permanent(), before.2);
            let (reason, failures) = if worse { (reason, failures) } else { (before.1, before.2) };
            (since.min(before.0), reason, failures, next_retry.min(before.3))
        }));
    }
    total.map(|(since, reason, failures, next_retry)| Health::Degraded {
        since,
        reason,
        failures,
        next_retry,
    })
}

fn syncing(healths: &[&Health], received: u64) -> Option<Health> {
    let incomplete =
        healths.iter().filter(|health| matches!(health, Health::Listing | Health::Syncing { .. }));
    let remaining = incomplete.map(|health| match health {
        Health::Syncing { remaining, .. } => *remaining,
        _ => None,
    });
    let remaining: Vec<Option<u64>> = remaining.collect();
    if remaining.is_empty() {
        return None;
    }
    if received == 0 && !healths.iter().any(|health| matches!(health, Health::Syncing { .. })) {
        return Some(Health::Listing);
    }
    Some(Health::Syncing { received, remaining: remaining.into_iter().sum() })
}

fn synced(healths: &[&Health]) -> Health {
    let mut total: Option<(Instant, String, VersionOrder)> = None;
    for health in healths {
        let Health::Synced { since, resource_version, version_order } = health else { continue };
        total = Some(match total {
            None => (*since, resource_version.clone(), *version_order),
            Some((last, oldest, order)) => {
                let oldest = if version::is_older(resource_version, &oldest) {
                    resource_version.clone()
                } else {
                    oldest
                };
                let order = if order == VersionOrder::Ordered { *version_order } else { order };
                ((*since).max(last), oldest, order)
            }
        });
    }
    let (since, resource_version, version_order) =
        total.unwrap_or_else(|| (Instant::now(), String::new(), VersionOrder::Ordered));
    Health::Synced { since, resource_version, version_order }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn synced_at(version: &str) -> Health {
        Health::Synced {
            since: Instant::now(),
            resource_version: version.into(),
            version_order: VersionOrder::Ordered,
        }
    }

    fn failing(reason: Reason, failures: u32) -> Health {
        Health::Degraded { since: Instant::now(), reason, failures, next_retry: Instant::now() }
    }

    fn text(group: &HealthGroup) -> String {
        group.total().subscribe().borrow().to_string()
    }

    #[tokio::test(start_paused = true)]
    async fn the_whole_is_synced_once_every_member_is() {
        let group = HealthGroup::new();
        let (a, b) = (group.join(), group.join());
        group.refresh();
        assert_eq!(text(&group), "listing");
        a.publish(Health::Syncing { received: 3, remaining: Some(2) }, 0);
        assert_eq!(text(&group), "syncing: 3 received");
        b.publish(Health::Syncing { received: 4, remaining: Some(1) }, 0);
        assert_eq!(text(&group), "syncing: 7 received, 3 remaining");
        a.publish(synced_at("7"), 0);
        a.stored();
        assert_eq!(text(&group), "syncing: 7 received, 1 remaining");
        assert!(!group.total().has_synced());
        b.publish(synced_at("12"), 0);
        b.stored();
        assert_eq!(text(&group), "synced at resourceVersion 7", "the oldest version counts");
        assert!(group.total().has_synced());
    }

    /// One member may fail while another one, which was synced before it, is disconnected.
    #[tokio::test(start_paused = true)]
    async fn the_worst_member_counts_until_it_leaves() {
        let group = HealthGroup::new();
        let (a, b) = (group.join(), group.join());
        a.publish(synced_at("7"), 0);
        a.stored();
        b.publish(failing(Reason::Forbidden, 2), 2);
        assert_eq!(text(&group), "degraded: forbidden (403), 2 failures in a row");
        a.publish(failing(Reason::Disconnected, 5), 0);
        assert_eq!(text(&group), "degraded: forbidden (403), 2 failures in a row");
        assert_eq!(group.total().permanent_failures(), 2);
        a.publish(synced_at("8"), 0);
        group.leave(&b);
        assert_eq!(text(&group), "synced at resourceVersion 8");
        assert!(group.total().has_synced());
        b.publish(failing(Reason::Forbidden, 3), 3);
        assert_eq!(text(&group), "synced at resourceVersion 8");
    }
}
