//! A stored object: its JSON bytes, and the few values that selectors read.
//!
//! The bytes are authoritative; only writers parse a `Value` from them. A list of 100 000 objects therefore only
//! copies bytes.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::Value;

use crate::registry::ResourceType;

use super::encode;

/// One version of one object. Immutable once stored.
#[derive(Debug)]
pub(crate) struct Object {
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) uid: String,
    pub(crate) resource_version: u64,
    /// The version of its type in which it is stored. The storage version of the type may have changed since.
    pub(crate) version: String,
    /// Whether the object is marked for deletion.
    pub(crate) terminating: bool,
    pub(crate) labels: BTreeMap<String, String>,
    /// The values that field selectors may use, in addition to name and namespace.
    pub(crate) fields: Vec<(String, String)>,
    /// The object as JSON, in that version.
    pub(crate) json: Bytes,
}

impl Object {
    /// Extracts these values from `value` and encodes it.
    pub(crate) fn new(ty: &ResourceType, value: &Value, resource_version: u64) -> Self {
        let metadata = &value["metadata"];
        let text = |field: &str| metadata[field].as_str().unwrap_or_default().to_owned();
        let labels = metadata["labels"]
            .as_object()
            .map(|labels| {
                labels.iter().filter_map(|(k, v)| Some((k.clone(), v.as_str()?.to_owned()))).collect()
            })
            .unwrap_or_default();
        Self {
            namespace: text("namespace"),
            name: text("name"),
            uid: text("uid"),
            resource_version,
            version: stored_version(value).to_owned(),
            terminating: metadata["deletionTimestamp"].is_string(),
            labels,
            fields: ty.selectable_values(value),
            json: encode::object(ty.key_order(), value),
        }
    }

    /// The key of the object in the store.
    pub(crate) fn key(&self) -> String {
        object_key(&self.namespace, &self.name)
    }

    /// The object, parsed.
    pub(crate) fn value(&self) -> Value {
        // The bytes were written by `encode::object` from a `Value`.
        serde_json::from_slice(&self.json).unwrap_or(Value::Null)
    }

    /// The value of a field that a field selector names.
    pub(crate) fn field(&self, path: &str) -> Option<&str> {
        match path {
            "metadata.name" => Some(&self.name),
            "metadata.namespace" => Some(&self.namespace),
            _ => self.fields.iter().find(|(name, _)| name == path).map(|(_, value)| value.as_str()),
        }
    }
}

/// Returns `v1` for `example.com/v1` or `v1`.
fn stored_version(value: &Value) -> &str {
    let api_version = value["apiVersion"].as_str().unwrap_or_default();
    api_version.rsplit('/').next().unwrap_or_default()
}

/// `namespace/name`, or only `name`: every list is in the order of these strings.
pub(crate) fn object_key(namespace: &str, name: &str) -> String {
    match namespace {
        "" => name.to_owned(),
        _ => format!("{namespace}/{name}"),
    }
}
