//! Many informers that start, or recover, at the same time, on a server that allows 50 concurrent lists.

mod support;

use std::time::Duration;

use kube::core::{ApiResource, DynamicObject, GroupVersionKind};
use reflector_apiserver::{ApiServer, RequestMatcher, Verb};
use reflector_runtime::{DynamicScope, Informer, InformerSet, InitialListStrategy, ListLimiter};
use serde_json::json;
use support::until;

const KINDS: usize = 200;
const SERVER_LIMIT: usize = 50;

/// A server with 200 kinds, two objects of each, whose lists take 100 ms each.
fn server() -> ApiServer {
    let server = ApiServer::builder().seed(7).build();
    for number in 0..KINDS {
        let mut crd = support::crd();
        let plural = format!("kinds{number}");
        crd["metadata"]["name"] = format!("{plural}.example.com").into();
        crd["spec"]["names"] =
            json!({ "plural": plural, "singular": format!("kind{number}"), "kind": format!("Kind{number}") });
        server.install_crd(crd).unwrap();
        for name in ["a", "b"] {
            let object = json!({ "metadata": { "name": name } });
            server.create("example.com/v1", &plural, Some("default"), object).unwrap();
        }
    }
    server.faults().on(RequestMatcher::verb(Verb::List)).always().delay(Duration::from_millis(100));
    let watch_list = RequestMatcher::verb(Verb::Watch).parameter("sendInitialEvents", "true");
    server.faults().on(watch_list).always().delay(Duration::from_millis(100));
    server.limit_concurrent_lists(SERVER_LIMIT);
    server
}

fn resource(number: usize) -> ApiResource {
    let kind = GroupVersionKind::gvk("example.com", "v1", &format!("Kind{number}"));
    ApiResource::from_gvk_with_plural(&kind, &format!("kinds{number}"))
}

/// How many requests were answered with 429.
fn throttled(server: &ApiServer) -> usize {
    server.requests().iter().filter(|request| request.status == Some(429)).count()
}

fn start(set: &InformerSet, strategy: InitialListStrategy) -> Vec<Informer<DynamicObject, DynamicScope>> {
    let start = |number| {
        set.get_dynamic_with(&resource(number), |kinds| kinds.initial_list_strategy(strategy)).unwrap()
    };
    (0..KINDS).map(start).collect()
}

const STRATEGIES: [InitialListStrategy; 2] = [InitialListStrategy::WatchList, InitialListStrategy::List];

#[tokio::test(start_paused = true)]
async fn two_hundred_informers_start_without_a_429() {
    for strategy in STRATEGIES {
        let server = server();
        let set = InformerSet::new(server.client());
        let begin = tokio::time::Instant::now();
        let informers = start(&set, strategy);
        set.wait_for_sync().await.unwrap();
        assert_eq!(throttled(&server), 0, "{strategy:?}");
        assert!(informers.iter().all(|informer| informer.lister().len() == 2));
        // 20 rounds of 10 lists of 100 ms, and the jitter.
        assert!(begin.elapsed() < Duration::from_secs(5), "{strategy:?}: {:?}", begin.elapsed());
        assert_eq!(set.list_limiter().running(), 0, "each list has ended");
    }
}

/// After an outage all informers list again at once.
#[tokio::test(start_paused = true)]
async fn two_hundred_informers_recover_without_a_429() {
    for strategy in STRATEGIES {
        let server = server();
        let set = InformerSet::new(server.client());
        let informers = start(&set, strategy);
        set.wait_for_sync().await.unwrap();
        server.clear_requests();
        server.restart_with_lost_history();
        for number in 0..KINDS {
            let plural = format!("kinds{number}");
            server.delete("example.com/v1", &plural, Some("default"), "a").unwrap();
        }
        until(|| informers.iter().all(|informer| informer.lister().len() == 1)).await;
        until(|| set.health().is_synced()).await;
        assert_eq!(throttled(&server), 0, "{strategy:?}");
    }
}

/// The test above can fail: without a common limit the server throttles.
#[tokio::test(start_paused = true)]
async fn without_a_shared_limit_the_server_throttles() {
    let server = server();
    let set = InformerSet::builder(server.client()).list_limiter(ListLimiter::new(KINDS)).build();
    let informers = start(&set, InitialListStrategy::List);
    set.wait_for_sync().retry_forever().await.unwrap();
    assert!(throttled(&server) >= KINDS - SERVER_LIMIT, "{}", throttled(&server));
    assert!(informers.iter().all(|informer| informer.lister().len() == 2), "each 429 is retried");
}

/// A list that hangs takes its part of the limit only until its timeout.
#[tokio::test(start_paused = true)]
async fn lists_that_hang_do_not_block_the_others_forever() {
    let server = server();
    for number in 0..3 {
        let hangs = RequestMatcher::resource(&format!("kinds{number}"));
        server.faults().on(hangs).always().answer(reflector_apiserver::Answer::hang());
    }
    let set = InformerSet::builder(server.client()).list_limiter(ListLimiter::new(2)).build();
    let informers = start(&set, InitialListStrategy::List);
    until(|| informers[3..].iter().all(Informer::has_synced)).await;
    assert!(!informers[0].has_synced());
}
