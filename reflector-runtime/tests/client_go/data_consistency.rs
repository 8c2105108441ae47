//! That a streaming list and a list come to the same.

use kube::{
    Api,
    api::{ListParams, VersionMatch},
    core::{ApiResource, DynamicObject, GroupVersionKind},
};
use reflector_apiserver::{ApiServer, RequestMatcher};
use reflector_runtime::Informer;
use serde_json::json;

use crate::support::{Widget, asked, create, delete, paint, server, synced, until};

/// `default/a uid 7 red`, in order.
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

/// client-go: `TestReflectorDataConsistencyDetector`: what was streamed is what a list at that very version shows, then
/// and after each burst of changes. There it is a detector at run time; here a test.
#[tokio::test(start_paused = true)]
async fn what_is_streamed_is_what_a_list_of_that_version_shows() {
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
        // The server moves on before it is asked about that version.
        for number in 0..40 {
            paint(&server, &format!("w{}", 100 * burst + 2 * number), "blue");
        }
        delete(&server, &format!("w{}", 100 * burst));
        create(&server, &format!("n{burst}"), "green");
        assert_eq!(cached, listed_at(&server, &version).await, "at {version}");
        let newest = server.resource_version().to_string();
        until(|| informer.lister().resource_version().as_ref() == Some(&newest)).await;
    }
    assert_eq!(asked(&server)[0], "watch-list");
}

/// client-go: `TestReflectorDataConsistencyDetector`, a mismatch: the comparison above can tell.
#[tokio::test(start_paused = true)]
async fn a_stream_that_shows_something_else_would_be_noticed() {
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
