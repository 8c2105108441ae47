//! What happens when a CRD comes, changes or goes: its kind is served, served otherwise, or served no more.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    registry::{GroupResource, ResourceType, established_status, types_of_crd},
    storage::{Object, Transaction},
};

use super::Engine;

fn is_crd(ty: &ResourceType) -> bool {
    ty.kind == "CustomResourceDefinition"
}

fn resource_of(crd: &Value) -> GroupResource {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    GroupResource::new(text(&crd["spec"]["group"]), text(&crd["spec"]["names"]["plural"]))
}

impl Engine {
    /// Serves the kind of a new CRD and says so in its status, as a second version of it.
    pub(super) fn after_create(&self, txn: &mut Transaction<'_>, ty: &ResourceType, object: &Arc<Object>) {
        if is_crd(ty) {
            let mut crd = object.value();
            self.serve(txn, &crd);
            crd["status"] = established_status(&crd, &self.now());
            txn.update(ty, object, crd);
        }
    }

    /// Serves what a changed CRD now says.
    pub(super) fn after_update(&self, txn: &mut Transaction<'_>, ty: &ResourceType, object: &Arc<Object>) {
        if !is_crd(ty) {
            return;
        }
        let mut crd = object.value();
        self.registry.remove(&resource_of(&crd));
        self.registry.add(types_of_crd(&crd));
        let before = crd["status"]["storedVersions"].clone();
        let established = established_status(&crd, &self.now());
        if established["storedVersions"] != before
            || established["acceptedNames"] != crd["status"]["acceptedNames"]
        {
            crd["status"]["storedVersions"] = established["storedVersions"].clone();
            crd["status"]["acceptedNames"] = established["acceptedNames"].clone();
            txn.update(ty, object, crd);
        }
    }

    /// Removes the objects of a CRD that goes, and stops serving its kind.
    pub(super) fn before_delete(&self, txn: &mut Transaction<'_>, ty: &ResourceType, object: &Arc<Object>) {
        if !is_crd(ty) {
            return;
        }
        let gr = resource_of(&object.value());
        let Some(custom) = self.registry.any_version(&gr) else {
            return;
        };
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

    fn serve(&self, txn: &mut Transaction<'_>, crd: &Value) {
        txn.open_collection(&resource_of(crd));
        self.registry.add(types_of_crd(crd));
    }
}
