//! Subscribers with backpressure that stop reading while their informer lists, or waits for its turn to list: other
//! informers that share the limit on concurrent lists are not held up.

mod support;

use std::time::Duration;

use kube::core::{ApiResource, DynamicObject};
use reflector_apiserver::{ApiServer, RequestMatcher, Verb};
use reflector_runtime::{
    DeliveryOptions, DynamicScope, Informer, InformerSet, InitialListStrategy, ListLimiter, Overflow,
    Reflect as _,
};
use serde_json::json;
use support::{Widget, gvk, install, until};
use tokio::time::Instant;

const OBJECTS: usize = 1000;
const PAGE: u32 = 100;
/// How many unread events stop an informer.
const LIMIT: usize = 4;
const SECOND: Duration = Duration::from_secs(1);

type DynamicInformer = Informer<DynamicObject, DynamicScope>;

fn server(kinds: &[&str]) -> ApiServer {
    let server = ApiServer::builder().seed(7).build();
    for kind in kinds {
        install(&server, kind);
        for number in 0..OBJECTS {
            create(&server, kind, &format!("object-{number}"));
        }
    }
    server
}

/// Lists take several steps: each page takes 100 ms, and each first streaming list pauses after some objects.
fn pace(server: &ApiServer) {
    server.faults().on(RequestMatcher::verb(Verb::List)).always().delay(SECOND / 10);
    for kind in ["slows", "sluggishs"] {
        server.faults().on(RequestMatcher::watch_list(kind)).times(1).silence_after_events(20);
    }
}

fn plural(kind: &str) -> String {
    format!("{}s", kind.to_lowercase())
}

fn create(server: &ApiServer, kind: &str, name: &str) {
    let object = json!({ "metadata": { "name": name } });
    server.create("example.com/v1", &plural(kind), Some("default"), object).unwrap();
}

fn set(server: &ApiServer, limit: usize) -> InformerSet {
    InformerSet::builder(server.client()).list_limiter(ListLimiter::new(limit)).build()
}

/// An informer that lists in pages.
fn start(set: &InformerSet, kind: &str, strategy: InitialListStrategy) -> DynamicInformer {
    let resource = ApiResource::from_gvk_with_plural(&gvk(kind), &plural(kind));
    set.get_dynamic_with(&resource, |kinds| kinds.initial_list_strategy(strategy).page_size(PAGE)).unwrap()
}

/// How a subscriber that does not read stops its informer.
fn without_reading() -> DeliveryOptions {
    DeliveryOptions::new().every_event().limit(LIMIT).on_overflow(Overflow::Backpressure)
}

#[tokio::test(start_paused = true)]
async fn subscribers_that_stop_reading_during_the_first_list_hold_nobody_else_up() {
    for strategy in [InitialListStrategy::WatchList, InitialListStrategy::List] {
        let server = server(&["Slow", "Sluggish", "Quick"]);
        pace(&server);
        let set = set(&server, 2);
        let slow = ["Slow", "Sluggish"].map(|kind| start(&set, kind, strategy));
        let unread = slow.each_ref().map(|informer| informer.subscribe_with(without_reading()));
        until(|| unread.iter().all(|events| events.len() >= LIMIT)).await;
        let began = Instant::now();
        let quick = start(&set, "Quick", strategy);
        until(|| quick.has_synced()).await;
        assert!(began.elapsed() < 3 * SECOND, "{strategy:?}: waited for {:?}", began.elapsed());
        assert!(unread.iter().all(|events| events.len() < OBJECTS), "{strategy:?}: no informer was held up");

        // Those that were held up continue as soon as somebody reads, and the limit applies again.
        for (informer, mut events) in slow.iter().zip(unread) {
            tokio::spawn(async move { while events.next().await.is_some() {} });
            until(|| informer.has_synced()).await;
            assert_eq!(informer.lister().len(), OBJECTS);
        }
        until(|| set.list_limiter().running() == 0).await;
    }
}

/// The limiter gives its permits to those that wait for one in turn, also to one that is held up meanwhile: here the
/// second namespace of an informer, while the first one lists.
#[tokio::test(start_paused = true)]
async fn a_place_in_the_queue_for_a_permit_holds_nobody_else_up_either() {
    let server = server(&["Quick"]);
    pace(&server);
    server.install_crd(support::crd()).unwrap();
    for namespace in ["one", "two"] {
        server.create("v1", "namespaces", None, json!({ "metadata": { "name": namespace } })).unwrap();
        for number in 0..OBJECTS {
            let widget = support::widget(&format!("widget-{number}"), "red");
            server.create("example.com/v1", "widgets", Some(namespace), widget).unwrap();
        }
    }
    let set = set(&server, 1);
    let widgets = Widget::informer(server.client())
        .namespaces(["one", "two"])
        .list_limiter(set.list_limiter().clone())
        .initial_list_strategy(InitialListStrategy::List)
        .page_size(PAGE)
        .start();
    let mut events = widgets.subscribe_with(without_reading());
    until(|| events.len() >= LIMIT).await;
    let began = Instant::now();
    let quick = start(&set, "Quick", InitialListStrategy::List);
    until(|| quick.has_synced()).await;
    assert!(began.elapsed() < 3 * SECOND, "waited for {:?}", began.elapsed());
    tokio::spawn(async move { while events.next().await.is_some() {} });
    until(|| widgets.has_synced()).await;
    assert_eq!(widgets.lister().len(), 2 * OBJECTS);
}
