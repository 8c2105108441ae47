//! One served version of one resource.

use serde_json::Value;

use crate::storage::KeyOrder;

use super::{Column, GroupResource, JsonPath, Schema};

/// Where objects of a type live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Namespaced,
    Cluster,
}

/// Who brought the type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    BuiltIn,
    Custom,
}

/// Whether `status` is written through its own endpoint only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StatusSubresource {
    Served,
    Absent,
}

/// When `metadata.generation` grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GenerationRule {
    /// The type has no generation.
    Never,
    /// When `spec` changes.
    OnSpec,
    /// When anything but `metadata` changes (custom resources).
    OnAnyContent,
}

/// One served version of one resource.
#[derive(Debug)]
pub(crate) struct ResourceType {
    pub(crate) group_resource: GroupResource,
    pub(crate) version: String,
    /// The version in which objects are kept.
    pub(crate) storage_version: String,
    pub(crate) kind: String,
    pub(crate) list_kind: String,
    pub(crate) singular: String,
    pub(crate) short_names: Vec<String>,
    pub(crate) categories: Vec<String>,
    /// The verbs, in the order in which discovery names them.
    pub(crate) verbs: &'static [&'static str],
    pub(crate) scope: Scope,
    pub(crate) origin: Origin,
    pub(crate) status: StatusSubresource,
    pub(crate) generation: GenerationRule,
    /// What everyone is told who uses this version.
    pub(crate) deprecation: Option<String>,
    /// What custom resources are pruned, defaulted and validated by.
    pub(crate) schema: Option<Schema>,
    /// Fields, besides name and namespace, which a field selector may ask for.
    pub(crate) selectable: Vec<JsonPath>,
    /// Columns of a table after NAME; AGE comes from the server unless there are any.
    pub(crate) columns: Vec<Column>,
}

impl ResourceType {
    /// `v1` or `example.com/v1`.
    pub(crate) fn api_version(&self) -> String {
        group_version(&self.group_resource.group, &self.version)
    }

    /// The `apiVersion` in which objects are kept.
    pub(crate) fn storage_api_version(&self) -> String {
        group_version(&self.group_resource.group, &self.storage_version)
    }

    pub(crate) fn key_order(&self) -> KeyOrder {
        match self.origin {
            Origin::BuiltIn => KeyOrder::Struct,
            Origin::Custom => KeyOrder::Sorted,
        }
    }

    /// The values of the selectable fields in this object; a missing one is empty, as in the real server.
    pub(crate) fn selectable_values(&self, value: &Value) -> Vec<(String, String)> {
        self.selectable
            .iter()
            .map(|path| {
                let text = match path.first(value) {
                    None | Some(Value::Null) => String::new(),
                    Some(Value::String(text)) => text.clone(),
                    Some(other) => other.to_string(),
                };
                (path.dotted().to_owned(), text)
            })
            .collect()
    }

    /// Whether a field selector may name this field.
    pub(crate) fn is_selectable(&self, field: &str) -> bool {
        match field {
            // Cluster-scoped kinds know the namespace too, as an empty one.
            "metadata.name" | "metadata.namespace" => true,
            _ => self.selectable.iter().any(|path| path.dotted() == field),
        }
    }

    /// `kind` and `apiVersion` as the object carries them in this version.
    pub(crate) fn stamp(&self, value: &mut Value) {
        value["apiVersion"] = Value::String(self.api_version());
        value["kind"] = Value::String(self.kind.clone());
    }
}

fn group_version(group: &str, version: &str) -> String {
    match group {
        "" => version.to_owned(),
        _ => format!("{group}/{version}"),
    }
}
