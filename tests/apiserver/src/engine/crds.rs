//! What happens when a CRD comes, changes or goes: its kind is served, served otherwise, or served no more.
//!
//! One that goes takes its objects along, each in the way in which any object goes: so it waits for their finalizers.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    managed_fields::{self, Writer},
    registry::{
        Ending, GroupResource, Origin, ResourceType, established_status, stored_type_of_crd,
        terminating_status, types_of_crd,
    },
    request::DeleteOptions,
    status::Status,
    storage::{Object, Transaction, object_key},
};

use super::{Endpoint, Engine, meta, metadata::finalizers};

/// The controllers of CRDs are a part of the server, and write under its name.
const MANAGER: &str = "kube-apiserver";
/// Holds a CRD for as long as there are objects of its.
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

/// The CRD of a resource; it is called as the resource is shown.
fn crd_of(txn: &Transaction<'_>, gr: &GroupResource) -> Option<Arc<Object>> {
    txn.get(&GroupResource::new(GROUP, PLURAL), &gr.to_string())
}

/// Refuses a new object of a kind whose CRD goes.
pub(super) fn check_crd(txn: &Transaction<'_>, ty: &ResourceType, value: &Value) -> Result<(), Status> {
    let gr = &ty.group_resource;
    if ty.origin == Origin::Custom && crd_of(txn, gr).is_some_and(|crd| crd.going) {
        let why = "create not allowed while custom resource definition is terminating";
        return Err(Status::forbidden(gr, meta(value, "name"), why));
    }
    Ok(())
}

impl Engine {
    /// Serves the kind of a new CRD and says so in its status, as a second version of it.
    pub(super) fn after_create(&self, txn: &mut Transaction<'_>, ty: &ResourceType, object: &Arc<Object>) {
        if is_crd(ty) {
            let crd = object.value();
            txn.open_collection(&resource_of(&crd));
            self.serve(&crd);
            self.write_status(txn, ty, object, established_status(&crd, &self.now()));
        }
    }

    /// Serves what a changed CRD now says. Where it says something else than before, watches begin anew.
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

    /// Writes a CRD as its controllers do, through the endpoint of its status.
    fn write_crd(&self, txn: &mut Transaction<'_>, ty: &ResourceType, object: &Arc<Object>, mut new: Value) {
        let old = object.value();
        // Direct calls keep no managed fields.
        if old["metadata"]["managedFields"].is_array() {
            let now = self.now();
            let writer = Writer { manager: MANAGER, endpoint: Endpoint::Status, now: &now };
            managed_fields::track_update(ty, &old, &mut new, writer);
        }
        txn.update(ty, object, new);
    }

    /// A CRD as it is once someone has deleted it.
    pub(super) fn mark_crd(&self, mut value: Value) -> Value {
        let now = self.now();
        value["status"] = terminating_status(&value, Ending::Pending, &now);
        value["metadata"]["deletionTimestamp"] = now.into();
        let mut held = finalizers(&value);
        if held.iter().all(|finalizer| finalizer != CLEANUP) {
            held.push(CLEANUP.to_owned());
        }
        value["metadata"]["finalizers"] = held.into();
        value
    }

    /// Deletes all objects of a CRD which has just been marked.
    pub(super) fn terminate_crd(&self, txn: &mut Transaction<'_>, ty: &ResourceType, marked: &Arc<Object>) {
        let crd = marked.value();
        self.serve(&crd);
        self.write_status(txn, ty, marked, terminating_status(&crd, Ending::InProgress, &self.now()));
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

    /// Lets a CRD that goes go, as far as its objects are concerned, once there are none. (The real server looks every
    /// five seconds.)
    pub(super) fn finish_crd(&self, txn: &mut Transaction<'_>, gr: &GroupResource) {
        let Some(object) = crd_of(txn, gr).filter(|crd| crd.going) else { return };
        let Ok(ty) = self.builtin(GROUP, PLURAL) else { return };
        let mut crd = object.value();
        let mut held = finalizers(&crd);
        let all = held.len();
        held.retain(|finalizer| finalizer != CLEANUP);
        if held.len() == all || !txn.is_empty(gr) {
            return;
        }
        if held.is_empty() {
            // What watches see last is what was stored last.
            let last = txn.delete(&ty, &object, crd);
            self.after_delete(txn, &ty, &last);
        } else {
            crd["status"] = terminating_status(&crd, Ending::Completed, &self.now());
            crd["metadata"]["finalizers"] = held.into();
            self.serve(&crd);
            self.write_crd(txn, &ty, &object, crd);
        }
    }

    /// Serves the kind of a CRD that is gone no more. Objects may be left, if someone took the clean-up's finalizer away.
    pub(super) fn forget_crd(&self, txn: &mut Transaction<'_>, crd: &Object) {
        let gr = resource_of(&crd.value());
        txn.end_session(&gr);
        self.registry.remove(&gr);
    }
}
