//! The valid values of `metadata` and the permitted changes.

use serde_json::Value;

use crate::{
    registry::{Origin, ResourceType},
    selectors::{label_key_error, label_value_error},
    status::{FieldError, quote},
};

use super::metadata::finalizers;

const STANDARD_FINALIZERS: [&str; 3] = ["orphan", "foregroundDeletion", "kubernetes"];

/// Returns all errors in the metadata except the name.
pub(super) fn validate(ty: &ResourceType, value: &Value) -> Vec<FieldError> {
    let mut errors = validate_labels(value);
    errors.extend(validate_owners(value));
    errors.extend(validate_finalizers(ty, value));
    errors
}

/// Returns all errors in a change of the metadata.
pub(super) fn validate_change(old: &Value, new: &Value) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for field in ["name", "namespace", "uid"] {
        let (before, after) = (&old["metadata"][field], &new["metadata"][field]);
        if before != after {
            let field = format!("metadata.{field}");
            errors.push(FieldError::invalid(field, after.clone(), "field is immutable"));
        }
    }
    if !old["metadata"]["deletionTimestamp"].is_null() {
        errors.extend(reject_new_finalizers(&finalizers(old), &finalizers(new)));
    }
    errors
}

fn reject_new_finalizers(old: &[String], new: &[String]) -> Option<FieldError> {
    let mut added: Vec<String> =
        new.iter().filter(|finalizer| !old.contains(finalizer)).map(|finalizer| quote(finalizer)).collect();
    added.sort_unstable();
    if added.is_empty() {
        return None;
    }
    let why = format!(
        "no new finalizers can be added if the object is being deleted, found new finalizers []string{{{}}}",
        added.join(", ")
    );
    Some(FieldError::forbidden("metadata.finalizers", why))
}

fn validate_labels(value: &Value) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for (key, label) in value["metadata"]["labels"].as_object().into_iter().flatten() {
        let text = label.as_str().unwrap_or_default();
        if let Some(why) = label_key_error(key) {
            errors.push(FieldError::invalid("metadata.labels", key.as_str(), why));
        }
        if let Some(why) = label_value_error(text) {
            errors.push(FieldError::invalid("metadata.labels", text, why));
        }
    }
    errors
}

fn validate_owners(value: &Value) -> Vec<FieldError> {
    let owners = value["metadata"]["ownerReferences"].as_array().map_or(&[][..], Vec::as_slice);
    let mut errors = Vec::new();
    for (i, owner) in owners.iter().enumerate() {
        for field in ["apiVersion", "kind", "name", "uid"] {
            if owner[field].as_str().unwrap_or_default().is_empty() {
                let field = format!("metadata.ownerReferences[{i}].{field}");
                errors.push(FieldError::required(field, "must not be empty"));
            }
        }
    }
    errors
}

fn validate_finalizers(ty: &ResourceType, value: &Value) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for (i, finalizer) in finalizers(value).into_iter().enumerate() {
        if let Some(why) = label_key_error(&finalizer) {
            errors.push(FieldError::invalid("metadata.finalizers", finalizer, why));
            continue;
        }
        let qualified = finalizer.contains('/') || STANDARD_FINALIZERS.contains(&finalizer.as_str());
        // For custom resources it is only a warning.
        if !qualified && ty.origin == Origin::BuiltIn {
            let why = "name is neither a standard finalizer name nor is it fully qualified";
            errors.push(FieldError::invalid(format!("metadata.finalizers[{i}]"), finalizer, why));
        }
    }
    errors
}

/// Returns warnings about finalizers that a custom resource did not have before.
pub(super) fn finalizer_warnings(ty: &ResourceType, old: &Value, new: &Value) -> Vec<String> {
    if ty.origin == Origin::BuiltIn {
        return Vec::new();
    }
    let before = finalizers(old);
    let mut added: Vec<String> =
        finalizers(new).into_iter().filter(|finalizer| !before.contains(finalizer)).collect();
    added.sort_unstable();
    added
        .into_iter()
        .filter(|finalizer| !finalizer.contains('/') && !STANDARD_FINALIZERS.contains(&finalizer.as_str()))
        .map(|finalizer| {
            let path = if finalizer.contains('.') { " including a path (/)" } else { "" };
            format!(
                "metadata.finalizers: {}: prefer a domain-qualified finalizer name{path} to avoid accidental conflicts with \
                 other finalizer writers",
                quote(&finalizer)
            )
        })
        .collect()
}
