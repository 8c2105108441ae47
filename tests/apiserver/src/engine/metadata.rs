//! The rules of `metadata`: what it may hold, and what may change in it.

use serde_json::Value;

use crate::{
    registry::{GroupResource, ResourceType, Scope, validate_builtin, validate_name},
    status::{FieldError, Status},
};

use super::meta;

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
            if given.is_empty() { Ok(()) } else { Err(mismatch()) }
        }
        (Scope::Namespaced, _) => Err(mismatch()),
    }
}

/// Everything wrong with an object, whether new or changed.
pub(super) fn validate(ty: &ResourceType, value: &Value) -> Result<(), Status> {
    let mut errors = validate_name(ty, meta(value, "name"));
    errors.extend(validate_labels(value));
    errors.extend(validate_finalizers(value));
    match &ty.schema {
        Some(schema) => errors.extend(schema.validate_resource(value)),
        None => errors.extend(validate_builtin(ty, value)),
    }
    reject(ty, value, &errors)
}

/// Everything wrong with a change.
pub(super) fn validate_change(ty: &ResourceType, old: &Value, new: &Value) -> Result<(), Status> {
    let mut errors = Vec::new();
    for field in ["name", "namespace", "uid"] {
        let (before, after) = (&old["metadata"][field], &new["metadata"][field]);
        if before != after {
            errors.push(FieldError::invalid(
                format!("metadata.{field}"),
                after.clone(),
                "field is immutable",
            ));
        }
    }
    if !old["metadata"]["deletionTimestamp"].is_null() {
        let mut added: Vec<String> = finalizers(new);
        added.retain(|finalizer| !finalizers(old).contains(finalizer));
        added.sort_unstable();
        if !added.is_empty() {
            let list: Vec<String> = added.iter().map(|f| crate::status::quote(f)).collect();
            let why = format!(
                "no new finalizers can be added if the object is being deleted, found new finalizers []string{{{}}}",
                list.join(", ")
            );
            errors.push(FieldError::forbidden("metadata.finalizers", why));
        }
    }
    if ty.kind == "Secret" && old["type"] != new["type"] {
        errors.push(FieldError::invalid(
            "type",
            new["type"].clone(),
            "field is immutable",
        ));
    }
    if matches!(ty.kind.as_str(), "Secret" | "ConfigMap") && old["immutable"] == true {
        for field in ["data", "binaryData", "immutable"] {
            if old[field] != new[field] {
                let why = "field is immutable when `immutable` is set";
                errors.push(FieldError::forbidden(field, why));
            }
        }
    }
    reject(ty, new, &errors)
}

fn reject(ty: &ResourceType, value: &Value, errors: &[FieldError]) -> Result<(), Status> {
    match errors {
        [] => Ok(()),
        _ => Err(Status::invalid(
            &ty.group_resource.group,
            &ty.kind,
            meta(value, "name"),
            errors,
        )),
    }
}

fn validate_labels(value: &Value) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for (key, label) in value["metadata"]["labels"].as_object().into_iter().flatten() {
        // The selector's grammar is that of labels.
        let text = label.as_str().unwrap_or_default();
        let term = format!("{key}={text}");
        let whole = !key.contains(['=', '!', ',', '(', ')', '<', '>', ' '])
            && !text.contains(['=', '!', ',', '(', ')', ' ']);
        if !whole || crate::selectors::LabelSelector::parse(&term).is_err() {
            let why = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and \
                       must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', \
                       regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
            errors.push(FieldError::invalid("metadata.labels", text, why));
        }
    }
    errors
}

fn validate_finalizers(value: &Value) -> Vec<FieldError> {
    finalizers(value)
        .into_iter()
        .filter(|finalizer| finalizer.is_empty() || finalizer.matches('/').count() > 1)
        .map(|finalizer| {
            let why = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an \
                       alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is \
                       '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
            FieldError::invalid("metadata.finalizers", finalizer, why)
        })
        .collect()
}

/// The finalizers of an object.
pub(super) fn finalizers(value: &Value) -> Vec<String> {
    let list = value["metadata"]["finalizers"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
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
