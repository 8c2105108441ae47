//! A set of informers: sharing, stopping, waiting, progress and health.

mod support;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Pod};
use kube::core::{ApiResource, GroupVersionKind};
use reflector_apiserver::{Answer, ApiServer, RequestMatcher, Verb};
use reflector_runtime::{Health, InformerSet, InitialListStrategy, ListLimiter, Reason, SetError, SetHealth};
use serde_json::json;
use support::{Widget, create, open_requests, server, until};

fn widgets_resource() -> ApiResource {
    let kind = GroupVersionKind::gvk("example.com", "v1", "Widget");
    ApiResource::from_gvk_with_plural(&kind, "widgets")
}

fn config_map(server: &ApiServer, name: &str, labels: &serde_json::Value) {
    let object = json!({ "metadata": { "name": name, "labels": labels } });
    server.create("v1", "configmaps", Some("default"), object).unwrap();
}

fn lists_and_watches(server: &ApiServer, resource: &str) -> usize {
    let is_one = |verb| move |request: &&reflector_apiserver::RequestRecord| request.is(verb, resource);
    let requests = server.requests();
    requests.iter().filter(is_one(Verb::List)).count() + requests.iter().filter(is_one(Verb::Watch)).count()
}

/// client-go: `SharedInformerFactory` starts each type once.
#[tokio::test(start_paused = true)]
async fn the_same_request_is_served_by_the_same_informer() {
    let server = server();
    create(&server, "a", "red");
    let set = InformerSet::new(server.client());
    let first = set.get::<Widget>().unwrap();
    let second = set.get::<Widget>().unwrap();
    let third = set.clone().get_with::<Widget>(|widgets| widgets.namespace("")).unwrap();
    set.wait_for_sync().await.unwrap();
    for informer in [&first, &second, &third] {
        assert_eq!(informer.lister().len(), 1);
    }
    assert_eq!(lists_and_watches(&server, "widgets"), 1, "{:?}", server.requests());
    assert_eq!(set.health().kinds.len(), 1);

    // It runs until its last user is gone.
    drop((first, second));
    create(&server, "b", "red");
    until(|| third.lister().len() == 2).await;
    drop(third);
    until(|| open_requests(&server).is_empty()).await;
    assert!(set.health().kinds.is_empty());

    // Another request starts another one.
    let again = set.get::<Widget>().unwrap();
    again.wait_for_sync().await.unwrap();
    assert_eq!(again.lister().len(), 2);
    // As does a request after the informer was shut down by one of its users.
    again.shutdown().await;
    let another = set.get::<Widget>().unwrap();
    another.wait_for_sync().await.unwrap();
    assert!(another.is_synced() && *again.health().borrow() == Health::Stopped);
}

#[tokio::test(start_paused = true)]
async fn typed_and_dynamic_kinds_and_selections_are_in_one_set() {
    let server = server();
    create(&server, "a", "red");
    config_map(&server, "web", &json!({ "app": "web" }));
    config_map(&server, "db", &json!({ "app": "db" }));
    let set = InformerSet::new(server.client());
    let typed = set.get::<Widget>().unwrap();
    let dynamic = set.get_dynamic(&widgets_resource()).unwrap();
    let all = set.get_resource::<ConfigMap>().unwrap();
    let web = set.get_resource_with::<ConfigMap>(|maps| maps.labels("app=web")).unwrap();
    let none = set.get_resource_with::<ConfigMap>(|maps| maps.namespaces(["other"])).unwrap();
    let namespaces = set.get_resource::<Namespace>().unwrap();
    set.wait_for_sync().await.unwrap();
    assert_eq!((typed.lister().len(), dynamic.lister().len()), (1, 1));
    assert_eq!((all.lister().len(), web.lister().len(), none.lister().len()), (2, 1, 0));
    assert!(namespaces.lister().get("default").is_some());
    let health = set.health();
    assert!(health.is_synced() && health.has_synced());
    let whats: Vec<&str> = health.kinds.iter().map(|kind| kind.what.as_str()).collect();
    assert_eq!(
        whats,
        [
            "configmaps/v1",
            "configmaps/v1 in namespaces [other]",
            "configmaps/v1 with labels app=web",
            "namespaces/v1",
            "widgets.example.com/v1",
            "widgets.example.com/v1",
        ]
    );
    assert!(health.to_string().starts_with("6 of 6 informers synced, "), "{health}");
}

#[tokio::test(start_paused = true)]
async fn conflicting_settings_are_an_error_that_names_them() {
    let server = server();
    let set = InformerSet::new(server.client());
    let first = set.get_with::<Widget>(|widgets| widgets.page_size(7)).unwrap();
    let error = set.get_with::<Widget>(|widgets| widgets.page_size(9).transform(|_| {})).unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, SetError::Conflict { ref conflicts, .. } if conflicts.len() == 2), "{error:?}");
    assert!(text.contains("widgets.example.com/v1") && text.contains("page_size (running: 7, requested: 9)"));
    assert!(text.contains("transform"), "{text}");
    // Another selection may have other settings, and a request without settings takes what is running.
    let other = set.get_with::<Widget>(|widgets| widgets.labels("a=b").page_size(9)).unwrap();
    let same = set.get::<Widget>().unwrap();
    drop(first);
    // Once the informer has stopped, the settings are free again.
    drop(same);
    let next = set.get_with::<Widget>(|widgets| widgets.page_size(9)).unwrap();
    drop((other, next));
}

/// client-go: `TestWaitFor`, `TestSyncResult`.
#[tokio::test(start_paused = true)]
async fn the_wait_lists_what_is_missing_and_why() {
    let server = server();
    InformerSet::new(server.client()).wait_for_sync().await.unwrap();
    for verb in [Verb::List, Verb::Watch] {
        server.deny(verb, "pods", None);
    }
    let hung = RequestMatcher::resource("namespaces");
    server.faults().on(hung).always().answer(Answer::hang());
    let gone = GroupVersionKind::gvk("example.com", "v1", "Gadget");
    let set = InformerSet::new(server.client());
    let gadgets = set.get_dynamic(&ApiResource::from_gvk_with_plural(&gone, "gadgets")).unwrap();
    let pods = set.get_resource_with::<Pod>(|pods| pods.namespaces(["default", "kube-system"])).unwrap();
    let namespaces = set.get_resource::<Namespace>().unwrap();
    let widgets = set.get::<Widget>().unwrap();
    let error = set.wait_for_sync().await.unwrap_err();
    assert_eq!((error.informers, error.missing), (4, 3), "{error}");
    let whats: Vec<&str> = error.unsynced.iter().map(|unsynced| unsynced.what.as_str()).collect();
    assert_eq!(
        whats,
        [
            "gadgets.example.com/v1",
            "namespaces/v1",
            "pods/v1 in namespace default",
            "pods/v1 in namespace kube-system",
        ]
    );
    let text = error.to_string();
    assert!(text.starts_with("3 of 4 informers not synced: gadgets.example.com/v1 (degraded: "), "{text}");
    assert!(text.contains("install the CRD `gadgets.example.com`"), "{text}");
    assert!(text.contains("namespaces/v1 (listing)"), "{text}");
    assert!(text.contains("bind a Role in namespace kube-system with the rule"), "{text}");
    let health = set.health();
    assert_eq!(health.degraded().count(), 2);
    assert!(health.degraded().all(|kind| matches!(
        kind.health,
        Health::Degraded { reason: Reason::Forbidden | Reason::NotFound, .. }
    )));
    assert!(!health.is_synced() && health.unsynced().count() == 3);
    widgets.wait_for_sync().await.unwrap();

    // Without its users, an informer is not missing.
    drop((gadgets, pods));
    server.faults().clear();
    set.wait_for_sync().retry_forever().await.unwrap();
    assert!(namespaces.is_synced());
}

/// client-go: `TestWaitFor`.
#[tokio::test(start_paused = true)]
async fn the_wait_has_a_timeout_and_can_be_canceled() {
    let server = server();
    server.faults().on(RequestMatcher::any()).always().status(500);
    let set = InformerSet::new(server.client());
    let widgets = set.get::<Widget>().unwrap();
    let canceled = tokio::time::timeout(Duration::from_secs(1), set.wait_for_sync().into_future());
    assert!(canceled.await.is_err());
    let error = set.wait_for_sync().timeout(Duration::from_secs(7)).await.unwrap_err();
    assert!(error.to_string().starts_with("1 of 1 informers not synced: widgets.example.com/v1 (degraded"));
    server.faults().clear();
    server.faults().on(RequestMatcher::any()).times(20).status(403);
    set.wait_for_sync().retry_forever().await.unwrap();
    assert!(widgets.has_synced());
}

/// An informer that is dropped while it is awaited does not make the wait fail.
#[tokio::test(start_paused = true)]
async fn an_informer_dropped_during_the_wait_is_not_awaited() {
    let server = server();
    server.faults().on(RequestMatcher::resource("pods")).always().answer(Answer::hang());
    let set = InformerSet::new(server.client());
    let (pods, widgets) = (set.get_resource::<Pod>().unwrap(), set.get::<Widget>().unwrap());
    let waiting = tokio::spawn(set.wait_for_sync().into_future());
    widgets.wait_for_sync().await.unwrap();
    assert!(!waiting.is_finished());
    drop(pods);
    waiting.await.unwrap().unwrap();
}

#[tokio::test(start_paused = true)]
async fn progress_counts_received_objects_of_all_kinds() {
    let server = server();
    for number in 0..95 {
        create(&server, &format!("w{number:02}"), "red");
        config_map(&server, &format!("m{number:02}"), &json!({}));
    }
    for resource in ["widgets", "configmaps"] {
        server.faults().on(RequestMatcher::list(resource)).always().delay(Duration::from_secs(1));
    }
    let set = InformerSet::new(server.client());
    let widgets = set
        .get_with::<Widget>(|widgets| {
            widgets.initial_list_strategy(InitialListStrategy::PagedList).page_size(10)
        })
        .unwrap();
    let maps = set
        .get_resource_with::<ConfigMap>(|maps| {
            maps.initial_list_strategy(InitialListStrategy::PagedList).page_size(10)
        })
        .unwrap();
    let seen: Arc<Mutex<Vec<SetHealth>>> = Arc::default();
    let log = seen.clone();
    let progress = move |health: &SetHealth| log.lock().unwrap().push(health.clone());
    set.wait_for_sync().on_progress(progress).await.unwrap();
    let seen = seen.lock().unwrap();
    let received: Vec<u64> = seen.iter().map(SetHealth::received).collect();
    assert!(received.is_sorted() && received[0] == 0, "{received:?}");
    assert!(received.iter().filter(|count| (1..190).contains(*count)).count() >= 15, "{received:?}");
    let last = seen.last().unwrap();
    assert_eq!((last.received(), last.total()), (190, Some(190)));
    let known: Vec<u64> = seen.iter().filter_map(SetHealth::total).collect();
    assert!(known.len() > 10 && known.iter().all(|total| *total == 190), "{known:?}");
    assert_eq!(widgets.lister().len() + maps.lister().len(), 190);
}

#[tokio::test(start_paused = true)]
async fn shutdown_stops_everything_for_good() {
    let server = server();
    create(&server, "a", "red");
    let set = InformerSet::new(server.client());
    let widgets = set.get::<Widget>().unwrap();
    let maps = set.get_resource_with::<ConfigMap>(|maps| maps.namespaces(["a", "b", "c"])).unwrap();
    set.wait_for_sync().await.unwrap();
    set.shutdown().await;
    assert!(*widgets.health().borrow() == Health::Stopped && *maps.health().borrow() == Health::Stopped);
    until(|| open_requests(&server).is_empty()).await;
    assert_eq!(widgets.lister().len(), 1);
    assert_eq!(set.get::<Widget>().unwrap_err(), SetError::Stopped);
    set.shutdown().await;
    set.wait_for_sync().await.unwrap();
    assert!(set.health().kinds.is_empty());
}

/// The set does not keep its informers running, nor do they depend on the set.
#[tokio::test(start_paused = true)]
async fn informers_outlive_a_dropped_set() {
    let server = server();
    let set = InformerSet::new(server.client());
    let widgets = set.get::<Widget>().unwrap();
    drop(set);
    widgets.wait_for_sync().await.unwrap();
    create(&server, "a", "red");
    until(|| widgets.lister().len() == 1).await;
}

#[tokio::test(start_paused = true)]
async fn a_resync_period_of_the_set_applies_to_its_informers() {
    let server = server();
    create(&server, "a", "red");
    let set = InformerSet::builder(server.client()).resync(Duration::from_secs(60)).build();
    let widgets = set.get::<Widget>().unwrap();
    set.wait_for_sync().await.unwrap();
    let mut events = widgets.subscribe();
    assert_eq!(support::next(&mut events).await, "Added a red (initial)");
    assert_eq!(support::next(&mut events).await, "Updated a red->red");
}

#[test]
fn outside_of_a_runtime_the_informer_says_so() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let set = runtime.block_on(async { InformerSet::new(server().client()) });
    let widgets = set.get::<Widget>().unwrap();
    assert_eq!(*widgets.health().borrow(), Health::Stopped);
    assert!(set.health().kinds.is_empty());
}

/// Requests from many threads at once start one informer.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn concurrent_requests_share_one_informer() {
    let server = server();
    let set = InformerSet::builder(server.client()).list_limiter(ListLimiter::new(2)).build();
    let tasks: Vec<_> = (0..64)
        .map(|_| {
            tokio::spawn({
                let set = set.clone();
                async move { set.get::<Widget>().unwrap() }
            })
        })
        .collect();
    let mut informers = Vec::new();
    for task in tasks {
        informers.push(task.await.unwrap());
    }
    set.wait_for_sync().await.unwrap();
    assert_eq!(lists_and_watches(&server, "widgets"), 1);
    assert_eq!(set.health().kinds.len(), 1);
}
