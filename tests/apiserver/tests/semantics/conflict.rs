//! Optimistic concurrency: versions, uids, preconditions.

use http::Method;
use serde_json::json;

use crate::common::{WIDGETS, call, get, post, put, server, widget};

#[tokio::test(start_paused = true)]
async fn the_second_writer_gets_a_conflict() {
    let server = server();
    let (_, created) = post(&server, WIDGETS, &widget("a", "red")).await;
    let mut first = created.clone();
    first["spec"]["color"] = "blue".into();
    assert_eq!(put(&server, &format!("{WIDGETS}/a"), &first).await.0, 200);
    let mut second = created;
    second["spec"]["color"] = "green".into();
    let (code, status) = put(&server, &format!("{WIDGETS}/a"), &second).await;
    assert_eq!((code, status["reason"].as_str()), (409, Some("Conflict")));
    assert_eq!(
        status["message"],
        "Operation cannot be fulfilled on widgets.example.com \"a\": the object has been modified; please apply your changes \
         to the latest version and try again"
    );
    assert_eq!(get(&server, &format!("{WIDGETS}/a")).await.1["spec"]["color"], "blue");
}

#[tokio::test(start_paused = true)]
async fn an_update_requires_a_version_for_custom_resources_only() {
    let server = server();
    post(&server, WIDGETS, &widget("a", "red")).await;
    let (code, status) = put(&server, &format!("{WIDGETS}/a"), &widget("a", "blue")).await;
    assert_eq!(code, 422);
    assert!(status["message"].as_str().unwrap().ends_with("must be specified for an update"));
    let maps = "/api/v1/namespaces/default/configmaps";
    post(&server, maps, &json!({"metadata": {"name": "m"}})).await;
    let (code, map) =
        put(&server, &format!("{maps}/m"), &json!({"metadata": {"name": "m"}, "data": {"a": "b"}})).await;
    assert_eq!((code, map["data"]["a"].as_str()), (200, Some("b")));
}

#[tokio::test(start_paused = true)]
async fn an_update_with_a_different_uid_or_name_is_rejected() {
    let server = server();
    let (_, created) = post(&server, WIDGETS, &widget("a", "red")).await;
    let mut other = created.clone();
    other["metadata"]["uid"] = "11111111-2222-3333-4444-555555555555".into();
    let (code, status) = put(&server, &format!("{WIDGETS}/a"), &other).await;
    assert_eq!(code, 409);
    assert!(
        status["message"].as_str().unwrap().contains("Precondition failed: UID in precondition: 11111111-")
    );
    let mut renamed = created;
    renamed["metadata"]["name"] = "b".into();
    let (code, status) = put(&server, &format!("{WIDGETS}/a"), &renamed).await;
    assert_eq!(code, 400);
    assert_eq!(status["message"], "the name of the object (b) does not match the name on the URL (a)");
}

#[tokio::test(start_paused = true)]
async fn deletion_checks_its_preconditions() {
    let server = server();
    let (_, created) = post(&server, WIDGETS, &widget("a", "red")).await;
    let path = format!("{WIDGETS}/a");
    for wrong in [json!({"uid": "other"}), json!({"resourceVersion": "1"})] {
        let (code, status) = call(&server, Method::DELETE, &path, &json!({"preconditions": wrong})).await;
        assert_eq!((code, status["reason"].as_str()), (409, Some("Conflict")));
    }
    let right =
        json!({"uid": created["metadata"]["uid"], "resourceVersion": created["metadata"]["resourceVersion"]});
    let (code, _) = call(&server, Method::DELETE, &path, &json!({"preconditions": right})).await;
    assert_eq!(code, 200);
}
