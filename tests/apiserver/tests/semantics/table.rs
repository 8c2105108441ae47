//! Tables and partial metadata.

use http::Method;
use serde_json::{Value, json};

use crate::common::{WIDGETS, read, request, send, server, widget};

const TABLE: &str = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

async fn get_as(server: &reflector_apiserver::ApiServer, accept: &str, path: &str) -> (u16, Value) {
    let mut request = request(Method::GET, path, &Value::Null);
    request.headers_mut().insert("accept", accept.parse().unwrap());
    read(send(server, request).await).await
}

#[tokio::test(start_paused = true)]
async fn a_table_has_the_columns_of_the_crd() {
    let server = server();
    server.create("example.com/v1", "widgets", Some("default"), widget("a", "red")).unwrap();
    let (_, table) = get_as(&server, TABLE, WIDGETS).await;
    assert_eq!(
        (table["kind"].as_str(), table["apiVersion"].as_str()),
        (Some("Table"), Some("meta.k8s.io/v1"))
    );
    let names: Vec<&str> =
        table["columnDefinitions"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Name", "Color", "Size"]);
    assert_eq!(table["rows"][0]["cells"], json!(["a", "red", 3]));
    assert_eq!(table["rows"][0]["object"]["kind"], "PartialObjectMetadata");
    let (_, whole) = get_as(&server, TABLE, &format!("{WIDGETS}/a?includeObject=Object")).await;
    assert_eq!(whole["rows"][0]["object"]["spec"]["color"], "red");
    let (_, bare) = get_as(&server, TABLE, &format!("{WIDGETS}?includeObject=None")).await;
    assert_eq!(bare["rows"][0]["object"], Value::Null);
}

#[tokio::test(start_paused = true)]
async fn a_built_in_type_has_name_and_age() {
    let server = server();
    let (_, table) = get_as(&server, TABLE, "/api/v1/namespaces").await;
    let cells = table["rows"][0]["cells"].as_array().unwrap();
    assert_eq!(cells[..2], [json!("default"), json!("Active")]);
    assert_eq!(table["columnDefinitions"].as_array().unwrap().last().unwrap()["name"], "Age");
}

#[tokio::test(start_paused = true)]
async fn a_watch_of_tables_sends_its_columns_once() {
    let server = server();
    for name in ["a", "b"] {
        server.create("example.com/v1", "widgets", Some("default"), widget(name, "red")).unwrap();
    }
    let mut request = request(Method::GET, &format!("{WIDGETS}?watch=1&timeoutSeconds=1"), &Value::Null);
    request.headers_mut().insert("accept", TABLE.parse().unwrap());
    let (_, Value::String(lines)) = read(send(&server, request).await).await else { panic!("two lines") };
    let events: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events.len(), 2);
    assert_eq!(events[0]["object"]["columnDefinitions"].as_array().unwrap().len(), 3);
    assert_eq!(events[1]["object"]["columnDefinitions"], Value::Null);
    assert_eq!(events[1]["object"]["rows"][0]["cells"][0], "b");
}

#[tokio::test(start_paused = true)]
async fn partial_objects_contain_only_metadata() {
    let server = server();
    server.create("example.com/v1", "widgets", Some("default"), widget("a", "red")).unwrap();
    let list = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io";
    let (_, partial) = get_as(&server, list, WIDGETS).await;
    assert_eq!(partial["kind"], "PartialObjectMetadataList");
    assert_eq!(partial["items"][0]["metadata"]["name"], "a");
    assert_eq!(partial["items"][0]["spec"], Value::Null);
    let one = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io";
    assert_eq!(get_as(&server, one, &format!("{WIDGETS}/a")).await.1["kind"], "PartialObjectMetadata");
    assert_eq!(get_as(&server, one, WIDGETS).await.0, 406);
}
