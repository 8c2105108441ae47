//! Built-in kinds through their Rust types: wrong types are errors, unknown fields fall away.

use k8s_openapi::{
    api::{
        apps::v1::Deployment,
        coordination::v1::Lease,
        core::v1::{ConfigMap, Event, Namespace, Node, Pod, Secret, Service, ServiceAccount},
    },
    apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition,
    apimachinery::pkg::apis::meta::v1::ObjectMeta,
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// The object as its Rust type understands it.
pub(super) fn round_trip(kind: &str, mut value: Value) -> Result<Value, String> {
    normalise_quantities(&mut value);
    match kind {
        "ConfigMap" => through::<ConfigMap>(value),
        "CustomResourceDefinition" => through::<CustomResourceDefinition>(value),
        "Deployment" => through::<Deployment>(value),
        "Event" => through::<Event>(value),
        "Lease" => through::<Lease>(value),
        "Namespace" => through::<Namespace>(value),
        "Node" => through::<Node>(value),
        "Pod" => through::<Pod>(value),
        // Secrets are not: their `data` may be wrong base64, which is a validation error and not a decoding error.
        "Secret" => secret(value),
        "Service" => through::<Service>(value),
        "ServiceAccount" => through::<ServiceAccount>(value),
        _ => Ok(value),
    }
}

/// The metadata as the Rust type understands it.
pub(super) fn round_trip_metadata(metadata: Value) -> Result<Value, String> {
    through::<ObjectMeta>(metadata)
}

fn through<T: Serialize + DeserializeOwned>(value: Value) -> Result<Value, String> {
    let typed: T = serde_json::from_value(value).map_err(|error| error.to_string())?;
    serde_json::to_value(typed).map_err(|error| error.to_string())
}

fn secret(mut value: Value) -> Result<Value, String> {
    let data = value
        .as_object_mut()
        .and_then(|map| map.remove("data"))
        .filter(|data| !data.is_null());
    let mut typed = through::<Secret>(value)?;
    if let Some(data) = data {
        let strings = data
            .as_object()
            .is_some_and(|map| map.values().all(Value::is_string));
        if !strings {
            return Err(
                "json: cannot unmarshal into Go struct field Secret.data of type map[string][]uint8"
                    .to_owned(),
            );
        }
        typed["data"] = data;
    }
    Ok(typed)
}

/// `cpu: 1` is as good as `cpu: "1"`.
fn normalise_quantities(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (key, child) in map.iter_mut() {
                if matches!(key.as_str(), "limits" | "requests" | "capacity" | "allocatable") {
                    for quantity in child.as_object_mut().into_iter().flat_map(|q| q.values_mut()) {
                        if quantity.is_number() {
                            *quantity = Value::String(quantity.to_string());
                        }
                    }
                } else {
                    normalise_quantities(child);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(normalise_quantities),
        _ => {}
    }
}
