//! Create: a new object with a name, a uid and its first resourceVersion.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    managed_fields::{self, Writer},
    registry::{GenerationRule, Origin, ResourceType, StatusSubresource, initial_status},
    request::WriteOptions,
    status::Status,
    storage::{Object, Transaction},
};

use super::{
    Admitted, Endpoint, Engine, Written, admit,
    crds::check_crd,
    meta,
    metadata::{resolve_namespace, validate},
    metadata_rules::finalizer_warnings,
    namespaces::check_namespace,
};

/// Fields that clients may not set.
const SYSTEM_FIELDS: [&str; 5] =
    ["uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink"];
/// How often a generated name is generated again if it is taken.
const NAME_ATTEMPTS: usize = 8;

impl Engine {
    /// Creates an object from a decoded body.
    pub(crate) fn create(
        &self,
        ty: &ResourceType,
        namespace: Option<&str>,
        value: Value,
        options: &WriteOptions,
    ) -> Result<Written, Status> {
        let admitted = admit(ty, value, options.field_validation)?;
        self.storage.write(|txn| self.create_in(txn, ty, namespace, admitted, options))
    }

    /// Creates an object within a transaction.
    pub(super) fn create_in(
        &self,
        txn: &mut Transaction<'_>,
        ty: &ResourceType,
        namespace: Option<&str>,
        admitted: Admitted,
        options: &WriteOptions,
    ) -> Result<Written, Status> {
        let Admitted { mut value, mut warnings } = admitted;
        warnings.extend(finalizer_warnings(ty, &Value::Null, &value));
        resolve_namespace(ty, &mut value, namespace)?;
        self.prepare_new(ty, &mut value);
        if !meta(&value, "resourceVersion").is_empty() {
            return Err(Status::failure(
                500,
                "",
                "resourceVersion should not be set on objects to be created",
            ));
        }
        check_crd(txn, ty, &value)?;
        check_namespace(txn, ty, &value)?;
        let generated = meta(&value, "name").is_empty() && !meta(&value, "generateName").is_empty();
        if generated {
            let base = meta(&value, "generateName").to_owned();
            let taken = |name: &str| {
                let key = crate::storage::object_key(meta(&value, "namespace"), name);
                txn.get(&ty.group_resource, &key).is_some()
            };
            let names = std::iter::repeat_with(|| self.generate_name(&base));
            let free = names.take(NAME_ATTEMPTS).find(|name| !taken(name));
            value["metadata"]["name"] = free.unwrap_or_else(|| self.generate_name(&base)).into();
        }
        if let Some(manager) = &options.manager {
            let now = self.now();
            let writer = Writer { manager, endpoint: Endpoint::Main, now: &now };
            managed_fields::track_create(ty, &mut value, writer);
        }
        validate(ty, &value)?;
        let object = self.store_new(txn, ty, value, options)?;
        Ok(Written { object, created: true, warnings })
    }

    fn prepare_new(&self, ty: &ResourceType, value: &mut Value) {
        if let Some(metadata) = value["metadata"].as_object_mut() {
            for field in SYSTEM_FIELDS {
                metadata.remove(field);
            }
            metadata.insert("uid".to_owned(), self.new_uid().into());
            metadata.insert("creationTimestamp".to_owned(), self.now().into());
            if ty.generation != GenerationRule::Never {
                metadata.insert("generation".to_owned(), 1.into());
            }
        }
        if ty.status == StatusSubresource::Absent {
            return;
        }
        let status = match (ty.origin, ty.kind.as_str()) {
            (_, "CustomResourceDefinition") => Some(initial_status(value)),
            // The strategies of these kinds keep the status that the defaults set.
            (Origin::BuiltIn, "Namespace") => Some(serde_json::json!({"phase": "Active"})),
            (Origin::BuiltIn, "Pod") => {
                let class = value["status"]["qosClass"].clone();
                Some(serde_json::json!({"phase": "Pending", "qosClass": class}))
            }
            (Origin::BuiltIn, "Service") => Some(serde_json::json!({"loadBalancer": {}})),
            (Origin::BuiltIn, "Node") => return,
            (Origin::BuiltIn, _) => Some(serde_json::json!({})),
            (Origin::Custom, _) => None,
        };
        if let Some(map) = value.as_object_mut() {
            map.remove("status");
            map.extend(status.map(|status| ("status".to_owned(), status)));
        }
    }

    fn store_new(
        &self,
        txn: &mut Transaction<'_>,
        ty: &ResourceType,
        value: Value,
        options: &WriteOptions,
    ) -> Result<Arc<Object>, Status> {
        if options.dry_run {
            let name = meta(&value, "name");
            let key = crate::storage::object_key(meta(&value, "namespace"), name);
            if txn.get(&ty.group_resource, &key).is_some() {
                return Err(Status::already_exists(&ty.group_resource, name));
            }
            return Ok(Arc::new(Object::new(ty, &value, 0)));
        }
        let object = txn.create(ty, value)?;
        self.after_create(txn, ty, &object);
        Ok(object)
    }
}
