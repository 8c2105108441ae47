//! Discovery, health, `OpenAPI`.

use http::Method;
use serde_json::{Value, json};

use crate::common::{get, read, request, send, server, text};

#[tokio::test(start_paused = true)]
async fn serves_groups_versions_and_resources() {
    let server = server();
    assert_eq!(get(&server, "/version").await.1["minor"], "37");
    assert_eq!(text(&server, "/readyz").await, "ok");
    assert_eq!(get(&server, "/api").await.1["versions"], json!(["v1"]));
    let (_, groups) = get(&server, "/apis").await;
    let names: Vec<&str> =
        groups["groups"].as_array().unwrap().iter().map(|g| g["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["apiextensions.k8s.io", "apps", "coordination.k8s.io", "example.com"]);
    let (_, list) = get(&server, "/apis/example.com/v1").await;
    assert_eq!(list["groupVersion"], "example.com/v1");
    let resources: Vec<&str> =
        list["resources"].as_array().unwrap().iter().map(|r| r["name"].as_str().unwrap()).collect();
    assert_eq!(resources, ["widgets", "widgets/status"]);
    assert_eq!(list["resources"][0]["shortNames"], json!(["wd"]));
}

#[tokio::test(start_paused = true)]
async fn serves_aggregated_discovery_on_request() {
    let server = server();
    let mut request = request(Method::GET, "/apis", &Value::Null);
    let accept = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json";
    request.headers_mut().insert("accept", accept.parse().unwrap());
    let response = send(&server, request).await;
    assert!(response.headers()["content-type"].to_str().unwrap().contains("as=APIGroupDiscoveryList"));
    let (_, all) = read(response).await;
    assert_eq!(all["kind"], "APIGroupDiscoveryList");
    let last = all["items"].as_array().unwrap().last().unwrap();
    assert_eq!(last["versions"][0]["resources"][0]["responseKind"]["kind"], "Widget");
}

#[tokio::test(start_paused = true)]
async fn a_new_kind_is_in_the_openapi_documents() {
    let server = server();
    let (_, index) = get(&server, "/openapi/v3").await;
    assert_eq!(index["paths"]["apis/example.com/v1"]["serverRelativeURL"], "/openapi/v3/apis/example.com/v1");
    let (_, document) = get(&server, "/openapi/v3/apis/example.com/v1").await;
    assert!(document["components"]["schemas"]["com.example.v1.Widget"].is_object());
    assert!(get(&server, "/openapi/v2").await.1["definitions"]["com.example.v1.Widget"].is_object());
}

#[tokio::test(start_paused = true)]
async fn unknown_paths_are_not_found() {
    let server = server();
    for path in
        ["/nothing", "/apis/none.example.com/v1", "/apis/example.com/v9", "/apis/example.com/v1/gadgets"]
    {
        assert_eq!(
            get(&server, path).await,
            (404, Value::String("404 page not found\n".to_owned())),
            "{path}"
        );
    }
    let (code, status) = get(&server, "/api/v1/gadgets").await;
    assert_eq!(
        (code, status["message"].as_str()),
        (404, Some("the server could not find the requested resource"))
    );
}
