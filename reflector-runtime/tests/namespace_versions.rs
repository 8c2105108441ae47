//! One informer for several namespaces: the resourceVersion of each, reading one's own writes, and namespaces that leave
//! before they are listed.

mod support;

use std::time::Duration;

use reflector_apiserver::{Answer, ApiServer, RequestMatcher, Verb};
use reflector_runtime::{
    Event, Informer, KeyRef, ObjectKey, Overlay, Reflect as _, StreamItem, Subscription, WaitError,
};
use serde_json::{Value, json};
use support::{Widget, crd, until, widget};

/// A server with the namespaces `a` and `b`.
fn server() -> ApiServer {
    let server = ApiServer::builder().seed(7).build();
    server.install_crd(crd()).unwrap();
    for name in ["a", "b"] {
        server.create("v1", "namespaces", None, json!({ "metadata": { "name": name } })).unwrap();
    }
    server
}

/// Creates a widget and returns it as the server does.
fn create(server: &ApiServer, namespace: &str, name: &str) -> Value {
    server.create("example.com/v1", "widgets", Some(namespace), widget(name, "red")).unwrap()
}

fn version_of(object: &Value) -> String {
    object["metadata"]["resourceVersion"].as_str().unwrap().to_owned()
}

fn deny(server: &ApiServer, namespace: &str) {
    for verb in [Verb::List, Verb::Watch] {
        server.deny(verb, "widgets", Some(namespace));
    }
}

async fn listed(informer: &Informer<Widget>, namespace: &str) {
    informer.wait_for_namespace(namespace).unwrap().await.unwrap();
}

const SHORT: Duration = Duration::from_secs(5);

/// A version of which a namespace has shown nothing is not reached, however new the other namespaces are.
#[tokio::test(start_paused = true)]
async fn there_is_no_version_while_a_namespace_is_not_listed() {
    let server = server();
    let written = create(&server, "b", "x");
    create(&server, "a", "x");
    deny(&server, "b");
    let informer = Widget::informer(server.client()).namespaces(["a", "b"]).start();
    listed(&informer, "a").await;
    assert_eq!(informer.lister().resource_version(), None);
    let error = informer.lister().wait_for(version_of(&written)).timeout(SHORT).await.unwrap_err();
    let WaitError::VersionTimedOut { reached: None, .. } = &error else { panic!("{error}") };
    let in_b = informer.lister().wait_for_in_namespace("b", version_of(&written)).timeout(SHORT);
    assert!(matches!(in_b.await, Err(WaitError::VersionTimedOut { reached: None, .. })));

    server.allow_everything();
    informer.wait_for_sync().retry_forever().await.unwrap();
    informer.lister().wait_for(version_of(&written)).timeout(SHORT).await.unwrap();

    // The same while a namespace that was added is not listed.
    deny(&server, "c");
    informer.add_namespace("c").unwrap();
    until(|| informer.lister().resource_version().is_none()).await;
    create(&server, "a", "y");
    until(|| informer.lister().len() == 3).await;
    assert_eq!(informer.lister().resource_version(), None);
    informer.remove_namespace("c").unwrap();
    until(|| informer.lister().resource_version().is_some()).await;
}

#[tokio::test(start_paused = true)]
async fn own_writes_in_a_namespace_are_read_without_waiting_for_the_others() {
    let server = server();
    let informer = Widget::informer(server.client()).namespaces(["a", "b"]).start();
    informer.wait_for_sync().await.unwrap();
    let lister = informer.lister();
    let written = version_of(&create(&server, "a", "x"));
    lister.wait_for_in_namespace("a", &*written).timeout(SHORT).await.unwrap();
    assert!(lister.get("a", "x").is_some());
    let error = lister.wait_for(&*written).timeout(SHORT).await.unwrap_err();
    assert!(matches!(error, WaitError::VersionTimedOut { reached: Some(_), .. }), "{error}");
    let opaque = lister.wait_for_in_namespace("a", "v1").await;
    assert!(matches!(opaque, Err(WaitError::NotComparable { .. })));

    // An informer of one watch has one version.
    let all = Widget::informer(server.client()).start();
    all.wait_for_sync().await.unwrap();
    all.lister().wait_for_in_namespace("b", &*written).timeout(SHORT).await.unwrap();
}

/// An object that was created, and deleted by someone else, is gone for the overlay once its namespace has shown the
/// deletion, although another namespace has shown nothing new.
#[tokio::test(start_paused = true)]
async fn an_overlay_follows_the_namespace_of_the_object() {
    let server = server();
    let informer = Widget::informer(server.client()).namespaces(["a", "b"]).start();
    informer.wait_for_sync().await.unwrap();
    let overlay = Overlay::new(informer.lister().store().clone());
    let created: Widget = serde_json::from_value(create(&server, "a", "x")).unwrap();
    overlay.insert(created.into()).unwrap();
    server.delete("example.com/v1", "widgets", Some("a"), "x").unwrap();
    let key = KeyRef { namespace: Some("a"), name: "x" };
    assert!(overlay.get(key).unwrap().is_some(), "the watch has delivered nothing");
    let last = version_of(&create(&server, "a", "y"));
    informer.lister().wait_for_in_namespace("a", last).timeout(SHORT).await.unwrap();
    assert!(overlay.get(key).unwrap().is_none());
    assert_eq!(overlay.pending(), Ok(0));
}

async fn complete(items: &mut Subscription<Widget>) -> Vec<String> {
    let mut seen = Vec::new();
    loop {
        match tokio::time::timeout(Duration::from_secs(100), items.next_item()).await.expect("an item") {
            Some(StreamItem::Event(event)) => seen.push(event.key().unwrap().to_string()),
            Some(StreamItem::InitialListComplete) => return seen,
            item => panic!("{item:?}"),
        }
    }
}

/// What the removed namespace has, or has not, listed does not count for the one that is added after it.
#[tokio::test(start_paused = true)]
async fn a_namespace_that_is_removed_and_added_again_is_awaited() {
    let server = server();
    create(&server, "a", "x");
    create(&server, "b", "x");
    deny(&server, "b");
    let informer = Widget::informer(server.client()).namespaces(["a", "b"]).start();
    let mut items = informer.subscribe();
    listed(&informer, "a").await;
    informer.remove_namespace("b").unwrap();
    informer.add_namespace("b").unwrap();
    tokio::time::sleep(Duration::from_secs(100)).await;
    assert!(!items.has_synced());
    server.allow_everything();
    assert_eq!(complete(&mut items).await, ["a/x", "b/x"]);
}

/// A namespace that is never listed must not keep subscribers waiting after it has left.
#[tokio::test(start_paused = true)]
async fn the_initial_list_is_complete_when_the_last_namespace_that_was_not_listed_leaves() {
    let server = server();
    create(&server, "a", "x");
    server.faults().on(RequestMatcher::resource("widgets").namespace("b")).always().answer(Answer::hang());
    let informer = Widget::informer(server.client()).namespaces(["a", "b"]).start();
    let mut items = informer.subscribe();
    listed(&informer, "a").await;
    // Added and removed before the informer's task has seen it.
    informer.add_namespace("c").unwrap();
    informer.remove_namespace("c").unwrap();
    informer.remove_namespace("b").unwrap();
    assert_eq!(complete(&mut items).await, ["a/x"]);
    assert!(informer.lister().resource_version().is_some());
}

/// The batch and the marker of an incomplete state have no version.
#[tokio::test(start_paused = true)]
async fn batches_have_a_version_once_every_namespace_is_listed() {
    let server = server();
    create(&server, "a", "x");
    deny(&server, "b");
    let informer = Widget::informer(server.client()).namespaces(["a", "b"]).start();
    let mut events = informer.subscribe();
    let first = events.next_batch().await.unwrap();
    assert!(!first.completes_initial_list && first.resource_version.is_none(), "{first:?}");
    server.allow_everything();
    informer.wait_for_sync().retry_forever().await.unwrap();
    let second = events.next_batch().await.unwrap();
    assert!(second.completes_initial_list && second.resource_version.is_some(), "{second:?}");
    assert!(second.events.is_empty(), "{second:?}");
    let written = create(&server, "b", "x");
    let third = events.next_batch().await.unwrap();
    assert!(matches!(third.events[..], [Event::Added { .. }]), "{third:?}");
    assert!(*third.resource_version.unwrap() < *version_of(&written), "that of namespace a");
}

/// One-shot waits replace the namespaces of their builder.
#[tokio::test(start_paused = true)]
async fn a_one_shot_wait_reads_only_the_namespace_of_its_key() {
    let server = server();
    create(&server, "a", "x");
    deny(&server, "b");
    let key = ObjectKey::namespaced("a", "x");
    let found =
        Widget::informer(server.client()).namespaces(["a", "b"]).wait_until_exists(&key).timeout(SHORT);
    assert_eq!(found.await.unwrap().metadata.name.as_deref(), Some("x"));
    assert!(server.requests().iter().all(|request| request.path.contains("/namespaces/a/")));
}
