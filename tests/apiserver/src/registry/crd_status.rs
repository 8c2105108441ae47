//! The status of a `CustomResourceDefinition` as the server's own controllers write it: new, served, terminating.
//!
//! Pure functions over CRDs; the engine decides when to write a status.

use serde_json::{Value, json};

/// The progress of the deletion of a CRD.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Termination {
    Pending,
    InProgress,
    Completed,
}

impl Termination {
    /// The status, reason and message of the condition.
    fn condition(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Pending => (
                "True",
                "InstanceDeletionPending",
                "CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon",
            ),
            Self::InProgress => {
                ("True", "InstanceDeletionInProgress", "CustomResource deletion is in progress")
            }
            Self::Completed => ("False", "InstanceDeletionCompleted", "removed all instances"),
        }
    }
}

/// The status of a new CRD.
pub(crate) fn initial_status(crd: &Value) -> Value {
    // A status in the request is ignored.
    let stored = stored_versions(&json!({"spec": crd["spec"]}));
    json!({"acceptedNames": {"kind": "", "plural": ""}, "conditions": null, "storedVersions": stored})
}

/// The status of a CRD whose kind is served.
pub(crate) fn established_status(crd: &Value, now: &str) -> Value {
    let condition = |kind: &str, reason: &str, message: &str| json!({"lastTransitionTime": now, "message": message, "reason": reason, "status": "True", "type": kind});
    json!({
        "acceptedNames": crd["spec"]["names"],
        "conditions": [
            condition("NamesAccepted", "NoConflicts", "no conflicts found"),
            condition("Established", "InitialNamesAccepted", "the initial names have been accepted"),
        ],
        "storedVersions": stored_versions(crd),
    })
}

/// The versions in which objects may be stored: the previous storage versions and the current one.
pub(crate) fn stored_versions(crd: &Value) -> Value {
    let mut stored: Vec<Value> = crd["status"]["storedVersions"].as_array().cloned().unwrap_or_default();
    for version in crd["spec"]["versions"].as_array().into_iter().flatten() {
        if version["storage"] == true && !stored.contains(&version["name"]) {
            stored.push(version["name"].clone());
        }
    }
    stored.into()
}

/// The status of a CRD that is being deleted.
pub(crate) fn terminating_status(crd: &Value, termination: Termination, now: &str) -> Value {
    let (state, reason, message) = termination.condition();
    let mut status = crd["status"].clone();
    let mut conditions = status["conditions"].as_array().cloned().unwrap_or_default();
    let found = conditions.iter().position(|condition| condition["type"] == "Terminating");
    // A change of the reason only is not a transition.
    let since = found
        .filter(|at| conditions[*at]["status"] == state)
        .map_or_else(|| now.into(), |at| conditions[at]["lastTransitionTime"].clone());
    let terminating = json!({
        "lastTransitionTime": since,
        "message": message,
        "reason": reason,
        "status": state,
        "type": "Terminating",
    });
    match found {
        Some(at) => conditions[at] = terminating,
        None => conditions.push(terminating),
    }
    status["conditions"] = conditions.into();
    status
}

/// Whether the status of a CRD reports that its objects are being deleted.
pub(super) fn is_terminating(crd: &Value) -> bool {
    let conditions = crd["status"]["conditions"].as_array().map_or(&[][..], Vec::as_slice);
    conditions.iter().any(|condition| condition["type"] == "Terminating" && condition["status"] == "True")
}
