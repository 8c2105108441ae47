//! Namespaces: objects can only be created in existing ones, and deleting a namespace deletes its objects.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::{
    registry::{GroupResource, ResourceType, Scope},
    request::{DeleteOptions, WriteOptions},
    status::{Status, StatusCause},
    storage::Transaction,
};

use super::{Engine, meta, metadata::finalizers};

const SYSTEM: [&str; 4] = ["default", "kube-node-lease", "kube-public", "kube-system"];
/// The namespaces that may not be deleted.
const PROTECTED: [&str; 3] = ["default", "kube-public", "kube-system"];

fn namespaces() -> GroupResource {
    GroupResource::new("", "namespaces")
}

impl Engine {
    pub(super) fn create_system_namespaces(&self) {
        let Ok(ty) = self.builtin("", "namespaces") else {
            return;
        };
        for name in SYSTEM {
            let value = json!({"metadata": {"name": name}});
            // These are valid names in an empty store.
            let _ = self.create(&ty, None, value, &WriteOptions::default());
        }
    }

    /// Deletes a terminating namespace once it has no objects and no finalizers.
    pub(super) fn finish_namespace(&self, txn: &mut Transaction<'_>, namespace: &str) {
        let Some(object) = txn.get(&namespaces(), namespace) else {
            return;
        };
        if !object.terminating || !self.served_in(txn, namespace).is_empty() {
            return;
        }
        let mut value = object.value();
        let held = !finalizers(&value).is_empty()
            || value["spec"]["finalizers"]
                .as_array()
                .is_some_and(|all| all.iter().any(|f| f != "kubernetes"));
        if held {
            return;
        }
        if let Ok(ty) = self.builtin("", "namespaces") {
            value["spec"] = json!({});
            txn.delete(&ty, &object, value);
        }
    }

    /// The served types that have objects in this namespace.
    fn served_in(&self, txn: &Transaction<'_>, namespace: &str) -> Vec<Arc<ResourceType>> {
        txn.resources_in(namespace).iter().filter_map(|gr| self.registry.any_version(gr)).collect()
    }

    /// Deletes all objects in a terminating namespace.
    pub(super) fn terminate_namespace(&self, txn: &mut Transaction<'_>, namespace: &str) {
        let at_once = DeleteOptions { grace_seconds: Some(0), ..DeleteOptions::default() };
        for ty in self.served_in(txn, namespace) {
            for (_, name) in txn.keys(&ty.group_resource, Some(namespace)) {
                let key = crate::storage::object_key(namespace, &name);
                if let Some(object) = txn.get(&ty.group_resource, &key) {
                    self.delete_in(txn, &ty, &object, &at_once);
                }
            }
        }
        self.finish_namespace(txn, namespace);
    }
}

/// Rejects an object if its namespace is missing or terminating.
pub(super) fn check_namespace(txn: &Transaction<'_>, ty: &ResourceType, value: &Value) -> Result<(), Status> {
    if ty.scope == Scope::Cluster {
        return Ok(());
    }
    let namespace = meta(value, "namespace");
    let Some(object) = txn.get(&namespaces(), namespace) else {
        return Err(Status::not_found(&namespaces(), namespace));
    };
    if !object.terminating {
        return Ok(());
    }
    let why = format!("unable to create new content in namespace {namespace} because it is being terminated");
    let mut status = Status::forbidden(&ty.group_resource, meta(value, "name"), &why);
    if let Some(details) = &mut status.details {
        details.causes.push(StatusCause {
            reason: "NamespaceTerminating".to_owned(),
            message: format!("namespace {namespace} is being terminated"),
            field: "metadata.namespace".to_owned(),
        });
    }
    Err(status)
}

/// Rejects the deletion of a namespace that every cluster needs.
pub(super) fn check_protected(ty: &ResourceType, name: &str) -> Result<(), Status> {
    if ty.group_resource == namespaces() && PROTECTED.contains(&name) {
        return Err(Status::forbidden(&namespaces(), name, "this namespace may not be deleted"));
    }
    Ok(())
}
