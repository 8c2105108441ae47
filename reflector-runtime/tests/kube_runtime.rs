//! kube-rs's own `Controller` and `reflector` on the cache of an informer.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use futures::{StreamExt as _, TryStreamExt as _};
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::runtime::{
    Controller,
    controller::{Action, Error},
    reflector::{ObjectRef, Store},
    watcher,
};
use parking_lot::Mutex;
use reflector_apiserver::ApiServer;
use reflector_runtime::{InformerExt as _, kube_runtime};
use serde_json::{Value, json};
use tokio::time::sleep;

fn map(name: &str) -> Value {
    json!({ "metadata": { "name": name } })
}

fn create(server: &ApiServer, plural: &str, object: Value) {
    server.create("v1", plural, Some("default"), object).expect("created");
}

fn change(server: &ApiServer, name: &str) {
    let patch = json!({ "data": { "changed": "yes" } });
    server.merge_patch("v1", "configmaps", Some("default"), name, &patch).expect("patched");
}

async fn until(mut holds: impl FnMut() -> bool) {
    for _ in 0..100_000 {
        if holds() {
            return;
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!("the condition did not hold within 1000 s of virtual time");
}

/// `Init`, `InitApply a`, `InitDone`, `Apply a`, `Delete a`.
fn show(event: &watcher::Event<ConfigMap>) -> String {
    let name = |map: &ConfigMap| map.metadata.name.clone().unwrap_or_default();
    match event {
        watcher::Event::Init => "Init".to_owned(),
        watcher::Event::InitApply(map) => format!("InitApply {}", name(map)),
        watcher::Event::InitDone => "InitDone".to_owned(),
        watcher::Event::Apply(map) => format!("Apply {}", name(map)),
        watcher::Event::Delete(map) => format!("Delete {}", name(map)),
    }
}

#[tokio::test(start_paused = true)]
async fn events_are_those_of_a_watcher() {
    let server = ApiServer::builder().seed(7).build();
    create(&server, "configmaps", map("a"));
    let maps = ConfigMap::informer(server.client()).start();
    let mut events = Box::pin(kube_runtime::watcher_events(&maps));
    for expected in ["Init", "InitApply a", "InitDone"] {
        let event = events.try_next().await.expect("there are no errors").expect("not ended");
        assert_eq!(show(&event), expected);
    }
    create(&server, "configmaps", map("b"));
    assert_eq!(show(&events.try_next().await.expect("there are no errors").expect("not ended")), "Apply b");
    change(&server, "a");
    assert_eq!(show(&events.try_next().await.expect("there are no errors").expect("not ended")), "Apply a");
    server.delete("v1", "configmaps", Some("default"), "b").expect("deleted");
    assert_eq!(show(&events.try_next().await.expect("there are no errors").expect("not ended")), "Delete b");
    maps.shutdown().await;
    while events.next().await.is_some() {}
}

#[tokio::test(start_paused = true)]
async fn an_empty_cache_is_initialised() {
    let server = ApiServer::builder().seed(7).build();
    let maps = ConfigMap::informer(server.client()).start();
    let events = kube_runtime::watcher_events(&maps).take(2);
    let events: Vec<String> = events.map_ok(|event| show(&event)).try_collect().await.expect("no errors");
    assert_eq!(events, ["Init", "InitDone"]);
}

#[tokio::test(start_paused = true)]
async fn a_kube_controller_runs_on_the_cache() {
    let server = ApiServer::builder().seed(7).build();
    create(&server, "configmaps", map("a"));
    let maps = ConfigMap::informer(server.client()).start();
    let secrets = Secret::informer(server.client()).start();
    let (store, changes) = kube_runtime::shared_stream(&maps);
    let secret_changes = kube_runtime::touched_objects(&secrets);
    let runs = Arc::new(Mutex::new(BTreeMap::<String, u32>::new()));
    let reader: Store<ConfigMap> = store.clone();
    let controller = Controller::for_shared_stream(changes, store)
        .owns_shared_stream(secret_changes)
        .run(
            |map: Arc<ConfigMap>, runs: Arc<Mutex<BTreeMap<String, u32>>>| async move {
                *runs.lock().entry(map.metadata.name.clone().unwrap_or_default()).or_default() += 1;
                Ok::<_, std::convert::Infallible>(Action::await_change())
            },
            |_, _: &std::convert::Infallible, _| Action::await_change(),
            runs.clone(),
        )
        .for_each(|result: Result<_, Error<_, _>>| async move {
            result.expect("no run fails");
        });
    let controller = tokio::spawn(controller);
    let count = |name: &str| runs.lock().get(name).copied().unwrap_or(0);

    until(|| count("a") == 1).await;
    create(&server, "configmaps", map("b"));
    until(|| count("b") == 1).await;
    change(&server, "a");
    until(|| count("a") == 2).await;
    let owner =
        json!({ "apiVersion": "v1", "kind": "ConfigMap", "name": "b", "uid": "u", "controller": true });
    create(&server, "secrets", json!({ "metadata": { "name": "s", "ownerReferences": [owner] } }));
    until(|| count("b") == 2).await;
    // The deletion of an owned object, and a new owner.
    server.delete("v1", "secrets", Some("default"), "s").expect("deleted");
    until(|| count("b") == 3).await;
    let owner =
        json!({ "apiVersion": "v1", "kind": "ConfigMap", "name": "b", "uid": "u", "controller": true });
    create(&server, "secrets", json!({ "metadata": { "name": "t", "ownerReferences": [owner] } }));
    until(|| count("b") == 4).await;
    let orphan = json!({ "metadata": { "ownerReferences": null } });
    server.merge_patch("v1", "secrets", Some("default"), "t", &orphan).expect("patched");
    until(|| count("b") == 5).await;
    let stored = reader.get(&ObjectRef::new("a").within("default")).expect("stored");
    assert!(stored.data.is_some());

    server.delete("v1", "configmaps", Some("default"), "a").expect("deleted");
    until(|| reader.len() == 1).await;
    maps.shutdown().await;
    secrets.shutdown().await;
    until(|| controller.is_finished()).await;
    controller.await.expect("no run fails");
    assert_eq!((count("a"), count("b")), (2, 5));
}
