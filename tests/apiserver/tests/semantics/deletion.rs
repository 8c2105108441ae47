//! Deletion: immediate, blocked by finalizers, of a collection, with a namespace.

use http::Method;
use serde_json::{Value, json};

use crate::common::{WIDGETS, call, delete, get, names, patch, post, server, watch, widget};

const MERGE: &str = "application/merge-patch+json";

#[tokio::test(start_paused = true)]
async fn returns_the_deleted_object_in_a_status() {
    let server = server();
    let (_, created) = post(&server, WIDGETS, &widget("a", "red")).await;
    let (code, status) = delete(&server, &format!("{WIDGETS}/a")).await;
    assert_eq!(code, 200);
    assert_eq!(
        status,
        json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success",
            "details": {"name": "a", "group": "example.com", "kind": "widgets", "uid": created["metadata"]["uid"]}})
    );
    assert_eq!(delete(&server, &format!("{WIDGETS}/a")).await.0, 404);
}

#[tokio::test(start_paused = true)]
async fn finalizers_block_the_deletion() {
    let server = server();
    let mut held = widget("a", "red");
    held["metadata"]["finalizers"] = json!(["example.com/hold"]);
    let (_, created) = post(&server, WIDGETS, &held).await;
    let version = created["metadata"]["resourceVersion"].as_str().unwrap();
    let mut watch = watch(&server, &format!("{WIDGETS}?watch=1&resourceVersion={version}")).await;
    let path = format!("{WIDGETS}/a");
    let (code, marked) = delete(&server, &path).await;
    assert_eq!(code, 200);
    assert!(marked["metadata"]["deletionTimestamp"].is_string());
    assert_eq!(marked["metadata"]["deletionGracePeriodSeconds"], 0);
    assert_eq!(marked["metadata"]["generation"], 2);
    assert_eq!(watch.brief().await.0, "MODIFIED");

    let more = json!({"metadata": {"finalizers": ["example.com/hold", "example.com/new"]}});
    let (code, status) = patch(&server, MERGE, &path, &more).await;
    assert_eq!(code, 422);
    assert!(status["message"].as_str().unwrap().contains("no new finalizers can be added"), "{status}");

    let (code, _) = patch(&server, MERGE, &path, &json!({"metadata": {"finalizers": null}})).await;
    assert_eq!(code, 200);
    let deleted = watch.event().await;
    assert_eq!(deleted["type"], "DELETED");
    assert_eq!(deleted["object"]["metadata"]["resourceVersion"], server.resource_version().to_string());
    assert_eq!(get(&server, &path).await.0, 404);
}

#[tokio::test(start_paused = true)]
async fn a_collection_is_deleted_by_selector() {
    let server = server();
    for (name, tier) in [("a", "web"), ("b", "db"), ("c", "web")] {
        let mut object = widget(name, "red");
        object["metadata"]["labels"] = json!({"tier": tier});
        post(&server, WIDGETS, &object).await;
    }
    let (code, deleted) = delete(&server, &format!("{WIDGETS}?labelSelector=tier%3Dweb")).await;
    assert_eq!((code, names(&deleted)), (200, vec!["a".to_owned(), "c".to_owned()]));
    assert_eq!(names(&get(&server, WIDGETS).await.1), ["b"]);
}

#[tokio::test(start_paused = true)]
async fn a_page_of_a_collection_is_deleted() {
    let server = server();
    let widgets = (0..6).map(|i| widget(&format!("w{i}"), "red"));
    server.create_all("example.com/v1", "widgets", Some("default"), widgets).unwrap();
    let (code, deleted) = delete(&server, &format!("{WIDGETS}?limit=2")).await;
    assert_eq!((code, names(&deleted)), (200, vec!["w0".to_owned(), "w1".to_owned()]));
    assert_eq!(deleted["metadata"]["remainingItemCount"], 4);
    assert_eq!(names(&get(&server, WIDGETS).await.1), ["w2", "w3", "w4", "w5"]);
    let token = deleted["metadata"]["continue"].as_str().unwrap();
    let (_, deleted) = delete(&server, &format!("{WIDGETS}?limit=1&continue={token}")).await;
    assert_eq!(names(&deleted), ["w2"]);
    assert_eq!(names(&get(&server, WIDGETS).await.1), ["w3", "w4", "w5"]);
    // Without a limit, the response lists all remaining objects of the first page's version. Those that still exist
    // are deleted.
    let token = deleted["metadata"]["continue"].as_str().unwrap();
    delete(&server, &format!("{WIDGETS}/w3")).await;
    post(&server, WIDGETS, &widget("w9", "red")).await;
    let (code, deleted) = delete(&server, &format!("{WIDGETS}?continue={token}")).await;
    assert_eq!((code, names(&deleted)), (200, vec!["w3".to_owned(), "w4".to_owned(), "w5".to_owned()]));
    assert_eq!(deleted["metadata"]["continue"], "");
    assert_eq!(names(&get(&server, WIDGETS).await.1), ["w9"]);
    server.compact();
    let (code, status) = delete(&server, &format!("{WIDGETS}?continue={token}")).await;
    assert_eq!((code, status["reason"].as_str()), (410, Some("Expired")));
    assert_eq!(names(&get(&server, WIDGETS).await.1), ["w9"]);
}

#[tokio::test(start_paused = true)]
async fn a_precondition_applies_to_each_object_of_a_collection() {
    let server = server();
    let (_, first) = post(&server, WIDGETS, &widget("a", "red")).await;
    post(&server, WIDGETS, &widget("b", "red")).await;
    let only_first = json!({"preconditions": {"uid": first["metadata"]["uid"]}});
    let (code, status) = call(&server, Method::DELETE, WIDGETS, &only_first).await;
    assert_eq!((code, status["reason"].as_str()), (409, Some("Conflict")));
    assert_eq!(names(&get(&server, WIDGETS).await.1), ["b"]);
}

#[tokio::test(start_paused = true)]
async fn preconditions_can_be_in_the_query() {
    let server = server();
    let (_, created) = post(&server, WIDGETS, &widget("a", "red")).await;
    let path = format!("{WIDGETS}/a");
    for query in ["uid=another", "resourceVersion=1"] {
        let (code, status) = delete(&server, &format!("{path}?{query}")).await;
        assert_eq!((code, status["reason"].as_str()), (409, Some("Conflict")), "{query}");
    }
    // For a collection, resourceVersion is both the version of the list and a precondition on each object.
    assert_eq!(delete(&server, &format!("{WIDGETS}?resourceVersion=0")).await.0, 409);
    let version = created["metadata"]["resourceVersion"].as_str().unwrap();
    assert_eq!(delete(&server, &format!("{path}?resourceVersion={version}")).await.0, 200);
}

#[tokio::test(start_paused = true)]
async fn deleting_a_namespace_deletes_its_objects() {
    let server = server();
    post(&server, "/api/v1/namespaces", &json!({"metadata": {"name": "doomed"}})).await;
    let doomed = "/apis/example.com/v1/namespaces/doomed/widgets";
    let mut held = widget("held", "red");
    held["metadata"]["finalizers"] = json!(["example.com/hold"]);
    post(&server, doomed, &held).await;
    post(&server, doomed, &widget("free", "red")).await;
    let (code, namespace) = delete(&server, "/api/v1/namespaces/doomed").await;
    assert_eq!((code, namespace["status"]["phase"].as_str()), (200, Some("Terminating")));
    assert_eq!(names(&get(&server, doomed).await.1), ["held"]);
    let (code, status) = post(&server, doomed, &widget("late", "red")).await;
    assert_eq!(
        (code, status["details"]["causes"][0]["reason"].as_str()),
        (403, Some("NamespaceTerminating"))
    );
    patch(&server, MERGE, &format!("{doomed}/held"), &json!({"metadata": {"finalizers": null}})).await;
    assert_eq!(get(&server, "/api/v1/namespaces/doomed").await.0, 404);
    let (code, status) = delete(&server, "/api/v1/namespaces/default").await;
    assert_eq!((code, status["reason"].as_str()), (403, Some("Forbidden")));
}

#[tokio::test(start_paused = true)]
async fn a_pod_on_a_node_has_a_grace_period() {
    let server = server();
    let pods = "/api/v1/namespaces/default/pods";
    let pod = json!({"metadata": {"name": "p"}, "spec": {"nodeName": "n1", "containers": [{"name": "c", "image": "i:1"}]}});
    assert_eq!(post(&server, pods, &pod).await.0, 201);
    let (_, going) = delete(&server, &format!("{pods}/p")).await;
    assert_eq!(going["metadata"]["deletionGracePeriodSeconds"], 30);
    assert_eq!(get(&server, &format!("{pods}/p")).await.0, 200);
    call(&server, Method::DELETE, &format!("{pods}/p"), &json!({"gracePeriodSeconds": 0})).await;
    let (code, status) = get(&server, &format!("{pods}/p")).await;
    assert_eq!((code, status["reason"].as_str()), (404, Some("NotFound")));
}

#[tokio::test(start_paused = true)]
async fn a_dry_run_of_deletion_deletes_nothing() {
    let server = server();
    post(&server, WIDGETS, &widget("a", "red")).await;
    let (code, _) = call(&server, Method::DELETE, &format!("{WIDGETS}/a?dryRun=All"), &Value::Null).await;
    assert_eq!(code, 200);
    assert_eq!(get(&server, &format!("{WIDGETS}/a")).await.0, 200);
}
