//! The built-in kinds, with the defaults and checks that clients can observe.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

use crate::status::FieldError;

use super::{
    Column, GroupResource, JsonPath, ResourceType, Scope, crd, pod,
    resource_type::{GenerationRule, Origin, StatusSubresource},
};

use GenerationRule::{Never, OnSpec};
use Scope::{Cluster, Namespaced};
use StatusSubresource::{Absent, Served};

/// One row of the table of kinds.
struct Row {
    group: &'static str,
    plural: &'static str,
    kind: &'static str,
    short: &'static [&'static str],
    scope: Scope,
    status: StatusSubresource,
    generation: GenerationRule,
    selectable: &'static [&'static str],
    columns: &'static [(&'static str, &'static str, &'static str)],
}

const fn row(group: &'static str, plural: &'static str, kind: &'static str, scope: Scope) -> Row {
    Row {
        group,
        plural,
        kind,
        short: &[],
        scope,
        status: Absent,
        generation: Never,
        selectable: &[],
        columns: &[],
    }
}

const ROWS: &[Row] = &[
    Row {
        short: &["ns"],
        status: Served,
        selectable: &[".status.phase"],
        columns: &[("Status", ".status.phase", "The status of the namespace")],
        ..row("", "namespaces", "Namespace", Cluster)
    },
    Row { short: &["cm"], ..row("", "configmaps", "ConfigMap", Namespaced) },
    Row {
        selectable: &[".type"],
        columns: &[("Type", ".type", "")],
        ..row("", "secrets", "Secret", Namespaced)
    },
    Row {
        short: &["po"],
        status: Served,
        generation: OnSpec,
        selectable: &[
            ".spec.nodeName",
            ".spec.restartPolicy",
            ".spec.schedulerName",
            ".spec.serviceAccountName",
            ".spec.hostNetwork",
            ".status.phase",
            ".status.podIP",
            ".status.nominatedNodeName",
        ],
        columns: &[("Status", ".status.phase", "")],
        ..row("", "pods", "Pod", Namespaced)
    },
    Row {
        short: &["no"],
        status: Served,
        selectable: &[".spec.unschedulable"],
        ..row("", "nodes", "Node", Cluster)
    },
    Row {
        short: &["svc"],
        status: Served,
        selectable: &[".spec.clusterIP", ".spec.type"],
        columns: &[("Type", ".spec.type", ""), ("Cluster-IP", ".spec.clusterIP", "")],
        ..row("", "services", "Service", Namespaced)
    },
    Row {
        short: &["ev"],
        selectable: &[
            ".involvedObject.kind",
            ".involvedObject.namespace",
            ".involvedObject.name",
            ".involvedObject.uid",
            ".involvedObject.apiVersion",
            ".involvedObject.resourceVersion",
            ".involvedObject.fieldPath",
            ".reason",
            ".reportingComponent",
            ".source",
            ".type",
        ],
        columns: &[("Type", ".type", ""), ("Reason", ".reason", ""), ("Message", ".message", "")],
        ..row("", "events", "Event", Namespaced)
    },
    Row { short: &["sa"], ..row("", "serviceaccounts", "ServiceAccount", Namespaced) },
    Row {
        short: &["deploy"],
        status: Served,
        generation: OnSpec,
        ..row("apps", "deployments", "Deployment", Namespaced)
    },
    Row {
        columns: &[("Holder", ".spec.holderIdentity", "")],
        ..row("coordination.k8s.io", "leases", "Lease", Namespaced)
    },
    Row {
        short: &["crd", "crds"],
        status: Served,
        generation: OnSpec,
        columns: &[("Created At", ".metadata.creationTimestamp", "")],
        ..row("apiextensions.k8s.io", "customresourcedefinitions", "CustomResourceDefinition", Cluster)
    },
];

const VERBS: &[&str] = &["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];
const NAMESPACE_VERBS: &[&str] = &["create", "delete", "get", "list", "patch", "update", "watch"];

/// All built-in types. Each has one version, `v1`.
pub(super) fn types() -> Vec<ResourceType> {
    ROWS.iter().map(Row::resource_type).collect()
}

impl Row {
    fn resource_type(&self) -> ResourceType {
        let owned = |all: &[&str]| all.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        let is_crd = self.kind == "CustomResourceDefinition";
        ResourceType {
            group_resource: GroupResource::new(self.group, self.plural),
            version: "v1".to_owned(),
            storage_version: "v1".to_owned(),
            kind: self.kind.to_owned(),
            list_kind: format!("{}List", self.kind),
            singular: self.kind.to_lowercase(),
            short_names: owned(self.short),
            categories: match self.plural {
                "pods" | "services" | "deployments" => owned(&["all"]),
                _ if is_crd => owned(&["api-extensions"]),
                _ => Vec::new(),
            },
            verbs: if self.kind == "Namespace" { NAMESPACE_VERBS } else { VERBS },
            scope: self.scope,
            origin: Origin::BuiltIn,
            status: self.status,
            generation: self.generation,
            schema: None,
            deprecation: None,
            selectable: self.selectable.iter().filter_map(|path| JsonPath::parse(path)).collect(),
            columns: self
                .columns
                .iter()
                .filter_map(|(name, path, about)| Column::text(name, path, about))
                .collect(),
        }
    }
}

/// The defaults of a built-in kind, on create and on update.
pub(crate) fn apply_builtin_defaults(ty: &ResourceType, value: &mut Value) {
    match ty.kind.as_str() {
        "Namespace" => default_namespace(value),
        "Secret" => default_secret(value),
        "Pod" => pod::default_pod(value),
        "Service" => default_service(value),
        "Node" => default_node(value),
        "Event" => default_event(value),
        "Lease" => fill(value, "spec", json!({})),
        "CustomResourceDefinition" => crd::default_names(value),
        _ => {}
    }
}

/// Returns all errors in an object of a built-in kind, except those in its name.
pub(crate) fn validate_builtin(ty: &ResourceType, value: &Value) -> Vec<FieldError> {
    match ty.kind.as_str() {
        "ConfigMap" | "Secret" => validate_data(value),
        "Pod" => pod::validate_pod(value),
        "Lease" => validate_lease(value),
        "CustomResourceDefinition" => crd::validate_crd(value),
        _ => Vec::new(),
    }
}

fn default_namespace(value: &mut Value) {
    let name = value["metadata"]["name"].clone();
    value["metadata"]["labels"]["kubernetes.io/metadata.name"] = name;
    fill(value, "spec", json!({}));
    if value["metadata"]["deletionTimestamp"].is_null() {
        fill(&mut value["spec"], "finalizers", json!(["kubernetes"]));
    }
    fill(value, "status", json!({}));
    fill(&mut value["status"], "phase", json!("Active"));
}

fn default_secret(value: &mut Value) {
    fill(value, "type", json!("Opaque"));
    let Some(plain) = value.as_object_mut().and_then(|map| map.remove("stringData")) else {
        return;
    };
    for (key, text) in plain.as_object().into_iter().flatten() {
        value["data"][key] = STANDARD.encode(text.as_str().unwrap_or_default()).into();
    }
}

fn default_node(value: &mut Value) {
    fill(value, "spec", json!({}));
    fill(value, "status", json!({}));
    fill(&mut value["status"], "daemonEndpoints", json!({"kubeletEndpoint": {"Port": 0}}));
    let facts = [
        "architecture",
        "bootID",
        "containerRuntimeVersion",
        "kernelVersion",
        "kubeProxyVersion",
        "kubeletVersion",
        "machineID",
        "operatingSystem",
        "osImage",
        "systemUUID",
    ];
    let info: Map<String, Value> = facts.iter().map(|fact| ((*fact).to_owned(), json!(""))).collect();
    fill(&mut value["status"], "nodeInfo", Value::Object(info));
}

/// The fields of events are present even if they are empty.
fn default_event(value: &mut Value) {
    let Some(map) = value.as_object_mut() else { return };
    for field in ["eventTime", "firstTimestamp", "lastTimestamp"] {
        map.entry(field).or_insert(Value::Null);
    }
    for field in ["reportingComponent", "reportingInstance"] {
        map.entry(field).or_insert(json!(""));
    }
    map.entry("source").or_insert(json!({}));
}

fn default_service(value: &mut Value) {
    fill(value, "spec", json!({}));
    let spec = &mut value["spec"];
    fill(spec, "type", json!("ClusterIP"));
    fill(spec, "sessionAffinity", json!("None"));
    fill(spec, "internalTrafficPolicy", json!("Cluster"));
    fill(spec, "ipFamilyPolicy", json!("SingleStack"));
    fill(spec, "ipFamilies", json!(["IPv4"]));
    fill(value, "status", json!({"loadBalancer": {}}));
}

/// Sets a field if it is missing.
pub(super) fn fill(value: &mut Value, field: &str, default: Value) {
    if value.is_null() {
        *value = Value::Object(Map::new());
    }
    if value[field].is_null() {
        value[field] = default;
    }
}

fn validate_data(value: &Value) -> Vec<FieldError> {
    value["data"].as_object().into_iter().flatten().filter_map(|(key, _)| validate_data_key(key)).collect()
}

fn validate_data_key(key: &str) -> Option<FieldError> {
    let valid = !key.is_empty()
        && key.len() <= 253
        && key != "."
        && !key.starts_with("..")
        && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    (!valid).then(|| {
        let why = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or \
                   'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
        FieldError::invalid(format!("data[{key}]"), key, why)
    })
}

fn validate_lease(value: &Value) -> Vec<FieldError> {
    let found = &value["spec"]["leaseDurationSeconds"];
    match found.as_i64() {
        Some(seconds) if seconds <= 0 => {
            let field = "spec.leaseDurationSeconds";
            vec![FieldError::invalid(field, found.clone(), "must be greater than 0")]
        }
        _ => Vec::new(),
    }
}
