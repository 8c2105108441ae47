//! The built-in kinds, with the defaults and checks of theirs that clients notice.

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
    columns: &'static [(&'static str, &'static str)],
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
        columns: &[("Status", ".status.phase")],
        ..row("", "namespaces", "Namespace", Cluster)
    },
    Row {
        short: &["cm"],
        ..row("", "configmaps", "ConfigMap", Namespaced)
    },
    Row {
        selectable: &[".type"],
        columns: &[("Type", ".type")],
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
        columns: &[("Status", ".status.phase")],
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
        columns: &[("Type", ".spec.type"), ("Cluster-IP", ".spec.clusterIP")],
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
        columns: &[("Type", ".type"), ("Reason", ".reason"), ("Message", ".message")],
        ..row("", "events", "Event", Namespaced)
    },
    Row {
        short: &["sa"],
        ..row("", "serviceaccounts", "ServiceAccount", Namespaced)
    },
    Row {
        short: &["deploy"],
        status: Served,
        generation: OnSpec,
        ..row("apps", "deployments", "Deployment", Namespaced)
    },
    Row {
        columns: &[("Holder", ".spec.holderIdentity")],
        ..row("coordination.k8s.io", "leases", "Lease", Namespaced)
    },
    Row {
        short: &["crd", "crds"],
        status: Served,
        generation: OnSpec,
        columns: &[("Created At", ".metadata.creationTimestamp")],
        ..row(
            "apiextensions.k8s.io",
            "customresourcedefinitions",
            "CustomResourceDefinition",
            Cluster,
        )
    },
];

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
            scope: self.scope,
            origin: Origin::BuiltIn,
            status: self.status,
            generation: self.generation,
            schema: None,
            selectable: self
                .selectable
                .iter()
                .filter_map(|path| JsonPath::parse(path))
                .collect(),
            columns: self
                .columns
                .iter()
                .filter_map(|(name, path)| Column::text(name, path))
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
        "CustomResourceDefinition" => crd::default_names(value),
        _ => {}
    }
}

/// Everything that is wrong with an object of a built-in kind, its name apart.
pub(crate) fn validate_builtin(ty: &ResourceType, value: &Value) -> Vec<FieldError> {
    match ty.kind.as_str() {
        "ConfigMap" => validate_data(value),
        "Secret" => validate_secret(value),
        "Pod" => pod::validate_pod(value),
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

/// Sets a field which is not there.
pub(super) fn fill(value: &mut Value, field: &str, default: Value) {
    if value.is_null() {
        *value = Value::Object(Map::new());
    }
    if value[field].is_null() {
        value[field] = default;
    }
}

fn validate_data(value: &Value) -> Vec<FieldError> {
    value["data"]
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(key, _)| validate_data_key(key))
        .collect()
}

fn validate_data_key(key: &str) -> Option<FieldError> {
    let valid = !key.is_empty()
        && key.len() <= 253
        && key != "."
        && !key.starts_with("..")
        && key
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    (!valid).then(|| {
        let why = "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or \
                   'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
        FieldError::invalid(format!("data[{key}]"), key, why)
    })
}

fn validate_secret(value: &Value) -> Vec<FieldError> {
    let mut errors = validate_data(value);
    for (key, text) in value["data"].as_object().into_iter().flatten() {
        if STANDARD.decode(text.as_str().unwrap_or_default()).is_err() {
            errors.push(FieldError::invalid(
                format!("data[{key}]"),
                "<redacted>",
                "must be base64",
            ));
        }
    }
    errors
}
