//! The first sync: when it completes, when it fails, and how many requests it takes when there are obstacles.

mod support;

use std::time::Duration;

use reflector_apiserver::{Answer, RequestMatcher, Status, Step, Verb};
use reflector_runtime::{Health, InitialListStrategy, Reason, Reflect as _};
use serde_json::json;
use support::*;
use tokio::time::{Instant, sleep, timeout};

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3600);

fn added(name: &str, version: &str) -> Step {
    Step::event("ADDED", widget_at(name, version, "red"))
}

fn bookmark(version: &str) -> Step {
    Step::event("BOOKMARK", end_bookmark(version, "true"))
}

/// A watch that ends after five seconds because its version has expired.
fn expiring(events: impl IntoIterator<Item = Step>) -> Answer {
    let end = [Step::Pause(5 * SECOND), Step::error(&Status::for_code(410))];
    Answer::watch(events.into_iter().chain(end))
}

/// client-go: `HasSynced` stays true.
#[tokio::test(start_paused = true)]
async fn after_the_first_sync_wait_for_sync_returns_immediately() {
    let server = server();
    let informer = synced(&server).await;
    assert!(informer.has_synced());
    server.faults().on(RequestMatcher::any()).always().status(403);
    server.drop_all_watches();
    sleep(HOUR).await;
    assert!(!informer.is_synced() && informer.has_synced());
    timeout(SECOND, informer.wait_for_sync().fail_fast()).await.expect("it is already synced").unwrap();
    informer.shutdown().await;
    informer.wait_for_sync().await.unwrap();
}

/// The cache cannot be kept up to date without a watch. The result must not depend on how fast the server answers.
#[tokio::test(start_paused = true)]
async fn list_without_watch_permission_is_an_error() {
    for answered_after in [Duration::ZERO, Duration::from_millis(50)] {
        for initial_list_strategy in [InitialListStrategy::WatchList, InitialListStrategy::List] {
            let server = server();
            create(&server, "a", "red");
            server.faults().on(RequestMatcher::watch("widgets")).always().status(403).after(answered_after);
            let informer =
                Widget::informer(server.client()).initial_list_strategy(initial_list_strategy).start();
            let waiting = timeout(HOUR, informer.wait_for_sync());
            let error = waiting.await.expect("a result within an hour").unwrap_err().to_string();
            assert!(error.contains("RBAC denies the verb `watch`"), "{error}");
            assert_eq!(informer.lister().len(), 1, "the listed objects are cached nevertheless");
            sleep(HOUR).await;
            let health = informer.health().borrow().clone();
            let denied = matches!(health, Health::Degraded { reason: Reason::Forbidden, failures: 50.., .. });
            assert!(denied, "{health:?}");
        }
    }
}

/// A starting server refuses connections, and may answer 403 until it has loaded its RBAC rules.
#[tokio::test(start_paused = true)]
async fn only_permanent_failures_count() {
    let server = server();
    server.faults().on(RequestMatcher::any()).times(9).refuse_connection();
    server.faults().on(RequestMatcher::any()).times(2).status(403);
    Widget::informer(server.client()).start().wait_for_sync().await.unwrap();
}

/// A proxy that buffers whole responses, or a connection whose packets are dropped.
#[tokio::test(start_paused = true)]
async fn a_streaming_list_without_a_response_is_abandoned_soon() {
    let server = server();
    create(&server, "a", "red");
    server.faults().on(RequestMatcher::watch_list("widgets")).always().hang();
    let start = Instant::now();
    let informer = Widget::informer(server.client()).start();
    informer.wait_for_sync().await.unwrap();
    assert!(start.elapsed() < 61 * SECOND, "{:?}", start.elapsed());
    assert_eq!(requests(&server, Verb::List), 1);
}

#[tokio::test(start_paused = true)]
async fn a_watch_without_a_response_is_detected_soon() {
    let server = server();
    let informer = synced(&server).await;
    sleep(5 * SECOND).await;
    server.faults().on(RequestMatcher::watch("widgets")).hang();
    server.drop_all_watches();
    create(&server, "b", "red");
    let start = Instant::now();
    until(|| informer.lister().len() == 1).await;
    assert!(start.elapsed() < 65 * SECOND, "{:?}", start.elapsed());
    assert_eq!(requests(&server, Verb::List), 0);
}

/// A load balancer without a backend accepts connections and closes them. This does not show what the server
/// supports.
#[tokio::test(start_paused = true)]
async fn an_outage_is_not_remembered_as_a_server_without_streaming_lists() {
    let server = server();
    create(&server, "a", "red");
    server.faults().on(RequestMatcher::any()).times(8).hang();
    let informer = Widget::informer(server.client()).start();
    informer.wait_for_sync().await.unwrap();
    server.compact();
    server.faults().on(RequestMatcher::plain_watch("widgets")).gone();
    server.drop_all_watches();
    sleep(60 * SECOND).await;
    let lists =
        request_lines(&server).into_iter().filter(|request| request.starts_with("watch-list")).count();
    assert!(lists >= 6, "{:?}", request_lines(&server));
    assert!(informer.is_synced());
}

#[tokio::test(start_paused = true)]
async fn after_a_failure_the_progress_of_the_initial_list_is_still_reported() {
    let server = server();
    let pause = || Step::Pause(30 * SECOND);
    let slow = [added("p1", "1"), pause(), added("p2", "2"), pause(), bookmark("7"), Step::Silence];
    server.faults().script(RequestMatcher::watch_list("widgets"), [Answer::refused(), Answer::watch(slow)]);
    let informer = Widget::informer(server.client()).start();
    sleep(20 * SECOND).await;
    assert_eq!(*informer.health().borrow(), Health::Syncing { received: 1, remaining: None });
    sleep(30 * SECOND).await;
    assert_eq!(*informer.health().borrow(), Health::Syncing { received: 2, remaining: None });
    sleep(30 * SECOND).await;
    assert!(informer.is_synced());
}

/// As with a list that is older than requested: a missing object does not prove a deletion.
#[tokio::test(start_paused = true)]
async fn a_streaming_list_older_than_requested_sweeps_nothing() {
    let server = server();
    server.faults().script(
        RequestMatcher::watch_list("widgets"),
        [
            expiring([added("p1", "1"), bookmark("10"), added("p2", "11")]),
            Answer::watch([added("p1", "1"), bookmark("9"), Step::Silence]),
            Answer::watch([added("p1", "1"), added("p2", "11"), bookmark("12"), Step::Silence]),
        ],
    );
    let informer = Widget::informer(server.client()).start();
    let mut events = informer.subscribe();
    informer.wait_for_sync().await.unwrap();
    assert_eq!(
        [next(&mut events).await, next(&mut events).await],
        ["Added p1 red (initial)", "Added p2 red"]
    );
    sleep(60 * SECOND).await;
    assert!(events.try_next().is_none());
    assert_eq!(informer.lister().resource_version().as_deref(), Some("12"));
}

/// The streaming list that detects a restore does not continue as the watch, and must not stay open alongside it.
#[tokio::test(start_paused = true)]
async fn one_watch_is_open_after_a_restore() {
    let server = server();
    server.faults().script(
        RequestMatcher::watch_list("widgets"),
        [
            expiring([added("p1", "1"), bookmark("100")]),
            Answer::status(&Status::for_code(410)),
            Answer::watch([added("p1", "1"), bookmark("9"), Step::Silence]),
        ],
    );
    let list = list_at("9", &[widget_at("p1", "1", "red")]);
    server.faults().script(RequestMatcher::list("widgets"), [Answer::json(200, &list)]);
    server.faults().script(RequestMatcher::plain_watch("widgets"), [Answer::watch([Step::Silence])]);
    let _informer = Widget::informer(server.client()).start();
    sleep(60 * SECOND).await;
    assert_eq!(open_requests(&server).len(), 1, "{:?}", open_requests(&server));
}

/// Such an item cannot be attributed to an object, so that a list with it does not prove that any object is missing.
#[tokio::test(start_paused = true)]
async fn a_list_with_an_item_of_invalid_json_sweeps_nothing() {
    let server = server();
    let list = list_at("10", &[widget_at("p1", "1", "red"), widget_at("p2", "2", "red")]);
    let bad = list_at("20", &[widget_at("p1", "12", "red")]).to_string().replace("\"uid\"", ",\"uid\"");
    server.faults().script(
        RequestMatcher::list("widgets"),
        [Answer::json(200, &list), Answer::bytes(200, bad), Answer::json(200, &list_at("30", &[]))],
    );
    server.faults().script(RequestMatcher::watch("widgets"), [expiring([]), Answer::watch([Step::Silence])]);
    let informer = synced_by_list(&server).await;
    until(|| requests(&server, Verb::List) == 2).await;
    sleep(Duration::from_millis(100)).await;
    assert_eq!(informer.lister().len(), 2);
    assert!(informer.last_error().is_some());
    sleep(60 * SECOND).await;
    assert_eq!(informer.lister().len(), 0, "the next list is complete");
}

/// The last good state is kept only as long as it is a state of the existing object.
#[tokio::test(start_paused = true)]
async fn an_undecodable_recreated_object_does_not_keep_the_old_one() {
    let server = server();
    let mut bad = widget_at("p1", "12", "red");
    bad["metadata"]["uid"] = json!("another");
    bad["spec"]["color"] = json!(7);
    server.faults().script(
        RequestMatcher::watch_list("widgets"),
        [
            expiring([added("p1", "1"), bookmark("10")]),
            Answer::watch([Step::event("ADDED", bad), bookmark("20"), Step::Silence]),
        ],
    );
    let informer = Widget::informer(server.client()).start();
    let mut events = informer.subscribe();
    assert_eq!(next(&mut events).await, "Added p1 red (initial)");
    assert_eq!(next(&mut events).await, "Missing p1 red");
    assert_eq!(informer.skipped().count, 1);
}

#[tokio::test(start_paused = true)]
async fn every_shutdown_call_waits_until_the_informer_has_stopped() {
    let server = server();
    let informer = synced(&server).await;
    let first = informer.shutdown();
    tokio::pin!(first);
    tokio::select! {
        biased;
        () = &mut first => panic!("shutdown returned immediately"),
        () = std::future::ready(()) => {}
    }
    informer.shutdown().await;
    assert_eq!(*informer.health().borrow(), Health::Stopped);
    first.await;
}
