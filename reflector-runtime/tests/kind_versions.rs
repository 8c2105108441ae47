//! Several versions of one kind: one informer, whose type decodes the objects of each version.

use kube::core::ObjectMeta;
use reflector_apiserver::ApiServer;
use reflector_runtime::Reflect;
use serde::Deserialize;
use serde_json::{Value, json};

/// The storage version, `v2`.
#[derive(Clone, Reflect, Deserialize)]
#[reflect(group = "example.com", version = "v2", namespaced, index(by_size: u32 = spec.size))]
struct Widget {
    metadata: ObjectMeta,
    spec: WidgetSpec,
}

#[derive(Clone, Deserialize)]
#[serde(from = "AnyWidgetSpec")]
struct WidgetSpec {
    colors: Vec<String>,
    size: u32,
}

/// The spec of `v1`, which has one color and no size.
#[derive(Deserialize)]
struct WidgetSpecV1 {
    color: String,
}

#[derive(Deserialize)]
struct WidgetSpecV2 {
    colors: Vec<String>,
    size: u32,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum AnyWidgetSpec {
    V2(WidgetSpecV2),
    V1(WidgetSpecV1),
}

impl From<WidgetSpecV1> for WidgetSpecV2 {
    fn from(old: WidgetSpecV1) -> Self {
        Self { colors: vec![old.color], size: 1 }
    }
}

impl From<AnyWidgetSpec> for WidgetSpec {
    fn from(spec: AnyWidgetSpec) -> Self {
        let WidgetSpecV2 { colors, size } = match spec {
            AnyWidgetSpec::V2(spec) => spec,
            AnyWidgetSpec::V1(spec) => spec.into(),
        };
        Self { colors, size }
    }
}

/// A server with these versions. It converts objects by changing `apiVersion` only (strategy `None`).
fn server(versions: &[&str]) -> ApiServer {
    let server = ApiServer::builder().seed(7).build();
    let version = |(number, name): (usize, &&str)| {
        json!({
            "name": name, "served": true, "storage": number == 0,
            "schema": { "openAPIV3Schema": { "type": "object", "x-kubernetes-preserve-unknown-fields": true } },
        })
    };
    let versions: Vec<Value> = versions.iter().enumerate().map(version).collect();
    let crd = json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": { "name": "widgets.example.com" },
        "spec": {
            "group": "example.com", "scope": "Namespaced", "versions": versions,
            "names": { "plural": "widgets", "singular": "widget", "kind": "Widget" },
        },
    });
    server.install_crd(crd).expect("the CRD is valid");
    server
}

fn create(server: &ApiServer, version: &str, name: &str, spec: &Value) {
    let object = json!({ "metadata": { "name": name }, "spec": spec });
    server.create(&format!("example.com/{version}"), "widgets", Some("default"), object).expect("created");
}

#[tokio::test(start_paused = true)]
async fn one_informer_reads_the_objects_of_every_version() {
    let server = server(&["v2", "v1"]);
    create(&server, "v1", "old", &json!({ "color": "red" }));
    create(&server, "v2", "new", &json!({ "colors": ["red", "blue"], "size": 7 }));
    let widgets = Widget::informer(server.client()).start();
    widgets.wait_for_sync().await.unwrap();
    let colors = |name| widgets.lister().get("default", name).map(|widget| widget.spec.colors.clone());
    assert_eq!(colors("old"), Some(vec!["red".to_owned()]));
    assert_eq!(colors("new").map(|colors| colors.len()), Some(2));
    assert_eq!(widgets.lister().by_index(Widget::BY_SIZE, &1).len(), 1);
    let mut events = widgets.subscribe();
    for _ in 0..2 {
        assert_eq!(events.next().await.unwrap().name(), "Added");
    }
    create(&server, "v1", "later", &json!({ "color": "green" }));
    assert_eq!(events.next().await.unwrap().object().spec.colors, ["green"]);
    assert_eq!(widgets.skipped().count, 0);
}

#[tokio::test(start_paused = true)]
async fn a_cluster_with_the_older_version_only_is_read_in_that_version() {
    let server = server(&["v1"]);
    create(&server, "v1", "old", &json!({ "color": "red" }));
    let widgets = Widget::informer(server.client());
    let error = widgets.start().wait_for_sync().fail_fast().await.unwrap_err();
    assert!(error.to_string().contains("404"), "{error}");

    let widgets = Widget::informer(server.client()).version("v1").unwrap().start();
    widgets.wait_for_sync().await.unwrap();
    assert_eq!(widgets.lister().by_index(Widget::BY_SIZE, &1).len(), 1);
    assert!(Widget::informer(server.client()).version("v1/../secrets").is_err());
}
