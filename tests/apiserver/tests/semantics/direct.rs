//! Direct calls, the client without a socket, and the record of requests.

use std::time::Duration;

use k8s_openapi::api::core::v1::ConfigMap;
use kube::{
    Api,
    api::{ListParams, PostParams},
};
use reflector_apiserver::{ApiServer, RequestMatcher, Verb};
use serde_json::json;

use crate::common::{WIDGETS, get, server, watch, widget};

#[tokio::test(start_paused = true)]
async fn a_kube_client_and_direct_calls_share_the_objects() {
    let server = server();
    let maps: Api<ConfigMap> = Api::default_namespaced(server.client());
    let map: ConfigMap =
        serde_json::from_value(json!({"metadata": {"name": "a"}, "data": {"k": "v"}})).unwrap();
    let created = maps.create(&PostParams::default(), &map).await.unwrap();
    let direct = server.get("v1", "configmaps", Some("default"), "a").unwrap();
    assert_eq!(direct["metadata"]["uid"].as_str(), created.metadata.uid.as_deref());
    server.merge_patch("v1", "configmaps", Some("default"), "a", &json!({"data": {"k": "w"}})).unwrap();
    assert_eq!(maps.get("a").await.unwrap().data.unwrap()["k"], "w");
    assert_eq!(maps.list(&ListParams::default()).await.unwrap().items.len(), 1);
    let error = maps.get("none").await.unwrap_err();
    assert!(matches!(error, kube::Error::Api(status) if status.code == 404 && status.reason == "NotFound"));
}

#[tokio::test(start_paused = true)]
async fn direct_calls_are_validated() {
    let server = server();
    let create = |object| server.create("example.com/v1", "widgets", Some("default"), object);
    create(widget("a", "red")).unwrap();
    assert_eq!(create(widget("a", "red")).unwrap_err().reason, "AlreadyExists");
    assert_eq!(create(widget("b", "pink")).unwrap_err().code, 422);
    let mut stale = server.get("example.com/v1", "widgets", Some("default"), "a").unwrap();
    stale["metadata"]["resourceVersion"] = "1".into();
    assert_eq!(server.update("example.com/v1", "widgets", Some("default"), stale).unwrap_err().code, 409);
    server.update("example.com/v1", "widgets", Some("default"), widget("a", "blue")).unwrap();
    let mut ready = widget("a", "red");
    ready["status"] = json!({"phase": "Ready"});
    let after = server.update_status("example.com/v1", "widgets", Some("default"), ready).unwrap();
    assert_eq!(
        (after["spec"]["color"].as_str(), after["status"]["phase"].as_str()),
        (Some("blue"), Some("Ready"))
    );
    assert_eq!(server.list("example.com/v1", "widgets", None, "").unwrap().len(), 1);
    assert_eq!(server.delete_all("example.com/v1", "widgets", None, "").unwrap(), 1);
    assert_eq!(server.get("example.com/v9", "widgets", None, "a").unwrap_err().code, 404);
}

#[tokio::test(start_paused = true)]
async fn every_request_is_recorded() {
    let server = server();
    let maps: Api<ConfigMap> = Api::default_namespaced(server.client());
    let _ = maps.get("none").await;
    tokio::time::advance(Duration::from_secs(5)).await;
    maps.list(&ListParams::default().labels("a=b")).await.unwrap();
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert!(requests[0].is(Verb::Get, "configmaps") && requests[1].is(Verb::List, "configmaps"));
    assert_eq!((requests[0].status, requests[1].status), (Some(404), Some(200)));
    assert_eq!(requests[0].name.as_deref(), Some("none"));
    assert_eq!(requests[1].parameter("labelSelector").as_deref(), Some("a=b"));
    assert_eq!((requests[1].at - requests[0].at).as_secs(), 5);
    server.clear_requests();
    assert!(server.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn manifests_are_created_in_their_namespace() {
    let server = server();
    server.create_manifest(widget("a", "red")).unwrap();
    assert_eq!(server.list("example.com/v1", "widgets", Some("default"), "").unwrap().len(), 1);
    let team = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team"}});
    server.create_manifest(team).unwrap();
    let mut elsewhere = widget("b", "red");
    elsewhere["metadata"]["namespace"] = "team".into();
    server.create_manifest(elsewhere).unwrap();
    assert_eq!(server.list("example.com/v1", "widgets", Some("team"), "").unwrap().len(), 1);
    let unknown = json!({"apiVersion": "v9", "kind": "Thing", "metadata": {"name": "a"}});
    assert_eq!(server.create_manifest(unknown).unwrap_err().code, 400);
}

#[tokio::test(start_paused = true)]
async fn a_request_is_open_until_its_response_is_dropped() {
    let server = server();
    let ended = |server: &ApiServer| server.requests().iter().map(|r| r.ended.is_some()).collect::<Vec<_>>();
    let watching = watch(&server, &format!("{WIDGETS}?watch=1")).await;
    assert_eq!(ended(&server), [false]);
    drop(watching);
    assert_eq!(ended(&server), [true]);
    get(&server, WIDGETS).await;
    server.faults().on(RequestMatcher::list("widgets")).hang();
    let hanging = get(&server, WIDGETS);
    assert!(tokio::time::timeout(Duration::from_secs(5), hanging).await.is_err());
    assert_eq!(ended(&server), [true; 3], "including requests dropped before a response");
}
