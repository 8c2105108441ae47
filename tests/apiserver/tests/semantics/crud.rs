//! Create, get, update, list: names, generations, errors.

use serde_json::{Value, json};

use crate::common::{ALL_WIDGETS, WIDGETS, get, names, post, put, server, text, widget};

#[tokio::test(start_paused = true)]
async fn a_new_object_has_all_fields_set_by_the_server() {
    let server = server();
    let before = server.resource_version();
    let (code, created) = post(&server, WIDGETS, &widget("a", "red")).await;
    assert_eq!(code, 201);
    let metadata = &created["metadata"];
    assert_eq!(metadata["namespace"], "default");
    assert_eq!(metadata["generation"], 1);
    assert_eq!(metadata["resourceVersion"], (before + 1).to_string());
    assert_eq!(metadata["uid"].as_str().unwrap().len(), 36);
    assert!(metadata["creationTimestamp"].as_str().unwrap().ends_with('Z'));
    assert_eq!(created["spec"], json!({"color": "red", "size": 3}), "the default is filled in");
    assert_eq!(get(&server, &format!("{WIDGETS}/a")).await, (200, created));
}

#[tokio::test(start_paused = true)]
async fn uids_are_determined_by_the_seed() {
    let uid = |seed| {
        let server = reflector_apiserver::ApiServer::builder().seed(seed).build();
        let created =
            server.create("v1", "configmaps", Some("default"), json!({"metadata": {"name": "a"}})).unwrap();
        created["metadata"]["uid"].clone()
    };
    assert_eq!(uid(1), uid(1));
    assert_ne!(uid(1), uid(2));
}

#[tokio::test(start_paused = true)]
async fn generated_names_differ() {
    let server = server();
    let mut seen = Vec::new();
    for _ in 0..3 {
        let body = json!({"apiVersion": "example.com/v1", "kind": "Widget", "metadata": {"generateName": "w-"},
            "spec": {"color": "red"}});
        let (code, created) = post(&server, WIDGETS, &body).await;
        assert_eq!(code, 201);
        let name = created["metadata"]["name"].as_str().unwrap().to_owned();
        assert!(name.starts_with("w-") && name.len() == 7, "{name}");
        assert!(!seen.contains(&name));
        seen.push(name);
    }
}

#[tokio::test(start_paused = true)]
async fn errors_are_those_of_the_real_server() {
    let server = server();
    post(&server, WIDGETS, &widget("a", "red")).await;
    let (code, status) = post(&server, WIDGETS, &widget("a", "red")).await;
    assert_eq!(code, 409);
    assert_eq!(
        status,
        json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "reason": "AlreadyExists",
            "code": 409, "message": "widgets.example.com \"a\" already exists",
            "details": {"name": "a", "group": "example.com", "kind": "widgets"}})
    );
    let (code, status) = get(&server, &format!("{WIDGETS}/none")).await;
    assert_eq!((code, status["message"].as_str()), (404, Some("widgets.example.com \"none\" not found")));
    let gone = "/apis/example.com/v1/namespaces/gone/widgets";
    let (code, status) = post(&server, gone, &widget("a", "red")).await;
    assert_eq!((code, status["message"].as_str()), (404, Some("namespaces \"gone\" not found")));
    let mut elsewhere = widget("b", "red");
    elsewhere["metadata"]["namespace"] = "other".into();
    let (code, status) = post(&server, WIDGETS, &elsewhere).await;
    assert_eq!(code, 400);
    assert_eq!(
        status["message"],
        "the namespace of the provided object does not match the namespace sent on the request"
    );
    let (code, status) = post(&server, WIDGETS, &widget("Not_A_Name", "red")).await;
    assert_eq!((code, status["details"]["causes"][0]["field"].as_str()), (422, Some("metadata.name")));
    let (code, _) = post(&server, WIDGETS, &json!({"metadata": {}})).await;
    assert_eq!(code, 400, "no kind");
    let (code, status) = put(&server, WIDGETS, &widget("a", "red")).await;
    assert_eq!((code, status["reason"].as_str()), (405, Some("MethodNotAllowed")));
}

#[tokio::test(start_paused = true)]
async fn an_update_without_a_change_keeps_the_version() {
    let server = server();
    let (_, created) = post(&server, WIDGETS, &widget("a", "red")).await;
    let (code, same) = put(&server, &format!("{WIDGETS}/a"), &created).await;
    assert_eq!((code, &same), (200, &created));
    let mut changed = created.clone();
    changed["spec"]["color"] = "blue".into();
    let (_, changed) = put(&server, &format!("{WIDGETS}/a"), &changed).await;
    assert_eq!(changed["metadata"]["generation"], 2);
    let mut labelled = changed.clone();
    labelled["metadata"]["labels"] = json!({"a": "b"});
    let (_, labelled) = put(&server, &format!("{WIDGETS}/a"), &labelled).await;
    assert_eq!(labelled["metadata"]["generation"], 2, "metadata does not affect the generation");
    assert_ne!(labelled["metadata"]["resourceVersion"], changed["metadata"]["resourceVersion"]);
}

#[tokio::test(start_paused = true)]
async fn fields_owned_by_the_server_cannot_be_changed() {
    let server = server();
    let (_, created) = post(&server, WIDGETS, &widget("a", "red")).await;
    let mut forged = created.clone();
    forged["metadata"]["creationTimestamp"] = "2001-01-01T00:00:00Z".into();
    forged["metadata"]["generation"] = 99.into();
    let (_, kept) = put(&server, &format!("{WIDGETS}/a"), &forged).await;
    assert_eq!(kept["metadata"]["creationTimestamp"], created["metadata"]["creationTimestamp"]);
    assert_eq!(kept["metadata"]["generation"], 1);
}

#[tokio::test(start_paused = true)]
async fn a_dry_run_changes_nothing() {
    let server = server();
    let before = server.resource_version();
    let (code, created) = post(&server, &format!("{WIDGETS}?dryRun=All"), &widget("a", "red")).await;
    assert_eq!((code, created["spec"]["size"].as_i64()), (201, Some(3)));
    assert_eq!(created["metadata"]["resourceVersion"], Value::Null);
    assert_eq!(server.resource_version(), before);
    let (code, _) = post(&server, &format!("{WIDGETS}?dryRun=Some"), &widget("a", "red")).await;
    assert_eq!(code, 422);
}

#[tokio::test(start_paused = true)]
async fn lists_are_ordered_by_key_and_encoded_like_those_of_the_real_server() {
    let server = server();
    for (namespace, name) in [("kube-system", "a"), ("default", "b"), ("default", "a")] {
        server.create("example.com/v1", "widgets", Some(namespace), widget(name, "red")).unwrap();
    }
    let (_, list) = get(&server, ALL_WIDGETS).await;
    assert_eq!(names(&list), ["a", "b", "a"]);
    assert_eq!(list["items"][2]["metadata"]["namespace"], "kube-system");
    let custom = text(&server, ALL_WIDGETS).await;
    assert!(custom.starts_with("{\"apiVersion\":\"example.com/v1\",\"items\":[{\"apiVersion\":"), "{custom}");
    let end = format!(
        "],\"kind\":\"WidgetList\",\"metadata\":{{\"continue\":\"\",\"resourceVersion\":\"{}\"}}}}\n",
        server.resource_version()
    );
    assert!(custom.ends_with(&end), "{custom}");
    let built_in = text(&server, "/api/v1/namespaces").await;
    assert!(
        built_in.starts_with(
            "{\"kind\":\"NamespaceList\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":"
        ),
        "{built_in}"
    );
    assert!(built_in.contains("\"items\":[{\"metadata\":{\"name\":\"default\",\"uid\":"), "{built_in}");
}

#[tokio::test(start_paused = true)]
async fn a_large_list_is_complete() {
    let server = server();
    let objects = (0..20_000).map(|i| widget(&format!("w{i:06}"), "red"));
    server.create_all("example.com/v1", "widgets", Some("default"), objects).unwrap();
    assert_eq!(server.count("example.com/v1", "widgets").unwrap(), 20_000);
    let body = text(&server, WIDGETS).await;
    assert_eq!(body.matches("\"name\":\"w").count(), 20_000);
    let last = body.find("w019999").unwrap();
    assert!(body.find("w000000").unwrap() < last && body.ends_with("}\n"));
}
