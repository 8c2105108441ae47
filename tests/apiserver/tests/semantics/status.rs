//! The status subresource: each endpoint writes only its own fields.

use serde_json::json;

use crate::common::{WIDGETS, delete, get, patch, post, put, server, widget};

#[tokio::test(start_paused = true)]
async fn each_endpoint_writes_only_its_own_fields() {
    let server = server();
    let mut with_status = widget("a", "red");
    with_status["status"] = json!({"phase": "Forged"});
    let (_, created) = post(&server, WIDGETS, &with_status).await;
    assert_eq!(created["status"], serde_json::Value::Null, "create ignores the status");

    let mut both = created.clone();
    both["spec"]["color"] = "blue".into();
    both["status"] = json!({"phase": "Ready"});
    both["metadata"]["labels"] = json!({"a": "b"});
    let (code, after) = put(&server, &format!("{WIDGETS}/a/status"), &both).await;
    assert_eq!(code, 200);
    assert_eq!(after["status"]["phase"], "Ready");
    assert_eq!(after["spec"]["color"], "red");
    assert_eq!(after["metadata"]["labels"], serde_json::Value::Null);
    assert_eq!(after["metadata"]["generation"], 1);

    let mut main = after.clone();
    main["spec"]["color"] = "green".into();
    main["status"] = json!({"phase": "Forged"});
    let (_, after) = put(&server, &format!("{WIDGETS}/a"), &main).await;
    assert_eq!(
        (after["status"]["phase"].as_str(), after["spec"]["color"].as_str()),
        (Some("Ready"), Some("green"))
    );
    assert_eq!(after["metadata"]["generation"], 2);
}

#[tokio::test(start_paused = true)]
async fn the_status_endpoint_has_its_own_verbs() {
    let server = server();
    post(&server, WIDGETS, &widget("a", "red")).await;
    let path = format!("{WIDGETS}/a/status");
    assert_eq!(get(&server, &path).await.0, 200);
    let body = json!({"status": {"phase": "Ready"}});
    let (code, after) = patch(&server, "application/merge-patch+json", &path, &body).await;
    assert_eq!((code, after["status"]["phase"].as_str()), (200, Some("Ready")));
    assert_eq!(delete(&server, &path).await.0, 405);
    assert_eq!(get(&server, &format!("{WIDGETS}/a/scale")).await.0, 404);
    let (code, status) =
        patch(&server, "application/merge-patch+json", &path, &json!({"status": {"phase": 5}})).await;
    assert_eq!((code, status["details"]["causes"][0]["field"].as_str()), (422, Some("status.phase")));
}
