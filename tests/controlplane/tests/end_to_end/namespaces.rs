//! One informer for several namespaces, with RBAC rules for each of them.

use k8s_openapi::api::{
    core::v1::{ConfigMap, Namespace},
    rbac::v1::{Role, RoleBinding},
};
use kube::{
    Api, Client,
    api::{DeleteParams, PostParams},
};
use reflector_runtime::{Event, Health, Informer, Reason, Subscription, SyncError};
use serde_json::json;

use crate::{TIMEOUT, eventually, shared};

const NAMESPACES: [&str; 5] = ["ns-a", "ns-b", "ns-c", "ns-d", "ns-e"];

async fn create_namespace(admin: &Client, name: &str) {
    let namespace = serde_json::from_value(json!({ "metadata": { "name": name } })).unwrap();
    let namespaces: Api<Namespace> = Api::all(admin.clone());
    namespaces.create(&PostParams::default(), &namespace).await.expect("the namespace is new");
}

/// Allows the unprivileged user to read config maps in a namespace.
async fn allow(admin: &Client, namespace: &str) {
    let role = json!({ "metadata": { "name": "read" },
        "rules": [{ "apiGroups": [""], "resources": ["configmaps"], "verbs": ["list", "watch"] }] });
    let binding = json!({ "metadata": { "name": "read" },
        "roleRef": { "apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "read" },
        "subjects": [{ "apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "unprivileged" }] });
    let roles: Api<Role> = Api::namespaced(admin.clone(), namespace);
    roles.create(&PostParams::default(), &serde_json::from_value(role).unwrap()).await.unwrap();
    let bindings: Api<RoleBinding> = Api::namespaced(admin.clone(), namespace);
    bindings.create(&PostParams::default(), &serde_json::from_value(binding).unwrap()).await.unwrap();
}

async fn create(admin: &Client, namespace: &str, name: &str) {
    let map = serde_json::from_value(json!({ "metadata": { "name": name } })).unwrap();
    let maps: Api<ConfigMap> = Api::namespaced(admin.clone(), namespace);
    maps.create(&PostParams::default(), &map).await.expect("created");
}

async fn next(events: &mut Subscription<ConfigMap>) -> String {
    let event = tokio::time::timeout(TIMEOUT, events.next()).await.expect("an event").expect("it runs");
    let name = match event {
        Event::Deleted { final_state_known: false, .. } => "Missing",
        ref event => event.name(),
    };
    format!("{name} {}", event.key().unwrap())
}

#[tokio::test]
async fn one_denied_namespace_of_five_and_namespaces_that_come_and_go() {
    let Some((control_plane, admin)) = shared("ns-main").await else { return };
    for namespace in NAMESPACES {
        create_namespace(&admin, namespace).await;
        create(&admin, namespace, "x").await;
        if namespace != "ns-c" {
            allow(&admin, namespace).await;
        }
    }
    let token = control_plane.unprivileged_token().to_owned();
    let client = control_plane.client_as(&token).await.expect("a client");
    let informer = Informer::<ConfigMap>::builder(client).namespaces(NAMESPACES).start();
    // The authorizer sees new rules with a short delay, so any namespace may fail at first.
    for namespace in ["ns-a", "ns-b", "ns-d", "ns-e"] {
        informer.wait_for_namespace(namespace).unwrap().retry_forever().await.unwrap();
    }
    let denied =
        |health: &Health| matches!(health, Health::Degraded { reason: Reason::Forbidden, failures: 3.., .. });
    eventually("the denied namespace is reported", || denied(&informer.namespace_health()["ns-c"])).await;
    let error = informer.wait_for_sync().fail_fast().await.unwrap_err();
    assert!(matches!(error, SyncError::Failed { reason: Reason::Forbidden, .. }), "{error:?}");
    let text = error.to_string();
    assert!(text.contains("configmaps/v1 in namespace ns-c"), "{text}");
    assert!(text.contains("bind a Role in namespace ns-c"), "{text}");
    let served = ["ns-a", "ns-b", "ns-d", "ns-e"];
    assert!(served.iter().all(|namespace| informer.lister().get(namespace, "x").is_some()));
    assert!(informer.lister().list_in_namespace("ns-c").is_empty());

    allow(&admin, "ns-c").await;
    informer.wait_for_sync().retry_forever().await.unwrap();
    assert!(informer.lister().get("ns-c", "x").is_some());

    // Namespaces leave and enter.
    for namespace in ["ns-b", "ns-c", "ns-d", "ns-e"] {
        informer.remove_namespace(namespace).unwrap();
    }
    eventually("only one namespace is cached", || {
        informer.lister().list().iter().all(|map| map.metadata.namespace.as_deref() == Some("ns-a"))
    })
    .await;
    let mut events = informer.subscribe();
    assert_eq!(next(&mut events).await, "Added ns-a/x");
    informer.add_namespace("ns-b").unwrap();
    assert_eq!(next(&mut events).await, "Added ns-b/x");
    create(&admin, "ns-b", "y").await;
    assert_eq!(next(&mut events).await, "Added ns-b/y");
    let maps: Api<ConfigMap> = Api::namespaced(admin.clone(), "ns-a");
    maps.delete("x", &DeleteParams::default()).await.unwrap();
    assert_eq!(next(&mut events).await, "Deleted ns-a/x");
    informer.remove_namespace("ns-b").unwrap();
    let mut missing = [next(&mut events).await, next(&mut events).await];
    missing.sort();
    assert_eq!(missing, ["Missing ns-b/x", "Missing ns-b/y"]);
    informer.shutdown().await;
}
