//! The rules of `metadata`: what it may hold, and what may change in it.

use serde_json::Value;

use crate::{
    registry::{
        GroupResource, Origin, ResourceType, Scope, validate_builtin, validate_name, validate_pod_change,
    },
    status::{FieldError, Status},
};

use super::{Endpoint, meta, metadata_rules};

/// Puts the request's namespace into the object, or refuses another one.
pub(super) fn settle_namespace(
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

/// Everything wrong with a new object.
pub(super) fn validate(ty: &ResourceType, value: &Value) -> Result<(), Status> {
    let mut errors = validate_name(ty, meta(value, "name"));
    errors.extend(metadata_rules::validate(ty, value));
    match &ty.schema {
        Some(schema) => errors.extend(schema.validate_resource(value)),
        None => errors.extend(validate_builtin(ty, value)),
    }
    reject(ty, value, &errors)
}

/// Everything wrong with a changed object. Of a custom resource's status endpoint, only the status is looked at.
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
        // The real server looks twice: with the rules of custom resources, and with those of all.
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

/// Where etcd would keep the object; a precondition's message says so.
pub(super) fn etcd_key(gr: &GroupResource, key: &str) -> String {
    match gr.group.as_str() {
        "" => format!("/registry/{}/{key}", gr.resource),
        group if !group.contains('.') => format!("/registry/{}/{key}", gr.resource),
        group => format!("/registry/{group}/{}/{key}", gr.resource),
    }
}
