//! CRDs: served immediately; pruning, defaults, validation; versions; the effects of a change and a deletion.

use serde_json::{Value, json};

use crate::common::{
    WIDGETS, delete, get, post, put, read, request, send, server, watch, widget, widget_crd,
};

const CRDS: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

#[tokio::test(start_paused = true)]
async fn a_crd_is_established_immediately() {
    let server = reflector_apiserver::ApiServer::new();
    assert_eq!(get(&server, WIDGETS).await, (404, Value::String("404 page not found\n".to_owned())));
    let (code, created) = post(&server, CRDS, &widget_crd()).await;
    assert_eq!(code, 201);
    assert_eq!(created["status"]["conditions"], Value::Null);
    assert_eq!(created["spec"]["names"]["listKind"], "WidgetList");
    assert_eq!(get(&server, WIDGETS).await.0, 200);
    let (_, crd) = get(&server, &format!("{CRDS}/widgets.example.com")).await;
    let conditions: Vec<&str> =
        crd["status"]["conditions"].as_array().unwrap().iter().map(|c| c["type"].as_str().unwrap()).collect();
    assert_eq!(conditions, ["NamesAccepted", "Established"]);
    assert_eq!(crd["status"]["acceptedNames"]["plural"], "widgets");
    assert_eq!(crd["status"]["storedVersions"], json!(["v1"]));
}

#[tokio::test(start_paused = true)]
async fn unknown_fields_are_pruned_with_a_warning_or_rejected() {
    let server = server();
    let mut object = widget("a", "red");
    object["spec"]["unknown"] = json!(1);
    object["spec"]["free"] = json!({"any": {"thing": true}});
    let response = send(&server, request(http::Method::POST, WIDGETS, &object)).await;
    assert_eq!(response.headers()["warning"], "299 - \"unknown field \\\"spec.unknown\\\"\"");
    let (code, created) = read(response).await;
    assert_eq!(code, 201);
    assert_eq!(created["spec"], json!({"color": "red", "size": 3, "free": {"any": {"thing": true}}}));
    object["metadata"]["name"] = "b".into();
    let (code, status) = post(&server, &format!("{WIDGETS}?fieldValidation=Strict"), &object).await;
    assert_eq!(code, 400);
    assert_eq!(
        status["message"],
        "Widget in version \"v1\" cannot be handled as a Widget: strict decoding error: unknown field \"spec.unknown\""
    );
    let ignored =
        send(&server, request(http::Method::POST, &format!("{WIDGETS}?fieldValidation=Ignore"), &object))
            .await;
    assert!(ignored.status().is_success() && !ignored.headers().contains_key("warning"));
}

#[tokio::test(start_paused = true)]
async fn each_violated_rule_is_a_cause() {
    let server = server();
    let mut wrong = widget("a", "pink");
    wrong["spec"]["size"] = json!(0);
    wrong["spec"]["code"] = json!("ABC");
    wrong["spec"]["parts"] = json!([{"image": 5}]);
    let (code, status) = post(&server, WIDGETS, &wrong).await;
    assert_eq!((code, status["reason"].as_str()), (422, Some("Invalid")));
    let causes: Vec<(&str, &str)> = status["details"]["causes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|cause| (cause["field"].as_str().unwrap(), cause["message"].as_str().unwrap()))
        .collect();
    assert_eq!(
        causes,
        [
            ("spec.code", "Invalid value: \"ABC\": spec.code in body should match '^[a-z]+$'"),
            ("spec.color", "Unsupported value: \"pink\": supported values: \"red\", \"green\", \"blue\""),
            (
                "spec.parts[0].image",
                "Invalid value: \"integer\": spec.parts[0].image in body must be of type string: \"integer\""
            ),
            ("spec.size", "Invalid value: 0: spec.size in body should be greater than or equal to 1"),
        ]
    );
    let (code, status) = post(
        &server,
        WIDGETS,
        &json!({"apiVersion": "example.com/v1", "kind": "Widget",
        "metadata": {"name": "a"}, "spec": {}}),
    )
    .await;
    assert_eq!(code, 422);
    assert_eq!(status["message"], "Widget.example.com \"a\" is invalid: spec.color: Required value");
}

#[tokio::test(start_paused = true)]
async fn every_version_serves_the_same_objects() {
    let server = reflector_apiserver::ApiServer::new();
    let mut crd = widget_crd();
    let mut old = crd["spec"]["versions"][0].clone();
    old["name"] = "v1beta1".into();
    old["storage"] = false.into();
    old["deprecated"] = true.into();
    crd["spec"]["versions"].as_array_mut().unwrap().push(old);
    server.install_crd(crd).unwrap();
    post(&server, WIDGETS, &widget("a", "red")).await;
    let beta = WIDGETS.replace("/v1/", "/v1beta1/");
    let response = send(&server, request(http::Method::GET, &format!("{beta}/a"), &Value::Null)).await;
    assert_eq!(
        response.headers()["warning"],
        "299 - \"example.com/v1beta1 Widget is deprecated; use example.com/v1 Widget\""
    );
    let (_, shown) = read(response).await;
    assert_eq!(
        (shown["apiVersion"].as_str(), shown["spec"]["color"].as_str()),
        (Some("example.com/v1beta1"), Some("red"))
    );
    let (code, _) = put(&server, &format!("{beta}/a"), &shown).await;
    assert_eq!(code, 200);
    let (_, list) = get(&server, &beta).await;
    assert_eq!(list["items"][0]["apiVersion"], "example.com/v1beta1");
}

#[tokio::test(start_paused = true)]
async fn objects_stored_in_another_version_are_served_in_the_requested_version() {
    let server = reflector_apiserver::ApiServer::new();
    let mut crd = widget_crd();
    let mut other = crd["spec"]["versions"][0].clone();
    other["name"] = "v2".into();
    other["storage"] = false.into();
    crd["spec"]["versions"].as_array_mut().unwrap().push(other);
    server.install_crd(crd).unwrap();
    post(&server, WIDGETS, &widget("a", "red")).await;

    let path = format!("{CRDS}/widgets.example.com");
    let (_, mut crd) = get(&server, &path).await;
    crd["spec"]["versions"][0]["storage"] = false.into();
    crd["spec"]["versions"][1]["storage"] = true.into();
    let (code, crd) = put(&server, &path, &crd).await;
    assert_eq!((code, &crd["status"]["storedVersions"]), (200, &json!(["v1", "v2"])));

    for version in ["v1", "v2"] {
        let widgets = WIDGETS.replace("/v1/", &format!("/{version}/"));
        let expected = format!("example.com/{version}");
        let (_, one) = get(&server, &format!("{widgets}/a")).await;
        let (_, list) = get(&server, &widgets).await;
        assert_eq!(
            (&one["apiVersion"], &list["items"][0]["apiVersion"]),
            (&json!(expected), &json!(expected))
        );
        let mut watch = watch(&server, &format!("{widgets}?watch=1")).await;
        assert_eq!(watch.event().await["object"]["apiVersion"], expected);
    }
    // An update stores the object in the new version: the resourceVersion changes, the generation does not.
    let (_, shown) = get(&server, &format!("{WIDGETS}/a")).await;
    let (code, again) = put(&server, &format!("{WIDGETS}/a"), &shown).await;
    assert_eq!((code, &again["apiVersion"]), (200, &json!("example.com/v1")));
    assert_ne!(again["metadata"]["resourceVersion"], shown["metadata"]["resourceVersion"]);
    assert_eq!(again["metadata"]["generation"], 1);
    assert_eq!(get(&server, &format!("{WIDGETS}/a")).await.1["apiVersion"], "example.com/v1");
}

#[tokio::test(start_paused = true)]
async fn a_change_of_a_crd_takes_effect() {
    let server = server();
    let path = format!("{CRDS}/widgets.example.com");
    let (_, mut crd) = get(&server, &path).await;
    crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]["properties"]["color"]["enum"] =
        json!(["pink"]);
    assert_eq!(put(&server, &path, &crd).await.0, 200);
    assert_eq!(post(&server, WIDGETS, &widget("a", "pink")).await.0, 201);
    assert_eq!(post(&server, WIDGETS, &widget("b", "red")).await.0, 422);
}

/// A change of the CRD resets the watch cache, but not the history from which lists are read.
#[tokio::test(start_paused = true)]
async fn a_change_of_the_crd_resets_its_watches() {
    let server = server();
    for name in ["a", "b"] {
        post(&server, WIDGETS, &widget(name, "red")).await;
    }
    let (_, page) = get(&server, &format!("{WIDGETS}?limit=1")).await;
    let (then, token) = (&page["metadata"]["resourceVersion"], &page["metadata"]["continue"]);
    let (then, token) = (then.as_str().unwrap(), token.as_str().unwrap());
    let from_then = format!("{WIDGETS}?watch=1&resourceVersion={then}");
    let mut before = watch(&server, &from_then).await;
    let path = format!("{CRDS}/widgets.example.com");
    let (_, mut crd) = get(&server, &path).await;
    crd["metadata"]["labels"] = json!({"a": "label"});
    let (_, mut crd) = put(&server, &path, &crd).await;
    assert!(before.is_silent().await, "a label does not change the kind");

    crd["spec"]["versions"][0]["additionalPrinterColumns"] = json!([]);
    put(&server, &path, &crd).await;
    assert!(before.ended().await);
    let expired = watch(&server, &from_then).await.event().await;
    assert_eq!((expired["type"].as_str(), &expired["object"]["code"]), (Some("ERROR"), &json!(410)));
    let (code, rest) = get(&server, &format!("{WIDGETS}?continue={token}")).await;
    assert_eq!((code, rest["items"].as_array().map(Vec::len)), (200, Some(1)));
    let (_, list) = get(&server, WIDGETS).await;
    let now = list["metadata"]["resourceVersion"].as_str().unwrap();
    let mut after = watch(&server, &format!("{WIDGETS}?watch=1&resourceVersion={now}")).await;
    post(&server, WIDGETS, &widget("c", "red")).await;
    assert_eq!(after.brief().await.1, "c");
}

#[tokio::test(start_paused = true)]
async fn a_recreated_crd_has_no_objects() {
    let server = server();
    post(&server, WIDGETS, &widget("a", "red")).await;
    let (code, going) = delete(&server, &format!("{CRDS}/widgets.example.com")).await;
    assert_eq!((code, going["kind"].as_str()), (200, Some("CustomResourceDefinition")));
    assert_eq!(get(&server, WIDGETS).await.0, 404);
    assert_eq!(get(&server, &format!("{CRDS}/widgets.example.com")).await.0, 404);
    server.install_crd(widget_crd()).unwrap();
    let (code, list) = get(&server, WIDGETS).await;
    assert_eq!((code, list["items"].as_array().map(Vec::len)), (200, Some(0)));
}

#[tokio::test(start_paused = true)]
async fn an_invalid_crd_is_rejected() {
    let server = reflector_apiserver::ApiServer::new();
    let mut crd = widget_crd();
    crd["metadata"]["name"] = "gadgets.example.com".into();
    crd["spec"]["versions"][0]["schema"] = Value::Null;
    let (code, status) = post(&server, CRDS, &crd).await;
    assert_eq!(code, 422);
    let fields: Vec<&str> = status["details"]["causes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, ["metadata.name", "spec.versions[0].schema.openAPIV3Schema"]);
}
