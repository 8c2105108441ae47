//! No version is retried forever, and no sequence of pages or watches loops.

use super::*;

/// client-go: `TestReflectorReplacesStoreOnUnsafeDelete` (a 500 within the watch lists again). A compacted version may be
/// answered by a watch that is closed at once (etcd proxies), or by a 500 (k3s).
#[test]
fn a_version_is_watched_a_few_times_without_result_and_then_listed() {
    let ends = [
        WatchEnd::Closed,
        WatchEnd::Failed(failure(Reason::Decode)),
        WatchEnd::Failed(failure(Reason::Disconnected)),
    ];
    for end in ends {
        let (mut core, now) = core(|_| ());
        synced(&mut core, now, "100");
        let mut fruitless = || {
            core.watch(now);
            show(&core.watch_ended(end, now))
        };
        assert_eq!([fruitless(), fruitless(), fruitless()], ["wait, watch", "wait, watch", "wait, list"]);
        assert_eq!(show(&core.begin(now)), "list rv=100");
        assert_eq!(show(&core.page("900".into(), None, now)), "sweep 900");
    }
    for reason in [Reason::ServerError, Reason::Disconnected, Reason::Decode] {
        let (mut core, now) = core(|_| ());
        synced(&mut core, now, "100");
        let mut fruitless = || show(&core.watch_failed(failure(reason), now));
        assert_eq!([fruitless(), fruitless(), fruitless()], ["wait, watch", "wait, watch", "wait, list"]);
    }
}

/// client-go asks the stale cache again and again.
#[test]
fn a_version_that_expires_twice_is_not_accepted_a_third_time() {
    let (mut core, now) = core(|_| ());
    synced(&mut core, now, "7");
    core.watch_failed(failure(Reason::Expired), now);
    assert_eq!(show(&core.begin(now)), "list rv=7");
    core.page("7".into(), None, now);
    core.swept(now);
    core.watch_failed(failure(Reason::Expired), now);
    assert_eq!(show(&core.begin(now)), "list rv=\"\" limit=500");
    core.page("8".into(), None, now);
    core.swept(now);
    core.watch_failed(failure(Reason::Expired), now);
    assert_eq!(show(&core.begin(now)), "list rv=8", "another version");
}

#[test]
fn a_server_that_ends_each_watch_after_one_event_is_asked_once_a_second() {
    let (mut core, mut now) = core(|_| ());
    synced(&mut core, now, "10");
    let start = now;
    for version in 11..41 {
        observe(&mut core, &version.to_string(), now);
        let Step::Watch { delay, .. } = core.watch_ended(WatchEnd::Closed, now) else { panic!() };
        now += delay;
    }
    assert!(now - start >= Duration::from_secs(19), "{:?}", now - start);
}

#[test]
fn lists_at_a_version_are_not_retried_forever() {
    for (reason, attempts) in [(Reason::BadRequest, 1), (Reason::ServerError, 3), (Reason::Decode, 3)] {
        let (mut core, now) = core(|_| ());
        synced(&mut core, now, "7");
        core.watch_failed(failure(Reason::Expired), now);
        for _ in 0..attempts {
            assert_eq!(show(&core.begin(now)), "list rv=7", "{reason}");
            core.list_failed(failure(reason), now);
        }
        assert_eq!(show(&core.begin(now)), "list rv=\"\" limit=500", "{reason}");
    }
}

#[test]
fn a_continue_token_that_repeats_ends_the_list() {
    let (mut core, now) = core(|options| options.page_size = Some(4));
    core.begin(now);
    core.received(4, 4, None);
    assert_eq!(show(&core.page("10".into(), Some("t".into()), now)), "list rv=\"\" limit=4 continue=t");
    core.received(4, 4, None);
    assert_eq!(show(&core.page("10".into(), Some("t".into()), now)), "wait, list");
    assert_eq!(core.take_detected().len(), 1);
    assert_eq!(core.permanent_failures(), 1);
}

#[test]
fn pages_without_anything_new_end_the_list() {
    let (mut core, now) = core(|options| options.page_size = Some(4));
    core.begin(now);
    let mut page = |token: &str| {
        core.received(4, 0, None);
        show(&core.page("10".into(), Some(token.into()), now))
    };
    assert_eq!(page("a"), "list rv=\"\" limit=4 continue=a");
    assert_eq!(page("b"), "list rv=\"\" limit=4 continue=b");
    assert_eq!(page("c"), "wait, list");
}

#[test]
fn tokens_that_keep_expiring_do_not_loop() {
    let (mut core, now) = core(|options| options.page_size = Some(4));
    core.begin(now);
    core.page("10".into(), Some("t".into()), now);
    assert_eq!(show(&core.list_failed(failure(Reason::Expired), now)), "list rv=0");
    core.page("10".into(), Some("u".into()), now);
    assert_eq!(show(&core.list_failed(failure(Reason::Expired), now)), "list rv=\"\" limit=4");
    core.page("10".into(), Some("v".into()), now);
    assert_eq!(show(&core.list_failed(failure(Reason::Expired), now)), "list rv=\"\"");
    core.page("10".into(), Some("w".into()), now);
    assert_eq!(show(&core.list_failed(failure(Reason::Expired), now)), "wait, list");
}

#[test]
fn a_polled_resource_is_listed_at_its_interval_and_never_watched() {
    let interval = Duration::from_secs(15);
    let (mut core, now) = core(|options| options.poll_interval = Some(interval));
    for _ in 0..3 {
        assert_eq!(show(&core.begin(now)), "list rv=0 limit=500");
        assert_eq!(show(&core.page(String::new(), None, now)), "sweep ");
        assert_eq!(core.swept(now), Step::WaitToList { delay: interval });
        assert!(core.health().is_synced());
    }
}

#[test]
fn a_response_that_is_held_back_does_not_delay_the_sync() {
    let (mut core, now) = core(|_| ());
    core.begin(now);
    core.page("10".into(), None, now);
    core.swept(now);
    let deadline = Duration::from_secs(600);
    assert_eq!(core.watch_response_timeout(deadline), deadline);
    core.watch_unanswered(now);
    assert!(core.health().is_synced());
    core.watch_failed(failure(Reason::ConnectionFailed), now);
    core.watch(now);
    core.watch_unanswered(now);
    assert!(!core.health().is_synced(), "after a failure only the response counts");
    core.watch_opened(Duration::ZERO, now);
    assert!(core.watch_response_timeout(deadline) < deadline, "responses come at once here");
}
