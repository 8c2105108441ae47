//! The status of a `CustomResourceDefinition` as the server's own controllers write it: new, served, going.
//!
//! Pure functions over CRDs; when a status is due, the engine knows.

use serde_json::{Value, json};

/// How far the deletion of a CRD is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Ending {
    Pending,
    InProgress,
    Completed,
}

impl Ending {
    /// The condition's status, reason and message.
    fn words(self) -> (&'static str, &'static str, &'static str) {
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

/// The status of a CRD which has just been created.
pub(crate) fn initial_status(crd: &Value) -> Value {
    // What its maker says of a status does not count.
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

/// The versions in which there may be objects: those that were stored before, and the one that is now.
pub(crate) fn stored_versions(crd: &Value) -> Value {
    let mut stored: Vec<Value> = crd["status"]["storedVersions"].as_array().cloned().unwrap_or_default();
    for version in crd["spec"]["versions"].as_array().into_iter().flatten() {
        if version["storage"] == true && !stored.contains(&version["name"]) {
            stored.push(version["name"].clone());
        }
    }
    stored.into()
}

/// The status of a CRD that goes.
pub(crate) fn terminating_status(crd: &Value, ending: Ending, now: &str) -> Value {
    let (state, reason, message) = ending.words();
    let mut status = crd["status"].clone();
    let mut conditions = status["conditions"].as_array().cloned().unwrap_or_default();
    let found = conditions.iter().position(|condition| condition["type"] == "Terminating");
    // Another reason is no transition.
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

/// Whether a CRD says of itself that its objects are being deleted.
pub(super) fn is_terminating(crd: &Value) -> bool {
    let conditions = crd["status"]["conditions"].as_array().map_or(&[][..], Vec::as_slice);
    conditions.iter().any(|condition| condition["type"] == "Terminating" && condition["status"] == "True")
}
