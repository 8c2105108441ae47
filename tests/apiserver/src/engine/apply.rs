//! Server-side apply: creates a missing object, merges into an existing one, and updates the field ownership.

use serde_json::{Value, json};

use crate::{
    managed_fields::{self, OnConflict, Writer},
    registry::ResourceType,
    request::WriteOptions,
    status::Status,
};

use super::{Engine, UpdateTarget, Written, admit, in_version, update::Endpoint};

impl Engine {
    /// Applies a configuration.
    pub(crate) fn apply(
        &self,
        ty: &ResourceType,
        target: UpdateTarget<'_>,
        mut configuration: Value,
        options: &WriteOptions,
    ) -> Result<Written, Status> {
        if !configuration["metadata"]["managedFields"].is_null() {
            return Err(Status::bad_request("metadata.managedFields must be nil"));
        }
        if configuration["apiVersion"].is_null() && configuration["kind"].is_null() {
            return Err(Status::bad_request("invalid object type: /, Kind="));
        }
        // This also checks the shape, before anything is merged.
        let warnings = admit(ty, configuration.clone(), options.field_validation)?.warnings;
        target.check_name(&configuration)?;
        if configuration["metadata"].is_null() {
            configuration["metadata"] = json!({});
        }
        let now = self.now();
        let manager = options.manager.as_deref().unwrap_or_default();
        let writer = Writer { manager, endpoint: target.endpoint, now: &now };
        let on_conflict = if options.force { OnConflict::Force } else { OnConflict::Fail };
        // `apply` determines the ownership, so it is not tracked by another comparison.
        let options = WriteOptions { manager: None, ..options.clone() };
        self.storage
            .write(|txn| {
                let Some(current) = txn.get(&ty.group_resource, &target.key()) else {
                    if target.endpoint == Endpoint::Status {
                        return Err(Status::not_found(&ty.group_resource, target.name));
                    }
                    configuration["metadata"]["name"] = target.name.into();
                    let blank = json!({"apiVersion": ty.api_version(), "kind": ty.kind, "metadata": {}});
                    let new = managed_fields::apply(ty, &blank, &configuration, writer, on_conflict)?;
                    let admitted = admit(ty, new, options.field_validation)?;
                    return self.create_in(txn, ty, target.namespace, admitted, &options);
                };
                let merged = managed_fields::apply(
                    ty,
                    &in_version(ty, &current),
                    &configuration,
                    writer,
                    on_conflict,
                )?;
                let admitted = admit(ty, merged, options.field_validation)?;
                self.update_in(txn, ty, target, &current, admitted, &options)
            })
            .map(|written| Written { warnings, ..written })
    }
}
