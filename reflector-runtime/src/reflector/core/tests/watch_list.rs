//! Decisions about streaming lists.

use super::*;

fn streaming() -> (Core, Instant) {
    core(|options| options.initial_list_strategy = InitialListStrategy::WatchList)
}

/// A core that has streamed the state of version 20 and requests it again.
fn streaming_again() -> (Core, Instant) {
    let (mut core, now) = streaming();
    core.begin(now);
    core.initial_events_end("20".into(), now);
    core.swept(now);
    core.watch_failed(failure(Reason::Expired), now);
    assert_eq!(show(&core.begin(now)), "watch-list rv=20");
    (core, now)
}

/// client-go: `TestWatchList`, `TestWatchListResourceVersion`.
#[test]
fn the_stream_of_the_state_continues_as_the_watch() {
    let (mut core, now) = streaming();
    assert_eq!(show(&core.begin(now)), "watch-list rv=\"\"");
    core.received(3, 3, None);
    assert_eq!(core.last_version(), None, "initial events do not move the version");
    assert_eq!(show(&core.initial_events_end("20".into(), now)), "sweep 20");
    assert_eq!(show(&core.swept(now)), "follow");
    observe(&mut core, "21", now);
    assert_eq!(show(&core.watch_ended(WatchEnd::Closed, now)), "watch rv=21");
    core.watch_failed(failure(Reason::Expired), now);
    assert_eq!(show(&core.begin(now)), "watch-list rv=21");
}

/// client-go: `TestWatchList` (any error falls back to a list). Only here is a refusal remembered.
#[test]
fn a_refusal_falls_back_to_a_list_and_is_remembered() {
    let (mut core, now) = streaming();
    core.begin(now);
    let step = core.watch_list_failed(failure(Reason::BadRequest), now);
    assert_eq!(show(&step), "list rv=0 limit=500");
    core.page("10".into(), None, now);
    core.swept(now);
    core.watch_failed(failure(Reason::Expired), now);
    assert_eq!(show(&core.begin(now)), "list rv=10");
    core.list_failed(failure(Reason::ServerError), now);
    let later = now + Duration::from_secs(60 * 60);
    assert_eq!(show(&core.begin(later)), "watch-list rv=10");
}

#[test]
fn other_errors_list_at_once_and_stream_again_next_time() {
    for reason in [Reason::ServerError, Reason::Forbidden, Reason::NotFound] {
        let (mut core, now) = streaming();
        core.begin(now);
        let step = core.watch_list_failed(failure(reason), now);
        assert_eq!(show(&step), "list rv=0 limit=500");
        assert_eq!(show(&core.list_failed(failure(reason), now)), "wait, list");
        assert_eq!(show(&core.begin(now)), "watch-list rv=\"\"");
    }
}

/// client-go: `TestWatchList` (429 is retried).
#[test]
fn after_429_or_a_disconnect_it_is_retried() {
    for reason in [Reason::TooManyRequests, Reason::ConnectionFailed, Reason::Disconnected] {
        let (mut core, now) = streaming();
        for _ in 0..5 {
            assert_eq!(show(&core.begin(now)), "watch-list rv=\"\"");
            assert_eq!(show(&core.watch_list_failed(failure(reason), now)), "wait, list");
        }
    }
}

#[test]
fn an_expired_version_is_dropped_at_once() {
    let (mut core, now) = streaming_again();
    let mut failed = |reason| show(&core.watch_list_failed(failure(reason), now));
    assert_eq!(failed(Reason::ResourceVersionTooLarge), "watch-list rv=\"\"");
    assert_eq!(
        failed(Reason::Expired),
        "list rv=\"\" limit=500",
        "not even the newest state: listed instead"
    );
}

/// Without the bookmark client-go stays unsynced forever.
#[test]
fn without_its_bookmark_it_is_replaced_by_a_list() {
    let (mut core, now) = streaming();
    core.begin(now);
    core.received(3, 3, None);
    assert_eq!(show(&core.watch_list_overdue()), "list rv=\"\" limit=500");
    let (mut core, now) = streaming();
    let mut interrupted = || {
        core.begin(now);
        core.received(3, 3, None);
        show(&core.watch_list_ended(WatchEnd::Closed, now))
    };
    assert_eq!(
        [interrupted(), interrupted(), interrupted()],
        ["wait, list", "wait, list", "list rv=\"\" limit=500"]
    );
    let (mut core, now) = streaming();
    core.begin(now);
    core.received(3, 3, None);
    let at_its_timeout = now + Duration::from_secs(10 * 60);
    assert_eq!(show(&core.watch_list_ended(WatchEnd::Closed, at_its_timeout)), "list rv=\"\" limit=500");
    let (mut core, now) = streaming();
    core.begin(now);
    assert_eq!(show(&core.watch_list_ended(WatchEnd::Closed, now)), "list rv=0 limit=500");
}

/// Streaming is suspected, not the server: a list that fails as well clears it.
#[test]
fn a_failure_is_remembered_once_a_list_has_succeeded() {
    let (mut core, now) = streaming();
    core.begin(now);
    core.watch_list_overdue();
    core.list_failed(failure(Reason::Disconnected), now);
    assert_eq!(show(&core.begin(now)), "watch-list rv=\"\"");
    core.watch_list_overdue();
    core.page("10".into(), None, now);
    core.swept(now);
    core.watch_failed(failure(Reason::Expired), now);
    assert_eq!(show(&core.begin(now)), "list rv=10");
    core.list_failed(failure(Reason::Disconnected), now);
    assert_eq!(show(&core.begin(now + Duration::from_secs(60 * 60))), "watch-list rv=10");
}

/// Like a list that is older than requested.
#[test]
fn a_state_older_than_requested_is_not_used_for_a_sweep() {
    let (mut core, now) = streaming_again();
    assert_eq!(show(&core.initial_events_end("9".into(), now)), "wait, list");
    assert_eq!(core.take_detected().len(), 1);
    assert_eq!(show(&core.begin(now)), "watch-list rv=\"\"");
}
