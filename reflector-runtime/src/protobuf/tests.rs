//! What types get from a message: the same as from JSON.

use std::collections::{BTreeMap, HashMap};

use k8s_openapi::{
    ByteString,
    api::core::v1::{Pod, Secret},
    apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition,
};
use kube::core::{ObjectMeta, Status};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json, value::RawValue};

use super::{
    DecodeError, EncodedObject, ManagedFields, Schema,
    testing::{bytes, map_entry, number, pod},
};

fn decode_as<K: DeserializeOwned>(api_version: &str, kind: &str, bytes: &[u8]) -> Result<K, DecodeError> {
    let schema = Schema::of_kind(api_version, kind).expect("a built-in kind");
    EncodedObject { schema, api_version, kind, bytes, managed_fields: ManagedFields::Keep }.decode()
}

fn decode<K: DeserializeOwned>(bytes: &[u8]) -> Result<K, DecodeError> {
    decode_as("v1", "Pod", bytes)
}

fn pod_json() -> Value {
    json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": "a",
            "namespace": "n",
            "uid": "u",
            "resourceVersion": "7",
            "creationTimestamp": "2000-02-29T00:00:00Z",
            "labels": { "app": "web", "empty": "" },
            "annotations": { "k8s.io/initial-events-end": "true" },
            "finalizers": ["finalizer"],
            "managedFields": [{ "manager": "manager", "fieldsV1": { "f:spec": {} } }],
        },
        "spec": {
            "volumes": [{ "name": "data", "emptyDir": { "medium": "Memory" } }],
            "containers": [{
                "name": "main",
                "image": "image",
                "ports": [{ "name": "http", "containerPort": 8080, "protocol": "TCP" }],
                "resources": { "limits": { "cpu": "100m" } },
                "livenessProbe": {
                    "httpGet": { "path": "/", "port": "http" },
                    "initialDelaySeconds": 10,
                },
                "stdin": true,
            }],
            "restartPolicy": "Always",
            "activeDeadlineSeconds": 30,
        },
        "status": { "phase": "Running" },
    })
}

#[test]
fn a_pod_is_read_as_its_json() {
    assert_eq!(decode::<Value>(&pod()), Ok(pod_json()));
    assert_eq!(decode::<Pod>(&pod()), Ok(serde_json::from_value(pod_json()).unwrap()));
}

#[test]
fn managed_fields_are_stripped_unless_they_are_kept() {
    let schema = Schema::of_kind("v1", "Pod").unwrap();
    let managed_fields = ManagedFields::default();
    let pod = pod();
    let object = EncodedObject { schema, api_version: "v1", kind: "Pod", bytes: &pod, managed_fields };
    let mut expected = pod_json();
    // As the JSON decoder does.
    expected["metadata"]["managedFields"] = json!([]);
    assert_eq!(object.decode::<Value>(), Ok(expected));
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct View {
    metadata: ObjectMeta,
    spec: SpecView,
    #[serde(default)]
    status: StatusView,
    #[serde(rename = "apiVersion")]
    version: String,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct SpecView {
    containers: Vec<ContainerView>,
    active_deadline_seconds: Option<u8>,
    node_name: Option<String>,
    restart_policy: RestartPolicy,
    #[serde(flatten)]
    others: HashMap<String, Value>,
}

#[derive(Debug, PartialEq, Deserialize)]
enum RestartPolicy {
    Always,
    Never,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ContainerView {
    image: std::borrow::Cow<'static, str>,
    liveness_probe: Option<ProbeView>,
    stdin: Option<Box<bool>>,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ProbeView {
    http_get: HttpGetView,
}

#[derive(Debug, PartialEq, Deserialize)]
struct HttpGetView {
    port: Port,
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum Port {
    Number(u16),
    Name(String),
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct StatusView {
    phase: Option<Phase>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Phase(String);

#[test]
fn views_with_all_sorts_of_attributes_are_read_as_from_json() {
    let expected: View = serde_json::from_value(pod_json()).unwrap();
    assert_eq!(decode::<View>(&pod()), Ok(expected));
}

#[test]
fn what_a_type_ignores_is_not_parsed() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Name {
        metadata: NameOnly,
    }
    #[derive(Debug, PartialEq, Deserialize)]
    struct NameOnly {
        name: String,
    }
    let metadata = [bytes(1, b"a"), bytes(17, b"\xff\xff")].concat();
    let object = [bytes(1, &metadata), bytes(2, b"not a message")].concat();
    assert_eq!(decode::<Name>(&object).unwrap().metadata.name, "a");
    assert!(decode::<Value>(&object).is_err());
}

#[test]
fn json_shows_fields_without_omitempty() {
    let expected = json!({
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {},
        "spec": { "containers": null },
        "status": {},
    });
    assert_eq!(decode::<Value>(b""), Ok(expected));
    let rule = bytes(1, &bytes(1, b"a"));
    let decoded: Value = decode_as("rbac.authorization.k8s.io/v1", "ClusterRole", &rule).unwrap();
    assert_eq!(decoded["rules"], Value::Null);
}

#[test]
fn a_list_that_is_null_is_empty_for_a_type_without_null() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Spec {
        containers: Vec<Value>,
    }
    #[derive(Debug, PartialEq, Deserialize)]
    struct Object {
        spec: Spec,
    }
    assert_eq!(decode::<Object>(b""), Ok(Object { spec: Spec { containers: Vec::new() } }));
}

#[test]
fn bytes_are_base64_and_keys_may_be_numbers() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Numbered {
        data: BTreeMap<u8, String>,
    }
    let entry = |key: &str, value: &[u8]| bytes(2, &[bytes(1, key.as_bytes()), bytes(2, value)].concat());
    let secret = [entry("1", b"\xff\x00"), entry("2", b"")].concat();
    let decoded: Secret = decode_as("v1", "Secret", &secret).unwrap();
    let data = [("1".to_owned(), ByteString(vec![255, 0])), ("2".to_owned(), ByteString(Vec::new()))];
    assert_eq!(decoded.data, Some(BTreeMap::from(data)));

    let decoded: Numbered = decode_as("v1", "Secret", &secret).unwrap();
    assert_eq!(decoded.data, BTreeMap::from([(1, "/wA=".to_owned()), (2, String::new())]));
}

#[test]
fn text_that_is_not_utf8_has_replacement_characters() {
    let labels = bytes(1, &[bytes(1, b"a\xff"), map_entry(11, "a", "b")].concat());
    assert_eq!(decode::<Value>(&labels).unwrap()["metadata"]["name"], "a\u{fffd}");
}

#[test]
fn errors_have_the_path_and_no_value() {
    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Object {
        spec: Spec,
    }
    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Spec {
        containers: Vec<Container>,
    }
    #[derive(Debug, Deserialize)]
    #[allow(dead_code)]
    struct Container {
        image: u8,
    }
    let error = decode::<Object>(&pod()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "field `spec.containers[0].image`: found a string, expected u8",
        "{error:?}"
    );
    let malformed = bytes(2, &[bytes(2, b""), bytes(2, b"\xff")].concat());
    let error = decode::<Pod>(&malformed).unwrap_err();
    assert_eq!(error, DecodeError::Malformed { path: "spec.containers[1]".to_owned() });
    let wrong_wire_type = bytes(2, &bytes(2, &number(1, 7)));
    let error = decode::<Pod>(&wrong_wire_type).unwrap_err();
    assert!(error.to_string().starts_with("field `spec.containers[0]"), "{error}");
}

#[test]
fn an_error_in_another_form_of_the_message_has_its_path_too() {
    let spec = [bytes(3, b"Always"), bytes(2, &bytes(2, b"image"))].concat();
    let malformed = [bytes(2, &spec), bytes(1, &bytes(8, &number(1, u64::MAX / 2)))].concat();
    let error = decode::<Pod>(&malformed).unwrap_err();
    assert!(
        error.to_string().starts_with("field `metadata.creationTimestamp`: a time out of range"),
        "{error}"
    );
}

#[test]
fn a_type_that_ignores_errors_reads_every_form_of_a_message() {
    #[allow(clippy::unnecessary_wraps)]
    fn or_default<'de, D: serde::Deserializer<'de>>(value: D) -> Result<String, D::Error> {
        Ok(SpecName::deserialize(value).map(|spec| spec.scheduler_name).unwrap_or_default())
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct SpecName {
        scheduler_name: String,
    }
    #[derive(Debug, PartialEq, Deserialize)]
    struct Object {
        #[serde(deserialize_with = "or_default")]
        spec: String,
    }
    let object = bytes(2, &[bytes(19, b"scheduler"), bytes(3, b"Always")].concat());
    assert_eq!(decode(&object), Ok(Object { spec: "scheduler".to_owned() }));
}

#[test]
fn nesting_is_limited() {
    const NOT: u32 = 28;
    // spec.versions[0].schema.openAPIV3Schema.not.not...
    let crd = |levels: usize| {
        let mut schema = bytes(5, b"string");
        for _ in 0..levels {
            schema = bytes(NOT, &schema);
        }
        bytes(2, &bytes(7, &bytes(4, &bytes(1, &schema))))
    };
    let decoded: Value = decode_as(CRD, "CustomResourceDefinition", &crd(100)).unwrap();
    let mut schema = &decoded["spec"]["versions"][0]["schema"]["openAPIV3Schema"];
    for _ in 0..100 {
        schema = &schema["not"];
    }
    assert_eq!(schema, &json!({ "type": "string" }));

    let deep = crd(10_000);
    let error = decode_as::<Value>(CRD, "CustomResourceDefinition", &deep).unwrap_err();
    assert!(error.to_string().ends_with(".not.not`: nested too deeply"), "{error}");
    decode_as::<CustomResourceDefinition>(CRD, "CustomResourceDefinition", &deep).unwrap_err();
    // In another form, too.
    let shuffled = [deep, bytes(1, &bytes(1, b"a"))].concat();
    decode_as::<Value>(CRD, "CustomResourceDefinition", &shuffled).unwrap_err();
}

const CRD: &str = "apiextensions.k8s.io/v1";

#[test]
fn json_inside_a_message_is_read_as_any_type() {
    #[derive(Debug, PartialEq, Deserialize)]
    struct Revision {
        data: Data,
    }
    #[derive(Debug, PartialEq, Deserialize)]
    struct Data {
        replicas: u8,
    }
    let revision = |text: &[u8]| bytes(2, &bytes(1, text));
    let read = |text: &[u8]| decode_as::<Revision>("apps/v1", "ControllerRevision", &revision(text));
    assert_eq!(read(br#"{"replicas": 3, "other": [1]}"#), Ok(Revision { data: Data { replicas: 3 } }));
    let error = read(br#"{"replicas": "hunter2"}"#).unwrap_err();
    assert_eq!(error.to_string(), "field `data.replicas`: found a string, expected u8");
    assert!(read(b"{\"replicas\": 3} x").is_err());
    assert!(read(b"k8s\0").unwrap_err().to_string().contains("its text is not JSON"));
}

#[test]
fn a_type_may_keep_json_as_text() {
    #[derive(Deserialize)]
    struct Texts {
        metadata: Box<RawValue>,
        spec: Option<Box<RawValue>>,
    }
    let object = [bytes(1, &bytes(1, b"a")), bytes(2, &bytes(3, b"Always"))].concat();
    let texts: Texts = decode(&object).unwrap();
    assert_eq!(texts.metadata.get(), r#"{"name":"a"}"#);
    assert_eq!(texts.spec.unwrap().get(), r#"{"containers":null,"restartPolicy":"Always"}"#);
    let whole: Box<RawValue> = decode(&pod()).unwrap();
    assert_eq!(serde_json::from_str::<Value>(whole.get()).unwrap(), pod_json());
}

#[test]
fn a_status_is_read() {
    let details = [bytes(1, b"web"), bytes(3, b"pods"), number(5, 3)].concat();
    let status =
        [bytes(2, b"Failure"), bytes(3, b"m"), bytes(4, b"Expired"), bytes(5, &details), number(6, 410)]
            .concat();
    let status: Status = decode_as("v1", "Status", &status).unwrap();
    assert_eq!((status.code, &*status.reason, &*status.message), (410, "Expired", "m"));
    assert_eq!(status.details.unwrap().retry_after_seconds, 3);
}
