//! Resource types without a derive: any type that implements `kube::Resource`, and `DynamicObject`.

use kube::{
    Resource,
    core::{ApiResource, DynamicObject},
};

use super::{Indexes, ResourceType, Scope, ScopeMarker, names};

impl<K: Resource + 'static> ResourceType<K> {
    /// The resource type of a type that already implements `kube::Resource`, such as `k8s_openapi`'s `Pod`. A cache keeps
    /// clones of its objects, which need less memory than what was decoded.
    pub fn from_resource() -> Self
    where
        K: Resource<DynamicType = (), Scope: ScopeMarker> + Clone,
    {
        Self::from_resource_with(Some(K::clone))
    }

    /// [`from_resource`](Self::from_resource), also of a type that cannot be cloned.
    #[doc(hidden)]
    pub fn from_resource_with(clone: Option<fn(&K) -> K>) -> Self
    where
        K: Resource<DynamicType = (), Scope: ScopeMarker>,
    {
        Self {
            group: K::group(&()),
            version: K::version(&()),
            kind: K::kind(&()),
            plural: K::plural(&()),
            scope: <K::Scope as ScopeMarker>::SCOPE,
            metadata: K::meta,
            clone,
            is_metadata_only: K::metadata_api(),
            indexes: Indexes::NONE,
        }
    }
}

impl ResourceType<DynamicObject> {
    /// A resource type that is known only at run time, as described by API discovery.
    ///
    /// # Errors
    /// [`NameError`] if a name is not valid in Kubernetes.
    pub fn from_api_resource(resource: &ApiResource) -> Result<Self, NameError> {
        let checks = [
            ("group", &resource.group, names::is_group(&resource.group)),
            ("version", &resource.version, names::is_version(&resource.version)),
            ("kind", &resource.kind, names::is_kind(&resource.kind)),
            ("plural", &resource.plural, names::is_plural(&resource.plural)),
        ];
        if let Some((what, name, _)) = checks.into_iter().find(|(_, _, good)| !good) {
            return Err(NameError { what, name: name.clone() });
        }
        Ok(Self {
            group: resource.group.clone().into(),
            version: resource.version.clone().into(),
            kind: resource.kind.clone().into(),
            plural: resource.plural.clone().into(),
            scope: Scope::Dynamic,
            metadata: |object| &object.metadata,
            clone: Some(Clone::clone),
            is_metadata_only: false,
            indexes: Indexes::NONE,
        })
    }
}

/// A name that is not valid in Kubernetes.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is not a valid {what} of a Kubernetes resource; take it from discovery or from the CRD")]
pub struct NameError {
    /// `group`, `version`, `kind` or `plural`.
    pub what: &'static str,
    /// The invalid name.
    pub name: String,
}

crate::causes::debug_as_text!(NameError);

#[cfg(test)]
mod tests {
    use k8s_openapi::api::core::v1::{Namespace, Pod};

    use super::*;

    #[test]
    fn foreign_types_need_no_derive() {
        let pods = ResourceType::<Pod>::from_resource();
        assert_eq!(pods.to_string(), "pods/v1");
        assert_eq!(pods.path(Some("a")), "/api/v1/namespaces/a/pods");
        assert_eq!(pods.scope(), Scope::Namespaced);
        assert_eq!(ResourceType::<Namespace>::from_resource().scope(), Scope::Cluster);
    }

    #[test]
    fn an_invalid_dynamic_name_is_reported() {
        let mut resource = ApiResource::erase::<Pod>(&());
        assert_eq!(ResourceType::from_api_resource(&resource).unwrap().path(None), "/api/v1/pods");
        resource.plural = "../secrets".into();
        assert_eq!(ResourceType::from_api_resource(&resource).unwrap_err().what, "plural");
    }
}
