//! Types get the same values in both formats.

use k8s_openapi::api::core::v1::Pod;
use kube::core::{ApiResource, DynamicObject, ObjectMeta};
use reflector_apiserver::RequestMatcher;
use reflector_runtime::{ManagedFields, ResourceTypeParts, Scope};
use serde::{Deserialize, de::DeserializeOwned};

use super::*;
use crate::support::until;

/// In the form in which servers send it: without values that Go omits.
fn pod(name: &str) -> Value {
    json!({
        "metadata": { "name": name, "labels": { "app": "web", "empty": "" }, "annotations": { "é": "{\"a\":1}" },
            "finalizers": ["example.com/x"], "ownerReferences": [{
                "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "r", "uid": "u", "controller": true }] },
        "spec": {
            "nodeName": "node-1", "restartPolicy": "Always", "terminationGracePeriodSeconds": 30,
            "priority": -5,
            "containers": [{
                "name": "main", "image": "nginx", "args": ["-a", ""], "stdin": true,
                "env": [{ "name": "A" }, { "name": "B", "valueFrom": { "fieldRef": { "fieldPath": "x" } } }],
                "resources": { "limits": { "cpu": "100m", "memory": "1Gi" } },
                "livenessProbe": { "httpGet": { "path": "/", "port": "http" }, "periodSeconds": 10 },
                "readinessProbe": { "tcpSocket": { "port": 8080 } },
            }],
            "volumes": [{ "name": "v", "emptyDir": {} }, { "name": "c", "configMap": { "name": "c", "optional": true } }],
            "tolerations": [{ "key": "k", "operator": "Exists", "tolerationSeconds": 300 }],
        },
        "status": { "phase": "Running", "startTime": "2026-11-30T10:00:00Z", "podIPs": [{ "ip": "10.0.0.1" }],
            "conditions": [{ "type": "Ready", "status": "True", "lastProbeTime": null,
                "lastTransitionTime": "2026-11-30T10:00:01Z" }] },
    })
}

/// The objects as an informer with this format gets them: listed, and changed while they are watched.
async fn read<K>(
    resource_type: ResourceType<K>,
    wire_format: WireFormat,
    strategy: InitialListStrategy,
    managed_fields: ManagedFields,
) -> Vec<Vec<Arc<K>>>
where
    K: DeserializeOwned + Send + Sync + 'static,
{
    let server = new_server();
    for name in ["a", "b", "c"] {
        server.create("v1", "pods", Some("default"), pod(name)).unwrap();
    }
    server.faults().on(RequestMatcher::resource("pods")).always().mutate(|pod| {
        pod["metadata"]["managedFields"] = json!([{
            "manager": "kubectl", "operation": "Update", "apiVersion": "v1", "time": "2026-01-01T00:00:00Z",
            "fieldsType": "FieldsV1", "fieldsV1": { "f:spec": { "f:containers": { "k:{\"name\":\"c\"}": {} } } },
        }]);
    });
    let (client, exchanges) = client(&server);
    let informer = InformerBuilder::<K, Namespaced>::new(client, resource_type)
        .namespace("default")
        .wire_format(wire_format)
        .managed_fields(managed_fields)
        .page_size(2)
        .initial_list_strategy(strategy)
        .start();
    informer.wait_for_sync().await.unwrap();
    let lister = informer.lister();
    let sorted = || ["a", "b", "c"].map(|name| lister.get("default", name).unwrap()).to_vec();
    let initial = sorted();
    let patch = json!({ "metadata": { "labels": { "app": null } }, "spec": { "activeDeadlineSeconds": 7 } });
    server.merge_patch("v1", "pods", Some("default"), "b", &patch).unwrap();
    until(|| !Arc::ptr_eq(&sorted()[1], &initial[1])).await;
    assert_eq!(informer.skipped().count, 0);
    let is_protobuf = exchanges.content_types().iter().any(|found| found.starts_with(PROTOBUF));
    assert_eq!(is_protobuf, wire_format == WireFormat::Automatic);
    vec![initial, sorted()]
}

/// The fields of a Pod that a program needs.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct View {
    api_version: String,
    kind: String,
    metadata: ObjectMeta,
    spec: SpecView,
    #[serde(default)]
    status: Option<serde_json::Value>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SpecView {
    node_name: Option<String>,
    containers: Vec<Value>,
    #[serde(flatten)]
    others: BTreeMap<String, Value>,
}

fn views() -> ResourceType<View> {
    ResourceType::new(ResourceTypeParts {
        group: "",
        version: "v1",
        kind: "Pod",
        plural: "pods",
        scope: Scope::Namespaced,
        metadata: |view: &View| &view.metadata,
        clone: None,
        indexes: &[],
    })
}

#[tokio::test(start_paused = true)]
async fn pods_views_and_dynamic_objects_are_the_same_in_both_formats() {
    for strategy in STRATEGIES {
        for managed_fields in [ManagedFields::Strip, ManagedFields::Keep] {
            let [protobuf, json] = FORMATS
                .map(|format| read::<Pod>(ResourceType::from_resource(), format, strategy, managed_fields));
            let (protobuf, json) = (protobuf.await, json.await);
            assert_eq!(protobuf, json, "{strategy:?}");
            let fields = protobuf[0][0].metadata.managed_fields.as_ref().map_or(0, Vec::len);
            assert_eq!(fields > 0, managed_fields == ManagedFields::Keep);

            let [protobuf, json] = FORMATS.map(|format| read(views(), format, strategy, managed_fields));
            assert_eq!(protobuf.await, json.await, "{strategy:?}");

            let dynamic =
                || ResourceType::<DynamicObject>::from_api_resource(&ApiResource::erase::<Pod>(&())).unwrap();
            let [protobuf, json] = FORMATS.map(|format| read(dynamic(), format, strategy, managed_fields));
            assert_eq!(protobuf.await, json.await, "{strategy:?}");
        }
    }
}
