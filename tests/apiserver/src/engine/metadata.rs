//! The rules for `metadata`: the valid values and the permitted changes.

use serde_json::Value;

use crate::{
    registry::{
        GroupResource, Origin, ResourceType, Scope, validate_builtin, validate_name, validate_pod_change,
    },
    status::{FieldError, Status},
};

use super::{Endpoint, meta, metadata_rules};

/// Sets the namespace of the request in the object, or returns an error if the object has another one.
pub(super) fn resolve_namespace(
    ty: &ResourceType,
    value: &mut Value,
    namespace: Option<&str>,
) -> Result<(), Status> {
    let mismatch = || {
        Status::bad_request(
            "the namespace of the provided object does not match the namespace sent on the request",
        )
    };
    let given = meta(value, "namespace").to_owned();
    match (ty.scope, namespace) {
        (Scope::Namespaced, Some(namespace)) if given.is_empty() || given == namespace => {
            value["metadata"]["namespace"] = namespace.into();
            Ok(())
        }
        (Scope::Cluster, _) => {
            if let Some(metadata) = value["metadata"].as_object_mut() {
                metadata.remove("namespace");
            }
            Ok(())
        }
        (Scope::Namespaced, _) => Err(mismatch()),
    }
}

/// Returns all errors in a new object.
pub(super) fn validate(ty: &ResourceType, value: &Value) -> Result<(), Status> {
    let mut errors = validate_name(ty, meta(value, "name"));
    errors.extend(metadata_rules::validate(ty, value));
    match &ty.schema {
        Some(schema) => errors.extend(schema.validate_resource(value)),
        None => errors.extend(validate_builtin(ty, value)),
    }
    reject(ty, value, &errors)
}

/// Returns all errors in a changed object. For the status endpoint of a custom resource, only the status is
/// validated.
pub(super) fn validate_update(
    ty: &ResourceType,
    old: &Value,
    new: &Value,
    endpoint: Endpoint,
) -> Result<(), Status> {
    let mut errors = validate_change(ty, old, new);
    errors.extend(metadata_rules::validate(ty, new));
    match (&ty.schema, endpoint) {
        (Some(schema), Endpoint::Main) => errors.extend(schema.validate_resource(new)),
        (Some(schema), Endpoint::Status) => errors.extend(schema.validate_status(new)),
        (None, _) => errors.extend(validate_builtin(ty, new)),
    }
    reject(ty, new, &errors)
}

fn validate_change(ty: &ResourceType, old: &Value, new: &Value) -> Vec<FieldError> {
    let mut errors = metadata_rules::validate_change(old, new);
    if ty.origin == Origin::Custom {
        // The real server validates twice: with the rules for custom resources and with the rules for all objects.
        errors.extend(errors.clone());
    }
    if ty.kind == "Secret" && old["type"] != new["type"] {
        errors.push(FieldError::invalid("type", new["type"].clone(), "field is immutable"));
    }
    if ty.kind == "Pod" && ty.origin == Origin::BuiltIn {
        errors.extend(validate_pod_change(old, new));
    }
    if matches!(ty.kind.as_str(), "Secret" | "ConfigMap") && old["immutable"] == true {
        for field in ["data", "binaryData", "immutable"] {
            if old[field] != new[field] {
                let why = "field is immutable when `immutable` is set";
                errors.push(FieldError::forbidden(field, why));
            }
        }
    }
    errors
}

fn reject(ty: &ResourceType, value: &Value, errors: &[FieldError]) -> Result<(), Status> {
    match errors {
        [] => Ok(()),
        _ => Err(Status::invalid(&ty.group_resource.group, &ty.kind, meta(value, "name"), errors)),
    }
}

/// The finalizers of an object.
pub(super) fn finalizers(value: &Value) -> Vec<String> {
    let list = value["metadata"]["finalizers"].as_array().map_or(&[][..], Vec::as_slice);
    list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The key under which etcd would store the object; the message of a failed precondition includes it.
pub(super) fn etcd_key(gr: &GroupResource, key: &str) -> String {
    match gr.group.as_str() {
        "" => format!("/registry/{}/{key}", gr.resource),
        group if !group.contains('.') => format!("/registry/{}/{key}", gr.resource),
        group => format!("/registry/{group}/{}/{key}", gr.resource),
    }
}
