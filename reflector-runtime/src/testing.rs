//! Shared helpers for unit tests: small objects with a namespace, a name, a resourceVersion and a uid.

use std::sync::Arc;

use k8s_openapi::api::core::v1::ConfigMap;

use crate::{key::KeyRef, resource_type::ResourceType};

pub(crate) fn resource_type() -> Arc<ResourceType<ConfigMap>> {
    Arc::new(ResourceType::from_resource())
}

/// `name` at `version`, in namespace `n`.
pub(crate) fn object(name: &str, version: u64) -> Arc<ConfigMap> {
    object_with_uid(name, version, "u")
}

pub(crate) fn object_with_uid(name: &str, version: u64, uid: &str) -> Arc<ConfigMap> {
    let mut object = ConfigMap::default();
    object.metadata.namespace = Some("n".into());
    object.metadata.name = Some(name.into());
    object.metadata.resource_version = Some(version.to_string());
    object.metadata.uid = Some(uid.into());
    Arc::new(object)
}

pub(crate) fn key(name: &str) -> KeyRef<'_> {
    KeyRef { namespace: Some("n"), name }
}

/// `name@version`.
pub(crate) fn show(object: &ConfigMap) -> String {
    let metadata = &object.metadata;
    format!(
        "{}@{}",
        metadata.name.as_deref().unwrap_or_default(),
        metadata.resource_version.as_deref().unwrap_or_default()
    )
}
