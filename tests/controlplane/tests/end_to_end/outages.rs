//! Outages of the real server: killed and restarted, its history compacted.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use http::Request;
use kube::{
    Api, Client,
    api::{DeleteParams, Patch, PatchParams},
    client::{Body, ClientBuilder},
};
use reflector_controlplane::ControlPlane;
use reflector_runtime::{Health, InitialListStrategy};
use serde_json::json;
use tower::{BoxError, filter::FilterLayer};

use crate::{create, eventually, kinds::Widget, next, prepare};

#[tokio::test]
async fn the_informer_continues_after_a_server_crash_and_restart() {
    let Some(mut control_plane) = reflector_controlplane::require().await else { return };
    let client = control_plane.client().await.unwrap();
    prepare(&client, "killed").await;
    let widgets: Api<Widget> = Api::namespaced(client.clone(), "killed");
    create(&widgets, "w1", "red").await;
    create(&widgets, "w2", "red").await;
    let informer = Widget::informer(client.clone()).namespace("killed").start();
    informer.wait_for_sync().await.unwrap();
    let mut events = informer.subscribe();
    for _ in 0..2 {
        next(&mut events).await;
    }
    let mut health = informer.health();
    control_plane.kill_apiserver();
    health.wait_for(|health| matches!(health, Health::Degraded { .. })).await.unwrap();
    assert_eq!(informer.lister().len(), 2, "the cache keeps its objects");
    control_plane.restart_apiserver().await.unwrap();
    let blue = Patch::Merge(json!({ "spec": { "color": "blue" } }));
    widgets.patch("w1", &PatchParams::default(), &blue).await.unwrap();
    assert_eq!(next(&mut events).await, "Updated w1 red->blue");
    widgets.delete("w2", &DeleteParams::default()).await.unwrap();
    // If the restart caused a relist, the deletion is detected by the missing object.
    let deleted = next(&mut events).await;
    assert!(["Deleted w2", "Missing w2"].contains(&deleted.as_str()), "{deleted}");
    eventually("health recovers", || informer.is_synced()).await;
    control_plane.stop().await.unwrap();
}

/// A client whose connections are refused while the gate is closed.
async fn gated(control_plane: &ControlPlane) -> (Client, Arc<AtomicBool>) {
    let open = Arc::new(AtomicBool::new(true));
    let gate = open.clone();
    let check = move |request: Request<Body>| {
        if gate.load(Ordering::SeqCst) {
            return Ok(request);
        }
        Err(BoxError::from(std::io::Error::from(std::io::ErrorKind::ConnectionRefused)))
    };
    let config = control_plane.config().await.expect("a config");
    let builder = ClientBuilder::try_from(config).expect("a client");
    (builder.with_layer(&FilterLayer::new(check)).build(), open)
}

#[tokio::test]
async fn deletions_missed_before_a_compaction_are_delivered() {
    let Some(mut control_plane) = reflector_controlplane::require().await else { return };
    let admin = control_plane.client().await.unwrap();
    prepare(&admin, "compacted").await;
    let widgets: Api<Widget> = Api::namespaced(admin.clone(), "compacted");
    for name in ["w1", "w2", "w3", "again"] {
        create(&widgets, name, "red").await;
    }
    let (client, open) = gated(&control_plane).await;
    let mut informers = Vec::new();
    for initial_list_strategy in [InitialListStrategy::WatchList, InitialListStrategy::List] {
        let informer = Widget::informer(client.clone())
            .namespace("compacted")
            .initial_list_strategy(initial_list_strategy)
            .start();
        informer.wait_for_sync().await.unwrap();
        let mut events = informer.subscribe();
        for _ in 0..4 {
            next(&mut events).await;
        }
        informers.push((informer, events));
    }
    // The informers are disconnected and miss a deletion, a change, an addition, a recreated object, and the
    // compaction of that history.
    open.store(false, Ordering::SeqCst);
    control_plane.kill_apiserver();
    control_plane.restart_apiserver().await.unwrap();
    for name in ["w1", "again"] {
        widgets.delete(name, &DeleteParams::default()).await.unwrap();
    }
    let blue = Patch::Merge(json!({ "spec": { "color": "blue" } }));
    widgets.patch("w2", &PatchParams::default(), &blue).await.unwrap();
    create(&widgets, "w4", "red").await;
    create(&widgets, "again", "green").await;
    control_plane.compact_etcd().await.unwrap();
    // After this restart the watch cache begins after the compaction.
    control_plane.kill_apiserver();
    control_plane.restart_apiserver().await.unwrap();
    open.store(true, Ordering::SeqCst);
    for (informer, mut events) in informers {
        let mut received = Vec::new();
        for _ in 0..5 {
            received.push(next(&mut events).await);
        }
        let recreated: Vec<&String> = received.iter().filter(|event| event.contains("again")).collect();
        assert_eq!(
            recreated,
            ["Missing again", "Added again green"],
            "a different uid is a different object"
        );
        received.sort();
        assert_eq!(
            received,
            ["Added again green", "Added w4 red", "Missing again", "Missing w1", "Updated w2 red->blue"]
        );
        eventually("health recovers", || informer.is_synced()).await;
        assert_eq!(informer.lister().len(), 4);
    }
    control_plane.stop().await.unwrap();
}
