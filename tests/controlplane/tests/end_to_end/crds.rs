//! A CRD that is deleted during a watch and recreated.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::{
    Api, CustomResourceExt as _, ResourceExt as _,
    api::{DeleteParams, PostParams},
};
use reflector_runtime::{Event, Health, Reason};

use crate::{
    TIMEOUT, eventually, install,
    kinds::{Sprocket, SprocketSpec},
    recorded::recorded,
    shared,
};

#[tokio::test]
async fn a_deleted_and_recreated_crd_is_handled_without_a_request_storm() {
    let Some((control_plane, admin)) = shared("crd-gone").await else { return };
    install(&admin, &Sprocket::crd(), &Sprocket::api_resource()).await;
    let sprockets: Api<Sprocket> = Api::namespaced(admin.clone(), "crd-gone");
    let create = async |name: &str, teeth| {
        let sprocket = Sprocket::new(name, SprocketSpec { teeth });
        sprockets.create(&PostParams::default(), &sprocket).await.expect("created");
    };
    create("before", 12).await;
    let (client, requests) = recorded(control_plane).await;
    let informer = Sprocket::informer(client).namespace("crd-gone").start();
    informer.wait_for_sync().await.unwrap();
    let mut events = informer.subscribe();
    assert!(matches!(events.next().await, Some(Event::Added { in_initial_list: true, .. })));

    requests.take();
    let crds: Api<CustomResourceDefinition> = Api::all(admin.clone());
    crds.delete(&Sprocket::crd().name_any(), &DeleteParams::default()).await.unwrap();
    let deleted = tokio::time::timeout(TIMEOUT, events.next()).await.expect("the deletion is delivered");
    assert!(matches!(deleted, Some(Event::Deleted { .. })), "{deleted:?}");
    let mut health = informer.health();
    let not_found =
        |health: &Health| matches!(health, Health::Degraded { reason: Reason::NotFound, failures: 3.., .. });
    tokio::time::timeout(TIMEOUT, health.wait_for(not_found)).await.expect("health is degraded").unwrap();
    let Health::Degraded { failures, .. } = *health.borrow() else { panic!("{}", *health.borrow()) };
    // Each attempt requests a streaming list, then a list. The disconnected watch may have been reopened before.
    let sent = requests.take().len();
    assert!(sent <= 2 * failures as usize + 4, "{sent} requests in {failures} attempts");

    install(&admin, &Sprocket::crd(), &Sprocket::api_resource()).await;
    create("after", 24).await;
    eventually("the new object is in the cache", || informer.lister().get("crd-gone", "after").is_some())
        .await;
    eventually("health recovers", || informer.is_synced()).await;
    assert_eq!(informer.lister().len(), 1);
}
