//! The effects of creating, changing and deleting a CRD: its kind is served, served differently, or no longer served.
//!
//! Deleting a CRD deletes its objects in the same way as any other object, so it waits for their finalizers.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    managed_fields::{self, Writer},
    registry::{
        GroupResource, Origin, ResourceType, Termination, established_status, stored_type_of_crd,
        terminating_status, types_of_crd,
    },
    request::DeleteOptions,
    status::Status,
    storage::{Object, Transaction, object_key},
};

use super::{Endpoint, Engine, meta, metadata::finalizers};

/// The CRD controllers are a part of the server and write under its name.
const MANAGER: &str = "kube-apiserver";
/// Retains a CRD while it has objects.
const CLEANUP: &str = "customresourcecleanup.apiextensions.k8s.io";

const GROUP: &str = "apiextensions.k8s.io";
const PLURAL: &str = "customresourcedefinitions";

pub(super) fn is_crd(ty: &ResourceType) -> bool {
    ty.origin == Origin::BuiltIn && ty.kind == "CustomResourceDefinition"
}

fn resource_of(crd: &Value) -> GroupResource {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    GroupResource::new(text(&crd["spec"]["group"]), text(&crd["spec"]["names"]["plural"]))
}

/// Returns the CRD of a resource; its name is the display form of the resource.
fn crd_of(txn: &Transaction<'_>, gr: &GroupResource) -> Option<Arc<Object>> {
    txn.get(&GroupResource::new(GROUP, PLURAL), &gr.to_string())
}

/// Rejects a new object if the CRD of its kind is terminating.
pub(super) fn check_crd(txn: &Transaction<'_>, ty: &ResourceType, value: &Value) -> Result<(), Status> {
    let gr = &ty.group_resource;
    if ty.origin == Origin::Custom && crd_of(txn, gr).is_some_and(|crd| crd.terminating) {
        let why = "create not allowed while custom resource definition is terminating";
        return Err(Status::forbidden(gr, meta(value, "name"), why));
    }
    Ok(())
}

impl Engine {
    /// Serves the kind of a new CRD and reports it in the status, in a second version of the CRD.
    pub(super) fn after_create(&self, txn: &mut Transaction<'_>, ty: &ResourceType, object: &Arc<Object>) {
        if is_crd(ty) {
            let crd = object.value();
            txn.open_collection(&resource_of(&crd));
            self.serve(&crd);
            self.write_status(txn, ty, object, established_status(&crd, &self.now()));
        }
    }

    /// Serves the changed CRD. If its spec has changed, watches restart.
    pub(super) fn after_update(
        &self,
        txn: &mut Transaction<'_>,
        ty: &ResourceType,
        old: &Value,
        object: &Arc<Object>,
    ) {
        if !is_crd(ty) {
            return;
        }
        let crd = object.value();
        self.serve(&crd);
        if old["spec"] != crd["spec"] {
            txn.restart_watches(&resource_of(&crd));
        }
        let names = &crd["spec"]["names"];
        if *names != crd["status"]["acceptedNames"] {
            let mut status = crd["status"].clone();
            status["acceptedNames"] = names.clone();
            self.write_status(txn, ty, object, status);
        }
    }

    fn serve(&self, crd: &Value) {
        self.registry.remove(&resource_of(crd));
        self.registry.add(types_of_crd(crd));
    }

    fn write_status(
        &self,
        txn: &mut Transaction<'_>,
        ty: &ResourceType,
        object: &Arc<Object>,
        status: Value,
    ) {
        let mut new = object.value();
        new["status"] = status;
        self.write_crd(txn, ty, object, new);
    }

    /// Writes a CRD as its controllers do, through the status endpoint.
    fn write_crd(&self, txn: &mut Transaction<'_>, ty: &ResourceType, object: &Arc<Object>, mut new: Value) {
        let old = object.value();
        // Direct calls do not record managed fields.
        if old["metadata"]["managedFields"].is_array() {
            let now = self.now();
            let writer = Writer { manager: MANAGER, endpoint: Endpoint::Status, now: &now };
            managed_fields::track_update(ty, &old, &mut new, writer);
        }
        txn.update(ty, object, new);
    }

    /// The state of a CRD after a delete request.
    pub(super) fn mark_crd(&self, mut value: Value) -> Value {
        let now = self.now();
        value["status"] = terminating_status(&value, Termination::Pending, &now);
        value["metadata"]["deletionTimestamp"] = now.into();
        let mut held = finalizers(&value);
        if held.iter().all(|finalizer| finalizer != CLEANUP) {
            held.push(CLEANUP.to_owned());
        }
        value["metadata"]["finalizers"] = held.into();
        value
    }

    /// Deletes all objects of a CRD that was just marked as terminating.
    pub(super) fn terminate_crd(&self, txn: &mut Transaction<'_>, ty: &ResourceType, marked: &Arc<Object>) {
        let crd = marked.value();
        self.serve(&crd);
        self.write_status(txn, ty, marked, terminating_status(&crd, Termination::InProgress, &self.now()));
        let gr = resource_of(&crd);
        if let Some(stored) = stored_type_of_crd(&crd) {
            for (namespace, name) in txn.keys(&gr, None) {
                if let Some(instance) = txn.get(&gr, &object_key(&namespace, &name)) {
                    self.delete_in(txn, &stored, &instance, &DeleteOptions::default());
                }
            }
        }
        self.finish_crd(txn, &gr);
    }

    /// Removes the clean-up finalizer of a terminating CRD once it has no objects. (The real server checks every five
    /// seconds.)
    pub(super) fn finish_crd(&self, txn: &mut Transaction<'_>, gr: &GroupResource) {
        let Some(object) = crd_of(txn, gr).filter(|crd| crd.terminating) else { return };
        let Ok(ty) = self.builtin(GROUP, PLURAL) else { return };
        let mut crd = object.value();
        let mut held = finalizers(&crd);
        let all = held.len();
        held.retain(|finalizer| finalizer != CLEANUP);
        if held.len() == all || !txn.is_empty(gr) {
            return;
        }
        if held.is_empty() {
            // Watches receive the last stored state.
            let last = txn.delete(&ty, &object, crd);
            self.after_delete(txn, &ty, &last);
        } else {
            crd["status"] = terminating_status(&crd, Termination::Completed, &self.now());
            crd["metadata"]["finalizers"] = held.into();
            self.serve(&crd);
            self.write_crd(txn, &ty, &object, crd);
        }
    }

    /// Stops serving the kind of a deleted CRD. Objects may remain if a client removed the clean-up finalizer.
    pub(super) fn stop_serving_crd(&self, txn: &mut Transaction<'_>, crd: &Object) {
        let gr = resource_of(&crd.value());
        txn.end_session(&gr);
        self.registry.remove(&gr);
    }
}
