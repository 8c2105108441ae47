//! Label and field selectors, and shards.

use serde_json::json;

use crate::common::{ALL_WIDGETS, WIDGETS, get, names, server, widget};

fn filled() -> reflector_apiserver::ApiServer {
    let server = server();
    for (name, color, tier) in [("a", "red", "web"), ("b", "green", "db"), ("c", "red", "")] {
        let mut object = widget(name, color);
        if !tier.is_empty() {
            object["metadata"]["labels"] = json!({"tier": tier});
        }
        server.create("example.com/v1", "widgets", Some("default"), object).unwrap();
    }
    server
}

#[tokio::test(start_paused = true)]
async fn labels_and_fields_select_objects() {
    let server = filled();
    for (query, expected) in [
        ("labelSelector=tier%3Dweb", vec!["a"]),
        ("labelSelector=tier%21%3Dweb", vec!["b", "c"]),
        ("labelSelector=tier+in+%28web%2Cdb%29", vec!["a", "b"]),
        ("labelSelector=tier+notin+%28web%29", vec!["b", "c"]),
        ("labelSelector=tier", vec!["a", "b"]),
        ("labelSelector=%21tier", vec!["c"]),
        ("fieldSelector=spec.color%3Dred", vec!["a", "c"]),
        ("fieldSelector=spec.color%21%3Dred", vec!["b"]),
        ("fieldSelector=metadata.name%3Db", vec!["b"]),
        ("fieldSelector=metadata.namespace%3Dother", vec![]),
        ("labelSelector=tier&fieldSelector=spec.color%3Dred", vec!["a"]),
    ] {
        let (code, list) = get(&server, &format!("{WIDGETS}?{query}")).await;
        assert_eq!(
            (code, names(&list)),
            (200, expected.iter().map(ToString::to_string).collect()),
            "{query}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn bad_selectors_are_bad_requests() {
    let server = filled();
    for (path, message) in [
        (format!("{WIDGETS}?labelSelector=a%3Db%2C"), "found '', expected: identifier after ','"),
        (
            format!("{WIDGETS}?fieldSelector=nonsense"),
            "invalid selector: 'nonsense'; can't understand 'nonsense'",
        ),
        (format!("{WIDGETS}?fieldSelector=spec.size%3D3"), "field label not supported: spec.size"),
        (
            "/api/v1/configmaps?fieldSelector=data.a%3Db".to_owned(),
            "\"data.a\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"",
        ),
        ("/api/v1/pods?fieldSelector=spec.color%3Dred".to_owned(), "field label not supported: spec.color"),
    ] {
        let (code, status) = get(&server, &path).await;
        assert_eq!((code, status["message"].as_str()), (400, Some(message)), "{path}");
    }
}

#[tokio::test(start_paused = true)]
async fn pods_are_found_by_node_and_phase() {
    let server = server();
    for (name, node) in [("p1", "n1"), ("p2", "n2")] {
        let pod = json!({"metadata": {"name": name},
            "spec": {"nodeName": node, "containers": [{"name": "c", "image": "i"}]}});
        server.create("v1", "pods", Some("default"), pod).unwrap();
    }
    server
        .merge_patch_status("v1", "pods", Some("default"), "p2", &json!({"status": {"phase": "Running"}}))
        .unwrap();
    let (_, list) = get(&server, "/api/v1/pods?fieldSelector=spec.nodeName%3Dn1").await;
    assert_eq!(names(&list), ["p1"]);
    let (_, list) = get(&server, "/api/v1/pods?fieldSelector=status.phase%3DRunning").await;
    assert_eq!(names(&list), ["p2"]);
}

#[tokio::test(start_paused = true)]
async fn two_shards_cover_all_objects() {
    let server = server();
    let objects = (0..200).map(|i| widget(&format!("w{i}"), "red"));
    server.create_all("example.com/v1", "widgets", Some("default"), objects).unwrap();
    let shard = |from: &str, to: &str| {
        let selector = format!("shardRange(object.metadata.uid,'{from}','{to}')");
        let query: String =
            form_urlencoded::Serializer::new(String::new()).append_pair("shardSelector", &selector).finish();
        format!("{ALL_WIDGETS}?{query}")
    };
    let (_, lower) = get(&server, &shard("0x0000000000000000", "0x8000000000000000")).await;
    let (_, upper) = get(&server, &shard("0x8000000000000000", "0x10000000000000000")).await;
    let (lower, upper) = (names(&lower), names(&upper));
    assert_eq!(lower.len() + upper.len(), 200);
    assert!(lower.len().abs_diff(100) < 40 && lower.iter().all(|name| !upper.contains(name)));
    assert_eq!(
        get(&server, &shard("0x0", "0x8000000000000000")).await.0,
        500,
        "same status as the real server"
    );
}
