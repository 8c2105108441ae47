//! An informer with the embedded API server: the behaviour that users observe.

mod support;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use k8s_openapi::api::core::v1::{Namespace, Pod};
use kube::core::ApiResource;
use reflector_apiserver::{ApiServer, Verb};
use reflector_runtime::{
    ClusterScoped, Delivery, Health, Informer, InformerExt as _, InitialListStrategy, Reflect as _,
    ResourceEventHandler,
};
use serde_json::json;
use support::{Widget, create, delete, names, next, paint, server, show, synced, until};

#[tokio::test(start_paused = true)]
async fn the_cache_follows_the_server() {
    let server = server();
    create(&server, "a", "red");
    create(&server, "b", "blue");
    let informer = synced(&server).await;
    let lister = informer.lister();
    assert_eq!(names(&lister.list()), ["a", "b"]);
    assert_eq!(names(&lister.by_index(Widget::BY_COLOR, "red")), ["a"]);
    let mut events = informer.subscribe();
    assert_eq!(next(&mut events).await, "Added a red (initial)");
    assert_eq!(next(&mut events).await, "Added b blue (initial)");
    create(&server, "c", "red");
    assert_eq!(next(&mut events).await, "Added c red");
    paint(&server, "a", "green");
    assert_eq!(next(&mut events).await, "Updated a red->green");
    delete(&server, "b");
    assert_eq!(next(&mut events).await, "Deleted b blue");
    assert_eq!(names(&lister.by_index(Widget::BY_COLOR, "red")), ["c"]);
    assert_eq!(lister.get("default", "a").unwrap().spec.color, "green");
    assert!(lister.get("default", "b").is_none());
    assert_eq!(lister.resource_version(), Some(server.resource_version().to_string()));
}

#[tokio::test(start_paused = true)]
async fn all_initial_list_strategies_have_the_same_result() {
    let server = server();
    for number in 0..1200 {
        create(&server, &format!("w{number:04}"), "red");
    }
    for (initial_list_strategy, lists) in [
        (InitialListStrategy::List, 1),
        (InitialListStrategy::PagedList, 3),
        (InitialListStrategy::WatchList, 0),
    ] {
        server.clear_requests();
        let informer = Widget::informer(server.client()).initial_list_strategy(initial_list_strategy).start();
        informer.wait_for_sync().await.unwrap();
        assert_eq!(informer.lister().len(), 1200);
        let sent = server.requests().iter().filter(|request| request.is(Verb::List, "widgets")).count();
        assert_eq!(sent, lists, "{initial_list_strategy:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn selectors_are_sent_to_the_server() {
    let server = server();
    let labelled =
        json!({ "metadata": { "name": "web", "labels": { "tier": "web" } }, "spec": { "color": "red" } });
    server.create("example.com/v1", "widgets", Some("default"), labelled.clone()).unwrap();
    server.create("example.com/v1", "widgets", Some("kube-system"), labelled).unwrap();
    create(&server, "db", "red");
    let informer =
        Widget::informer(server.client()).namespace("default").labels("tier in (web, api)").start();
    informer.wait_for_sync().await.unwrap();
    assert_eq!(names(&informer.lister().list()), ["web"]);
    let by_name = Widget::informer(server.client()).fields("metadata.name=db").start();
    by_name.wait_for_sync().await.unwrap();
    assert_eq!(names(&by_name.lister().list()), ["db"]);
}

/// client-go's `NamespaceAll` is the empty namespace.
#[tokio::test(start_paused = true)]
async fn an_empty_namespace_means_all_namespaces() {
    let server = server();
    create(&server, "a", "red");
    let informer = Widget::informer(server.client()).namespace("").start();
    informer.wait_for_sync().await.unwrap();
    assert_eq!(names(&informer.lister().list()), ["a"]);
}

/// A value from a configuration must not redirect requests to another resource.
#[tokio::test(start_paused = true)]
async fn an_invalid_namespace_is_rejected_before_any_request() {
    for namespace in ["a/b", "..", "team-a?limit=1", "Team", "a b"] {
        let server = server();
        let informer = Widget::informer(server.client()).namespace(namespace).start();
        let error = informer.wait_for_sync().fail_fast().await.unwrap_err();
        let expected = format!(
            "`{namespace}` is not a valid namespace: a namespace is a lower-case DNS label such as \"team-a\"; nothing \
             was sent: check the namespace and the selectors"
        );
        assert!(error.to_string().ends_with(&expected), "{error}");
        assert!(server.requests().is_empty(), "{:?}", server.requests());
    }
}

#[tokio::test(start_paused = true)]
async fn a_selector_too_long_for_a_url_is_rejected_before_any_request() {
    let server = server();
    let selector = format!("app in ({})", vec!["a"; 40_000].join(","));
    let informer = Widget::informer(server.client()).labels(selector).start();
    let error = informer.wait_for_sync().fail_fast().await.unwrap_err();
    assert!(error.to_string().contains("check the namespace and the selectors"), "{error}");
    assert!(server.requests().is_empty(), "{:?}", server.requests());
}

/// D3 of kube-rs's watcher, and the first guarantee of a reflector: deletions missed during a disconnect are
/// delivered.
#[tokio::test(start_paused = true)]
async fn a_relist_delivers_missed_deletions() {
    let server = server();
    create(&server, "a", "red");
    create(&server, "b", "blue");
    let informer = synced(&server).await;
    let mut events = informer.subscribe();
    next(&mut events).await;
    next(&mut events).await;
    // The history is compacted between the end of a watch and the next watch.
    server.drop_all_watches();
    delete(&server, "a");
    paint(&server, "b", "green");
    server.compact();
    let mut delivered = [next(&mut events).await, next(&mut events).await];
    delivered.sort();
    assert_eq!(delivered, ["Missing a red", "Updated b blue->green"]);
    assert_eq!(names(&informer.lister().list()), ["b"]);
    until(|| informer.is_synced()).await;
}

/// kube-rs delivers one update for both: a subscriber with per-object state never learns that the first is gone.
#[tokio::test(start_paused = true)]
async fn an_object_recreated_during_a_disconnect_is_a_deletion_and_an_addition() {
    let server = server();
    create(&server, "a", "red");
    let informer = synced(&server).await;
    let mut events = informer.subscribe();
    next(&mut events).await;
    server.drop_all_watches();
    delete(&server, "a");
    create(&server, "a", "blue");
    server.compact();
    assert_eq!(next(&mut events).await, "Missing a red");
    assert_eq!(next(&mut events).await, "Added a blue");
    assert_eq!(names(&informer.lister().by_index(Widget::BY_COLOR, "blue")), ["a"]);
}

#[tokio::test(start_paused = true)]
async fn a_slow_subscriber_receives_merged_changes_and_an_every_event_subscriber_all() {
    let server = server();
    create(&server, "a", "red");
    create(&server, "b", "red");
    let informer = synced(&server).await;
    let mut slow = informer.subscribe();
    let mut every_event = informer.subscribe_with(Delivery::EveryEvent);
    for _ in 0..2 {
        next(&mut slow).await;
        next(&mut every_event).await;
    }
    paint(&server, "a", "green");
    paint(&server, "a", "blue");
    delete(&server, "b");
    create(&server, "b", "white");
    create(&server, "c", "red");
    delete(&server, "c");
    create(&server, "d", "red");
    until(|| every_event.len() == 7).await;
    let merged: Vec<String> = std::iter::from_fn(|| slow.try_next()).map(|event| show(&event)).collect();
    assert_eq!(merged, ["Updated a red->blue", "Deleted b red", "Added b white", "Added d red"]);
    let all: Vec<String> = std::iter::from_fn(|| every_event.try_next()).map(|event| show(&event)).collect();
    assert_eq!(all.len(), 7, "{all:?}");
}

/// D5 of kube-rs: there, a subscriber that is woken for an object that is already deleted sleeps on, although another
/// object is queued.
#[tokio::test(start_paused = true)]
async fn a_waiting_subscriber_is_woken_although_an_earlier_change_had_no_effect() {
    let server = server();
    let informer = synced(&server).await;
    let mut events = informer.subscribe();
    let waiting = tokio::spawn(async move { next(&mut events).await });
    tokio::task::yield_now().await;
    create(&server, "a", "red");
    delete(&server, "a");
    create(&server, "b", "red");
    let delivered = waiting.await.unwrap();
    assert!(["Added a red", "Added b red"].contains(&delivered.as_str()), "{delivered}");
    assert_eq!(names(&informer.lister().list()), ["b"]);
}

/// client-go: `TestReflectorResync` (except for its errors), `TestListenerResyncPeriods`.
#[tokio::test(start_paused = true)]
async fn a_resync_sends_no_request() {
    let server = server();
    create(&server, "a", "red");
    let informer = Widget::informer(server.client()).resync(Duration::from_secs(30)).start();
    informer.wait_for_sync().await.unwrap();
    let mut events = informer.subscribe();
    next(&mut events).await;
    server.clear_requests();
    for _ in 0..3 {
        assert_eq!(next(&mut events).await, "Updated a red->red");
    }
    assert!(server.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn handlers_are_called_and_can_be_removed() {
    struct Collect(Arc<Mutex<Vec<String>>>);
    impl ResourceEventHandler<Widget> for Collect {
        fn on_add(&mut self, object: Arc<Widget>, in_initial_list: bool) {
            self.0.lock().unwrap().push(format!("add {} {in_initial_list}", object.spec.color));
        }
        fn on_update(&mut self, old: Arc<Widget>, new: Arc<Widget>) {
            self.0.lock().unwrap().push(format!("update {} {}", old.spec.color, new.spec.color));
        }
        fn on_delete(&mut self, last_known: Arc<Widget>, final_state_known: bool) {
            self.0.lock().unwrap().push(format!("delete {} {final_state_known}", last_known.spec.color));
        }
    }
    let server = server();
    create(&server, "a", "red");
    let informer = synced(&server).await;
    let calls = Arc::new(Mutex::new(Vec::new()));
    let registration = informer.add_handler(Collect(calls.clone()));
    until(|| calls.lock().unwrap().len() == 1).await;
    paint(&server, "a", "blue");
    until(|| calls.lock().unwrap().len() == 2).await;
    delete(&server, "a");
    until(|| calls.lock().unwrap().len() == 3).await;
    assert_eq!(*calls.lock().unwrap(), ["add red true", "update red blue", "delete blue true"]);
    registration.remove().await;
    create(&server, "b", "red");
    until(|| informer.lister().len() == 1).await;
    assert_eq!(calls.lock().unwrap().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn shutdown_stops_the_informer_and_so_does_dropping_the_last_handle() {
    let server = server();
    create(&server, "a", "red");
    let informer = synced(&server).await;
    let (lister, mut events, health) = (informer.lister(), informer.subscribe(), informer.health());
    informer.shutdown().await;
    assert_eq!(*health.borrow(), Health::Stopped);
    assert_eq!(events.next().await.as_ref().map(show).as_deref(), Some("Added a red (initial)"));
    assert!(events.next().await.is_none());
    assert_eq!(lister.len(), 1, "the last state remains readable");
    assert!(informer.subscribe().next().await.is_some(), "a late subscriber receives the last state");

    let dropped = synced(&server).await;
    let (clone, mut health) = (dropped.clone(), dropped.health());
    drop(dropped);
    create(&server, "b", "red");
    until(|| clone.lister().len() == 2).await;
    drop(clone);
    health.wait_for(|health| *health == Health::Stopped).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn foreign_and_cluster_scoped_types_need_no_derive() {
    let server = ApiServer::new();
    let pod =
        json!({ "metadata": { "name": "p" }, "spec": { "containers": [{ "name": "c", "image": "i" }] } });
    server.create("v1", "pods", Some("default"), pod).unwrap();
    let pods = Informer::<Pod>::builder(server.client()).start();
    pods.wait_for_sync().await.unwrap();
    assert!(pods.lister().get("default", "p").is_some());
    let namespaces: Informer<Namespace, ClusterScoped> = Namespace::informer(server.client()).start();
    namespaces.wait_for_sync().await.unwrap();
    assert!(namespaces.lister().get("default").is_some());
    let dynamic = Informer::dynamic(server.client(), &ApiResource::erase::<Pod>(&())).unwrap().start();
    dynamic.wait_for_sync().await.unwrap();
    let lister = dynamic.lister();
    assert_eq!(lister.get(Some("default"), "p").unwrap().data["spec"]["containers"][0]["image"], "i");
}

#[tokio::test(start_paused = true)]
async fn a_missing_crd_is_an_error_with_advice() {
    let server = ApiServer::new();
    let informer = Widget::informer(server.client()).start();
    let error = informer.wait_for_sync().await.unwrap_err();
    let text = error.to_string();
    assert!(text.contains("install the CRD `widgets.example.com`"), "{text}");
    // The CRD is installed later. The same informer then syncs.
    server.install_crd(support::crd()).unwrap();
    create(&server, "a", "red");
    until(|| informer.is_synced()).await;
    assert_eq!(informer.lister().len(), 1);
}
