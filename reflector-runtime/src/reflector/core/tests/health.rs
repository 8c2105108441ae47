//! What the decisions tell of themselves.

use super::*;

#[test]
fn it_says_what_is_going_on() {
    let (mut core, now) = core(|_| ());
    core.begin(now);
    assert_eq!(core.health(), &Health::Listing);
    core.received(500, Some(70));
    assert_eq!(core.health(), &Health::Syncing { received: 500, remaining: Some(70) });
    core.page("10".into(), None, now);
    core.swept(now);
    assert!(!core.health().is_synced(), "whether it can be followed is not known yet");
    core.watch_opened(now);
    assert_eq!(core.health(), &Health::Synced { since: now, resource_version: "10".into() });
    core.observed("11").unwrap();
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
    assert!(matches!(core.health(), Health::Degraded { .. }), "a further try is no success");
    core.page("10".into(), None, now);
    core.swept(now);
    core.watch_failed(failure(Reason::ConnectionFailed), now);
    assert!(matches!(core.health(), Health::Degraded { failures: 4, .. }), "a list alone is no success");
    core.watch(now);
    core.watch_opened(now);
    assert!(core.health().is_synced());
    core.observed("11").unwrap();
    core.watch_ended(WatchEnd::Failed(failure(Reason::ServerError)), now);
    assert!(matches!(core.health(), Health::Degraded { failures: 1, .. }));
}

/// Somebody who may list and not watch would else be in trouble for the first time in every round.
#[test]
fn a_watch_that_is_denied_is_one_trouble_however_often_lists_succeed() {
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
    assert_eq!(core.permanent_failures(), 0, "those before were another matter");
}

#[test]
fn the_first_state_is_seen_to_come_in_whatever_failed_before() {
    let (mut core, now) = core(|_| ());
    core.begin(now);
    core.list_failed(failure(Reason::ConnectionFailed), now);
    core.begin(now);
    assert!(matches!(core.health(), Health::Degraded { .. }));
    core.received(500, Some(70));
    assert_eq!(core.health(), &Health::Syncing { received: 500, remaining: Some(70) });
}
