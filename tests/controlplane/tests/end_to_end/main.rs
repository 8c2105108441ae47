//! End-to-end tests on the real kube-apiserver: from a struct to an informer cache, including failures.
//!
//! Real processes run in real time, so no test depends on how long an operation takes: each waits, with a limit, for
//! the expected result.

mod check_crd;
mod crds;
mod dynamic;
mod kinds;
mod mistakes;
mod namespaces;
mod outages;
mod reading;
mod reconcile;
mod recorded;
mod refusals;
mod selectable;
mod sets;
mod wire_format;

use std::time::Duration;

use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use kube::{
    Api, Client, CustomResourceExt as _,
    api::{DynamicObject, PostParams},
    core::ApiResource,
};
use reflector_controlplane::ControlPlane;
use reflector_runtime::{Event, Subscription};

use self::kinds::{Gadget, Widget, WidgetSpec};

/// The timeout of every wait before a test fails: far longer than a loaded machine needs.
const TIMEOUT: Duration = Duration::from_secs(120);

/// Waits for the condition.
async fn eventually(what: &str, mut condition: impl FnMut() -> bool) {
    let wait = async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert!(tokio::time::timeout(TIMEOUT, wait).await.is_ok(), "timed out waiting for: {what}");
}

/// Waits for a condition that sends requests.
async fn eventually_async(what: &str, condition: impl AsyncFn() -> bool) {
    let wait = async {
        while !condition().await {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    assert!(tokio::time::timeout(TIMEOUT, wait).await.is_ok(), "timed out waiting for: {what}");
}

/// Creates both CRDs (from their `schemars` schemas) and a namespace for the test. Returns once the CRDs are served.
async fn prepare(client: &Client, namespace: &str) {
    install(client, &Widget::crd(), &Widget::api_resource()).await;
    install(client, &Gadget::crd(), &Gadget::api_resource()).await;
    let namespace = serde_json::json!({ "metadata": { "name": namespace } });
    let namespace = serde_json::from_value(namespace).expect("a namespace");
    let namespaces: Api<k8s_openapi::api::core::v1::Namespace> = Api::all(client.clone());
    namespaces.create(&PostParams::default(), &namespace).await.expect("the namespace is new");
}

/// Creates a CRD if it does not exist yet. Returns once it is served.
async fn install(client: &Client, crd: &CustomResourceDefinition, resource: &ApiResource) {
    let crds = Api::all(client.clone());
    match crds.create(&PostParams::default(), crd).await {
        Ok(_) => {}
        Err(kube::Error::Api(status)) if status.is_already_exists() => {}
        Err(error) => panic!("could not create the CRD: {error}"),
    }
    let served: Api<DynamicObject> = Api::all_with(client.clone(), resource);
    let wait = async {
        while served.list(&kube::api::ListParams::default().limit(1)).await.is_err() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(TIMEOUT, wait).await.expect("the CRD is served");
}

fn widget(name: &str, color: &str) -> Widget {
    Widget::new(name, WidgetSpec { color: color.to_owned(), node_name: None, parts: Vec::new() })
}

async fn create(widgets: &Api<Widget>, name: &str, color: &str) {
    widgets.create(&PostParams::default(), &widget(name, color)).await.expect("created");
}

/// The next event: `Added w1 red`, `Updated w1 red->blue`, `Deleted w1`, `Missing w1`.
async fn next(events: &mut Subscription<Widget>) -> String {
    let event = tokio::time::timeout(TIMEOUT, events.next())
        .await
        .expect("an event")
        .expect("the subscription is open");
    let name = event.object().metadata.name.clone().unwrap_or_default();
    match event {
        Event::Added { object, .. } => format!("Added {name} {}", object.spec.color),
        Event::Updated { old, new, .. } => format!("Updated {name} {}->{}", old.spec.color, new.spec.color),
        Event::Deleted { final_state_known: true, .. } => format!("Deleted {name}"),
        Event::Deleted { final_state_known: false, .. } => format!("Missing {name}"),
    }
}

/// The control plane shared by all tests that do not disrupt it, and a new namespace in it.
async fn shared(namespace: &str) -> Option<(&'static ControlPlane, Client)> {
    let control_plane = reflector_controlplane::shared().await?;
    let client = control_plane.client().await.expect("a client");
    prepare(&client, namespace).await;
    Some((control_plane, client))
}
