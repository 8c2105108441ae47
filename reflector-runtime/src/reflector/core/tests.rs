//! The decisions, one by one: client-go's `reflector_test.go` and `reflector_watchlist_test.go`, as far as they are about
//! the next request. No I/O, and time is a number.

mod health;
mod order;
mod retries;
mod watch_list;

use std::time::Duration;

use tokio::time::Instant;

use super::{Core, Failure, Page, Reported, Step, WatchEnd};
use crate::{
    delta_fifo::{EventOrder, ListConsistency},
    list_watch::{ReadVersion, Reason},
    reflector::{Health, InitialListStrategy, ReflectorOptions},
};

fn core(change: impl FnOnce(&mut ReflectorOptions)) -> (Core, Instant) {
    let mut options = ReflectorOptions {
        initial_list_strategy: InitialListStrategy::List,
        seed: Some(1),
        ..ReflectorOptions::default()
    };
    change(&mut options);
    (Core::new(options), Instant::now())
}

fn failure(reason: Reason) -> Failure {
    reason.into()
}

/// `list rv=0 limit=500`, `watch rv=7`, `wait-list` …
fn show(step: &Step) -> String {
    let version = |version: &ReadVersion| version.as_query().unwrap_or("\"\"").to_owned();
    match step {
        Step::List { request, page } => {
            let limit = request.limit.map(|limit| format!(" limit={limit}")).unwrap_or_default();
            let token =
                request.continue_token.as_ref().map(|token| format!(" continue={token}")).unwrap_or_default();
            assert_eq!(matches!(page, Page::Next), request.continue_token.is_some());
            format!("list rv={}{limit}{token}", version(&request.resource_version))
        }
        Step::WatchList { request, .. } => format!("watch-list rv={}", version(&request.resource_version)),
        Step::Sweep { version } => format!("sweep {version}"),
        Step::Watch { request, .. } => format!("watch rv={}", version(&request.resource_version)),
        Step::Follow => "follow".to_owned(),
        Step::Probe { .. } => "probe".to_owned(),
        Step::WaitToWatch { .. } => "wait, watch".to_owned(),
        Step::WaitToList { .. } => "wait, list".to_owned(),
    }
}

/// Brings a core that lists to its watch at `version`.
fn synced(core: &mut Core, now: Instant, version: &str) {
    core.begin(now);
    core.page(version.to_owned(), None, now);
    assert_eq!(show(&core.swept(now)), format!("watch rv={version}"));
    core.watch_opened(Duration::ZERO, now);
}

/// An event of an object, or a bookmark, is received.
fn observe(core: &mut Core, version: &str, now: Instant) -> EventOrder {
    let order = core.order_of(Some(version));
    core.observed(Some(version), Reported::Change, now);
    order
}

/// client-go: `TestReflectorResyncWithResourceVersion`, `TestReflectorListAndWatch`.
#[test]
fn the_first_list_accepts_any_state_and_a_relist_none_that_is_older() {
    let (mut core, now) = core(|_| ());
    assert_eq!(show(&core.begin(now)), "list rv=0 limit=500");
    assert_eq!(show(&core.page("10".into(), None, now)), "sweep 10");
    assert_eq!(show(&core.swept(now)), "watch rv=10");
    assert_eq!(core.last_version(), Some("10"));
    assert_eq!(show(&core.watch_ended(WatchEnd::Failed(failure(Reason::Expired)), now)), "wait, list");
    assert_eq!(show(&core.begin(now)), "list rv=10");
}

/// client-go: `TestReflectorExpiredExactResourceVersion`, `TestReflectorFullListIfTooLarge`: at once, in the same
/// call, and once it worked the version counts again.
#[test]
fn a_version_that_the_server_does_not_have_is_not_requested_again() {
    for reason in [Reason::Expired, Reason::ResourceVersionTooLarge] {
        let (mut core, now) = core(|_| ());
        synced(&mut core, now, "10");
        core.watch_ended(WatchEnd::Failed(failure(Reason::Expired)), now);
        assert_eq!(show(&core.begin(now)), "list rv=10");
        assert_eq!(show(&core.list_failed(failure(reason), now)), "list rv=\"\"");
        assert!(core.is_version_unavailable());
        // Not even the newest state: that is not a reason to retry without a delay.
        assert_eq!(show(&core.list_failed(failure(reason), now)), "wait, list");
        assert_eq!(show(&core.begin(now)), "list rv=\"\" limit=500");
        core.page("12".into(), None, now);
        core.swept(now);
        assert!(!core.is_version_unavailable());
        core.watch_failed(failure(Reason::Expired), now);
        assert_eq!(show(&core.begin(now)), "list rv=12");
    }
}

/// client-go: `TestReflectorWatchListPageSize`, `TestReflectorNotPaginatingNotConsistentReads`,
/// `TestReflectorPaginatingNonConsistentReadsIfWatchCacheDisabled`.
#[test]
fn limits() {
    let (mut own, now) = core(|options| options.page_size = Some(4));
    assert_eq!(show(&own.begin(now)), "list rv=0 limit=4");
    assert_eq!(show(&own.page("10".into(), Some("t".into()), now)), "list rv=\"\" limit=4 continue=t");
    assert_eq!(show(&own.page("10".into(), None, now)), "sweep 10");
    own.swept(now);
    own.watch_failed(failure(Reason::Expired), now);
    assert_eq!(show(&own.begin(now)), "list rv=10 limit=4");

    let (mut without_cache, now) = core(|_| ());
    without_cache.begin(now);
    without_cache.page("10".into(), Some("t".into()), now);
    assert!(without_cache.paginated_result());
    without_cache.page("10".into(), None, now);
    without_cache.swept(now);
    without_cache.watch_failed(failure(Reason::Expired), now);
    assert_eq!(show(&without_cache.begin(now)), "list rv=10 limit=500");
}

#[test]
fn a_paged_list_is_read_at_the_newest_state() {
    let (mut core, now) = core(|options| options.initial_list_strategy = InitialListStrategy::PagedList);
    assert_eq!(show(&core.begin(now)), "list rv=\"\" limit=500");
    assert_eq!(show(&core.page("10".into(), Some("t".into()), now)), "list rv=\"\" limit=500 continue=t");
    core.page("10".into(), None, now);
    core.swept(now);
    core.watch_failed(failure(Reason::Expired), now);
    assert_eq!(show(&core.begin(now)), "list rv=10 limit=500");
}

/// client-go: `TestReflectorFullListIfExpired`.
#[test]
fn an_expired_token_leads_to_one_list_in_one_piece() {
    let (mut core, now) = core(|options| options.page_size = Some(4));
    synced(&mut core, now, "10");
    core.watch_failed(failure(Reason::Expired), now);
    assert_eq!(show(&core.begin(now)), "list rv=10 limit=4");
    assert_eq!(show(&core.page("10".into(), Some("t".into()), now)), "list rv=\"\" limit=4 continue=t");
    assert_eq!(show(&core.list_failed(failure(Reason::Expired), now)), "list rv=10");
    assert_eq!(show(&core.list_failed(failure(Reason::Expired), now)), "list rv=\"\" limit=4");
}

/// Found by simulation: the objects of an older and a newer list must not be mixed. client-go asks for `"0"` again.
#[test]
fn after_an_interrupted_list_only_the_most_recent_state_is_read() {
    let (mut core, now) = core(|_| ());
    core.begin(now);
    core.received(3, 3, None);
    core.list_failed(failure(Reason::Disconnected), now);
    assert_eq!(show(&core.begin(now)), "list rv=\"\" limit=500");
    core.page("10".into(), None, now);
    core.swept(now);
    core.watch_failed(failure(Reason::Expired), now);
    assert_eq!(show(&core.begin(now)), "list rv=10", "forgotten with the sweep");
    core.list_failed(failure(Reason::Disconnected), now);
    assert_eq!(show(&core.begin(now)), "list rv=10", "this one contained nothing");
}

/// The token may have expired because the server was restored from a backup.
#[test]
fn after_abandoned_pages_an_older_list_does_not_count() {
    let (mut core, now) = core(|options| options.page_size = Some(4));
    core.begin(now);
    core.page("10".into(), Some("t".into()), now);
    assert_eq!(show(&core.list_failed(failure(Reason::Expired), now)), "list rv=0");
    assert_eq!(show(&core.page("6".into(), None, now)), "wait, list");
    assert_eq!(show(&core.begin(now)), "list rv=\"\" limit=4");
    assert_eq!(show(&core.page("6".into(), None, now)), "sweep 6");
}

/// An aggregated API server may continue a token at another version: a watch from the first page misses nothing.
#[test]
fn the_version_of_a_list_is_that_of_its_first_page() {
    let (mut core, now) = core(|options| options.page_size = Some(4));
    core.begin(now);
    core.page("10".into(), Some("t".into()), now);
    assert_eq!(show(&core.page("12".into(), None, now)), "sweep 10");
}

/// Found by simulation: a further page from a stale cache.
#[test]
fn a_further_page_that_is_older_counts() {
    let (mut core, now) = core(|options| options.page_size = Some(4));
    core.begin(now);
    core.page("10".into(), Some("t".into()), now);
    assert_eq!(show(&core.page("8".into(), None, now)), "sweep 8");
    core.swept(now);
    core.watch_failed(failure(Reason::Expired), now);
    assert_eq!(show(&core.begin(now)), "list rv=8 limit=4");
    core.page("9".into(), Some("t".into()), now);
    assert_eq!(show(&core.page("7".into(), None, now)), "wait, list", "older than requested");
}

/// A proxy that disconnects every stream after a minute must not cause longer and longer gaps.
#[test]
fn a_disconnect_after_an_event_or_a_while_is_followed_by_a_watch_at_once() {
    let disconnect = WatchEnd::Failed(failure(Reason::Disconnected));
    let (mut core, now) = core(|_| ());
    synced(&mut core, now, "10");
    observe(&mut core, "11", now);
    assert_eq!(show(&core.watch_ended(disconnect, now)), "watch rv=11");
    observe(&mut core, "11", now);
    let later = now + Duration::from_secs(60);
    assert_eq!(show(&core.watch_ended(disconnect, later)), "watch rv=11");
    assert_eq!(show(&core.watch_ended(disconnect, later)), "wait, watch");
}

/// client-go: `TestBackoffOnTooManyRequests`, `TestNoRelistOnTooManyRequests`.
#[test]
fn a_watch_that_the_server_did_not_look_at_needs_no_list() {
    let reasons = [
        Reason::TooManyRequests,
        Reason::ConnectionFailed,
        Reason::ServerError,
        Reason::Disconnected,
        Reason::Unauthorized,
        Reason::Forbidden,
    ];
    for reason in reasons {
        let (mut core, now) = core(|_| ());
        synced(&mut core, now, "10");
        assert_eq!(show(&core.watch_failed(failure(reason), now)), "wait, watch", "{reason}");
        assert_eq!(show(&core.watch(now)), "watch rv=10");
    }
    for reason in [Reason::TooManyRequests, Reason::Disconnected] {
        let (mut core, now) = core(|_| ());
        synced(&mut core, now, "10");
        assert_eq!(
            show(&core.watch_ended(WatchEnd::Failed(failure(reason)), now)),
            "wait, watch",
            "{reason}"
        );
    }
}

/// D3 of kube-rs's watcher: a 410 as an HTTP response never lists again there.
#[test]
fn both_forms_of_410_list_again() {
    let (mut core, now) = core(|_| ());
    synced(&mut core, now, "10");
    assert_eq!(show(&core.watch_failed(failure(Reason::Expired), now)), "wait, list");
    synced(&mut core, now, "11");
    assert_eq!(show(&core.watch_ended(WatchEnd::Failed(failure(Reason::Expired)), now)), "wait, list");
}

#[test]
fn retry_after_is_honoured() {
    let (mut core, now) = core(|_| ());
    synced(&mut core, now, "10");
    let asked = Failure { reason: Reason::TooManyRequests, retry_after: Some(Duration::from_secs(77)) };
    assert_eq!(core.watch_failed(asked, now), Step::WaitToWatch { delay: Duration::from_secs(77) });
}

/// D2 of kube-rs's watcher, `VeryShortWatchError` of client-go.
#[test]
fn a_watch_that_is_closed_at_once_is_retried_with_backoff() {
    let (mut core, now) = core(|_| ());
    synced(&mut core, now, "10");
    assert_eq!(show(&core.watch_ended(WatchEnd::Closed, now)), "wait, watch");
    core.watch(now);
    observe(&mut core, "10", now);
    assert_eq!(show(&core.watch_ended(WatchEnd::Closed, now + Duration::from_secs(1))), "watch rv=10");
    observe(&mut core, "11", now);
    assert_eq!(show(&core.watch_ended(WatchEnd::Closed, now)), "watch rv=11");
}

/// D1 of kube-rs's watcher: there the backoff never grows while a list keeps failing.
#[test]
fn the_backoff_grows_and_is_shared_by_list_and_watch() {
    let (mut core, now) = core(|options| {
        options.backoff = Box::new(crate::ExponentialBackoff::default().jitter(0.0));
    });
    let mut seconds = Vec::new();
    for _ in 0..8 {
        core.begin(now);
        let Step::WaitToList { delay } = core.list_failed(failure(Reason::ServerError), now) else {
            panic!()
        };
        seconds.push(delay.as_secs_f64());
    }
    assert_eq!(seconds, [0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30.0, 30.0]);
    synced(&mut core, now, "10");
    let Step::WaitToWatch { delay } = core.watch_failed(failure(Reason::ServerError), now) else { panic!() };
    assert_eq!(delay.as_secs(), 30, "a success alone does not reset it");
}

/// client-go: `TestReflectorListAndWatchInitConnBackoff`.
#[test]
fn connections_have_their_own_backoff() {
    let (mut core, now) = core(|options| {
        options.backoff = Box::new(crate::ExponentialBackoff::default().jitter(0.0));
        options.connection_backoff = Box::new(crate::ExponentialBackoff::default().jitter(0.0));
    });
    for _ in 0..3 {
        core.begin(now);
        core.list_failed(failure(Reason::ConnectionFailed), now);
    }
    core.begin(now);
    let wait = |delay: u64| Step::WaitToList { delay: Duration::from_millis(delay) };
    assert_eq!(core.list_failed(failure(Reason::ServerError), now), wait(800));
    core.begin(now);
    assert_eq!(core.list_failed(failure(Reason::ConnectionFailed), now), wait(6400));
}

/// client-go: `TestRetryInternalError`.
#[test]
fn internal_errors_are_retried_only_while_allowed() {
    let retries = |longest: u64| {
        let (mut core, now) = core(|options| options.max_internal_error_retry = Duration::from_secs(longest));
        synced(&mut core, now, "10");
        (0..100)
            .take_while(|second| {
                let now = now + Duration::from_secs(*second);
                show(&core.watch_ended(WatchEnd::Failed(failure(Reason::ServerError)), now)) == "watch rv=10"
            })
            .count()
    };
    assert_eq!((retries(0), retries(30)), (0, 31));
}

/// client-go: `TestWatchTimeout`.
#[test]
fn the_watch_timeout_is_drawn_from_min_to_twice_min() {
    let (mut core, now) = core(|_| ());
    synced(&mut core, now, "10");
    let min = Duration::from_secs(300);
    let mut drawn = std::collections::BTreeSet::new();
    for _ in 0..50 {
        let Step::Watch { request, deadline, .. } = core.watch(now) else { panic!() };
        assert!((min..min * 2).contains(&request.timeout) && deadline > request.timeout);
        drawn.insert(request.timeout);
    }
    assert!(drawn.len() > 40, "not jittered");
}

#[test]
fn a_list_older_than_requested_is_not_used_for_a_sweep() {
    let (mut core, now) = core(|_| ());
    synced(&mut core, now, "10");
    core.watch_failed(failure(Reason::Expired), now);
    core.begin(now);
    assert_eq!(show(&core.page("9".into(), None, now)), "wait, list");
    assert_eq!(show(&core.begin(now)), "list rv=\"\" limit=500");
    assert_eq!(show(&core.page("11".into(), None, now)), "sweep 11");
}

/// Found by simulation: an event of an unknown type, or a bookmark of the same version, in each watch.
#[test]
fn a_watch_without_progress_is_retried_like_an_empty_one() {
    let (mut core, now) = core(|_| ());
    synced(&mut core, now, "10");
    observe(&mut core, "10", now);
    assert_eq!(show(&core.watch_ended(WatchEnd::Closed, now)), "wait, watch");
}
