//! Converts built-in kinds through their Rust types: wrong types are errors, and unknown fields are dropped.

use base64::{DecodeError, Engine as _, engine::general_purpose::STANDARD};
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

/// The object after a round trip through its Rust type.
pub(super) fn round_trip(kind: &str, mut value: Value) -> Result<Value, String> {
    normalise_quantities(&mut value);
    match kind {
        "ConfigMap" => round_trip_as::<ConfigMap>(value),
        "CustomResourceDefinition" => round_trip_as::<CustomResourceDefinition>(value).map(|mut crd| {
            whole_floats(&mut crd["spec"]);
            crd
        }),
        "Deployment" => round_trip_as::<Deployment>(value),
        "Event" => round_trip_as::<Event>(value),
        "Lease" => round_trip_as::<Lease>(value),
        "Namespace" => round_trip_as::<Namespace>(value),
        "Node" => round_trip_as::<Node>(value),
        "Pod" => round_trip_as::<Pod>(value),
        // Errors in base64 include their position.
        "Secret" => secret(value),
        "Service" => round_trip_as::<Service>(value),
        "ServiceAccount" => round_trip_as::<ServiceAccount>(value),
        _ => Ok(value),
    }
}

/// The metadata after a round trip through its Rust type.
pub(super) fn round_trip_metadata(metadata: Value) -> Result<Value, String> {
    let typed: ObjectMeta = serde_json::from_value(metadata).map_err(|error| error.to_string())?;
    let mut value = serde_json::to_value(typed).map_err(|error| error.to_string())?;
    drop_empty(&mut value);
    Ok(value)
}

/// Go omits empty maps and lists; `serde` writes them.
fn drop_empty(metadata: &mut Value) {
    if let Value::Object(map) = metadata {
        map.retain(|_, value| match value {
            Value::Object(map) => !map.is_empty(),
            Value::Array(items) => !items.is_empty(),
            _ => true,
        });
    }
}

/// The bounds in a schema are floats, which Go prints without a fraction if they are integers.
fn whole_floats(value: &mut Value) {
    match value {
        Value::Number(number) if number.is_f64() => {
            let float = number.as_f64().unwrap_or_default();
            if let Ok(whole) = format!("{float}").parse::<i64>() {
                *value = whole.into();
            }
        }
        Value::Object(map) => map.values_mut().for_each(whole_floats),
        Value::Array(items) => items.iter_mut().for_each(whole_floats),
        _ => {}
    }
}

fn round_trip_as<T: Serialize + DeserializeOwned>(value: Value) -> Result<Value, String> {
    let typed: T = serde_json::from_value(value).map_err(|error| error.to_string())?;
    let mut value = serde_json::to_value(typed).map_err(|error| error.to_string())?;
    drop_empty(&mut value["metadata"]);
    Ok(value)
}

fn secret(mut value: Value) -> Result<Value, String> {
    let data = value.as_object_mut().and_then(|map| map.remove("data")).filter(|data| !data.is_null());
    let mut typed = round_trip_as::<Secret>(value)?;
    if let Some(data) = data {
        let Value::Object(map) = &data else {
            return Err("json: cannot unmarshal into Go struct field Secret.data of type map[string][]uint8"
                .to_owned());
        };
        map.values().try_for_each(check_base64)?;
        typed["data"] = data;
    }
    Ok(typed)
}

fn check_base64(value: &Value) -> Result<(), String> {
    let Some(text) = value.as_str() else {
        return Err("json: cannot unmarshal into Go struct field Secret.data of type []uint8".to_owned());
    };
    let at = match STANDARD.decode(text) {
        Ok(_) => return Ok(()),
        Err(DecodeError::InvalidByte(at, _) | DecodeError::InvalidLastSymbol(at, _)) => at,
        Err(DecodeError::InvalidLength(_) | DecodeError::InvalidPadding) => text.len() / 4 * 4,
    };
    Err(format!("illegal base64 data at input byte {at}"))
}

/// `cpu: 1` is equivalent to `cpu: "1"`.
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
