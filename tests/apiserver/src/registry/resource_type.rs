//! One served version of one resource.

use serde_json::Value;

use crate::storage::KeyOrder;

use super::{Column, GroupResource, JsonPath, Schema};

/// Whether the objects of a type are namespaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Namespaced,
    Cluster,
}

/// Whether the type is built-in or defined by a CRD.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    BuiltIn,
    Custom,
}

/// Whether `status` is written only through its own endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StatusSubresource {
    Served,
    Absent,
}

/// When `metadata.generation` is incremented.
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
    /// The version in which objects are stored.
    pub(crate) storage_version: String,
    pub(crate) kind: String,
    pub(crate) list_kind: String,
    pub(crate) singular: String,
    pub(crate) short_names: Vec<String>,
    pub(crate) categories: Vec<String>,
    /// The verbs, in the order in which discovery lists them.
    pub(crate) verbs: &'static [&'static str],
    pub(crate) scope: Scope,
    pub(crate) origin: Origin,
    pub(crate) status: StatusSubresource,
    pub(crate) generation: GenerationRule,
    /// The warning for clients that use this version.
    pub(crate) deprecation: Option<String>,
    /// The schema by which custom resources are pruned, defaulted and validated.
    pub(crate) schema: Option<Schema>,
    /// The fields, in addition to name and namespace, that a field selector may use.
    pub(crate) selectable: Vec<JsonPath>,
    /// The columns of a table after NAME; the server adds AGE if there are none.
    pub(crate) columns: Vec<Column>,
}

impl ResourceType {
    /// `v1` or `example.com/v1`.
    pub(crate) fn api_version(&self) -> String {
        group_version(&self.group_resource.group, &self.version)
    }

    /// The `apiVersion` in which objects are stored.
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

    /// Whether a field selector may use this field.
    pub(crate) fn is_selectable(&self, field: &str) -> bool {
        match field {
            // Cluster-scoped kinds also support the namespace, which is empty.
            "metadata.name" | "metadata.namespace" => true,
            _ => self.selectable.iter().any(|path| path.dotted() == field),
        }
    }

    /// Sets `kind` and `apiVersion` to this version of the type.
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
