//! JSON patch, merge patch and strategic merge patch.

use serde_json::json;

use crate::common::{WIDGETS, patch, post, server, widget};

const JSON: &str = "application/json-patch+json";
const MERGE: &str = "application/merge-patch+json";
const STRATEGIC: &str = "application/strategic-merge-patch+json";
const DEPLOYMENTS: &str = "/apis/apps/v1/namespaces/default/deployments";

#[tokio::test(start_paused = true)]
async fn json_and_merge() {
    let server = server();
    post(&server, WIDGETS, &widget("a", "red")).await;
    let path = format!("{WIDGETS}/a");
    let change = json!([{"op": "test", "path": "/spec/color", "value": "red"},
        {"op": "replace", "path": "/spec/color", "value": "blue"}]);
    let (code, after) = patch(&server, JSON, &path, &change).await;
    assert_eq!((code, after["spec"]["color"].as_str()), (200, Some("blue")));
    let (code, status) = patch(&server, JSON, &path, &change).await;
    assert_eq!((code, status["reason"].as_str()), (422, Some("Invalid")), "the test fails now");
    let (code, after) = patch(&server, MERGE, &path, &json!({"spec": {"size": 7, "color": "green"}})).await;
    assert_eq!((code, &after["spec"]), (200, &json!({"color": "green", "size": 7})));
    let (_, after) = patch(&server, MERGE, &path, &json!({"spec": {"size": null}})).await;
    assert_eq!(after["spec"]["size"], 3, "the default is restored");
}

#[tokio::test(start_paused = true)]
async fn a_patch_may_require_a_version() {
    let server = server();
    post(&server, WIDGETS, &widget("a", "red")).await;
    let stale = json!({"metadata": {"resourceVersion": "1"}, "spec": {"color": "blue"}});
    assert_eq!(patch(&server, MERGE, &format!("{WIDGETS}/a"), &stale).await.0, 409);
}

#[tokio::test(start_paused = true)]
async fn invalid_patches_are_rejected() {
    let server = server();
    post(&server, WIDGETS, &widget("a", "red")).await;
    let path = format!("{WIDGETS}/a");
    assert_eq!(patch(&server, MERGE, &path, &json!({"spec": {"color": "pink"}})).await.0, 422);
    assert_eq!(patch(&server, MERGE, &path, &json!({"metadata": {"name": "b"}})).await.0, 400);
    assert_eq!(patch(&server, MERGE, &format!("{WIDGETS}/none"), &json!({})).await.0, 404);
    let (code, status) = patch(&server, STRATEGIC, &path, &json!({})).await;
    assert_eq!(
        (code, status["reason"].as_str()),
        (415, Some("UnsupportedMediaType")),
        "not supported for custom resources"
    );
    assert_eq!(patch(&server, "application/json", &path, &json!({})).await.0, 415);
}

#[tokio::test(start_paused = true)]
async fn strategic_merges_lists_by_their_keys() {
    let server = server();
    let deployment = json!({"metadata": {"name": "d"}, "spec": {"selector": {"matchLabels": {"a": "b"}}, "template": {
        "metadata": {"labels": {"a": "b"}},
        "spec": {"containers": [{"name": "one", "image": "i:1"}, {"name": "two", "image": "i:1"}]}}}});
    assert_eq!(post(&server, DEPLOYMENTS, &deployment).await.0, 201);
    let containers = |change: serde_json::Value| {
        let server = server.clone();
        async move {
            let body = json!({"spec": {"template": {"spec": {"containers": change}}}});
            let (code, after) = patch(&server, STRATEGIC, &format!("{DEPLOYMENTS}/d"), &body).await;
            assert_eq!(code, 200, "{after}");
            let list = after["spec"]["template"]["spec"]["containers"].as_array().unwrap().clone();
            let text = |v: &serde_json::Value| v.as_str().unwrap().to_owned();
            list.iter().map(|c| (text(&c["name"]), text(&c["image"]))).collect::<Vec<_>>()
        }
    };
    let pairs = |list: &[(&str, &str)]| {
        list.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect::<Vec<_>>()
    };
    let after = containers(json!([{"name": "two", "image": "i:2"}, {"name": "three", "image": "i:3"}])).await;
    assert_eq!(after, pairs(&[("one", "i:1"), ("two", "i:2"), ("three", "i:3")]));
    let after = containers(json!([{"name": "one", "$patch": "delete"}])).await;
    assert_eq!(after, pairs(&[("two", "i:2"), ("three", "i:3")]));
    let after = containers(json!([{"$patch": "replace"}, {"name": "only", "image": "i:9"}])).await;
    assert_eq!(after, pairs(&[("only", "i:9")]));
}
