//! Media types of requests and responses.

use http::Method;
use http_body_util::{BodyExt as _, Full};
use serde_json::{Value, json};

use crate::common::{WIDGETS, post, read, request, send, server, widget};

#[tokio::test(start_paused = true)]
async fn yaml_is_accepted_and_returned() {
    let server = server();
    let mut create = request(Method::POST, WIDGETS, &Value::Null);
    *create.body_mut() = Full::new(
        "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: a}\nspec: {color: red}\n".into(),
    );
    create.headers_mut().insert("content-type", "application/yaml".parse().unwrap());
    assert_eq!(read(send(&server, create).await).await.0, 201);
    let mut get = request(Method::GET, &format!("{WIDGETS}/a"), &Value::Null);
    get.headers_mut().insert("accept", "application/yaml".parse().unwrap());
    let response = send(&server, get).await;
    assert_eq!(response.headers()["content-type"], "application/yaml");
    let text = String::from_utf8(response.into_body().collect().await.unwrap().to_bytes().into()).unwrap();
    assert!(text.contains("color: red"), "{text}");
}

#[tokio::test(start_paused = true)]
async fn unsupported_media_types_are_rejected() {
    let server = server();
    let mut get = request(Method::GET, WIDGETS, &Value::Null);
    get.headers_mut().insert("accept", "text/html".parse().unwrap());
    let (code, status) = read(send(&server, get).await).await;
    assert_eq!((code, status["reason"].as_str()), (406, Some("NotAcceptable")));
    let mut create = request(Method::POST, WIDGETS, &widget("a", "red"));
    create.headers_mut().insert("content-type", "text/plain".parse().unwrap());
    let (code, status) = read(send(&server, create).await).await;
    assert_eq!((code, status["reason"].as_str()), (415, Some("UnsupportedMediaType")));
}

#[tokio::test(start_paused = true)]
async fn malformed_and_oversized_bodies_are_rejected() {
    let server = server();
    let mut create = request(Method::POST, WIDGETS, &Value::Null);
    *create.body_mut() = Full::new("{\"kind\":".into());
    let (code, status) = read(send(&server, create).await).await;
    assert_eq!(code, 400);
    assert!(
        status["message"]
            .as_str()
            .unwrap()
            .starts_with("the object provided is unrecognized (must be of type Widget)")
    );
    let huge = json!({"metadata": {"name": "a"}, "data": {"a": "x".repeat(4 * 1024 * 1024)}});
    let (code, _) = post(&server, "/api/v1/namespaces/default/configmaps", &huge).await;
    assert_eq!(code, 413);
    let malformed = json!({"metadata": "text"});
    assert_eq!(post(&server, "/api/v1/namespaces/default/configmaps", &malformed).await.0, 400);
    assert_eq!(post(&server, "/api/v1/namespaces/default/configmaps", &json!([1])).await.0, 400);
}
