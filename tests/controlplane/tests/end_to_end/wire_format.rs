//! The wire format on the real server: what informers cache does not depend on it.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use http::{Request, Response, header};
use k8s_openapi::api::core::v1::{ConfigMap, Pod};
use kube::{
    Api, Client,
    api::{DeleteParams, ObjectMeta, Patch, PatchParams, PostParams},
    client::{Body, ClientBuilder, DynBody},
};
use parking_lot::Mutex;
use reflector_controlplane::ControlPlane;
use reflector_runtime::{
    Informer, InformerExt as _, InitialListStrategy, ManagedFields, Namespaced, Reflect, WireFormat,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::json;
use tower::{BoxError, filter::FilterLayer, util::MapResponseLayer};

use crate::{create, eventually, kinds::Widget, prepare, shared};

/// The content types of responses, in order.
#[derive(Clone, Default)]
struct ContentTypes(Arc<Mutex<Vec<String>>>);

impl ContentTypes {
    fn take(&self) -> Vec<String> {
        let mut types = std::mem::take(&mut *self.0.lock());
        types.sort();
        types.dedup();
        types
    }
}

/// A client that records the content types of responses, and whose connections are refused while the gate is closed.
async fn observed(
    control_plane: &ControlPlane,
    token: Option<&str>,
) -> (Client, ContentTypes, Arc<AtomicBool>) {
    let (types, open) = (ContentTypes::default(), Arc::new(AtomicBool::new(true)));
    let (seen, gate) = (types.clone(), open.clone());
    let check = move |request: Request<Body>| {
        if gate.load(Ordering::SeqCst) {
            return Ok(request);
        }
        Err(BoxError::from(std::io::Error::from(std::io::ErrorKind::ConnectionRefused)))
    };
    let record = move |response: Response<Box<DynBody>>| {
        let content_type = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        seen.0.lock().push(content_type.unwrap_or_default().to_owned());
        response
    };
    let mut config = control_plane.config().await.expect("a config");
    if let Some(token) = token {
        config.auth_info =
            kube::config::AuthInfo { token: Some(token.to_owned().into()), ..Default::default() };
    }
    let builder = ClientBuilder::try_from(config).expect("a client");
    let builder = builder.with_layer(&FilterLayer::new(check)).with_layer(&MapResponseLayer::new(record));
    (builder.build(), types, open)
}

/// Both formats of each way to read the initial state.
const WAYS: [(WireFormat, InitialListStrategy); 4] = [
    (WireFormat::Automatic, InitialListStrategy::WatchList),
    (WireFormat::Automatic, InitialListStrategy::List),
    (WireFormat::Json, InitialListStrategy::WatchList),
    (WireFormat::Json, InitialListStrategy::List),
];

const PROTOBUF: [&str; 2] =
    ["application/vnd.kubernetes.protobuf", "application/vnd.kubernetes.protobuf;stream=watch"];

/// A pod of which only some fields are read.
#[derive(Debug, PartialEq, Deserialize, Reflect)]
#[reflect(version = "v1", kind = "Pod", namespaced)]
struct PodView {
    metadata: ObjectMeta,
    spec: SpecView,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SpecView {
    node_name: Option<String>,
    containers: Vec<serde_json::Value>,
}

fn objects<K: Send + Sync + 'static>(informer: &Informer<K, Namespaced>) -> Vec<Arc<K>> {
    let lister = informer.lister();
    ["a", "b"].iter().filter_map(|name| lister.get("formats", name)).collect()
}

async fn start<K>(
    client: &Client,
    resource_type: reflector_runtime::ResourceType<K>,
) -> Vec<Informer<K, Namespaced>>
where
    K: DeserializeOwned + Send + Sync + 'static,
{
    let mut informers = Vec::new();
    for (format, strategy) in WAYS {
        let builder =
            reflector_runtime::InformerBuilder::<K, Namespaced>::new(client.clone(), resource_type.clone());
        let informer = builder
            .namespace("formats")
            .wire_format(format)
            .managed_fields(ManagedFields::Keep)
            .initial_list_strategy(strategy)
            .start();
        informer.wait_for_sync().await.unwrap();
        informers.push(informer);
    }
    informers
}

#[tokio::test]
async fn informers_of_both_formats_have_the_same_objects() {
    let Some((control_plane, admin)) = shared("formats").await else { return };
    let pods: Api<Pod> = Api::namespaced(admin.clone(), "formats");
    let pod = |name: &str| {
        let pod = json!({
            "metadata": { "name": name, "labels": { "app": "web", "empty": "" } },
            "spec": { "nodeName": "node-7", "terminationGracePeriodSeconds": 0, "containers": [{
                "name": "c", "image": "i", "env": [{ "name": "A" }],
                "resources": { "limits": { "cpu": "100m" } },
                "readinessProbe": { "httpGet": { "port": "http" } },
                "ports": [{ "name": "http", "containerPort": 80 }],
            }] },
        });
        serde_json::from_value::<Pod>(pod).unwrap()
    };
    pods.create(&PostParams::default(), &pod("a")).await.unwrap();
    let (client, content_types, _) = observed(control_plane, None).await;
    let typed = start::<Pod>(&client, reflector_runtime::ResourceType::from_resource()).await;
    let views = start::<PodView>(&client, PodView::resource_type().clone()).await;
    let seen = content_types.take();
    assert!(PROTOBUF.iter().all(|format| seen.iter().any(|found| found == format)), "{seen:?}");
    pods.create(&PostParams::default(), &pod("b")).await.unwrap();
    let relabeled = Patch::Merge(json!({ "metadata": { "labels": { "app": null, "tier": "x" } } }));
    pods.patch("a", &PatchParams::default(), &relabeled).await.unwrap();
    let is_relabeled =
        |metadata: &ObjectMeta| metadata.labels.as_ref().is_some_and(|labels| labels.contains_key("tier"));
    for informer in &typed {
        let is_up_to_date = || matches!(&*objects(informer), [a, _] if is_relabeled(&a.metadata));
        eventually("the pods are cached", is_up_to_date).await;
        assert_eq!(objects(informer), objects(&typed[0]));
        assert_eq!(informer.skipped().count, 0);
    }
    for informer in &views {
        let is_up_to_date = || matches!(&*objects(informer), [a, _] if is_relabeled(&a.metadata));
        eventually("the views are cached", is_up_to_date).await;
        assert_eq!(objects(informer), objects(&views[0]));
    }
    let fields = typed[0].lister().get("formats", "a").unwrap().metadata.managed_fields.clone();
    assert!(fields.is_some_and(|fields| !fields.is_empty()));
    let now = DeleteParams { grace_period_seconds: Some(0), ..DeleteParams::default() };
    pods.delete("a", &now).await.unwrap();
    for informer in &typed {
        eventually("the deletion is delivered", || informer.lister().get("formats", "a").is_none()).await;
    }
}

/// A config map whose data are numbers.
#[derive(Debug, Deserialize, Reflect)]
#[reflect(version = "v1", kind = "ConfigMap", namespaced)]
struct Switches {
    metadata: ObjectMeta,
    #[serde(default)]
    data: std::collections::BTreeMap<String, Switch>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Switch {
    On,
    Off,
}

async fn put(maps: &Api<ConfigMap>, name: &str, value: &str) {
    let map = json!({ "metadata": { "name": name }, "data": { "k": value } });
    maps.create(&PostParams::default(), &serde_json::from_value(map).unwrap()).await.unwrap();
}

#[tokio::test]
async fn one_object_that_does_not_fit_the_type_is_skipped() {
    let Some((_, client)) = shared("switches").await else { return };
    let maps: Api<ConfigMap> = Api::namespaced(client.clone(), "switches");
    put(&maps, "good", "on").await;
    put(&maps, "bad", "hunter2").await;
    let mut reported = Vec::new();
    for (format, strategy) in WAYS {
        let informer = Switches::informer(client.clone())
            .namespace("switches")
            .wire_format(format)
            .initial_list_strategy(strategy)
            .start();
        informer.wait_for_sync().await.unwrap();
        assert_eq!(informer.lister().get("switches", "good").unwrap().data["k"], Switch::On);
        assert!(informer.lister().get("switches", "bad").is_none());
        let last = informer.skipped().last.expect("one was skipped").to_string();
        assert!(last.contains("switches/bad: field `data.k`: ") && !last.contains("hunter2"), "{last}");
        reported.push(last);
    }
    assert!(reported.iter().all(|line| *line == reported[0]), "{reported:?}");
}

#[tokio::test]
async fn a_denial_in_protobuf_names_the_rule() {
    let Some((control_plane, _)) = shared("formats-denied").await else { return };
    let token = control_plane.unprivileged_token().to_owned();
    let (client, content_types, _) = observed(control_plane, Some(&token)).await;
    for strategy in [InitialListStrategy::WatchList, InitialListStrategy::List] {
        let maps = ConfigMap::informer(client.clone())
            .namespace("formats-denied")
            .initial_list_strategy(strategy)
            .start();
        let error = maps.wait_for_sync().fail_fast().await.unwrap_err().to_string();
        assert!(error.contains("403 Forbidden"), "{error}");
        assert!(error.contains(r#"resources: ["configmaps"], verbs: ["list", "watch"]"#), "{error}");
    }
    assert_eq!(content_types.take(), ["application/vnd.kubernetes.protobuf"]);
}

/// Only the metadata of an object, of a built-in kind and of a custom resource.
#[derive(Clone, Debug, PartialEq, Deserialize, Reflect)]
#[reflect(version = "v1", kind = "ConfigMap", namespaced)]
struct MapMeta {
    metadata: ObjectMeta,
}

#[derive(Clone, Debug, PartialEq, Deserialize, Reflect)]
#[reflect(group = "e2e.example.com", version = "v1", kind = "Widget", namespaced)]
struct WidgetMeta {
    metadata: ObjectMeta,
}

async fn metadata_of<K>(client: &Client, name: &str)
where
    K: Reflect<Scope = Namespaced> + DeserializeOwned + PartialEq + std::fmt::Debug,
{
    let mut found = Vec::new();
    for (format, strategy) in WAYS {
        let informer = K::informer(client.clone())
            .namespace("metadata-only")
            .wire_format(format)
            .managed_fields(ManagedFields::Keep)
            .initial_list_strategy(strategy)
            .start();
        informer.wait_for_sync().await.unwrap();
        assert_eq!(informer.skipped().count, 0);
        found.push(informer.lister().get("metadata-only", name).expect("it is cached"));
    }
    assert!(found.iter().all(|one| *one == found[0]), "{found:?}");
}

#[tokio::test]
async fn metadata_alone_are_read_of_every_kind() {
    let Some((control_plane, admin)) = shared("metadata-only").await else { return };
    put(&Api::namespaced(admin.clone(), "metadata-only"), "m", "v").await;
    create(&Api::<Widget>::namespaced(admin, "metadata-only"), "w", "red").await;
    let (client, content_types, _) = observed(control_plane, None).await;
    metadata_of::<MapMeta>(&client, "m").await;
    metadata_of::<WidgetMeta>(&client, "w").await;
    let seen = content_types.take();
    assert!(PROTOBUF.iter().all(|format| seen.iter().any(|found| found == format)), "{seen:?}");
}

#[tokio::test]
async fn a_compacted_history_is_listed_again_in_protobuf() {
    let Some(mut control_plane) = reflector_controlplane::require().await else { return };
    let admin = control_plane.client().await.unwrap();
    prepare(&admin, "formats-compacted").await;
    let maps: Api<ConfigMap> = Api::namespaced(admin.clone(), "formats-compacted");
    for name in ["a", "b"] {
        put(&maps, name, "old").await;
    }
    let (client, content_types, open) = observed(&control_plane, None).await;
    let start = |strategy| {
        ConfigMap::informer(client.clone())
            .namespace("formats-compacted")
            .initial_list_strategy(strategy)
            .start()
    };
    let informers = [InitialListStrategy::WatchList, InitialListStrategy::List].map(start);
    for informer in &informers {
        informer.wait_for_sync().await.unwrap();
    }
    open.store(false, Ordering::SeqCst);
    control_plane.kill_apiserver();
    control_plane.restart_apiserver().await.unwrap();
    maps.delete("a", &DeleteParams::default()).await.unwrap();
    put(&maps, "c", "new").await;
    control_plane.compact_etcd().await.unwrap();
    // After this restart the watch cache begins after the compaction.
    control_plane.kill_apiserver();
    control_plane.restart_apiserver().await.unwrap();
    open.store(true, Ordering::SeqCst);
    for informer in &informers {
        let has = |name: &str| informer.lister().get("formats-compacted", name).is_some();
        eventually("the missed changes are listed", || !has("a") && has("b") && has("c")).await;
        eventually("the informer is healthy", || informer.health().borrow().is_synced()).await;
    }
    let seen = content_types.take();
    assert!(seen.iter().all(|found| found.starts_with("application/vnd.kubernetes.protobuf")), "{seen:?}");
    control_plane.stop().await.unwrap();
}
