//! How a reflector describes its resource, and which objects it accepts.

use std::sync::Arc;

use k8s_openapi::api::core::v1::Pod;
use kube::core::{ApiResource, GroupVersionKind};
use reflector_apiserver::{Answer, ApiServer, RequestMatcher, Step, Verb};
use reflector_runtime::{
    DeltaFifo, Informer, InitialListStrategy, KubeListerWatcher, ListerWatcher as _, Reflect as _, Reflector,
    ReflectorOptions, ResourceType, Selectors, Writer,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::support::{ErrorLog, Widget, create, names, requests, server, until, widget_at};

fn dynamic(group: &str, kind: &str, plural: &str) -> ApiResource {
    ApiResource::from_gvk_with_plural(&GroupVersionKind::gvk(group, "v1", kind), plural)
}

fn description<K: DeserializeOwned + Send + Sync + 'static>(kind: ResourceType<K>) -> String {
    KubeListerWatcher::new(ApiServer::new().client(), kind).description()
}

/// client-go: `TestGetTypeDescriptionFromObject`. Ours names the resource, and every reflector has a kind.
#[tokio::test(start_paused = true)]
async fn a_reflector_is_named_after_its_resource() {
    assert_eq!(description(Widget::resource_type().clone()), "widgets.example.com/v1");
    assert_eq!(description(ResourceType::<Pod>::from_resource()), "pods/v1");
    let mine = dynamic("mygroup", "MyKind", "mykinds");
    assert_eq!(description(ResourceType::from_api_resource(&mine).unwrap()), "mykinds.mygroup/v1");
    let one = Selectors { namespace: Some("team-a".to_owned()), ..Selectors::default() };
    let one = Widget::lister_watcher(server().client()).selectors(one);
    assert_eq!(one.description(), "widgets.example.com/v1 in namespace team-a");

    let server = server();
    server.faults().on(RequestMatcher::list("widgets")).status(500);
    let errors = ErrorLog::default();
    let failing = Widget::informer(server.client())
        .initial_list_strategy(InitialListStrategy::List)
        .on_error(errors.hook());
    failing.start().wait_for_sync().await.unwrap();
    assert!(errors.contains("list of widgets.example.com/v1 failed"), "{:?}", errors.all());
}

fn expected_type_meta<K: DeserializeOwned + Send + Sync + 'static>(kind: ResourceType<K>) -> String {
    let kind = Arc::new(kind);
    let queue = DeltaFifo::new(kind.clone(), Arc::new(Writer::new(kind.clone()).store()));
    let lister_watcher = KubeListerWatcher::new(ApiServer::new().client(), kind.clone());
    let reflector =
        Reflector::new(kind, Arc::new(lister_watcher), Arc::new(queue), ReflectorOptions::default());
    let expected = reflector.expected_type_meta();
    format!("{} {}", expected.api_version, expected.kind)
}

/// client-go: `TestGetExpectedGVKFromObject`. There, only an `Unstructured` that has one is checked; here every type.
#[tokio::test(start_paused = true)]
async fn every_type_expects_its_api_version_and_kind() {
    assert_eq!(expected_type_meta(Widget::resource_type().clone()), "example.com/v1 Widget");
    assert_eq!(expected_type_meta(ResourceType::<Pod>::from_resource()), "v1 Pod");
    let mine = dynamic("mygroup", "MyKind", "mykinds");
    assert_eq!(expected_type_meta(ResourceType::from_api_resource(&mine).unwrap()), "mygroup/v1 MyKind");

    // Objects are checked against it.
    let server = server();
    create(&server, "a", "red");
    server.faults().on(RequestMatcher::list("widgets")).wrong_kind("Gadget");
    let (errors, widgets) = (ErrorLog::default(), dynamic("example.com", "Widget", "widgets"));
    let informer = Informer::dynamic(server.client(), &widgets)
        .unwrap()
        .initial_list_strategy(InitialListStrategy::List)
        .on_error(errors.hook())
        .start();
    informer.wait_for_sync().await.unwrap();
    assert!(
        errors.contains("found example.com/v1 Gadget, expected example.com/v1 Widget"),
        "{:?}",
        errors.all()
    );
    // A list without a single object of the kind is not accepted, and requested again.
    assert_eq!(informer.lister().len(), 1);
}

/// client-go: `TestReflectorListExtract`: items without their own kind are decoded as the type and can be deleted.
#[tokio::test(start_paused = true)]
async fn items_are_typed_and_can_be_deleted() {
    let server = ApiServer::new();
    let pod = |number: usize| {
        json!({
            "metadata": { "name": format!("pod-{number}"), "namespace": "default", "uid": format!("{number}"),
                "resourceVersion": format!("{}", 10 + number) },
            "spec": { "containers": [{ "name": "c", "image": format!("image-{number}") }] },
        })
    };
    let items: Vec<Value> = (0..5).map(pod).collect();
    let list = json!({ "kind": "PodList", "apiVersion": "v1", "metadata": { "resourceVersion": "20" }, "items": items });
    server.faults().script(RequestMatcher::list("pods"), [Answer::json(200, &list)]);
    let deletions = (0..5).map(|number| {
        let mut deleted = pod(number);
        deleted["metadata"]["resourceVersion"] = format!("{}", 30 + number).into();
        deleted["kind"] = "Pod".into();
        deleted["apiVersion"] = "v1".into();
        Step::event("DELETED", deleted)
    });
    let wait = Step::Pause(std::time::Duration::from_secs(5));
    let watch = Answer::watch(std::iter::once(wait).chain(deletions).chain([Step::Silence]));
    server.faults().script(RequestMatcher::plain_watch("pods"), [watch]);
    let pods =
        Informer::<Pod>::builder(server.client()).initial_list_strategy(InitialListStrategy::List).start();
    pods.wait_for_sync().await.unwrap();
    let lister = pods.lister();
    for number in 0..5 {
        let pod = lister.get("default", &format!("pod-{number}")).expect("the pod was listed");
        let containers = &pod.spec.as_ref().unwrap().containers;
        assert_eq!(containers[0].image, Some(format!("image-{number}")));
    }
    until(|| lister.is_empty()).await;
}

fn table(api_version: &str) -> Value {
    json!({ "kind": "Table", "apiVersion": api_version, "metadata": { "resourceVersion": "100" },
        "columnDefinitions": [], "rows": [] })
}

/// client-go: `TestIsUnsupportedTableObject`: tables of both versions, as a list and within a watch.
#[tokio::test(start_paused = true)]
async fn a_table_is_neither_a_list_nor_an_object() {
    for api_version in ["meta.k8s.io/v1", "meta.k8s.io/v1beta1"] {
        let server = server();
        create(&server, "a", "red");
        let (errors, found) = (ErrorLog::default(), format!("{api_version} Table"));
        server.faults().script(RequestMatcher::list("widgets"), [Answer::json(200, &table(api_version))]);
        // A table may be decodable as an object.
        let mut event = widget_at("b", "100", "red");
        event["kind"] = "Table".into();
        event["apiVersion"] = api_version.into();
        let events = [Step::event("ADDED", event), Step::event("ADDED", widget_at("c", "101", "red"))];
        let watch = Answer::watch(events.into_iter().chain([Step::Silence]));
        server.faults().script(RequestMatcher::plain_watch("widgets"), [watch]);
        let informer = Widget::informer(server.client())
            .initial_list_strategy(InitialListStrategy::List)
            .on_error(errors.hook())
            .start();
        informer.wait_for_sync().await.unwrap();
        assert!(errors.contains(&format!("the server returned {found}")), "{:?}", errors.all());
        assert_eq!(requests(&server, Verb::List), 2, "the list is requested again");
        until(|| informer.lister().len() == 2).await;
        assert_eq!(names(&informer.lister().list()), ["a", "c"]);
        assert!(errors.contains(&format!("wrong kind: found {found}")), "{:?}", errors.all());
    }
}

/// client-go: `TestIsUnsupportedTableObject`: a kind of that name in another group is an ordinary kind.
#[tokio::test(start_paused = true)]
async fn a_table_of_another_group_is_an_object() {
    let server = ApiServer::new();
    let crd = json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": { "name": "tables.custom.group" },
        "spec": {
            "group": "custom.group", "scope": "Namespaced",
            "names": { "plural": "tables", "singular": "table", "kind": "Table" },
            "versions": [{ "name": "v1", "served": true, "storage": true, "schema": { "openAPIV3Schema": {
                "type": "object", "x-kubernetes-preserve-unknown-fields": true } } }],
        },
    });
    server.install_crd(crd).unwrap();
    let oak = |name: &str| json!({ "metadata": { "name": name }, "legs": 4 });
    server.create("custom.group/v1", "tables", Some("default"), oak("a")).unwrap();
    for initial_list_strategy in [InitialListStrategy::List, InitialListStrategy::WatchList] {
        let tables = dynamic("custom.group", "Table", "tables");
        let informer = Informer::dynamic(server.client(), &tables)
            .unwrap()
            .initial_list_strategy(initial_list_strategy)
            .start();
        informer.wait_for_sync().await.unwrap();
        assert_eq!(informer.lister().get(Some("default"), "a").unwrap().data["legs"], 4);
        let more = format!("b-{initial_list_strategy:?}").to_lowercase();
        server.create("custom.group/v1", "tables", Some("default"), oak(&more)).unwrap();
        until(|| informer.lister().get(Some("default"), &more).is_some()).await;
    }
}
