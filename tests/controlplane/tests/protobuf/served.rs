//! What the real API server serves as protobuf is read as what it serves as JSON.

use std::collections::BTreeMap;

use k8s_openapi::{
    api::{apps::v1::StatefulSet, core::v1::Pod},
    apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition,
};
use kube::{
    Api, Client, Discovery,
    api::{DynamicObject, Patch, PatchParams, PostParams},
    core::{ApiResource, Status},
    discovery::{Scope, verbs},
};
use reflector_controlplane::ControlPlane;
use reflector_runtime::protobuf::{
    EncodedObject, Envelope, ListFramer, ListHead, ListToken, ManagedFields, Metadata, Part, Schema,
    WatchEvent, WatchFramer,
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tokio::sync::OnceCell;

use crate::{
    difference::differences,
    wire::{Answer, JSON, PROTOBUF, get},
};

const OBJECTS: &str = include_str!("objects.yaml");
const MAX_OBJECT_BYTES: usize = 1 << 20;

/// A server that serves every version, with the objects, and the resources that can be listed.
struct Served {
    control_plane: ControlPlane,
    resources: Vec<ApiResource>,
}

/// Returns a client of the server that all tests of this file share.
async fn served() -> Option<(Client, &'static [ApiResource])> {
    static SERVED: OnceCell<Option<Served>> = OnceCell::const_new();
    let served = SERVED.get_or_init(start).await.as_ref()?;
    let client = served.control_plane.client().await.expect("a client");
    Some((client, &served.resources))
}

async fn start() -> Option<Served> {
    let builder = ControlPlane::builder().apiserver_arg("--runtime-config=api/all=true");
    let control_plane = builder.require().await?;
    let client = control_plane.client().await.expect("a client");
    let discovery = Discovery::new(client.clone()).run().await.expect("discovery");
    for document in serde_norway::Deserializer::from_str(OBJECTS) {
        create(&client, &discovery, Value::deserialize(document).expect("YAML")).await;
    }
    let all = discovery.groups().flat_map(|group| {
        let versions: Vec<_> = group.versions().map(str::to_owned).collect();
        versions.into_iter().flat_map(move |version| group.versioned_resources(&version))
    });
    let listed = all.filter(|(_, capabilities)| capabilities.supports_operation(verbs::LIST));
    Some(Served { control_plane, resources: listed.map(|(resource, _)| resource).collect() })
}

async fn create(client: &Client, discovery: &Discovery, object: Value) {
    let text = |field: &str| object[field].as_str().unwrap_or_default().to_owned();
    let (group, version) = text("apiVersion").split_once('/').map_or_else(
        || (String::new(), text("apiVersion")),
        |(group, version)| (group.into(), version.into()),
    );
    let kind = kube::core::GroupVersionKind { group, version, kind: text("kind") };
    let (resource, capabilities) = discovery.resolve_gvk(&kind).expect("a served kind");
    let api: Api<DynamicObject> = match capabilities.scope {
        Scope::Cluster => Api::all_with(client.clone(), &resource),
        Scope::Namespaced => Api::default_namespaced_with(client.clone(), &resource),
    };
    let created: DynamicObject = serde_json::from_value(object.clone()).expect("an object");
    let name = created.metadata.name.clone().expect("a name");
    api.create(&PostParams::default(), &created)
        .await
        .unwrap_or_else(|error| panic!("{} {name}: {error}", resource.kind));
    if let Some(status) = object.get("status") {
        let patch = Patch::Merge(json!({ "status": status }));
        api.patch_status(&name, &PatchParams::default(), &patch).await.expect("a status");
    }
}

fn list_path(resource: &ApiResource) -> String {
    let prefix = if resource.group.is_empty() { "api" } else { "apis" };
    format!("/{prefix}/{}/{}", resource.api_version, resource.plural)
}

/// The head of a list and its items.
fn items(answer: &Answer) -> (ListHead, Vec<Vec<u8>>) {
    let (mut framer, mut head, mut items) = (ListFramer::new(MAX_OBJECT_BYTES), None, Vec::new());
    for frame in &answer.frames {
        framer.push(frame);
        while let Some(token) = framer.next_token().expect("a list") {
            match token {
                ListToken::Head(found) => head = Some(found),
                ListToken::Item(item) => items.push(item.to_vec()),
                ListToken::ItemTooLong(_) => panic!("an item of more than {MAX_OBJECT_BYTES} bytes"),
            }
        }
    }
    framer.finish().expect("a complete list");
    (head.expect("a head"), items)
}

fn decode<K: DeserializeOwned>(schema: Schema, api_version: &str, kind: &str, bytes: &[u8]) -> K {
    let object = EncodedObject { schema, api_version, kind, bytes, managed_fields: ManagedFields::Keep };
    object.decode().unwrap_or_else(|error| panic!("{api_version} {kind}: {error}"))
}

/// Of these fields, protobuf does not have the type of the object.
fn without_types_of_templates(mut object: Value) -> Value {
    let templates = object.pointer_mut("/spec/volumeClaimTemplates").and_then(Value::as_array_mut);
    for template in templates.into_iter().flatten().filter_map(Value::as_object_mut) {
        template.remove("apiVersion");
        template.remove("kind");
    }
    object
}

/// The objects of a list as JSON, by uid and version.
type Objects = BTreeMap<(String, String), Value>;

fn by_version(objects: impl IntoIterator<Item = Value>) -> Objects {
    let text =
        |object: &Value, field: &str| object["metadata"][field].as_str().unwrap_or_default().to_owned();
    let key = |object: &Value| (text(object, "uid"), text(object, "resourceVersion"));
    objects.into_iter().map(|object| (key(&object), object)).collect()
}

/// Reads a list in both formats. Repeats that while objects change in between.
async fn both_lists(client: &Client, resource: &ApiResource) -> (Objects, Objects) {
    let (path, api_version, kind) = (list_path(resource), &*resource.api_version, &*resource.kind);
    let schema =
        Schema::of_kind(api_version, kind).unwrap_or_else(|| panic!("no table of {api_version} {kind}"));
    for _ in 0..20 {
        let json = get(client, &path, JSON).await.json();
        let answer = get(client, &path, PROTOBUF).await;
        assert_eq!(answer.content_type, PROTOBUF, "{path}");
        let (head, items) = items(&answer);
        assert_eq!(head.kind.as_deref(), json["kind"].as_str(), "{path}");
        assert_eq!(head.api_version.as_deref(), Some(api_version), "{path}");
        let expected = by_version(json["items"].as_array().into_iter().flatten().cloned().map(|mut item| {
            item["apiVersion"] = api_version.into();
            item["kind"] = kind.into();
            without_types_of_templates(item)
        }));
        for item in &items {
            let found: Value = decode(schema, api_version, kind, item);
            let metadata = Metadata::read(item).expect("an object");
            let fields = [
                ("name", metadata.name),
                ("namespace", metadata.namespace),
                ("uid", metadata.uid),
                ("resourceVersion", metadata.resource_version),
            ];
            for (field, value) in fields {
                assert_eq!(value, found["metadata"][field].as_str(), "{path}");
            }
            let labels: serde_json::Map<_, _> =
                metadata.labels().map(|(key, value)| (key.to_owned(), value.into())).collect();
            assert_eq!(
                labels,
                found["metadata"]["labels"].as_object().cloned().unwrap_or_default(),
                "{path}"
            );
        }
        let found = by_version(items.iter().map(|item| decode(schema, api_version, kind, item)));
        if found.keys().eq(expected.keys()) {
            return (expected, found);
        }
    }
    panic!("{path} changes all the time");
}

#[tokio::test]
async fn every_list_is_read_as_its_json() {
    let Some((client, resources)) = served().await else { return };
    let (mut wrong, mut objects, mut kinds) = (Vec::new(), 0, 0);
    for resource in resources {
        if resource.group == "example.com" {
            continue;
        }
        let (expected, found) = both_lists(&client, resource).await;
        objects += found.len();
        kinds += 1;
        for (expected, found) in expected.values().zip(found.values()) {
            let differences = differences(expected, found);
            if !differences.is_empty() {
                let name = &expected["metadata"]["name"];
                wrong.push(format!("{} {} {name}: {differences:?}", resource.api_version, resource.kind));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(kinds > 80 && objects > 200, "only {objects} objects of {kinds} kinds");
}

#[tokio::test]
async fn the_types_of_k8s_openapi_are_read_as_from_json() {
    async fn check<K>(client: &Client, api_version: &str, kind: &str, path: &str)
    where
        K: DeserializeOwned + PartialEq + std::fmt::Debug,
    {
        let from_json: K = serde_json::from_value(get(client, path, JSON).await.json()).expect("the type");
        let body = get(client, path, PROTOBUF).await.bytes();
        let envelope = Envelope::read(&body).expect("an envelope");
        assert_eq!((envelope.api_version, envelope.kind), (Some(api_version), Some(kind)));
        let schema = Schema::of_kind(api_version, kind).expect("a built-in kind");
        assert_eq!(decode::<K>(schema, api_version, kind, envelope.raw), from_json);
    }
    let Some((client, _)) = served().await else { return };
    let namespaced = "namespaces/default";
    check::<Pod>(&client, "v1", "Pod", &format!("/api/v1/{namespaced}/pods/all")).await;
    let path = format!("/apis/apps/v1/{namespaced}/statefulsets/all");
    check::<StatefulSet>(&client, "apps/v1", "StatefulSet", &path).await;
    let (version, kind) = ("apiextensions.k8s.io/v1", "CustomResourceDefinition");
    let path = format!("/apis/{version}/customresourcedefinitions/things.example.com");
    check::<CustomResourceDefinition>(&client, version, kind, &path).await;
}

#[tokio::test]
async fn metadata_of_every_kind_and_errors_are_read() {
    let Some((client, _)) = served().await else { return };
    let thing = ApiResource {
        group: "example.com".into(),
        version: "v1".into(),
        api_version: "example.com/v1".into(),
        kind: "Thing".into(),
        plural: "things".into(),
    };
    let object: DynamicObject = serde_json::from_value(json!({
        "apiVersion": "example.com/v1",
        "kind": "Thing",
        "metadata": { "name": "a", "labels": { "a": "b" } },
        "spec": { "replicas": 1 },
    }))
    .expect("an object");
    let things: Api<DynamicObject> = Api::default_namespaced_with(client.clone(), &thing);
    for attempt in 0.. {
        match things.create(&PostParams::default(), &object).await {
            Ok(_) => break,
            // The CRD is not established yet.
            Err(kube::Error::Api(status)) if status.code == 404 && attempt < 100 => {
                tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            }
            Err(error) => panic!("{error}"),
        }
    }
    let as_metadata = ";as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
    for path in ["/apis/example.com/v1/things", "/api/v1/pods", "/api/v1/secrets"] {
        let json = get(&client, path, &format!("{JSON}{as_metadata}")).await.json();
        let answer = get(&client, path, &format!("{PROTOBUF}{as_metadata}")).await;
        let (head, items) = items(&answer);
        assert_eq!(head.kind.as_deref(), Some("PartialObjectMetadataList"));
        let (version, kind) = ("meta.k8s.io/v1", "PartialObjectMetadata");
        let found =
            by_version(items.iter().map(|item| decode(Schema::PARTIAL_OBJECT_METADATA, version, kind, item)));
        let expected = by_version(json["items"].as_array().into_iter().flatten().cloned().map(|mut item| {
            item["apiVersion"] = version.into();
            item["kind"] = kind.into();
            item
        }));
        assert!(!found.is_empty(), "{path}");
        assert_eq!(found, expected, "{path}");
    }
    let body = get(&client, "/api/v1/namespaces/default/pods/missing", PROTOBUF).await.bytes();
    let envelope = Envelope::read(&body).expect("an envelope");
    let schema = Schema::of_kind("v1", "Status").expect("a built-in kind");
    let status: Status = decode(schema, "v1", "Status", envelope.raw);
    assert_eq!((envelope.kind, status.code, &*status.reason), (Some("Status"), 404, "NotFound"));
    assert_eq!(status.details.expect("details").name, "missing");
}

fn ends_initial_events(event: &Value) -> bool {
    event["object"]["metadata"]["annotations"]["k8s.io/initial-events-end"] == "true"
}

#[tokio::test]
async fn a_watch_is_read_as_its_json() {
    let Some((client, _)) = served().await else { return };
    let query = "watch=true&timeoutSeconds=2&allowWatchBookmarks=true&sendInitialEvents=true\
                 &resourceVersionMatch=NotOlderThan";
    for (path, api_version, kind) in
        [("/api/v1/pods", "v1", "Pod"), ("/apis/apps/v1/statefulsets", "apps/v1", "StatefulSet")]
    {
        let path = format!("{path}?{query}");
        let json = get(&client, &path, JSON).await.bytes();
        let mut expected: Vec<Value> = serde_json::Deserializer::from_slice(&json)
            .into_iter()
            .collect::<Result<_, _>>()
            .expect("events");
        let answer = get(&client, &path, &format!("{PROTOBUF};stream=watch")).await;
        assert_eq!(answer.content_type, format!("{PROTOBUF};stream=watch"));
        let (mut framer, mut found) = (WatchFramer::new(MAX_OBJECT_BYTES), Vec::new());
        let mut seen_end = false;
        let schema = Schema::of_kind(api_version, kind).expect("a built-in kind");
        for frame in &answer.frames {
            framer.push(frame);
            while let Some(part) = framer.next_event().expect("a watch") {
                let Part::Whole(event) = part else { panic!("too long") };
                let event = WatchEvent::read(&event).expect("an event");
                assert_eq!((event.object.api_version, event.object.kind), (Some(api_version), Some(kind)));
                let ends = Metadata::read(event.object.raw)
                    .expect("an object")
                    .annotations()
                    .any(|annotation| annotation == ("k8s.io/initial-events-end", "true"));
                assert!(!ends || event.event_type == Some("BOOKMARK"));
                seen_end |= ends;
                let object: Value = decode(schema, api_version, kind, event.object.raw);
                found.push(json!({ "type": event.event_type, "object": object }));
            }
        }
        assert!(!framer.is_inside());
        assert!(seen_end && found.len() >= 2, "{found:?}");
        for event in &mut expected {
            event["object"] = without_types_of_templates(event["object"].take());
        }
        for events in [&mut expected, &mut found] {
            // Whether there are others before the watch ends, and the version of each, depends on the time.
            events.retain(|event| event["type"] != "BOOKMARK" || ends_initial_events(event));
            let bookmarks = events.iter_mut().filter(|event| event["type"] == "BOOKMARK");
            bookmarks.for_each(|event| event["object"]["metadata"]["resourceVersion"] = Value::Null);
        }
        let differences = differences(&Value::Array(expected), &Value::Array(found));
        assert!(differences.is_empty(), "{differences:?}");
    }
}
