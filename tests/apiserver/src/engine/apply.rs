//! Server-side apply: create what is not there, merge into what is.

use serde_json::Value;

use crate::{registry::ResourceType, request::WriteOptions, status::Status};

use super::{Engine, UpdateTarget, Written, admit, update::Endpoint};

impl Engine {
    /// Applies a configuration.
    pub(crate) fn apply(
        &self,
        ty: &ResourceType,
        target: UpdateTarget<'_>,
        mut configuration: Value,
        options: &WriteOptions,
    ) -> Result<Written, Status> {
        self.storage.write(|txn| {
            let Some(current) = txn.get(&ty.group_resource, &target.key()) else {
                if target.endpoint == Endpoint::Status {
                    return Err(Status::not_found(&ty.group_resource, target.name));
                }
                configuration["metadata"]["name"] = target.name.into();
                let admitted = admit(ty, configuration, options.field_validation)?;
                return self.create_in(txn, ty, target.namespace, admitted, options);
            };
            let mut merged = self.in_version(ty, &current);
            json_patch::merge(&mut merged, &configuration);
            let admitted = admit(ty, merged, options.field_validation)?;
            self.update_in(txn, ty, target, &current, admitted, options)
        })
    }
}
