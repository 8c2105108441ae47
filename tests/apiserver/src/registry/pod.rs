//! Pods: the defaults and checks that clients can observe.

use serde_json::{Value, json};

use crate::status::FieldError;

use super::builtin::fill;

/// Sets the defaults of a pod.
pub(super) fn default_pod(value: &mut Value) {
    fill(value, "spec", json!({}));
    let spec = &mut value["spec"];
    fill(spec, "restartPolicy", json!("Always"));
    fill(spec, "terminationGracePeriodSeconds", json!(30));
    fill(spec, "dnsPolicy", json!("ClusterFirst"));
    fill(spec, "securityContext", json!({}));
    fill(spec, "schedulerName", json!("default-scheduler"));
    fill(spec, "enableServiceLinks", json!(true));
    for list in ["containers", "initContainers"] {
        for container in spec.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            default_container(container);
        }
    }
    fill(value, "status", json!({}));
    let class = quality_of_service(&value["spec"]);
    fill(&mut value["status"], "phase", json!("Pending"));
    fill(&mut value["status"], "qosClass", json!(class));
}

fn default_container(container: &mut Value) {
    fill(container, "resources", json!({}));
    fill(container, "terminationMessagePath", json!("/dev/termination-log"));
    fill(container, "terminationMessagePolicy", json!("File"));
    let image = container["image"].as_str().unwrap_or_default();
    let name = image.rsplit('/').next().unwrap_or_default();
    let policy = match name.rsplit_once(':') {
        _ if image.contains('@') => "IfNotPresent",
        None | Some((_, "latest")) => "Always",
        Some(_) => "IfNotPresent",
    };
    fill(container, "imagePullPolicy", json!(policy));
    for port in container.get_mut("ports").and_then(Value::as_array_mut).into_iter().flatten() {
        fill(port, "protocol", json!("TCP"));
    }
}

fn quality_of_service(spec: &Value) -> &'static str {
    let containers = spec["containers"].as_array().map_or(&[][..], Vec::as_slice);
    let bare = |c: &Value| c["resources"]["requests"].is_null() && c["resources"]["limits"].is_null();
    let guaranteed = |c: &Value| {
        let (limits, requests) = (&c["resources"]["limits"], &c["resources"]["requests"]);
        ["cpu", "memory"]
            .iter()
            .all(|r| !limits[r].is_null() && (requests[r].is_null() || requests[r] == limits[r]))
    };
    match containers {
        all if all.iter().all(bare) => "BestEffort",
        all if all.iter().all(guaranteed) => "Guaranteed",
        _ => "Burstable",
    }
}

/// Checks the required fields of a pod.
pub(super) fn validate_pod(value: &Value) -> Vec<FieldError> {
    let containers = value["spec"]["containers"].as_array().map_or(&[][..], Vec::as_slice);
    if containers.is_empty() {
        return vec![FieldError::required("spec.containers", "")];
    }
    let mut errors = Vec::new();
    for (i, container) in containers.iter().enumerate() {
        for field in ["name", "image"] {
            if container[field].as_str().unwrap_or_default().is_empty() {
                errors.push(FieldError::required(format!("spec.containers[{i}].{field}"), ""));
            }
        }
    }
    errors
}

/// The error message for a change of an immutable field; it lists the mutable ones.
const MUTABLE: &str = "pod updates may not change fields other than `spec.containers[*].image`,\
     `spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),\
     `spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

/// Checks a change of a pod. (The real message continues with a diff of Go structs.)
pub(crate) fn validate_pod_change(old: &Value, new: &Value) -> Vec<FieldError> {
    let fixed = |pod: &Value| {
        let mut spec = pod["spec"].clone();
        if let Some(spec) = spec.as_object_mut() {
            for field in ["activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds"] {
                spec.remove(field);
            }
            for list in ["containers", "initContainers"] {
                let containers = spec.get_mut(list).and_then(Value::as_array_mut);
                for container in containers.into_iter().flatten().filter_map(Value::as_object_mut) {
                    container.remove("image");
                }
            }
        }
        spec
    };
    if fixed(old) == fixed(new) {
        return Vec::new();
    }
    vec![FieldError::forbidden("spec", MUTABLE)]
}
