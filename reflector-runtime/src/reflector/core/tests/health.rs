//! Health, as the decisions publish it.

use super::*;
use crate::reflector::VersionOrder;

#[test]
fn health_follows_the_progress() {
    let (mut core, now) = core(|_| ());
    core.begin(now);
    assert_eq!(core.health(), &Health::Listing);
    core.received(500, 500, Some(70));
    assert_eq!(core.health(), &Health::Syncing { received: 500, remaining: Some(70) });
    core.page("10".into(), None, now);
    core.swept(now);
    assert!(!core.health().is_synced(), "it is not known yet whether it can be watched");
    core.watch_opened(Duration::ZERO, now);
    assert_eq!(
        core.health(),
        &Health::Synced { since: now, resource_version: "10".into(), version_order: VersionOrder::Ordered }
    );
    observe(&mut core, "11", now);
    assert!(matches!(core.health(), Health::Synced { resource_version, .. } if resource_version == "11"));
}

#[test]
fn failures_in_a_row_are_counted_until_something_works() {
    let (mut core, now) = core(|_| ());
    for attempt in 1..4 {
        let at = now + Duration::from_secs(attempt);
        core.begin(at);
        core.list_failed(failure(Reason::Forbidden), at);
        let Health::Degraded { since, reason, failures, next_retry } = *core.health() else { panic!() };
        assert_eq!(
            (since, reason, u64::from(failures)),
            (now + Duration::from_secs(1), Reason::Forbidden, attempt)
        );
        assert!(next_retry > at);
    }
    core.begin(now);
    assert!(matches!(core.health(), Health::Degraded { .. }), "another attempt is not a success");
    core.page("10".into(), None, now);
    core.swept(now);
    core.watch_failed(failure(Reason::ConnectionFailed), now);
    assert!(matches!(core.health(), Health::Degraded { failures: 4, .. }), "a list alone is not a success");
    core.watch(now);
    core.watch_opened(Duration::ZERO, now);
    assert!(core.health().is_synced());
    observe(&mut core, "11", now);
    core.watch_ended(WatchEnd::Failed(failure(Reason::ServerError)), now);
    assert!(matches!(core.health(), Health::Degraded { failures: 1, .. }));
}

/// Otherwise a client that may list and not watch would start to count again in every round.
#[test]
fn a_denied_watch_is_one_failure_however_often_lists_succeed() {
    let (mut core, mut now) = core(|_| ());
    for attempt in 1..6 {
        core.begin(now);
        core.page("10".into(), None, now);
        core.swept(now);
        core.watch_failed(failure(Reason::Forbidden), now);
        assert!(matches!(core.health(), Health::Degraded { failures, .. } if *failures == attempt));
        assert_eq!(core.permanent_failures(), attempt);
        now += Duration::from_secs(60);
    }
    core.begin(now);
    core.list_failed(failure(Reason::ConnectionFailed), now);
    assert_eq!(core.permanent_failures(), 0, "the earlier ones had another cause");
}

#[test]
fn the_progress_of_the_first_list_is_visible_after_a_failure() {
    let (mut core, now) = core(|_| ());
    core.begin(now);
    core.list_failed(failure(Reason::ConnectionFailed), now);
    core.begin(now);
    assert!(matches!(core.health(), Health::Degraded { .. }));
    core.received(500, 500, Some(70));
    assert_eq!(core.health(), &Health::Syncing { received: 500, remaining: Some(70) });
}
