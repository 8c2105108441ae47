//! Delete: removes an object immediately, or marks it until its finalizers are removed or, for a pod, its node
//! deletes it.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::{
    registry::{GroupResource, Origin, ResourceType},
    request::{DeleteOptions, Propagation},
    status::{Status, StatusDetails},
    storage::{Object, Transaction, object_key},
};

use super::{Engine, crds::is_crd, metadata::finalizers, namespaces::check_protected, timestamp};

/// The result of a delete.
#[derive(Debug)]
pub(crate) enum Deleted {
    /// The object still exists and is marked; or the type returns the object that was deleted.
    Object(Arc<Object>),
    /// The object is deleted.
    Gone(Box<Status>),
}

/// How an object is deleted.
enum Removal {
    /// It is deleted immediately; this is its last state.
    Immediate(Value),
    /// It remains in this state until its finalizers or its node release it.
    Pending(Value),
    /// It was marked before.
    AlreadyPending,
}

const FOREGROUND: &str = "foregroundDeletion";
const ORPHAN: &str = "orphan";
/// The grace period of a pod that does not specify one.
const POD_GRACE_SECONDS: i64 = 30;

impl Engine {
    /// Deletes one object.
    pub(crate) fn delete(
        &self,
        ty: &ResourceType,
        namespace: Option<&str>,
        name: &str,
        options: &DeleteOptions,
    ) -> Result<Deleted, Status> {
        check_protected(ty, name)?;
        self.storage.write(|txn| {
            let key = object_key(namespace.unwrap_or_default(), name);
            let object = txn
                .get(&ty.group_resource, &key)
                .ok_or_else(|| Status::not_found(&ty.group_resource, name))?;
            check_preconditions(ty, &object, options)?;
            let (last, gone) = if options.dry_run {
                self.would_delete(ty, &object, options)
            } else {
                self.delete_in(txn, ty, &object, options)
            };
            Ok(answer(ty, &object, last, gone))
        })
    }

    /// Deletes those of these objects that still exist, up to the first that does not meet the preconditions, and
    /// returns how many.
    pub(crate) fn delete_listed(
        &self,
        ty: &ResourceType,
        objects: &[Arc<Object>],
        options: &DeleteOptions,
    ) -> Result<usize, Status> {
        self.storage.write(|txn| {
            let mut deleted = 0;
            for listed in objects {
                let Some(object) = txn.get(&ty.group_resource, &listed.key()) else { continue };
                check_preconditions(ty, &object, options)?;
                if !options.dry_run && check_protected(ty, &object.name).is_ok() {
                    self.delete_in(txn, ty, &object, options);
                    deleted += 1;
                }
            }
            Ok(deleted)
        })
    }

    fn would_delete(
        &self,
        ty: &ResourceType,
        object: &Arc<Object>,
        options: &DeleteOptions,
    ) -> (Arc<Object>, bool) {
        match self.removal(ty, object.value(), options) {
            Removal::Immediate(last) => (Arc::new(Object::new(ty, &last, object.resource_version)), true),
            Removal::Pending(marked) => (Arc::new(Object::new(ty, &marked, object.resource_version)), false),
            Removal::AlreadyPending => (object.clone(), false),
        }
    }

    /// Deletes or marks an object; returns whether it is deleted.
    pub(super) fn delete_in(
        &self,
        txn: &mut Transaction<'_>,
        ty: &ResourceType,
        object: &Arc<Object>,
        options: &DeleteOptions,
    ) -> (Arc<Object>, bool) {
        let (object, gone) = match self.removal(ty, object.value(), options) {
            Removal::Immediate(last) => {
                let last = txn.delete(ty, object, last);
                self.after_delete(txn, ty, &last);
                (last, true)
            }
            Removal::Pending(marked) => {
                let marked = txn.update(ty, object, marked);
                if is_crd(ty) && !object.terminating {
                    self.terminate_crd(txn, ty, &marked);
                }
                (marked, false)
            }
            Removal::AlreadyPending => (object.clone(), false),
        };
        if is_namespace(ty) {
            self.terminate_namespace(txn, &object.name);
        }
        (object, gone)
    }

    /// Handles the consequences of a deletion: a deleted CRD is no longer served, and a CRD or namespace that waited
    /// for the object may be deleted.
    pub(super) fn after_delete(&self, txn: &mut Transaction<'_>, ty: &ResourceType, gone: &Object) {
        if is_crd(ty) {
            self.stop_serving_crd(txn, gone);
        }
        if ty.origin == Origin::Custom {
            self.finish_crd(txn, &ty.group_resource);
        }
        self.finish_namespace(txn, &gone.namespace);
    }

    fn removal(&self, ty: &ResourceType, mut value: Value, options: &DeleteOptions) -> Removal {
        let marked = !value["metadata"]["deletionTimestamp"].is_null();
        if is_namespace(ty) {
            return if marked {
                Removal::AlreadyPending
            } else {
                Removal::Pending(self.mark_namespace(value))
            };
        }
        if is_crd(ty) && !marked {
            return Removal::Pending(self.mark_crd(value));
        }
        let before = value.clone();
        let held = propagate(&mut value, options.propagation);
        let grace = grace_seconds(ty, &value, options);
        if grace > 0 {
            let shorter =
                value["metadata"]["deletionGracePeriodSeconds"].as_i64().is_none_or(|left| grace < left);
            return if marked && !shorter {
                Removal::AlreadyPending
            } else {
                Removal::Pending(self.mark(value, grace))
            };
        }
        match (held, marked) {
            (true, true) => {
                // Only a CRD can be marked without this field.
                value["metadata"]["deletionGracePeriodSeconds"] = 0.into();
                if value == before { Removal::AlreadyPending } else { Removal::Pending(value) }
            }
            (true, false) => Removal::Pending(self.mark(value, 0)),
            (false, _) if is_pod(ty) => Removal::Immediate(self.mark(value, 0)),
            (false, _) => Removal::Immediate(value),
        }
    }

    fn mark(&self, value: Value, grace: i64) -> Value {
        let first = value["metadata"]["deletionTimestamp"].is_null();
        let mut value = self.mark_time(value, grace);
        if let Some(generation) = value["metadata"]["generation"].as_i64().filter(|_| first) {
            value["metadata"]["generation"] = (generation + 1).into();
        }
        value
    }

    fn mark_time(&self, mut value: Value, grace: i64) -> Value {
        let now: Timestamp = (self.clock)();
        let then = now.checked_add(SignedDuration::from_secs(grace)).unwrap_or(now);
        value["metadata"]["deletionTimestamp"] = timestamp(&then).into();
        value["metadata"]["deletionGracePeriodSeconds"] = grace.into();
        value
    }

    fn mark_namespace(&self, mut value: Value) -> Value {
        value["metadata"]["deletionTimestamp"] = self.now().into();
        value["status"]["phase"] = "Terminating".into();
        value
    }
}

fn is_namespace(ty: &ResourceType) -> bool {
    ty.origin == Origin::BuiltIn && ty.kind == "Namespace"
}

fn is_pod(ty: &ResourceType) -> bool {
    ty.origin == Origin::BuiltIn && ty.kind == "Pod"
}

/// Adds or removes the finalizers of the garbage collector; returns whether any finalizer is left.
fn propagate(value: &mut Value, propagation: Propagation) -> bool {
    let mut held = finalizers(value);
    let wanted = match propagation {
        Propagation::Unset => return !held.is_empty(),
        Propagation::Background => None,
        Propagation::Foreground => Some(FOREGROUND),
        Propagation::Orphan => Some(ORPHAN),
    };
    held.retain(|finalizer| wanted == Some(finalizer) || (finalizer != FOREGROUND && finalizer != ORPHAN));
    if let Some(wanted) = wanted.filter(|wanted| held.iter().all(|finalizer| finalizer != wanted)) {
        held.push(wanted.to_owned());
    }
    let any = !held.is_empty();
    if let Some(metadata) = value["metadata"].as_object_mut() {
        if any {
            metadata.insert("finalizers".to_owned(), held.into())
        } else {
            metadata.remove("finalizers")
        };
    }
    any
}

/// A pod on a node has a grace period and is removed when its node deletes it with no grace period.
fn grace_seconds(ty: &ResourceType, value: &Value, options: &DeleteOptions) -> i64 {
    let on_node = !value["spec"]["nodeName"].as_str().unwrap_or_default().is_empty();
    let ended = matches!(value["status"]["phase"].as_str(), Some("Failed" | "Succeeded"));
    if !is_pod(ty) || !on_node || ended {
        return 0;
    }
    let own = value["spec"]["terminationGracePeriodSeconds"].as_i64().unwrap_or(POD_GRACE_SECONDS);
    options.grace_seconds.unwrap_or(own)
}

/// Kinds that return the object that was deleted.
fn returns_deleted_object(ty: &ResourceType) -> bool {
    ty.origin == Origin::BuiltIn
        && matches!(ty.kind.as_str(), "Namespace" | "Pod" | "Service" | "ServiceAccount")
}

fn answer(ty: &ResourceType, before: &Object, last: Arc<Object>, gone: bool) -> Deleted {
    if !gone || returns_deleted_object(ty) {
        return Deleted::Object(last);
    }
    Deleted::Gone(Box::new(Status {
        code: 0,
        ..Status::success(StatusDetails {
            name: before.name.clone(),
            group: ty.group_resource.group.clone(),
            kind: ty.group_resource.resource.clone(),
            uid: before.uid.clone(),
            ..StatusDetails::default()
        })
    }))
}

fn check_preconditions(ty: &ResourceType, object: &Object, options: &DeleteOptions) -> Result<(), Status> {
    let version = object.resource_version.to_string();
    let conditions = [
        ("UID", &options.uid, &object.uid, "deleted and then recreated"),
        ("ResourceVersion", &options.resource_version, &version, "modified"),
    ];
    for (what, wanted, found, perhaps) in conditions {
        let Some(wanted) = wanted.as_ref().filter(|wanted| *wanted != found) else { continue };
        return Err(if is_crd(ty) {
            let why = format!(
                "precondition failed: {what} in precondition: {wanted}, {what} in object meta: {found}"
            );
            Status::conflict(&ty.group_resource, &object.name, &why)
        } else {
            let why = format!(
                "the {what} in the precondition ({wanted}) does not match the {what} in record ({found}). The object might \
                 have been {perhaps}"
            );
            // The real server names the kind here, not the resource.
            let named = GroupResource::new(ty.group_resource.group.clone(), ty.kind.clone());
            Status::conflict(&named, &object.name, &why)
        });
    }
    Ok(())
}
