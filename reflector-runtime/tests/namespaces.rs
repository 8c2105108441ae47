//! One informer for several namespaces, which are added and removed while it runs.

mod support;

use std::{sync::Arc, time::Duration};

use reflector_apiserver::{ApiServer, RequestMatcher, Verb};
use reflector_runtime::{
    Event, Health, Informer, InitialListStrategy, NamespaceError, Reason, Reflect as _, StreamItem,
    Subscription, SyncError,
};
use serde_json::json;
use support::{ErrorLog, Widget, crd, open_requests, until, widget};

/// A server with the namespaces `a` to `e`.
fn server() -> ApiServer {
    let server = ApiServer::builder().seed(7).build();
    server.install_crd(crd()).unwrap();
    for name in ["a", "b", "c", "d", "e"] {
        create_namespace(&server, name);
    }
    server
}

fn create_namespace(server: &ApiServer, name: &str) {
    server.create("v1", "namespaces", None, json!({ "metadata": { "name": name } })).unwrap();
}

fn create(server: &ApiServer, namespace: &str, name: &str) {
    server.create("example.com/v1", "widgets", Some(namespace), widget(name, "red")).unwrap();
}

fn delete(server: &ApiServer, namespace: &str, name: &str) {
    server.delete("example.com/v1", "widgets", Some(namespace), name).unwrap();
}

fn keys(informer: &Informer<Widget>) -> Vec<String> {
    let key = |widget: &Arc<Widget>| {
        let metadata = &widget.metadata;
        format!("{}/{}", metadata.namespace.as_deref().unwrap(), metadata.name.as_deref().unwrap())
    };
    let mut keys: Vec<String> = informer.lister().list().iter().map(key).collect();
    keys.sort();
    keys
}

/// `Added a/x`, `Updated a/x`, `Deleted a/x`, or `Missing a/x` if the final state is unknown.
async fn next(events: &mut Subscription<Widget>) -> String {
    let event = tokio::time::timeout(Duration::from_secs(1000), events.next()).await.expect("an event");
    let event = event.expect("the informer runs");
    let name = match event {
        Event::Deleted { final_state_known: false, .. } => "Missing",
        ref event => event.name(),
    };
    format!("{name} {}", event.key().unwrap())
}

async fn next_sorted(events: &mut Subscription<Widget>, count: usize) -> Vec<String> {
    let mut all = Vec::new();
    for _ in 0..count {
        all.push(next(events).await);
    }
    all.sort();
    all
}

const STRATEGIES: [InitialListStrategy; 2] = [InitialListStrategy::WatchList, InitialListStrategy::List];

#[tokio::test(start_paused = true)]
async fn only_the_namespaces_of_the_set_are_cached_and_followed() {
    for strategy in STRATEGIES {
        let server = server();
        for (namespace, name) in [("a", "x"), ("b", "x"), ("c", "x")] {
            create(&server, namespace, name);
        }
        let informer = Widget::informer(server.client())
            .initial_list_strategy(strategy)
            .namespaces(["a", "b", "a"])
            .start();
        let mut events = informer.subscribe();
        informer.wait_for_sync().await.unwrap();
        assert_eq!(keys(&informer), ["a/x", "b/x"]);
        assert_eq!(next_sorted(&mut events, 2).await, ["Added a/x", "Added b/x"]);
        assert!(informer.lister().get("a", "x").is_some() && informer.lister().get("c", "x").is_none());
        create(&server, "c", "y");
        create(&server, "b", "y");
        assert_eq!(next(&mut events).await, "Added b/y");
        delete(&server, "a", "x");
        assert_eq!(next(&mut events).await, "Deleted a/x");
        let paths: Vec<String> = server.requests().into_iter().map(|request| request.path).collect();
        assert!(paths.iter().all(|path| path.contains("/namespaces/a/") || path.contains("/namespaces/b/")));
        assert_eq!(informer.namespace_health().into_keys().collect::<Vec<_>>(), ["a", "b"]);
    }
}

/// A list of one namespace must not remove the objects of another one.
#[tokio::test(start_paused = true)]
async fn a_relist_of_one_namespace_sweeps_only_that_namespace() {
    for strategy in STRATEGIES {
        let server = server();
        for (namespace, name) in [("a", "x"), ("a", "y"), ("b", "x")] {
            create(&server, namespace, name);
        }
        let informer =
            Widget::informer(server.client()).initial_list_strategy(strategy).namespaces(["a", "b"]).start();
        informer.wait_for_sync().await.unwrap();
        let mut events = informer.subscribe();
        next_sorted(&mut events, 3).await;
        let down = server.faults().on(RequestMatcher::any()).always().refuse_connection();
        server.drop_all_watches();
        delete(&server, "a", "y");
        server.compact();
        tokio::time::sleep(Duration::from_secs(5)).await;
        down.remove();
        assert_eq!(next(&mut events).await, "Missing a/y");
        until(|| informer.is_synced()).await;
        assert_eq!(keys(&informer), ["a/x", "b/x"]);
        assert!(events.try_next().is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn a_namespace_is_added_and_removed_while_running() {
    let server = server();
    for (namespace, name) in [("a", "x"), ("b", "x"), ("b", "y")] {
        create(&server, namespace, name);
    }
    let informer = Widget::informer(server.client()).namespaces(["a"]).start();
    informer.wait_for_sync().await.unwrap();
    let mut events = informer.subscribe();
    assert_eq!(next(&mut events).await, "Added a/x");

    assert_eq!(informer.add_namespace("b"), Ok(true));
    assert_eq!(informer.add_namespace("b"), Ok(false));
    informer.wait_for_namespace("b").unwrap().await.unwrap();
    assert_eq!(next_sorted(&mut events, 2).await, ["Added b/x", "Added b/y"]);
    assert!(informer.is_synced());

    assert_eq!(informer.remove_namespace("a"), Ok(true));
    assert_eq!(informer.remove_namespace("a"), Ok(false));
    assert_eq!(next(&mut events).await, "Missing a/x");
    assert_eq!(keys(&informer), ["b/x", "b/y"]);
    create(&server, "a", "ignored");
    until(|| open_requests(&server).len() == 1).await;
    create(&server, "b", "z");
    assert_eq!(next(&mut events).await, "Added b/z", "nothing of namespace a is delivered");

    // Removed and added again, before the task has seen either.
    assert_eq!(informer.remove_namespace("b"), Ok(true));
    assert_eq!(informer.add_namespace("b"), Ok(true));
    informer.wait_for_namespace("b").unwrap().await.unwrap();
    assert_eq!(keys(&informer), ["b/x", "b/y", "b/z"]);
    informer.remove_namespace("b").unwrap();
    until(|| informer.lister().is_empty()).await;
    assert!(informer.is_synced() && informer.namespace_health().is_empty());
    until(|| open_requests(&server).is_empty()).await;
}

/// The list of a removed namespace is canceled, and what it has shown so far does not stay.
#[tokio::test(start_paused = true)]
async fn a_namespace_removed_during_its_list_leaves_nothing() {
    let server = server();
    for number in 0..50 {
        create(&server, "a", &format!("x{number:02}"));
    }
    let matcher = RequestMatcher::list("widgets").namespace("a").page(3);
    server.faults().on(matcher).always().answer(reflector_apiserver::Answer::hang());
    let informer = Widget::informer(server.client())
        .namespaces(["a", "b"])
        .initial_list_strategy(InitialListStrategy::PagedList)
        .page_size(10)
        .start();
    until(|| informer.lister().len() == 20).await;
    let waiting = tokio::spawn(informer.wait_for_namespace("a").unwrap().into_future());
    informer.remove_namespace("a").unwrap();
    let error = waiting.await.unwrap().unwrap_err();
    assert!(matches!(error, SyncError::NamespaceRemoved { .. }), "{error:?}");
    until(|| informer.lister().is_empty()).await;
    informer.wait_for_sync().await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_namespace_that_is_deleted_and_recreated_is_followed() {
    let server = server();
    create(&server, "a", "x");
    create(&server, "b", "x");
    let informer = Widget::informer(server.client()).namespaces(["a", "b"]).start();
    informer.wait_for_sync().await.unwrap();
    let mut events = informer.subscribe();
    next_sorted(&mut events, 2).await;
    delete(&server, "a", "x");
    server.delete("v1", "namespaces", None, "a").unwrap();
    // Its RoleBinding is deleted with it.
    server.deny(Verb::List, "widgets", Some("a"));
    server.deny(Verb::Watch, "widgets", Some("a"));
    server.drop_all_watches();
    assert_eq!(next(&mut events).await, "Deleted a/x");
    let forbidden = |health: &Health| matches!(health, Health::Degraded { reason: Reason::Forbidden, .. });
    let health = || informer.namespace_health();
    until(|| forbidden(&health()["a"]) && health()["b"].is_synced()).await;
    create_namespace(&server, "a");
    create(&server, "a", "x");
    server.allow_everything();
    assert_eq!(next(&mut events).await, "Added a/x");
    until(|| informer.is_synced()).await;
}

#[tokio::test(start_paused = true)]
async fn one_denied_namespace_of_five_is_reported_and_the_others_are_served() {
    let server = server();
    for namespace in ["a", "b", "c", "d", "e"] {
        create(&server, namespace, "x");
    }
    server.deny(Verb::List, "widgets", Some("c"));
    server.deny(Verb::Watch, "widgets", Some("c"));
    let errors = ErrorLog::default();
    let informer = Widget::informer(server.client())
        .namespaces(["a", "b", "c", "d", "e"])
        .on_error(errors.hook())
        .start();
    let error = informer.wait_for_sync().await.unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, SyncError::Failed { reason: Reason::Forbidden, .. }), "{error:?}");
    assert!(text.starts_with("cannot sync widgets.example.com/v1 in namespace c: list failed: "), "{text}");
    assert!(text.contains("bind a Role in namespace c with the rule"), "{text}");
    assert!(errors.contains("widgets.example.com/v1 in namespace c failed"), "{:?}", errors.all());
    assert!(informer.last_error().is_some() && !informer.has_synced());

    for namespace in ["a", "b", "d", "e"] {
        informer.wait_for_namespace(namespace).unwrap().await.unwrap();
        assert!(informer.namespace_health()[namespace].is_synced());
    }
    assert_eq!(keys(&informer), ["a/x", "b/x", "d/x", "e/x"]);
    create(&server, "e", "y");
    until(|| keys(&informer).contains(&"e/y".to_owned())).await;
    let health = informer.health().borrow().clone();
    assert!(matches!(health, Health::Degraded { reason: Reason::Forbidden, .. }), "{health}");
    let timed_out =
        informer.wait_for_sync().retry_forever().timeout(Duration::from_secs(1)).await.unwrap_err();
    assert!(timed_out.to_string().contains("in namespace c did not sync within 1 s"), "{timed_out}");

    // The rule is added.
    server.allow_everything();
    informer.wait_for_sync().retry_forever().await.unwrap();
    assert!(keys(&informer).contains(&"c/x".to_owned()) && informer.is_synced());
}

#[tokio::test(start_paused = true)]
async fn each_denied_namespace_is_named_or_can_be_removed() {
    let server = server();
    for namespace in ["b", "d"] {
        server.deny(Verb::List, "widgets", Some(namespace));
        server.deny(Verb::Watch, "widgets", Some(namespace));
    }
    let informer = Widget::informer(server.client()).namespaces(["a", "b", "c", "d"]).start();
    until(|| informer.namespace_health().values().filter(|health| health.is_synced()).count() == 2).await;
    tokio::time::sleep(Duration::from_secs(60)).await;
    let error = informer.wait_for_sync().await.unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, SyncError::Namespaces { ref errors, .. } if errors.len() == 2), "{error:?}");
    assert!(text.starts_with("cannot sync widgets.example.com/v1 in 2 namespaces: "), "{text}");
    assert!(text.contains("in namespace b") && text.contains("in namespace d"), "{text}");
    informer.remove_namespace("b").unwrap();
    informer.remove_namespace("d").unwrap();
    informer.wait_for_sync().await.unwrap();
    assert!(informer.is_synced());
}

/// The store's version must not be newer than what every namespace has shown.
#[tokio::test(start_paused = true)]
async fn the_version_of_the_store_is_that_of_the_oldest_namespace() {
    let server = server();
    create(&server, "a", "x");
    let informer = Widget::informer(server.client()).namespaces(["a", "b"]).start();
    informer.wait_for_sync().await.unwrap();
    let before: u64 = informer.lister().resource_version().unwrap().parse().unwrap();
    create(&server, "a", "y");
    until(|| informer.lister().len() == 2).await;
    let version = || informer.lister().resource_version().unwrap().parse::<u64>().unwrap();
    assert_eq!(version(), before, "namespace b has not shown a newer version");
    server.send_bookmarks();
    until(|| version() > before).await;
}

#[tokio::test(start_paused = true)]
async fn mistakes_are_errors() {
    let server = server();
    let everything = Widget::informer(server.client()).namespaces(["a", ""]).start();
    everything.wait_for_sync().await.unwrap();
    let error = everything.add_namespace("b").unwrap_err();
    assert!(matches!(error, NamespaceError::NotASet { .. }), "{error}");
    assert!(
        error.to_string().contains("widgets.example.com/v1") && error.to_string().contains("`.namespaces(")
    );
    assert!(everything.wait_for_namespace("b").is_err() && everything.namespace_health().is_empty());

    let informer = Widget::informer(server.client()).namespaces(["a", "Not_Valid"]).start();
    let error = informer.wait_for_sync().await.unwrap_err();
    assert!(matches!(error, SyncError::Failed { reason: Reason::InvalidRequest, .. }), "{error:?}");
    assert!(error.to_string().contains("Not_Valid"), "{error}");
    assert!(matches!(informer.add_namespace("a/b"), Err(NamespaceError::Invalid { .. })));
    assert!(matches!(informer.add_namespace(""), Err(NamespaceError::Invalid { .. })));
    assert!(matches!(informer.wait_for_namespace("b"), Err(NamespaceError::NotFollowed { .. })));
    informer.remove_namespace("Not_Valid").unwrap();
    informer.wait_for_sync().await.unwrap();
    informer.shutdown().await;
    assert!(matches!(informer.add_namespace("b"), Err(NamespaceError::Stopped { .. })));
    assert_eq!(*informer.health().borrow(), Health::Stopped);
}

#[tokio::test(start_paused = true)]
async fn a_set_may_begin_empty() {
    let server = server();
    create(&server, "a", "x");
    let informer = Widget::informer(server.client()).namespaces(Vec::<String>::new()).start();
    informer.wait_for_sync().await.unwrap();
    assert!(informer.is_synced() && informer.lister().is_empty());
    assert!(server.requests().is_empty(), "an empty set is not the set of all namespaces");
    informer.add_namespace("a").unwrap();
    informer.wait_for_namespace("a").unwrap().await.unwrap();
    assert_eq!(keys(&informer), ["a/x"]);
}

/// What is queued when the informer stops is still delivered, and the subscription ends.
#[tokio::test(start_paused = true)]
async fn shutdown_ends_every_namespace() {
    let server = server();
    create(&server, "a", "x");
    let informer = Widget::informer(server.client()).namespaces(["a", "b", "c"]).start();
    informer.wait_for_sync().await.unwrap();
    let mut events = informer.subscribe();
    informer.shutdown().await;
    assert_eq!(next(&mut events).await, "Added a/x");
    assert!(events.next().await.is_none());
    until(|| open_requests(&server).is_empty()).await;
    assert_eq!(keys(&informer), ["a/x"], "listers return the last state");
    let error = informer.wait_for_namespace("a").unwrap_err();
    assert!(matches!(error, NamespaceError::Stopped { .. }), "{error}");
}

/// Each namespace is resynced, and each object once per period.
#[tokio::test(start_paused = true)]
async fn a_resync_delivers_every_object_once() {
    let server = server();
    create(&server, "a", "x");
    create(&server, "b", "x");
    let informer =
        Widget::informer(server.client()).namespaces(["a", "b"]).resync(Duration::from_secs(60)).start();
    informer.wait_for_sync().await.unwrap();
    let mut events = informer.subscribe();
    next_sorted(&mut events, 2).await;
    assert_eq!(next_sorted(&mut events, 2).await, ["Updated a/x", "Updated b/x"]);
    assert!(events.try_next().is_none());
}

/// Markers are those of the whole informer, not of each namespace.
#[tokio::test(start_paused = true)]
async fn the_initial_list_is_complete_once_every_namespace_is_listed() {
    let server = server();
    for namespace in ["a", "b"] {
        create(&server, namespace, "x");
    }
    server.faults().on(RequestMatcher::resource("widgets").namespace("b")).delay(Duration::from_secs(5));
    let informer = Widget::informer(server.client()).namespaces(["a", "b"]).start();
    let mut items = informer.subscribe();
    let mut seen = Vec::new();
    loop {
        match items.next_item().await.unwrap() {
            StreamItem::Event(event) => seen.push(event.key().unwrap().to_string()),
            StreamItem::InitialListComplete => break,
            item => panic!("{item:?}"),
        }
    }
    assert_eq!(seen, ["a/x", "b/x"]);
    informer.add_namespace("c").unwrap();
    create(&server, "c", "x");
    let item = items.next_item().await.unwrap();
    assert!(matches!(item, StreamItem::Event(_)), "the marker is emitted once: {item:?}");
    // A handler of an empty set has nothing to wait for.
    let empty = Widget::informer(server.client()).namespaces(Vec::<String>::new()).start();
    empty.add_handler(Ignore).wait_for_sync().await.unwrap();
}

struct Ignore;

impl reflector_runtime::ResourceEventHandler<Widget> for Ignore {}
