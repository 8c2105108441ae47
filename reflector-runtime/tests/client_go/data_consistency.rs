//! Streaming lists and lists have the same result.

use kube::{
    Api,
    api::{ListParams, VersionMatch},
    core::{ApiResource, DynamicObject, GroupVersionKind},
};
use reflector_apiserver::{ApiServer, RequestMatcher};
use reflector_runtime::Informer;
use serde_json::json;

use crate::support::{Widget, create, delete, paint, request_lines, server, synced, until};

/// `default/a uid 7 red`, sorted.
async fn listed_at(server: &ApiServer, version: &str) -> Vec<String> {
    let widgets = GroupVersionKind::gvk("example.com", "v1", "Widget");
    let api: Api<DynamicObject> = Api::all_with(server.client(), &ApiResource::from_gvk(&widgets));
    let exactly = ListParams::default().at(version).matching(VersionMatch::Exact);
    let items = api.list(&exactly).await.unwrap().items.into_iter();
    let mut shown: Vec<String> = items
        .map(|item| show(&item.metadata, item.data["spec"]["color"].as_str().unwrap_or_default()))
        .collect();
    shown.sort();
    shown
}

fn cached(informer: &Informer<Widget>) -> Vec<String> {
    let items = informer.lister().list();
    let mut shown: Vec<String> = items.iter().map(|item| show(&item.metadata, &item.spec.color)).collect();
    shown.sort();
    shown
}

fn show(metadata: &kube::core::ObjectMeta, color: &str) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let (namespace, name) = (text(&metadata.namespace), text(&metadata.name));
    format!("{namespace}/{name} {} {} {color}", text(&metadata.uid), text(&metadata.resource_version))
}

/// client-go: `TestReflectorDataConsistencyDetector`: the streamed objects equal a list at exactly that version,
/// after the sync and after each burst of changes. There it is a detector at run time; here it is a test.
#[tokio::test(start_paused = true)]
async fn streamed_objects_equal_a_list_at_that_version() {
    let server = server();
    for number in 0..600 {
        let namespace = ["default", "kube-system"][number % 2];
        let widget = json!({ "metadata": { "name": format!("w{number}") }, "spec": { "color": "red" } });
        server.create("example.com/v1", "widgets", Some(namespace), widget).unwrap();
    }
    delete(&server, "w8");
    let informer = synced(&server).await;
    for burst in 1..=5 {
        let version = informer.lister().resource_version().unwrap();
        assert_eq!(version, server.resource_version().to_string());
        let cached = cached(&informer);
        // The server's state changes before the request for that version.
        for number in 0..40 {
            paint(&server, &format!("w{}", 100 * burst + 2 * number), "blue");
        }
        delete(&server, &format!("w{}", 100 * burst));
        create(&server, &format!("n{burst}"), "green");
        assert_eq!(cached, listed_at(&server, &version).await, "at {version}");
        let newest = server.resource_version().to_string();
        until(|| informer.lister().resource_version().as_ref() == Some(&newest)).await;
    }
    assert_eq!(request_lines(&server)[0], "watch-list");
}

/// client-go: `TestReflectorDataConsistencyDetector`, a mismatch: the comparison above detects it.
#[tokio::test(start_paused = true)]
async fn a_stream_with_a_different_object_is_detected() {
    let server = server();
    create(&server, "a", "red");
    server.faults().on(RequestMatcher::watch_list("widgets")).replace_value(
        "a",
        "/spec/color",
        json!("blue"),
    );
    let informer = synced(&server).await;
    let version = informer.lister().resource_version().unwrap();
    assert_ne!(cached(&informer), listed_at(&server, &version).await);
}
