//! What happens when a CRD comes, changes or goes: its kind is served, served otherwise, or served no more.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    managed_fields::{self, Writer},
    registry::{GroupResource, Origin, ResourceType, established_status, types_of_crd},
    storage::{Object, Transaction},
};

use super::{Endpoint, Engine};

/// The controllers of CRDs are a part of the server, and write under its name.
const MANAGER: &str = "kube-apiserver";

pub(super) fn is_crd(ty: &ResourceType) -> bool {
    ty.origin == Origin::BuiltIn && ty.kind == "CustomResourceDefinition"
}

fn resource_of(crd: &Value) -> GroupResource {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    GroupResource::new(text(&crd["spec"]["group"]), text(&crd["spec"]["names"]["plural"]))
}

impl Engine {
    /// Serves the kind of a new CRD and says so in its status, as a second version of it.
    pub(super) fn after_create(&self, txn: &mut Transaction<'_>, ty: &ResourceType, object: &Arc<Object>) {
        if is_crd(ty) {
            let crd = object.value();
            txn.open_collection(&resource_of(&crd));
            self.registry.add(types_of_crd(&crd));
            self.write_status(txn, ty, object, established_status(&crd, &self.now()));
        }
    }

    /// Serves what a changed CRD now says.
    pub(super) fn after_update(&self, txn: &mut Transaction<'_>, ty: &ResourceType, object: &Arc<Object>) {
        if !is_crd(ty) {
            return;
        }
        let crd = object.value();
        self.registry.remove(&resource_of(&crd));
        self.registry.add(types_of_crd(&crd));
        let established = established_status(&crd, &self.now());
        let mut status = crd["status"].clone();
        for field in ["storedVersions", "acceptedNames"] {
            status[field] = established[field].clone();
        }
        if status != crd["status"] {
            self.write_status(txn, ty, object, status);
        }
    }

    fn write_status(
        &self,
        txn: &mut Transaction<'_>,
        ty: &ResourceType,
        object: &Arc<Object>,
        status: Value,
    ) {
        let old = object.value();
        let mut new = old.clone();
        new["status"] = status;
        // Direct calls keep no managed fields.
        if old["metadata"]["managedFields"].is_array() {
            let now = self.now();
            let writer = Writer { manager: MANAGER, endpoint: Endpoint::Status, now: &now };
            managed_fields::track_update(ty, &old, &mut new, writer);
        }
        txn.update(ty, object, new);
    }

    /// Removes the objects of a CRD that goes, and stops serving its kind.
    pub(super) fn clean_up_instances(&self, txn: &mut Transaction<'_>, crd: &Value) {
        let gr = resource_of(crd);
        let Some(custom) = self.registry.any_version(&gr) else { return };
        for (namespace, name) in txn.keys(&gr, None) {
            let key = crate::storage::object_key(&namespace, &name);
            if let Some(instance) = txn.get(&gr, &key) {
                let value = instance.value();
                txn.delete(&custom, &instance, value);
            }
        }
        txn.end_session(&gr);
        self.registry.remove(&gr);
    }
}
