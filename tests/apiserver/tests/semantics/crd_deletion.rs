//! The deletion of CRDs: how it is blocked by finalizers of the objects and of the CRD, and what is served meanwhile.

use serde_json::{Value, json};

use crate::common::{WIDGETS, delete, get, names, patch, post, put, server, watch, widget, widget_crd};

const CRD: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/widgets.example.com";
const CLEANUP: &str = "customresourcecleanup.apiextensions.k8s.io";
const MERGE: &str = "application/merge-patch+json";

fn with_finalizer(name: &str) -> Value {
    let mut object = widget(name, "red");
    object["metadata"]["finalizers"] = json!(["example.com/hold"]);
    object
}

/// The `Terminating` condition of a CRD: its status and its reason.
fn terminating(crd: &Value) -> (&str, &str) {
    let conditions = crd["status"]["conditions"].as_array().unwrap();
    let found = conditions.iter().find(|condition| condition["type"] == "Terminating").unwrap();
    (found["status"].as_str().unwrap(), found["reason"].as_str().unwrap())
}

async fn set_finalizers(server: &reflector_apiserver::ApiServer, path: &str, finalizers: &Value) -> u16 {
    patch(server, MERGE, path, &json!({"metadata": {"finalizers": finalizers}})).await.0
}

#[tokio::test(start_paused = true)]
async fn a_crd_waits_for_the_finalizers_of_its_objects() {
    let server = server();
    post(&server, WIDGETS, &widget("free", "red")).await;
    let (_, created) = post(&server, WIDGETS, &with_finalizer("held")).await;
    let version = created["metadata"]["resourceVersion"].as_str().unwrap();
    let mut watch = watch(&server, &format!("{WIDGETS}?watch=1&resourceVersion={version}")).await;

    let (code, going) = delete(&server, CRD).await;
    assert_eq!((code, terminating(&going)), (200, ("True", "InstanceDeletionPending")));
    assert_eq!((watch.brief().await.0, watch.brief().await.0), ("DELETED".into(), "MODIFIED".into()));
    let (code, crd) = get(&server, CRD).await;
    assert_eq!((code, terminating(&crd)), (200, ("True", "InstanceDeletionInProgress")));
    assert_eq!(crd["metadata"]["finalizers"], json!([CLEANUP]));
    assert!(get(&server, &format!("{WIDGETS}/held")).await.1["metadata"]["deletionTimestamp"].is_string());
    let (_, discovery) = get(&server, "/apis/example.com/v1").await;
    assert_eq!(
        discovery["resources"][0]["verbs"],
        json!(["delete", "deletecollection", "get", "list", "watch"])
    );

    let (code, status) = post(&server, WIDGETS, &widget("late", "red")).await;
    assert_eq!(code, 403);
    assert_eq!(
        status["message"],
        "widgets.example.com \"late\" is forbidden: create not allowed while custom resource definition is terminating"
    );
    let change = json!({"spec": {"color": "blue"}});
    assert_eq!(patch(&server, MERGE, &format!("{WIDGETS}/held"), &change).await.0, 200);
    assert_eq!(watch.brief().await.0, "MODIFIED");

    assert_eq!(set_finalizers(&server, &format!("{WIDGETS}/held"), &Value::Null).await, 200);
    let deleted = watch.event().await;
    assert_eq!(
        (deleted["type"].as_str(), &deleted["object"]["spec"]["color"]),
        (Some("DELETED"), &json!("blue"))
    );
    assert!(watch.ended().await);
    assert_eq!((get(&server, CRD).await.0, get(&server, WIDGETS).await.0), (404, 404));
}

#[tokio::test(start_paused = true)]
async fn a_crd_with_finalizers_is_served_until_the_last_one_is_removed() {
    let server = server();
    post(&server, WIDGETS, &widget("free", "red")).await;
    let own = json!(["example.com/one", "example.com/two"]);
    set_finalizers(&server, CRD, &own).await;
    delete(&server, CRD).await;
    let (_, crd) = get(&server, CRD).await;
    assert_eq!(terminating(&crd), ("False", "InstanceDeletionCompleted"));
    assert_eq!(crd["metadata"]["finalizers"], own);
    let (code, list) = get(&server, WIDGETS).await;
    assert_eq!((code, names(&list).len()), (200, 0));
    assert_eq!(post(&server, WIDGETS, &widget("late", "red")).await.0, 403);

    // The first deletion of a CRD sets no grace period; a second deletion sets it as for any other object.
    assert_eq!(crd["metadata"]["deletionGracePeriodSeconds"], Value::Null);
    let (code, again) = delete(&server, CRD).await;
    assert_eq!((code, &again["metadata"]["deletionGracePeriodSeconds"]), (200, &json!(0)));
    assert_eq!(again["metadata"]["deletionTimestamp"], crd["metadata"]["deletionTimestamp"]);
    assert_eq!(terminating(&again), ("False", "InstanceDeletionCompleted"));

    assert_eq!(set_finalizers(&server, CRD, &json!(["example.com/two"])).await, 200);
    assert_eq!(get(&server, WIDGETS).await.0, 200);
    let mut watch = watch(&server, &format!("{WIDGETS}?watch=1")).await;
    assert_eq!(set_finalizers(&server, CRD, &json!([])).await, 200);
    assert!(watch.ended().await);
    assert_eq!((get(&server, CRD).await.0, get(&server, WIDGETS).await.0), (404, 404));
    assert_eq!(get(&server, "/apis/example.com/v1").await.0, 404);
}

#[tokio::test(start_paused = true)]
async fn objects_that_are_not_served_are_deleted_too() {
    let server = server();
    post(&server, WIDGETS, &widget("a", "red")).await;
    let (_, mut crd) = get(&server, CRD).await;
    crd["spec"]["versions"][0]["served"] = false.into();
    assert_eq!(put(&server, CRD, &crd).await.0, 200);
    delete(&server, CRD).await;
    assert_eq!(get(&server, CRD).await.0, 404);
    server.install_crd(widget_crd()).unwrap();
    assert_eq!(names(&get(&server, WIDGETS).await.1).len(), 0);
}

/// Removing the cleanup finalizer leaves the objects in storage, where they are not visible and do not even block the
/// deletion of their namespace.
#[tokio::test(start_paused = true)]
async fn without_the_cleanup_finalizer_objects_stay_in_storage() {
    let server = server();
    post(&server, "/api/v1/namespaces", &json!({"metadata": {"name": "doomed"}})).await;
    let doomed = "/apis/example.com/v1/namespaces/doomed/widgets";
    post(&server, doomed, &with_finalizer("left")).await;
    post(&server, WIDGETS, &with_finalizer("left")).await;
    delete(&server, CRD).await;
    assert_eq!(set_finalizers(&server, CRD, &Value::Null).await, 200);
    assert_eq!((get(&server, CRD).await.0, get(&server, WIDGETS).await.0), (404, 404));
    delete(&server, "/api/v1/namespaces/doomed").await;
    assert_eq!(get(&server, "/api/v1/namespaces/doomed").await.0, 404);
    server.install_crd(widget_crd()).unwrap();
    assert_eq!(names(&get(&server, WIDGETS).await.1), ["left"]);
}

/// The CRD may already have the same finalizer.
#[tokio::test(start_paused = true)]
async fn the_cleanup_finalizer_is_added_once() {
    let server = server();
    set_finalizers(&server, CRD, &json!([CLEANUP])).await;
    let (_, going) = delete(&server, CRD).await;
    assert_eq!(going["metadata"]["finalizers"], json!([CLEANUP]));
    assert_eq!(get(&server, CRD).await.0, 404);
}
