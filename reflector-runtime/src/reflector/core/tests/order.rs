//! Decisions about versions that are out of order, and about probes.

use super::*;
use crate::reflector::{VersionOrder, core::ProbeResult};

fn probed(core: &mut Core, version: &str, now: Instant) -> ProbeResult {
    core.probed(Ok(version.to_owned()), now)
}

fn consistency(step: Step) -> ListConsistency {
    match step {
        Step::List { page: Page::First(consistency), .. } => consistency,
        other => panic!("{other:?}"),
    }
}

/// client-go: `TestReflectorWatchHandler` (the version moves). An event that is out of order neither moves it nor ends
/// the watch.
#[test]
fn an_event_out_of_order_does_not_move_the_version() {
    let (mut core, now) = core(|_| ());
    synced(&mut core, now, "10");
    assert_eq!(observe(&mut core, "11", now), EventOrder::InOrder);
    assert_eq!(observe(&mut core, "5", now), EventOrder::OutOfOrder);
    assert_eq!(observe(&mut core, "11", now), EventOrder::Repeated);
    assert_eq!(core.last_version(), Some("11"));
    assert_eq!(core.probe_due(), None, "the queue decides whether it matters");
    core.suspect(now);
    assert_eq!(core.probe_due(), Some(now));
}

#[test]
fn a_server_that_is_current_does_not_order_its_versions() {
    let (mut core, now) = core(|_| ());
    synced(&mut core, now, "10");
    core.suspect(now);
    assert_eq!(probed(&mut core, "12", now), ProbeResult::Unordered);
    assert_eq!(core.probe_due(), None);
    assert!(matches!(core.health(), Health::Synced { version_order: VersionOrder::Unordered, .. }));
    assert_eq!(observe(&mut core, "5", now), EventOrder::Arrival);
    assert_eq!(core.last_version(), Some("5"));
    core.observed(Some("3"), Reported::Deletion, now);
    assert_eq!(core.last_version(), Some("5"), "a deletion may carry the version of the last change");
    core.watch_failed(failure(Reason::Expired), now);
    core.begin(now);
    assert_eq!(show(&core.page("4".into(), None, now)), "sweep 4", "a lower version is not older");
}

#[test]
fn opaque_versions_need_no_probe() {
    let (mut core, now) = core(|_| ());
    synced(&mut core, now, "b3Blbg==");
    assert_eq!(observe(&mut core, "cGF0aA==", now), EventOrder::Arrival);
    assert_eq!((core.last_version(), core.probe_due()), (Some("cGF0aA=="), None));
}

/// Found by simulation: etcd restored from a backup, without its revision raised. Even an equal version may have other
/// content then.
#[test]
fn a_restored_server_is_read_again() {
    let (mut core, now) = core(|_| ());
    synced(&mut core, now, "10");
    core.suspect(now);
    let ProbeResult::Restored(failure_) = probed(&mut core, "6", now) else { panic!() };
    assert_eq!(show(&core.restored(failure_, now)), "wait, list");
    let step = core.begin(now);
    assert_eq!(show(&step), "list rv=\"\" limit=500");
    assert_eq!(consistency(step), ListConsistency::Restored);
    assert_eq!(show(&core.page("6".into(), None, now)), "sweep 6");
    core.swept(now);
    core.watch_failed(failure(Reason::Expired), now);
    assert_eq!(consistency(core.begin(now)), ListConsistency::NotOlder);
}

/// A list that finds the restore itself has been compared with the old objects: it is read twice.
#[test]
fn a_restore_found_by_a_list_is_read_twice() {
    let (mut core, now) = core(|_| ());
    synced(&mut core, now, "10");
    core.watch_failed(failure(Reason::ResourceVersionTooLarge), now);
    assert_eq!(consistency(core.begin(now)), ListConsistency::Newest);
    assert_eq!(consistency(core.page("6".into(), None, now)), ListConsistency::Restored);
    assert_eq!(show(&core.page("6".into(), None, now)), "sweep 6");
}

/// Versions that are random numbers look like a restore each time.
#[test]
fn a_second_restore_within_minutes_is_none() {
    let (mut core, now) = core(|_| ());
    synced(&mut core, now, "10");
    core.suspect(now);
    assert!(matches!(probed(&mut core, "6", now), ProbeResult::Restored(_)));
    synced_again(&mut core, now, "8");
    core.suspect(now);
    assert_eq!(probed(&mut core, "5", now + Duration::from_secs(60)), ProbeResult::Unordered);
}

fn synced_again(core: &mut Core, now: Instant, version: &str) {
    core.begin(now);
    core.page(version.to_owned(), None, now);
    core.swept(now);
    core.watch_opened(Duration::ZERO, now);
}

#[test]
fn a_bookmark_that_goes_back_is_suspect_by_itself() {
    let (mut core, now) = core(|_| ());
    synced(&mut core, now, "10");
    core.observed(Some("7"), Reported::Bookmark, now);
    assert_eq!((core.last_version(), core.probe_due()), (Some("10"), Some(now)));
}

#[test]
fn a_probe_that_keeps_failing_decides_for_the_order_of_arrival() {
    let (mut core, now) = core(|_| ());
    synced(&mut core, now, "10");
    core.suspect(now);
    let mut fails = || {
        let at = core.probe_due().expect("still open");
        core.probed(Err(failure(Reason::Forbidden)), at)
    };
    assert_eq!(
        [fails(), fails(), fails()],
        [ProbeResult::Continue, ProbeResult::Continue, ProbeResult::Unordered]
    );
}

/// kubernetes/kubernetes#135452: a restored server accepts a watch from a version of the future.
#[test]
fn a_silent_watch_is_followed_by_a_probe() {
    let (mut core, now) = core(|_| ());
    synced(&mut core, now, "1000");
    let later = now + Duration::from_secs(300);
    assert_eq!(show(&core.watch_ended(WatchEnd::Closed, later)), "probe");
    let (result, step) = core.probed_between_watches(Ok("1000".into()), later);
    assert_eq!((result, show(&step)), (ProbeResult::Continue, "watch rv=1000".into()));
    let later = later + Duration::from_secs(300);
    assert_eq!(show(&core.watch_ended(WatchEnd::Failed(failure(Reason::Disconnected)), later)), "probe");
    let (_, step) = core.probed_between_watches(Err(failure(Reason::ServerError)), later);
    assert_eq!(show(&step), "wait, watch");
    core.watch(later);
    let later = later + Duration::from_secs(300);
    core.watch_ended(WatchEnd::Closed, later);
    let (result, step) = core.probed_between_watches(Ok("300".into()), later);
    assert!(matches!(result, ProbeResult::Restored(_)));
    assert_eq!(show(&step), "wait, list");
    assert_eq!(show(&core.begin(later)), "list rv=\"\" limit=500");
}

#[test]
fn a_watch_that_ends_before_the_probe_is_done_waits_for_it() {
    let (mut core, now) = core(|_| ());
    synced(&mut core, now, "10");
    observe(&mut core, "11", now);
    core.suspect(now);
    assert_eq!(show(&core.watch_ended(WatchEnd::Closed, now)), "probe");
    let (result, step) = core.probed_between_watches(Ok("12".into()), now);
    assert_eq!((result, show(&step)), (ProbeResult::Unordered, "watch rv=11".into()));
}

/// The server asked for a delay: the probe is a request as well.
#[test]
fn a_probe_between_watches_waits_as_long_as_the_next_watch() {
    let (mut core, now) = core(|_| ());
    synced(&mut core, now, "10");
    core.suspect(now);
    let asked = Failure { reason: Reason::TooManyRequests, retry_after: Some(Duration::from_secs(42)) };
    let Step::Probe { delay } = core.watch_ended(WatchEnd::Failed(asked), now) else { panic!() };
    assert!(delay >= Duration::from_secs(42), "{delay:?}");
    let (_, step) = core.probed_between_watches(Ok("10".into()), now + delay);
    assert!(matches!(step, Step::Watch { .. }), "{step:?}");
}
