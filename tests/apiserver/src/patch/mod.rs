//! Patches: JSON, merge and strategic merge. (Server-side apply is a separate kind of write; see `engine`.)

mod strategic;

use serde_json::Value;

use crate::{
    registry::ResourceType,
    status::{Status, StatusDetails},
};

/// The format of a patch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PatchType {
    Json,
    Merge,
    StrategicMerge,
    Apply,
}

impl PatchType {
    pub(crate) fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json-patch+json",
            Self::Merge => "application/merge-patch+json",
            Self::StrategicMerge => "application/strategic-merge-patch+json",
            Self::Apply => "application/apply-patch+yaml",
        }
    }
}

/// Returns the object with a JSON patch applied.
pub(crate) fn json(patch: &Value, mut current: Value) -> Result<Value, Status> {
    if !patch.is_array() {
        return Err(Status::bad_request(
            "error decoding patch: json: cannot unmarshal into Go value of type jsonpatch.Patch",
        ));
    }
    let patch: json_patch::Patch = serde_json::from_value(patch.clone()).map_err(|_| unprocessable())?;
    for operation in patch.0 {
        if !tests_for_absence(&operation, &current) {
            json_patch::patch(&mut current, &[operation]).map_err(|_| unprocessable())?;
        }
    }
    Ok(current)
}

fn unprocessable() -> Status {
    Status::for_code(422).with_details(StatusDetails::default())
}

/// Whether the operation is a test that a field of an existing object is null, and the field is absent. kube-apiserver's
/// JSON patch library accepts this, unlike RFC 6902. kube-rs's `finalizer` relies on it.
fn tests_for_absence(operation: &json_patch::PatchOperation, current: &Value) -> bool {
    let json_patch::PatchOperation::Test(test) = operation else { return false };
    let parent = test.path.parent().and_then(|parent| current.pointer(parent.as_str()));
    test.value.is_null()
        && parent.is_some_and(Value::is_object)
        && current.pointer(test.path.as_str()).is_none()
}

/// Returns the object with a merge patch applied.
pub(crate) fn merge(patch: &Value, mut current: Value) -> Result<Value, Status> {
    if !patch.is_object() {
        return Err(Status::bad_request(
            "error decoding patch: json: cannot unmarshal into Go value of type map",
        ));
    }
    json_patch::merge(&mut current, patch);
    Ok(current)
}

/// Returns the object with a strategic merge patch applied.
pub(crate) fn strategic_merge(ty: &ResourceType, patch: &Value, current: Value) -> Result<Value, Status> {
    if !patch.is_object() {
        return Err(Status::bad_request(
            "error decoding patch: json: cannot unmarshal into Go value of type map",
        ));
    }
    strategic::merge(ty, patch, current)
}
