//! Migration from `kubectl apply` to `kubectl apply --server-side`: the latter may change fields set by the former
//! without a conflict.
//!
//! Applies only to the manager `kubectl`; the annotation with the last configuration of the client determines which
//! fields were set.

use serde_json::Value;

use crate::{
    registry::ResourceType,
    storage::{KeyOrder, encode_object},
};

use super::{set::FieldSet, typing::Typing, walk};

const MANAGER: &str = "kubectl";
const ANNOTATION: &str = "kubectl.kubernetes.io/last-applied-configuration";

fn annotation(object: &Value) -> Option<&str> {
    object["metadata"]["annotations"][ANNOTATION].as_str()
}

/// The fields that this manager may take over: those that it applied before as a client and that were not changed
/// since.
pub(super) fn transferable_fields(ty: &ResourceType, live: &Value, manager: &str) -> FieldSet {
    let applied =
        annotation(live).filter(|_| manager == MANAGER).and_then(|text| serde_json::from_str(text).ok());
    let Some(applied) = applied else { return FieldSet::default() };
    let typing = Typing::of(ty);
    let mut fields = walk::fields_of(&typing, &applied);
    fields.subtract(&walk::compare(&typing, live, &applied).changed);
    fields
}

/// Updates the annotation of the client, so that client-side apply still works afterwards.
pub(super) fn refresh(live: &Value, merged: &mut Value, configuration: &Value, manager: &str) {
    if manager != MANAGER || annotation(live).is_none() {
        return;
    }
    let mut kept = configuration.clone();
    if let Some(annotations) = kept["metadata"]["annotations"].as_object_mut() {
        annotations.remove(ANNOTATION);
    }
    let text = String::from_utf8_lossy(&encode_object(KeyOrder::Sorted, &kept)).into_owned();
    merged["metadata"]["annotations"][ANNOTATION] = format!("{text}\n").into();
}
