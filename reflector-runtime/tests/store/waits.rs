//! Waits on one object and on a resourceVersion, with a paused clock.

use std::{sync::Arc, time::Duration};

use k8s_openapi::api::core::v1::{ConfigMap, Node};
use reflector_runtime::{KeyRef, LastSeen, ObjectKey, ResourceType, Scope, Store, WaitError, Writer};
use tokio::time::Instant;

use crate::{insert, key, remove, versioned, writer};

fn later(
    after: u64,
    mut writer: Writer<ConfigMap>,
    change: impl FnOnce(&mut Writer<ConfigMap>) + Send + 'static,
) {
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_secs(after)).await;
        change(&mut writer);
        std::future::pending::<()>().await;
    });
}

fn has_version(version: &'static str) -> impl Fn(&ConfigMap) -> bool {
    move |object| object.metadata.resource_version.as_deref() == Some(version)
}

#[tokio::test(start_paused = true)]
async fn a_state_that_is_reached_ends_the_wait_at_once() {
    let mut writer = writer();
    insert(&mut writer, &versioned("a", "u", "1"));
    let store = writer.store();
    drop(writer);
    let object = store.wait_until(key("a"), has_version("1")).await.unwrap();
    assert_eq!(object.metadata.uid.as_deref(), Some("u"));
    assert!(store.wait_until_exists(&ObjectKey::namespaced("n", "a")).await.is_ok());
    assert!(store.wait_until_gone(key("b")).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn a_wait_ends_when_the_object_appears_changes_and_goes() {
    let start = Instant::now();
    let writer = writer();
    let store = writer.store();
    later(5, writer, |writer| insert(writer, &versioned("a", "u", "1")));
    store.wait_until_exists(key("a")).timeout(Duration::from_secs(60)).await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 5);

    let mut writer = crate::writer();
    insert(&mut writer, &versioned("a", "u", "1"));
    let store = writer.store();
    later(5, writer, |writer| insert(writer, &versioned("a", "u", "2")));
    let object = store.wait_until(key("a"), has_version("2")).await.unwrap();
    assert_eq!((object.metadata.name.as_deref(), start.elapsed().as_secs()), (Some("a"), 10));

    let mut writer = crate::writer();
    insert(&mut writer, &versioned("a", "u", "1"));
    let store = writer.store();
    later(5, writer, |writer| remove(writer, "a"));
    store.wait_until_gone(key("a")).timeout(Duration::from_secs(60)).await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 15);
}

/// `kubectl wait --for=delete` ends too if the object is recreated.
#[tokio::test(start_paused = true)]
async fn an_object_with_another_uid_is_another_object() {
    let mut writer = writer();
    insert(&mut writer, &versioned("a", "first", "1"));
    let store = writer.store();
    later(5, writer, |writer| insert(writer, &versioned("a", "second", "9")));
    store.wait_until_gone(key("a")).timeout(Duration::from_secs(60)).await.unwrap();
    assert!(store.contains(key("a")));
}

#[tokio::test(start_paused = true)]
async fn the_deadline_reports_the_last_state_seen() {
    let mut writer = writer();
    let store = writer.store();
    let wait =
        |store: &Store<ConfigMap>| store.wait_until(key("a"), |_| false).timeout(Duration::from_secs(30));
    let error = wait(&store).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "timed out after 30s while waiting for configmaps/v1 n/a to meet the condition: it was never in the cache"
    );
    insert(&mut writer, &versioned("a", "u", "7"));
    let error = wait(&store).await.unwrap_err();
    assert!(error.to_string().ends_with(": it exists at resourceVersion 7"), "{error}");
    assert!(matches!(
        error,
        WaitError::TimedOut { last: LastSeen::Exists { resource_version: Some(version) }, .. } if version == "7"
    ));
    later(5, writer, |writer| remove(writer, "a"));
    let error = wait(&store).await.unwrap_err();
    assert!(error.to_string().ends_with(": it is gone, last seen at resourceVersion 7"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_wait_ends_with_the_informer_and_sees_its_last_change() {
    let mut writer = writer();
    insert(&mut writer, &versioned("a", "u", "1"));
    let store = writer.store();
    let waiting = tokio::spawn({
        let store = store.clone();
        async move { store.wait_until(key("a"), has_version("9")).await }
    });
    let reached = tokio::spawn({
        let store = store.clone();
        async move { store.wait_until(key("a"), has_version("2")).await }
    });
    tokio::task::yield_now().await;
    insert(&mut writer, &versioned("a", "u", "2"));
    writer.write().set_version("2".into());
    drop(writer);
    assert!(reached.await.unwrap().is_ok());
    let error = waiting.await.unwrap().unwrap_err();
    assert_eq!(
        error.to_string(),
        "the informer of configmaps/v1 stopped during a wait for n/a: it exists at resourceVersion 2; the cache is at \
         resourceVersion 2"
    );
}

#[tokio::test(start_paused = true)]
async fn a_resource_version_is_reached_when_the_cache_is_as_new() {
    let start = Instant::now();
    let mut writer = writer();
    let store = writer.store();
    writer.write().set_version("99".into());
    assert!(store.wait_for("99").await.is_ok() && store.wait_for("9").await.is_ok());
    later(5, writer, |writer| writer.write().set_version("101".into()));
    store.wait_for("100").timeout(Duration::from_secs(60)).await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 5);
    let error = store.wait_for("102").timeout(Duration::from_secs(60)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "timed out after 60s while waiting for configmaps/v1 at resourceVersion 102: the cache is at resourceVersion 101"
    );
}

#[tokio::test(start_paused = true)]
async fn versions_without_an_order_are_an_error_and_not_a_guess() {
    let mut writer = writer();
    let store = writer.store();
    let not_comparable = |error: WaitError| matches!(error, WaitError::NotComparable { .. });
    assert!(not_comparable(store.wait_for("abc").await.unwrap_err()), "before the first list");
    writer.write().set_version("v7".into());
    assert!(not_comparable(store.wait_for("8").await.unwrap_err()));
    writer.write().set_version("8".into());
    assert!(store.wait_for("8").await.is_ok());
    writer.write().set_versions_unordered();
    let error = store.wait_for("8").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot wait for configmaps/v1 at resourceVersion 8: the cache is at resourceVersion 8, and the order of these \
         versions is unknown; wait for a state of the object instead"
    );
}

#[test]
fn a_timeout_outside_of_a_runtime_is_an_error() {
    let store = writer().store();
    let wait = store.wait_until_gone(key("a")).timeout(Duration::from_secs(1));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let polled = std::pin::pin!(wait.into_future()).poll(&mut context);
    assert_eq!(polled, std::task::Poll::Ready(Err(WaitError::NoRuntime)));
}

#[tokio::test(start_paused = true)]
async fn no_error_and_no_debug_output_contains_an_object() {
    let mut writer = writer();
    insert(&mut writer, &crate::object("n/a", &["hunter2"]));
    let store = writer.store();
    let wait = store.wait_until(key("a"), |_| false).timeout(Duration::from_secs(1));
    let mut texts = vec![format!("{wait:?}")];
    texts.push(format!("{:?}", wait.await.unwrap_err()));
    texts.push(format!("{:?} {:?} {:?}", store, store.snapshot(), store.query()));
    assert!(texts.iter().all(|text| !text.contains("hunter2")), "{texts:?}");
}

/// Such a wait would not end, or would report an object as gone that exists.
#[tokio::test(start_paused = true)]
async fn a_key_that_no_object_can_have_is_an_error() {
    let mut writer = writer();
    insert(&mut writer, &versioned("a", "u", "1"));
    let store = writer.store();
    for namespace in [None, Some("")] {
        let key = KeyRef { namespace, name: "a" };
        for error in [
            store.wait_until_exists(key).await.map(drop).unwrap_err(),
            store.wait_until(key, |_| true).await.map(drop).unwrap_err(),
            store.wait_until_gone(key).await.unwrap_err(),
        ] {
            assert!(matches!(error, WaitError::Key { scope: Scope::Namespaced, .. }), "{error:?}");
            assert!(
                error.to_string().ends_with("the type is namespaced, so the key must have a namespace"),
                "{error}"
            );
        }
    }
    let nodes = Writer::<Node>::new(Arc::new(ResourceType::from_resource()));
    let error = nodes.store().wait_until_exists(key("a")).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot wait for nodes/v1 n/a: the type is cluster-scoped, so the key must have no namespace"
    );
}

/// A wait without a realistic end is still a wait.
#[tokio::test(start_paused = true)]
async fn the_longest_timeout_is_a_timeout() {
    let mut writer = writer();
    insert(&mut writer, &versioned("a", "u", "1"));
    let wait = writer.store().wait_until_exists(key("a")).timeout(Duration::MAX);
    assert!(wait.await.is_ok());
    let wait = writer.store().wait_until_gone(key("a")).timeout(Duration::ZERO);
    assert!(matches!(wait.await, Err(WaitError::TimedOut { .. })), "the deadline has passed");
    assert!(
        writer.store().wait_until_exists(key("a")).timeout(Duration::ZERO).await.is_ok(),
        "it is reached"
    );
}

/// A wait that is dropped, and one whose condition panics, leave the others as they are.
#[tokio::test(start_paused = true)]
async fn waits_do_not_affect_each_other() {
    let writer = writer();
    let store = writer.store();
    let other = tokio::spawn(store.wait_until(key("a"), has_version("2")).into_future());
    let panics =
        tokio::spawn(store.wait_until(key("a"), |_| std::panic::resume_unwind(Box::new(()))).into_future());
    let dropped = tokio::spawn(store.wait_until_exists(key("b")).into_future());
    tokio::task::yield_now().await;
    dropped.abort();
    later(1, writer, |writer| insert(writer, &versioned("a", "u", "1")));
    assert!(panics.await.unwrap_err().is_panic());
    assert!(!other.is_finished());
    assert!(store.get(key("a")).is_some());
}
