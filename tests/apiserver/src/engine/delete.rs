//! Delete: an object goes at once, or is marked and waits for its finalizers.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    registry::{GroupResource, Origin, ResourceType},
    request::DeleteOptions,
    status::{Status, StatusDetails},
    storage::{Object, Transaction, object_key},
};

use super::{Engine, metadata::finalizers, namespaces::check_immortal};

/// What a delete answers.
#[derive(Debug)]
pub(crate) enum Deleted {
    /// The object is still there, marked; or the type shows what it has deleted.
    Object(Arc<Object>),
    /// The object is gone.
    Gone(Box<Status>),
}

impl Engine {
    /// Deletes one object.
    pub(crate) fn delete(
        &self,
        ty: &ResourceType,
        namespace: Option<&str>,
        name: &str,
        options: &DeleteOptions,
    ) -> Result<Deleted, Status> {
        check_immortal(ty, name)?;
        self.storage.write(|txn| {
            let key = object_key(namespace.unwrap_or_default(), name);
            let object = txn
                .get(&ty.group_resource, &key)
                .ok_or_else(|| Status::not_found(&ty.group_resource, name))?;
            check_preconditions(ty, &object, options)?;
            if options.dry_run {
                return Ok(answer(
                    ty,
                    &object,
                    object.clone(),
                    finalizers(&object.value()).is_empty(),
                ));
            }
            let (last, gone) = self.delete_in(txn, ty, &object);
            Ok(answer(ty, &object, last, gone))
        })
    }

    /// Deletes those objects that match; what comes back is what they were.
    pub(crate) fn delete_collection(
        &self,
        ty: &ResourceType,
        namespace: Option<&str>,
        options: &DeleteOptions,
        matches: impl Fn(&Object) -> bool,
    ) -> Vec<Arc<Object>> {
        self.storage.write(|txn| {
            let mut deleted = Vec::new();
            for (namespace, name) in txn.keys(&ty.group_resource, namespace) {
                let found = txn.get(&ty.group_resource, &object_key(&namespace, &name));
                let Some(object) = found.filter(|object| matches(object)) else {
                    continue;
                };
                if check_immortal(ty, &name).is_err() {
                    continue;
                }
                if !options.dry_run {
                    self.delete_in(txn, ty, &object);
                }
                deleted.push(object);
            }
            deleted
        })
    }

    /// Deletes or marks an object; whether it is gone.
    pub(super) fn delete_in(
        &self,
        txn: &mut Transaction<'_>,
        ty: &ResourceType,
        object: &Arc<Object>,
    ) -> (Arc<Object>, bool) {
        let value = object.value();
        let marked = !value["metadata"]["deletionTimestamp"].is_null();
        let is_namespace = ty.group_resource == GroupResource::new("", "namespaces");
        if finalizers(&value).is_empty() && !is_namespace {
            self.before_delete(txn, ty, object);
            // Deleting a CRD's instances took resourceVersions of its own; the object itself did not change.
            let last = txn.delete(ty, object, value);
            self.finish_namespace(txn, &last.namespace);
            return (last, true);
        }
        let waiting = if marked {
            object.clone()
        } else {
            self.mark(txn, ty, object, value)
        };
        if is_namespace {
            self.terminate_namespace(txn, &object.name);
        }
        (waiting, false)
    }

    fn mark(
        &self,
        txn: &mut Transaction<'_>,
        ty: &ResourceType,
        object: &Arc<Object>,
        mut value: Value,
    ) -> Arc<Object> {
        let metadata = &mut value["metadata"];
        metadata["deletionTimestamp"] = self.now().into();
        if ty.kind == "Namespace" && ty.origin == Origin::BuiltIn {
            value["status"]["phase"] = "Terminating".into();
            return txn.update(ty, object, value);
        }
        metadata["deletionGracePeriodSeconds"] = 0.into();
        if let Some(generation) = metadata["generation"].as_i64() {
            metadata["generation"] = (generation + 1).into();
        }
        txn.update(ty, object, value)
    }
}

/// Kinds which answer with the object they have deleted.
fn shows_deleted(ty: &ResourceType) -> bool {
    ty.origin == Origin::BuiltIn
        && matches!(
            ty.kind.as_str(),
            "Namespace" | "Pod" | "Service" | "ServiceAccount"
        )
}

fn answer(ty: &ResourceType, before: &Object, last: Arc<Object>, gone: bool) -> Deleted {
    if !gone || shows_deleted(ty) {
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
    // The real server names the kind here, not the resource.
    let named = GroupResource::new(ty.group_resource.group.clone(), ty.kind.clone());
    if let Some(uid) = options.uid.as_ref().filter(|uid| **uid != object.uid) {
        let why = format!(
            "the UID in the precondition ({uid}) does not match the UID in record ({}). The object might have been deleted \
             and then recreated",
            object.uid
        );
        return Err(Status::conflict(&named, &object.name, &why));
    }
    let found = object.resource_version.to_string();
    if let Some(version) = options
        .resource_version
        .as_ref()
        .filter(|version| **version != found)
    {
        let why = format!(
            "the ResourceVersion in the precondition ({version}) does not match the ResourceVersion in record ({found}). The \
             object might have been modified"
        );
        return Err(Status::conflict(&named, &object.name, &why));
    }
    Ok(())
}
