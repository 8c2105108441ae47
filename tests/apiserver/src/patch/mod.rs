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
    json_patch::patch(&mut current, &patch).map_err(|_| unprocessable())?;
    Ok(current)
}

fn unprocessable() -> Status {
    Status::for_code(422).with_details(StatusDetails::default())
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
