//! A CRD that is taken away under a watch, and brought back.

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::{
    Api, CustomResourceExt as _, ResourceExt as _,
    api::{DeleteParams, PostParams},
};
use reflector_runtime::{Event, Health, Reason};

use crate::{
    PATIENCE, eventually, install,
    kinds::{Sprocket, SprocketSpec},
    recorded::recorded,
    shared,
};

#[tokio::test]
async fn a_crd_that_goes_and_comes_back_is_followed_without_a_storm() {
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
    let gone = tokio::time::timeout(PATIENCE, events.next()).await.expect("the deletion is told");
    assert!(matches!(gone, Some(Event::Deleted { .. })), "{gone:?}");
    let mut health = informer.health();
    let refused =
        |health: &Health| matches!(health, Health::Degraded { reason: Reason::NotFound, failures: 3.., .. });
    tokio::time::timeout(PATIENCE, health.wait_for(refused)).await.expect("it says so").unwrap();
    let Health::Degraded { failures, .. } = *health.borrow() else { panic!("{}", *health.borrow()) };
    // Each try asks for a streaming list, then for a list; the watch that broke off may have been opened again before.
    let made = requests.take().len();
    assert!(made <= 2 * failures as usize + 4, "{made} requests in {failures} attempts");

    install(&admin, &Sprocket::crd(), &Sprocket::api_resource()).await;
    create("after", 24).await;
    eventually("the new objects are there", || informer.lister().get("crd-gone", "after").is_some()).await;
    eventually("health recovers", || informer.is_synced()).await;
    assert_eq!(informer.lister().len(), 1);
}
