//! Deletion: at once, held by finalizers, by collection, with a namespace.

use http::Method;
use serde_json::{Value, json};

use crate::common::{WIDGETS, call, delete, get, names, patch, post, server, watch, widget};

const MERGE: &str = "application/merge-patch+json";

#[tokio::test(start_paused = true)]
async fn says_what_has_gone() {
    let server = server();
    let (_, made) = post(&server, WIDGETS, &widget("a", "red")).await;
    let (code, status) = delete(&server, &format!("{WIDGETS}/a")).await;
    assert_eq!(code, 200);
    assert_eq!(
        status,
        json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success",
            "details": {"name": "a", "group": "example.com", "kind": "widgets", "uid": made["metadata"]["uid"]}})
    );
    assert_eq!(delete(&server, &format!("{WIDGETS}/a")).await.0, 404);
}

#[tokio::test(start_paused = true)]
async fn finalizers_hold_an_object() {
    let server = server();
    let mut held = widget("a", "red");
    held["metadata"]["finalizers"] = json!(["example.com/hold"]);
    let (_, made) = post(&server, WIDGETS, &held).await;
    let version = made["metadata"]["resourceVersion"].as_str().unwrap();
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
    let gone = watch.event().await;
    assert_eq!(gone["type"], "DELETED");
    assert_eq!(gone["object"]["metadata"]["resourceVersion"], server.resource_version().to_string());
    assert_eq!(get(&server, &path).await.0, 404);
}

#[tokio::test(start_paused = true)]
async fn a_collection_goes_by_its_selector() {
    let server = server();
    for (name, tier) in [("a", "web"), ("b", "db"), ("c", "web")] {
        let mut object = widget(name, "red");
        object["metadata"]["labels"] = json!({"tier": tier});
        post(&server, WIDGETS, &object).await;
    }
    let (code, gone) = delete(&server, &format!("{WIDGETS}?labelSelector=tier%3Dweb")).await;
    assert_eq!((code, names(&gone)), (200, vec!["a".to_owned(), "c".to_owned()]));
    assert_eq!(names(&get(&server, WIDGETS).await.1), ["b"]);
}

#[tokio::test(start_paused = true)]
async fn a_page_of_a_collection_goes() {
    let server = server();
    let widgets = (0..6).map(|i| widget(&format!("w{i}"), "red"));
    server.create_all("example.com/v1", "widgets", Some("default"), widgets).unwrap();
    let (code, gone) = delete(&server, &format!("{WIDGETS}?limit=2")).await;
    assert_eq!((code, names(&gone)), (200, vec!["w0".to_owned(), "w1".to_owned()]));
    assert_eq!(gone["metadata"]["remainingItemCount"], 4);
    assert_eq!(names(&get(&server, WIDGETS).await.1), ["w2", "w3", "w4", "w5"]);
    let token = gone["metadata"]["continue"].as_str().unwrap();
    let (_, gone) = delete(&server, &format!("{WIDGETS}?limit=1&continue={token}")).await;
    assert_eq!(names(&gone), ["w2"]);
    assert_eq!(names(&get(&server, WIDGETS).await.1), ["w3", "w4", "w5"]);
    // Without a limit, all that was there then, and of that what is there now.
    let token = gone["metadata"]["continue"].as_str().unwrap();
    delete(&server, &format!("{WIDGETS}/w3")).await;
    post(&server, WIDGETS, &widget("w9", "red")).await;
    let (code, gone) = delete(&server, &format!("{WIDGETS}?continue={token}")).await;
    assert_eq!((code, names(&gone)), (200, vec!["w3".to_owned(), "w4".to_owned(), "w5".to_owned()]));
    assert_eq!(gone["metadata"]["continue"], "");
    assert_eq!(names(&get(&server, WIDGETS).await.1), ["w9"]);
    server.compact();
    let (code, status) = delete(&server, &format!("{WIDGETS}?continue={token}")).await;
    assert_eq!((code, status["reason"].as_str()), (410, Some("Expired")));
    assert_eq!(names(&get(&server, WIDGETS).await.1), ["w9"]);
}

#[tokio::test(start_paused = true)]
async fn a_precondition_holds_for_each_of_a_collection() {
    let server = server();
    let (_, first) = post(&server, WIDGETS, &widget("a", "red")).await;
    post(&server, WIDGETS, &widget("b", "red")).await;
    let only_first = json!({"preconditions": {"uid": first["metadata"]["uid"]}});
    let (code, status) = call(&server, Method::DELETE, WIDGETS, &only_first).await;
    assert_eq!((code, status["reason"].as_str()), (409, Some("Conflict")));
    assert_eq!(names(&get(&server, WIDGETS).await.1), ["b"]);
}

#[tokio::test(start_paused = true)]
async fn without_a_body_the_query_has_the_preconditions() {
    let server = server();
    let (_, made) = post(&server, WIDGETS, &widget("a", "red")).await;
    let path = format!("{WIDGETS}/a");
    for query in ["uid=another", "resourceVersion=1"] {
        let (code, status) = delete(&server, &format!("{path}?{query}")).await;
        assert_eq!((code, status["reason"].as_str()), (409, Some("Conflict")), "{query}");
    }
    // For a collection it is both: from when the list is, and what each object has to be.
    assert_eq!(delete(&server, &format!("{WIDGETS}?resourceVersion=0")).await.0, 409);
    let version = made["metadata"]["resourceVersion"].as_str().unwrap();
    assert_eq!(delete(&server, &format!("{path}?resourceVersion={version}")).await.0, 200);
}

#[tokio::test(start_paused = true)]
async fn a_namespace_takes_its_objects_along() {
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
async fn a_pod_on_a_node_has_time_to_end() {
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
