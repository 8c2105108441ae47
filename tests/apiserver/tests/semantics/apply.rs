//! Server-side apply: ownership, conflicts, and fields that a manager no longer applies.

use serde_json::{Value, json};

use crate::common::{WIDGETS, get, patch, server};

const APPLY: &str = "application/apply-patch+yaml";

fn configuration(spec: &Value) -> Value {
    json!({"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"name": "a"}, "spec": spec})
}

#[tokio::test(start_paused = true)]
async fn creates_a_missing_object_and_records_the_manager() {
    let server = server();
    let path = format!("{WIDGETS}/a?fieldManager=one");
    let (code, created) = patch(&server, APPLY, &path, &configuration(&json!({"color": "red"}))).await;
    assert_eq!(code, 201);
    let entry = &created["metadata"]["managedFields"][0];
    assert_eq!((entry["manager"].as_str(), entry["operation"].as_str()), (Some("one"), Some("Apply")));
    assert_eq!(entry["fieldsV1"], json!({"f:spec": {"f:color": {}}}), "the default has no owner");
    let version = server.resource_version();
    let (code, _) = patch(&server, APPLY, &path, &configuration(&json!({"color": "red"}))).await;
    assert_eq!(
        (code, server.resource_version()),
        (200, version),
        "applying the same configuration again changes nothing"
    );
}

#[tokio::test(start_paused = true)]
async fn another_manager_conflicts_unless_forced() {
    let server = server();
    patch(
        &server,
        APPLY,
        &format!("{WIDGETS}/a?fieldManager=one"),
        &configuration(&json!({"color": "red", "size": 5})),
    )
    .await;
    let two = format!("{WIDGETS}/a?fieldManager=two");
    let (code, status) = patch(&server, APPLY, &two, &configuration(&json!({"color": "blue"}))).await;
    assert_eq!(code, 409);
    assert_eq!(status["message"], "Apply failed with 1 conflict: conflict with \"one\": .spec.color");
    assert_eq!(
        status["details"]["causes"],
        json!([{"reason": "FieldManagerConflict", "message": "conflict with \"one\"", "field": ".spec.color"}])
    );
    let (code, _) = patch(&server, APPLY, &two, &configuration(&json!({"color": "red"}))).await;
    assert_eq!(code, 200, "the same value is not a conflict");
    let (code, after) =
        patch(&server, APPLY, &format!("{two}&force=true"), &configuration(&json!({"color": "blue"}))).await;
    assert_eq!((code, after["spec"]["color"].as_str()), (200, Some("blue")));
    let fields: Vec<&Value> = after["metadata"]["managedFields"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| &entry["fieldsV1"]["f:spec"])
        .collect();
    assert_eq!(fields, [&json!({"f:size": {}}), &json!({"f:color": {}})], "`one` no longer owns the color");
}

#[tokio::test(start_paused = true)]
async fn fields_no_longer_applied_are_removed() {
    let server = server();
    let path = format!("{WIDGETS}/a?fieldManager=one");
    patch(&server, APPLY, &path, &configuration(&json!({"color": "red", "code": "abc"}))).await;
    let (_, after) = patch(&server, APPLY, &path, &configuration(&json!({"color": "red"}))).await;
    assert_eq!(after["spec"], json!({"color": "red", "size": 3}));
}

#[tokio::test(start_paused = true)]
async fn an_update_takes_over_the_ownership_of_fields() {
    let server = server();
    patch(&server, APPLY, &format!("{WIDGETS}/a?fieldManager=one"), &configuration(&json!({"color": "red"})))
        .await;
    let change = json!({"spec": {"color": "blue"}});
    let (_, after) = patch(&server, "application/merge-patch+json", &format!("{WIDGETS}/a"), &change).await;
    let entries = after["metadata"]["managedFields"].as_array().unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(
        (entries[0]["manager"].as_str(), entries[0]["operation"].as_str()),
        (Some("tester"), Some("Update"))
    );
    assert_eq!(entries[0]["fieldsV1"], json!({"f:spec": {"f:color": {}}}));
}

#[tokio::test(start_paused = true)]
async fn accepts_yaml_and_requires_a_manager() {
    let server = server();
    let yaml = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: m\ndata:\n  a: b\n";
    let path = "/api/v1/namespaces/default/configmaps/m?fieldManager=one";
    let mut request = crate::common::request(http::Method::PATCH, path, &Value::Null);
    *request.body_mut() = http_body_util::Full::new(yaml.into());
    request.headers_mut().insert("content-type", APPLY.parse().unwrap());
    let (code, created) = crate::common::read(crate::common::send(&server, request).await).await;
    assert_eq!((code, created["data"]["a"].as_str()), (201, Some("b")));
    let (code, status) =
        patch(&server, APPLY, &format!("{WIDGETS}/a"), &configuration(&json!({"color": "red"}))).await;
    assert_eq!((code, status["details"]["causes"][0]["field"].as_str()), (422, Some("fieldManager")));
    assert_eq!(get(&server, &format!("{WIDGETS}/a")).await.0, 404);
}
