//! What a type sees of an object, and what of it counts: its kind, changes by a transform, its scope.

use std::sync::Arc;

use k8s_openapi::api::core::v1::ConfigMap;
use kube::{
    Client,
    core::{ApiResource, DynamicObject, ObjectMeta, TypeMeta},
};
use reflector_apiserver::{ApiServer, RequestMatcher, Verb};
use reflector_runtime::{
    ClusterScoped, Informer, InformerBuilder, InitialListStrategy, Namespaced, Reflect as _, ResourceType,
    ResourceTypeParts, Scope,
};
use serde::Deserialize;
use serde_json::json;

use crate::{
    color, event, last_event, scripted,
    support::{self, ErrorLog, Widget, create, list_at, names, requests, server, until, widget_at},
    until_last, version,
};

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
struct Strict {
    api_version: String,
    kind: String,
    metadata: ObjectMeta,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Flat {
    #[serde(flatten)]
    types: TypeMeta,
    metadata: ObjectMeta,
}

fn config_maps<K>(metadata: fn(&K) -> &ObjectMeta) -> ResourceType<K> {
    ResourceType::new(ResourceTypeParts {
        group: "",
        version: "v1",
        kind: "ConfigMap",
        plural: "configmaps",
        scope: Scope::Namespaced,
        metadata,
        clone: None,
        indexes: &[],
    })
}

/// The objects by each way of reading them: listed, streamed, and changed while they are watched.
async fn read_in_each_way<K>(resource_type: ResourceType<K>) -> Vec<Vec<Arc<K>>>
where
    K: serde::de::DeserializeOwned + Send + Sync + 'static,
{
    let mut found = Vec::new();
    for strategy in [InitialListStrategy::List, InitialListStrategy::WatchList] {
        let server = ApiServer::builder().seed(7).build();
        let object = |name: &str| json!({ "metadata": { "name": name }, "data": { "k": "v" } });
        server.create("v1", "configmaps", Some("default"), object("a")).unwrap();
        let informer = informer(server.client(), resource_type.clone(), strategy);
        informer.wait_for_sync().await.unwrap();
        let initial = informer.lister().list();
        assert_eq!((initial.len(), informer.skipped().count), (1, 0));
        found.push(initial);
        let patch = json!({ "data": { "k": "w" } });
        server.merge_patch("v1", "configmaps", Some("default"), "a", &patch).unwrap();
        let is_changed = || !Arc::ptr_eq(&informer.lister().list()[0], &found[found.len() - 1][0]);
        until(is_changed).await;
        let changed = informer.lister().list();
        found.push(changed);
    }
    found
}

fn informer<K>(
    client: Client,
    resource_type: ResourceType<K>,
    strategy: InitialListStrategy,
) -> Informer<K, Namespaced>
where
    K: serde::de::DeserializeOwned + Send + Sync + 'static,
{
    InformerBuilder::new(client, resource_type).initial_list_strategy(strategy).start()
}

/// Items of lists of built-in types contain no apiVersion and kind, events do.
#[tokio::test(start_paused = true)]
async fn a_type_that_holds_its_kind_gets_it_from_a_list_too() {
    for objects in read_in_each_way(config_maps::<Strict>(|object| &object.metadata)).await {
        assert_eq!((objects[0].api_version.as_str(), objects[0].kind.as_str()), ("v1", "ConfigMap"));
    }
    for objects in read_in_each_way(config_maps::<Flat>(|object| &object.metadata)).await {
        let types = TypeMeta { api_version: "v1".to_owned(), kind: "ConfigMap".to_owned() };
        assert_eq!(objects[0].types, types);
    }
    let dynamic = ResourceType::from_api_resource(&ApiResource::erase::<ConfigMap>(&())).unwrap();
    for objects in read_in_each_way::<DynamicObject>(dynamic).await {
        assert_eq!(objects[0].types.as_ref().unwrap().kind, "ConfigMap");
    }
}

type Transform = fn(&mut Widget);

/// An informer with this transform, on a server with the widget `a`.
async fn transformed(
    strategy: InitialListStrategy,
    transform: Transform,
) -> (ApiServer, Informer<Widget>, ErrorLog) {
    let server = server();
    create(&server, "a", "red");
    let errors = ErrorLog::default();
    let informer = Widget::informer(server.client())
        .initial_list_strategy(strategy)
        .transform(transform)
        .on_error(errors.hook())
        .start();
    informer.wait_for_sync().await.unwrap();
    (server, informer, errors)
}

/// The watch of `transformed` has reached the server's current version, and resumes from it.
async fn assert_resumes(server: &ApiServer, informer: &Informer<Widget>) {
    create(server, "b", "red");
    until(|| color(informer, "b").is_some()).await;
    let current = server.resource_version().to_string();
    assert!(version(informer).contains(&current), "{} is not {current}", version(informer));
    let before = requests(server, Verb::Watch);
    server.drop_all_watches();
    until(|| requests(server, Verb::Watch) > before).await;
    let resumed = support::requests_of(server, Verb::Watch).pop().unwrap();
    assert_eq!(resumed.parameter("resourceVersion"), Some(current));
}

/// A transform that blanks or changes what identifies an object's version does not stop the watch.
#[tokio::test(start_paused = true)]
async fn a_transform_cannot_stall_the_reflector() {
    let transforms: [Transform; 5] = [
        |widget| widget.metadata.resource_version = None,
        |widget| widget.metadata.resource_version = Some(String::new()),
        |widget| widget.metadata.resource_version.get_or_insert_default().insert(0, 'v'),
        |widget| widget.metadata.resource_version = Some("1000000".to_owned()),
        |widget| widget.metadata.uid = None,
    ];
    for strategy in [InitialListStrategy::List, InitialListStrategy::WatchList] {
        for transform in transforms {
            let (server, informer, errors) = transformed(strategy, transform).await;
            for shade in ["green", "blue"] {
                support::paint(&server, "a", shade);
                until(|| color(&informer, "a").as_deref() == Some(shade)).await;
            }
            assert_resumes(&server, &informer).await;
            // A change that only a list shows.
            server.faults().on(RequestMatcher::watch("widgets")).gone();
            server.drop_all_watches();
            support::paint(&server, "a", "black");
            until(|| color(&informer, "a").as_deref() == Some("black")).await;
            support::delete(&server, "a");
            until(|| color(&informer, "a").is_none()).await;
            assert!(!errors.contains("skipped"), "{:?}", errors.all());
        }
    }
}

/// The object is used as it is after the transform, except if it has no name.
#[tokio::test(start_paused = true)]
async fn a_transform_may_change_the_key_but_not_remove_it() {
    for strategy in [InitialListStrategy::List, InitialListStrategy::WatchList] {
        let (server, informer, errors) = transformed(strategy, |widget| match widget.spec.color.as_str() {
            "blank" => widget.metadata.name = None,
            _ => widget.metadata.namespace = Some("other".to_owned()),
        })
        .await;
        assert!(informer.lister().get("other", "a").is_some());
        create(&server, "nameless", "blank");
        create(&server, "b", "red");
        until(|| informer.lister().get("other", "b").is_some()).await;
        assert_eq!(names(&informer.lister().list()), ["a", "b"]);
        assert!(errors.contains("default/nameless: the object has no metadata.name"), "{:?}", errors.all());
        let current = server.resource_version().to_string();
        assert!(version(&informer).contains(&current), "{} is not {current}", version(&informer));
    }
}

#[tokio::test(start_paused = true)]
async fn an_object_in_the_wrong_scope_is_skipped_with_the_fix() {
    let mut cluster = widget_at("cluster", "5", "red");
    cluster["metadata"]["namespace"].take();
    let list = list_at("10", &[widget_at("a", "6", "red"), cluster.clone()]);
    cluster["metadata"]["resourceVersion"] = json!("11");
    let (_server, informer, errors) =
        scripted(list.to_string(), vec![event("ADDED", &cluster), last_event()]).await;
    until_last(&informer).await;
    assert_eq!(names(&informer.lister().list()), ["a", "last"]);
    assert_eq!(informer.skipped().count, 2);
    assert!(errors.contains("cluster: wrong scope") && errors.contains("remove `namespaced`"));
}

#[tokio::test(start_paused = true)]
async fn a_type_of_the_wrong_scope_fails_with_the_fix() {
    let server = ApiServer::new();
    server.create("v1", "configmaps", Some("default"), json!({ "metadata": { "name": "a" } })).unwrap();
    for strategy in [InitialListStrategy::List, InitialListStrategy::WatchList] {
        let errors = ErrorLog::default();
        let resource_type = ResourceType::new(ResourceTypeParts {
            group: "",
            version: "v1",
            kind: "ConfigMap",
            plural: "configmaps",
            scope: Scope::Cluster,
            metadata: |map: &ConfigMap| &map.metadata,
            clone: None,
            indexes: &[],
        });
        let informer = InformerBuilder::<ConfigMap, ClusterScoped>::new(server.client(), resource_type)
            .initial_list_strategy(strategy)
            .on_error(errors.hook())
            .start();
        informer.wait_for_sync().await.unwrap_err();
        let fix = "add `namespaced` to `#[reflect(...)]` (or `#[kube(...)]`)";
        assert!(errors.contains("no object of the list") && errors.contains(fix), "{:?}", errors.all());
        assert!(informer.lister().is_empty());
    }
}
