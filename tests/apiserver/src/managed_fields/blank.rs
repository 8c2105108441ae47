//! An empty object of a type: the structs that the Go type always contains.

use serde_json::{Value, json};

use crate::registry::{Origin, ResourceType};

/// The object with which a new object is compared to determine the created fields.
pub(super) fn object(ty: &ResourceType) -> Value {
    if ty.origin == Origin::Custom {
        return json!({"metadata": {}});
    }
    match ty.kind.as_str() {
        "Pod" => json!({"metadata": {}, "spec": {"containers": null}, "status": {}}),
        "Deployment" => json!({
            "metadata": {},
            "spec": {
                "selector": null,
                "strategy": {},
                "template": {"metadata": {}, "spec": {"containers": null}},
            },
            "status": {},
        }),
        "Service" => json!({"metadata": {}, "spec": {}, "status": {"loadBalancer": {}}}),
        "Namespace" | "Node" => json!({"metadata": {}, "spec": {}, "status": {}}),
        "Lease" => json!({"metadata": {}, "spec": {}}),
        "Event" => json!({
            "metadata": {},
            "involvedObject": {},
            "source": {},
            "eventTime": null,
            "firstTimestamp": null,
            "lastTimestamp": null,
            "reportingComponent": "",
            "reportingInstance": "",
        }),
        "CustomResourceDefinition" => {
            json!({"metadata": {}, "spec": {"names": {}, "versions": null}, "status": {"acceptedNames": {}}})
        }
        _ => json!({"metadata": {}}),
    }
}
