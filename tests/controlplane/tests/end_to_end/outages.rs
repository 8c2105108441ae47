//! Outages of the real thing: killed and restarted, its history compacted.

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
async fn a_server_that_is_killed_and_comes_back_is_followed_on() {
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
    assert_eq!(informer.lister().len(), 2, "the last state stays");
    control_plane.restart_apiserver().await.unwrap();
    let blue = Patch::Merge(json!({ "spec": { "color": "blue" } }));
    widgets.patch("w1", &PatchParams::default(), &blue).await.unwrap();
    assert_eq!(next(&mut events).await, "Updated w1 red->blue");
    widgets.delete("w2", &DeleteParams::default()).await.unwrap();
    // Where the restarted server had to be listed anew, the deletion is found missing.
    let gone = next(&mut events).await;
    assert!(["Deleted w2", "Missing w2"].contains(&gone.as_str()), "{gone}");
    eventually("health recovers", || informer.is_synced()).await;
    control_plane.stop().await.unwrap();
}

/// A client whose connections are refused while the gate is shut.
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
async fn after_a_compaction_deletions_are_found_missing() {
    let Some(mut control_plane) = reflector_controlplane::require().await else { return };
    let admin = control_plane.client().await.unwrap();
    prepare(&admin, "compacted").await;
    let widgets: Api<Widget> = Api::namespaced(admin.clone(), "compacted");
    for name in ["w1", "w2", "w3", "again"] {
        create(&widgets, name, "red").await;
    }
    let (client, open) = gated(&control_plane).await;
    let mut followed = Vec::new();
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
        followed.push((informer, events));
    }
    // The informers are cut off and miss everything: a deletion, a change, an addition, an object that is made anew,
    // and the history of it.
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
    // The watch cache begins anew behind the compaction.
    control_plane.kill_apiserver();
    control_plane.restart_apiserver().await.unwrap();
    open.store(true, Ordering::SeqCst);
    for (informer, mut events) in followed {
        let mut told = Vec::new();
        for _ in 0..5 {
            told.push(next(&mut events).await);
        }
        let made_anew: Vec<&String> = told.iter().filter(|told| told.contains("again")).collect();
        assert_eq!(made_anew, ["Missing again", "Added again green"], "another uid is another object");
        told.sort();
        assert_eq!(
            told,
            ["Added again green", "Added w4 red", "Missing again", "Missing w1", "Updated w2 red->blue"]
        );
        eventually("health recovers", || informer.is_synced()).await;
        assert_eq!(informer.lister().len(), 4);
    }
    control_plane.stop().await.unwrap();
}
