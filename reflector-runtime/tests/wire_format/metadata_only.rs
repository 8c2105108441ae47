//! A type that holds only `metadata` is sent only that.

use k8s_openapi::api::core::v1::Pod;
use kube::core::{ObjectMeta, PartialObjectMeta};
use reflector_runtime::{InformerExt as _, Reflect};
use serde::Deserialize;

use super::*;
use crate::support::until;

#[derive(Clone, Debug, PartialEq, Reflect, Deserialize)]
#[reflect(version = "v1", kind = "ConfigMap", namespaced)]
struct MapMeta {
    metadata: ObjectMeta,
}

#[derive(Clone, Debug, PartialEq, Reflect, Deserialize)]
#[reflect(group = "example.com", version = "v1", kind = "Widget", namespaced)]
#[reflect(index(by_app = metadata.labels["app"]))]
struct WidgetMeta {
    metadata: ObjectMeta,
}

#[derive(Clone, Debug, Reflect, Deserialize)]
#[reflect(version = "v1", kind = "ConfigMap", namespaced)]
struct WithData {
    metadata: ObjectMeta,
    #[serde(default)]
    #[allow(dead_code)]
    data: BTreeMap<String, String>,
}

#[test]
fn the_derive_recognizes_such_types() {
    assert!(MapMeta::resource_type().is_metadata_only());
    assert!(WidgetMeta::resource_type().is_metadata_only());
    assert!(!WithData::resource_type().is_metadata_only());
    assert!(!ResourceType::<Pod>::from_resource().is_metadata_only());
    assert!(ResourceType::<PartialObjectMeta<Pod>>::from_resource().is_metadata_only());
}

/// kube's type says so itself.
#[tokio::test(start_paused = true)]
async fn metadata_are_requested_for_partial_object_meta() {
    let server = new_server();
    create(&server, "a", &json!({ "k": "v" }));
    let (client, exchanges) = client(&server);
    let maps = PartialObjectMeta::<ConfigMap>::informer(client).namespace("default").start();
    maps.wait_for_sync().await.unwrap();
    create(&server, "b", &json!({ "k": "v" }));
    until(|| maps.lister().get("default", "b").is_some()).await;
    assert_eq!(maps.lister().get("default", "a").unwrap().metadata.name.as_deref(), Some("a"));
    assert_eq!(maps.skipped().count, 0);
    for exchange in exchanges.all() {
        assert!(exchange.accept.contains("as=PartialObjectMetadata"), "{}", exchange.accept);
    }
}

fn add(server: &ApiServer, name: &str) {
    let metadata = json!({ "name": name, "labels": { "app": name } });
    let widget = json!({ "metadata": metadata, "spec": { "color": "red" } });
    server.create("example.com/v1", "widgets", Some("default"), widget).unwrap();
    create(server, name, &json!({ "k": "v" }));
}

/// What is compared. The server draws uids from a generator that watches use, too.
fn shown(metadata: &ObjectMeta) -> ObjectMeta {
    ObjectMeta { uid: None, ..metadata.clone() }
}

/// Reads both types through this proxy.
async fn read(proxy: Proxy, strategy: InitialListStrategy) -> (Vec<ObjectMeta>, Exchanges) {
    let server = new_server();
    server.install_crd(support::crd()).unwrap();
    add(&server, "a");
    let (client, exchanges) = client_through(&server, proxy);
    let widgets = WidgetMeta::informer(client.clone()).initial_list_strategy(strategy).start();
    let maps = MapMeta::informer(client).namespace("default").initial_list_strategy(strategy).start();
    widgets.wait_for_sync().await.unwrap();
    maps.wait_for_sync().await.unwrap();
    add(&server, "b");
    until(|| widgets.lister().len() == 2 && maps.lister().len() >= 2).await;
    assert_eq!(widgets.lister().by_index(WidgetMeta::BY_APP, "b").len(), 1);
    assert_eq!((widgets.skipped().count, maps.skipped().count), (0, 0));
    server.delete("example.com/v1", "widgets", Some("default"), "a").unwrap();
    delete(&server, "a");
    until(|| widgets.lister().get("default", "a").is_none() && maps.lister().get("default", "a").is_none())
        .await;
    let widget = shown(&widgets.lister().get("default", "b").unwrap().metadata);
    let map = shown(&maps.lister().get("default", "b").unwrap().metadata);
    (vec![widget, map], exchanges)
}

#[tokio::test(start_paused = true)]
async fn metadata_are_requested_for_every_kind() {
    for strategy in STRATEGIES {
        let (found, exchanges) = read(Proxy::None, strategy).await;
        assert_eq!(found[0].labels.as_ref().unwrap()["app"], "b");
        for exchange in exchanges.all() {
            let kind = if exchange.is_watch { "PartialObjectMetadata" } else { "PartialObjectMetadataList" };
            let form = format!("as={kind};g=meta.k8s.io;v=v1");
            assert_eq!(exchange.accept, format!("{PROTOBUF};{form},{JSON};{form},{JSON}"));
            let content_type = if exchange.is_watch { PROTOBUF_WATCH } else { PROTOBUF };
            assert_eq!(exchange.content_type, content_type, "{strategy:?}");
        }
        // Whatever the server sends, the objects are the same.
        for proxy in [Proxy::OnlyJson, Proxy::Refusing(StatusCode::NOT_ACCEPTABLE)] {
            let (same, exchanges) = read(proxy, strategy).await;
            assert_eq!(same, found, "{proxy:?} {strategy:?}");
            assert_eq!(exchanges.content_types(), [JSON]);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn whole_objects_in_json_are_requested_on_request() {
    let server = support::server();
    add(&server, "a");
    let (client, exchanges) = client(&server);
    let maps = MapMeta::informer(client).wire_format(WireFormat::Json).start();
    maps.wait_for_sync().await.unwrap();
    assert!(in_json(&exchanges), "{:?}", exchanges.all());
}

/// A list of another kind must not empty the cache.
#[tokio::test(start_paused = true)]
async fn metadata_of_another_form_are_rejected() {
    let server = support::server();
    let lists = reflector_apiserver::RequestMatcher::list("widgets");
    let table = json!({ "kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": { "resourceVersion": "1" },
        "rows": [] });
    server.faults().on(lists).always().answer(reflector_apiserver::Answer::json(200, &table));
    let widgets =
        WidgetMeta::informer(server.client()).initial_list_strategy(InitialListStrategy::List).start();
    let error = widgets.wait_for_sync().fail_fast().await.unwrap_err().to_string();
    assert!(error.contains("meta.k8s.io/v1 Table"), "{error}");
}
