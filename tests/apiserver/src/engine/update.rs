//! Update: writes the next version of an object, on its main endpoint or on its status endpoint.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    managed_fields::{self, Writer},
    registry::{GenerationRule, Origin, ResourceType, StatusSubresource, stored_versions},
    request::WriteOptions,
    status::{FieldError, Status},
    storage::{Object, Transaction, object_key},
};

use super::{
    Admitted, Engine, Written, admit, admit_patched,
    crds::is_crd,
    in_version, meta,
    metadata::{etcd_key, finalizers, resolve_namespace, validate_update},
    metadata_rules::finalizer_warnings,
};

/// The part of an object that a write is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Endpoint {
    Main,
    Status,
}

/// The object and the part of it that is updated.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UpdateTarget<'a> {
    pub(crate) namespace: Option<&'a str>,
    pub(crate) name: &'a str,
    pub(crate) endpoint: Endpoint,
}

impl UpdateTarget<'_> {
    pub(crate) fn key(&self) -> String {
        object_key(self.namespace.unwrap_or_default(), self.name)
    }

    /// Rejects an object with another name.
    pub(super) fn check_name(&self, value: &Value) -> Result<(), Status> {
        let (given, wanted) = (meta(value, "name"), self.name);
        if given.is_empty() || given == wanted {
            return Ok(());
        }
        Err(Status::bad_request(format!(
            "the name of the object ({given}) does not match the name on the URL ({wanted})"
        )))
    }
}

const CONFLICT: &str =
    "the object has been modified; please apply your changes to the latest version and try again";

impl Engine {
    /// Replaces an object with a decoded body.
    pub(crate) fn replace(
        &self,
        ty: &ResourceType,
        target: UpdateTarget<'_>,
        value: Value,
        options: &WriteOptions,
    ) -> Result<Written, Status> {
        target.check_name(&value)?;
        let admitted = admit(ty, value, options.field_validation)?;
        self.storage.write(|txn| {
            let Some(current) = txn.get(&ty.group_resource, &target.key()) else {
                return self.create_by_update(txn, ty, target, admitted, options);
            };
            check_uid(ty, &current, &admitted.value)?;
            self.update_in(txn, ty, target, &current, admitted, options)
        })
    }

    /// Changes an object with a function of its current state.
    pub(crate) fn modify(
        &self,
        ty: &ResourceType,
        target: UpdateTarget<'_>,
        options: &WriteOptions,
        change: impl FnOnce(Value) -> Result<Value, Status>,
    ) -> Result<Written, Status> {
        self.storage.write(|txn| {
            let current = txn
                .get(&ty.group_resource, &target.key())
                .ok_or_else(|| Status::not_found(&ty.group_resource, target.name))?;
            let changed = change(in_version(ty, &current))?;
            target.check_name(&changed)?;
            let admitted = admit_patched(ty, &changed, options.field_validation)?;
            self.update_in(txn, ty, target, &current, admitted, options)
        })
    }

    fn create_by_update(
        &self,
        txn: &mut Transaction<'_>,
        ty: &ResourceType,
        target: UpdateTarget<'_>,
        mut admitted: Admitted,
        options: &WriteOptions,
    ) -> Result<Written, Status> {
        let allowed =
            ty.origin == Origin::BuiltIn && matches!(ty.kind.as_str(), "Event" | "Lease" | "Service");
        let wants_version = !meta(&admitted.value, "resourceVersion").is_empty();
        if !allowed || wants_version || target.endpoint == Endpoint::Status {
            return Err(Status::not_found(&ty.group_resource, target.name));
        }
        admitted.value["metadata"]["name"] = target.name.into();
        self.create_in(txn, ty, target.namespace, admitted, options)
    }

    pub(super) fn update_in(
        &self,
        txn: &mut Transaction<'_>,
        ty: &ResourceType,
        target: UpdateTarget<'_>,
        current: &Arc<Object>,
        admitted: Admitted,
        options: &WriteOptions,
    ) -> Result<Written, Status> {
        let Admitted { value: mut new, mut warnings } = admitted;
        let old = current.value();
        warnings.extend(finalizer_warnings(ty, &old, &new));
        resolve_namespace(ty, &mut new, target.namespace)?;
        check_version(ty, current, &new)?;
        match &options.manager {
            Some(manager) => {
                let now = self.now();
                let writer = Writer { manager, endpoint: target.endpoint, now: &now };
                managed_fields::track_update(ty, &old, &mut new, writer);
            }
            None => managed_fields::keep(&old, &mut new),
        }
        keep_system_fields(&old, &mut new);
        match target.endpoint {
            Endpoint::Main => {
                keep_status(ty, &old, &mut new);
                if is_crd(ty) {
                    new["status"]["storedVersions"] = stored_versions(&new);
                }
            }
            Endpoint::Status => keep_all_but_status(ty, &old, &mut new),
        }
        bump_generation(ty, &old, &mut new);
        validate_update(ty, &old, &new, target.endpoint)?;
        new["metadata"]["resourceVersion"] = old["metadata"]["resourceVersion"].clone();
        let written = |object| Written { object, created: false, warnings };
        if new == old {
            return Ok(written(current.clone()));
        }
        if options.dry_run {
            return Ok(written(Arc::new(Object::new(ty, &new, current.resource_version))));
        }
        let released = !new["metadata"]["deletionTimestamp"].is_null()
            && finalizers(&new).is_empty()
            && new["metadata"]["deletionGracePeriodSeconds"].as_i64().unwrap_or_default() == 0;
        if released && ty.kind != "Namespace" {
            // Watches receive the last stored state; the change that released the object was not stored.
            let last = txn.delete(ty, current, old);
            self.after_delete(txn, ty, &last);
            return Ok(written(Arc::new(Object::new(ty, &new, current.resource_version))));
        }
        let object = txn.update(ty, current, new);
        self.after_update(txn, ty, &old, &object);
        if ty.kind == "Namespace" {
            self.finish_namespace(txn, &object.name);
        }
        Ok(written(object))
    }
}

fn check_uid(ty: &ResourceType, current: &Object, new: &Value) -> Result<(), Status> {
    let given = meta(new, "uid");
    if given.is_empty() || given == current.uid {
        return Ok(());
    }
    let gr = &ty.group_resource;
    let why = format!(
        "StorageError: invalid object, Code: 4, Key: {}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in \
         precondition: {given}, UID in object meta: {}",
        etcd_key(gr, &current.key()),
        current.uid
    );
    Err(Status::conflict(gr, &current.name, &why))
}

fn check_version(ty: &ResourceType, current: &Object, new: &Value) -> Result<(), Status> {
    let given = meta(new, "resourceVersion");
    if given.is_empty() {
        // Only these types may be overwritten without a resourceVersion.
        if ty.origin == Origin::BuiltIn && !matches!(ty.kind.as_str(), "CustomResourceDefinition" | "Lease") {
            return Ok(());
        }
        let error = FieldError::invalid("metadata.resourceVersion", 0, "must be specified for an update");
        // The real server names the resource here, not the kind.
        let gr = &ty.group_resource;
        return Err(Status::invalid(&gr.group, &gr.resource, &current.name, &[error]));
    }
    match given.parse::<u64>() {
        Ok(version) if version == current.resource_version => Ok(()),
        Ok(_) => Err(Status::conflict(&ty.group_resource, &current.name, CONFLICT)),
        Err(_) => {
            let why = format!("strconv.ParseUint: parsing {}: invalid syntax", crate::status::quote(given));
            let error = FieldError::invalid("metadata.resourceVersion", given, why);
            Err(Status::invalid(&ty.group_resource.group, &ty.kind, &current.name, &[error]))
        }
    }
}

fn keep_system_fields(old: &Value, new: &mut Value) {
    for field in
        ["creationTimestamp", "generation", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"]
    {
        copy(&old["metadata"], &mut new["metadata"], field);
    }
    if meta(new, "uid").is_empty() {
        copy(&old["metadata"], &mut new["metadata"], "uid");
    }
    if meta(new, "name").is_empty() {
        copy(&old["metadata"], &mut new["metadata"], "name");
    }
}

/// Sets the field in `to` to its value in `from`; removes it if it is missing in `from`.
fn copy(from: &Value, to: &mut Value, field: &str) {
    let Some(map) = to.as_object_mut() else { return };
    match from.get(field) {
        Some(value) => map.insert(field.to_owned(), value.clone()),
        None => map.remove(field),
    };
}

fn keep_status(ty: &ResourceType, old: &Value, new: &mut Value) {
    if ty.status == StatusSubresource::Served {
        copy(old, new, "status");
    }
}

fn keep_all_but_status(ty: &ResourceType, old: &Value, new: &mut Value) {
    let mut kept = old.clone();
    copy(new, &mut kept, "status");
    copy(&new["metadata"], &mut kept["metadata"], "managedFields");
    // The status endpoints of typed kinds also write labels and annotations; those of custom resources keep all
    // metadata.
    if ty.origin == Origin::BuiltIn {
        for field in ["labels", "annotations", "finalizers"] {
            copy(&new["metadata"], &mut kept["metadata"], field);
        }
    }
    *new = kept;
}

fn bump_generation(ty: &ResourceType, old: &Value, new: &mut Value) {
    let changed = match ty.generation {
        GenerationRule::Never => false,
        GenerationRule::OnSpec => old["spec"] != new["spec"],
        GenerationRule::OnAnyContent => {
            let content = |value: &Value| {
                value.as_object().map(|map| {
                    map.iter()
                        // The old object may be stored in another version.
                        .filter(|(key, _)| !matches!(key.as_str(), "apiVersion" | "kind" | "metadata"))
                        .map(|(k, v)| (k.clone(), v.clone()))
                        .collect()
                })
            };
            let (before, after): (Option<Value>, Option<Value>) = (content(old), content(new));
            let status_only = ty.status == StatusSubresource::Served && {
                let without = |value: &Option<Value>| {
                    value.clone().map(|mut v| {
                        v.as_object_mut().map(|map| map.remove("status"));
                        v
                    })
                };
                without(&before) == without(&after)
            };
            before != after && !status_only
        }
    };
    if changed {
        let generation = old["metadata"]["generation"].as_i64().unwrap_or_default() + 1;
        new["metadata"]["generation"] = generation.into();
    }
}
