//! The controller of an owned object.

use kube::core::ObjectMeta;

use crate::{
    key::ObjectKey,
    resource_type::{ResourceType, Scope},
};

/// The key of the object of this type that controls the object with this metadata, by its owner reference with
/// `controller: true` (client-go's `metav1.GetControllerOf`). Group and kind must match, in any version.
pub(super) fn controller_of<K>(metadata: &ObjectMeta, owner: &ResourceType<K>) -> Option<ObjectKey> {
    let references = metadata.owner_references.as_deref().unwrap_or_default();
    let reference = references.iter().find(|reference| reference.controller == Some(true))?;
    let group = reference.api_version.rsplit_once('/').map_or("", |(group, _)| group);
    if group != owner.group() || reference.kind != owner.kind() {
        return None;
    }
    // An owner is in the namespace of its object, or cluster-scoped.
    // https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/
    match (owner.scope(), metadata.namespace.as_deref()) {
        // A cluster-scoped object cannot have a namespaced owner.
        (Scope::Namespaced, None | Some("")) => None,
        (Scope::Cluster, _) | (_, None | Some("")) => Some(ObjectKey::cluster(reference.name.as_str())),
        (_, Some(namespace)) => Some(ObjectKey::namespaced(namespace, reference.name.as_str())),
    }
}

#[cfg(test)]
mod tests {
    use k8s_openapi::{
        api::{
            apps::v1::Deployment,
            core::v1::{ConfigMap, Node},
        },
        apimachinery::pkg::apis::meta::v1::OwnerReference,
    };

    use super::*;

    fn owned_by(api_version: &str, kind: &str, controller: Option<bool>) -> ObjectMeta {
        let reference = |name: &str, controller| OwnerReference {
            api_version: api_version.to_owned(),
            kind: kind.to_owned(),
            name: name.to_owned(),
            uid: "u".to_owned(),
            controller,
            ..OwnerReference::default()
        };
        ObjectMeta {
            namespace: Some("n".to_owned()),
            owner_references: Some(vec![reference("other", None), reference("owner", controller)]),
            ..ObjectMeta::default()
        }
    }

    #[test]
    fn the_controller_is_found_by_group_and_kind_in_any_version() {
        let deployments = ResourceType::<Deployment>::from_resource();
        let key = |metadata: &ObjectMeta| controller_of(metadata, &deployments).map(|key| key.to_string());
        assert_eq!(key(&owned_by("apps/v1beta1", "Deployment", Some(true))).as_deref(), Some("n/owner"));
        assert_eq!(key(&owned_by("apps/v1", "Deployment", Some(false))), None);
        assert_eq!(key(&owned_by("apps/v1", "Deployment", None)), None);
        assert_eq!(key(&owned_by("apps/v1", "ReplicaSet", Some(true))), None);
        assert_eq!(key(&owned_by("example.com/v1", "Deployment", Some(true))), None);
        assert_eq!(key(&ObjectMeta::default()), None);
    }

    #[test]
    fn core_types_have_no_group_and_cluster_scoped_owners_no_namespace() {
        let maps = ResourceType::<ConfigMap>::from_resource();
        let nodes = ResourceType::<Node>::from_resource();
        let map = controller_of(&owned_by("v1", "ConfigMap", Some(true)), &maps);
        assert_eq!(map.map(|key| key.to_string()).as_deref(), Some("n/owner"));
        let node = controller_of(&owned_by("v1", "Node", Some(true)), &nodes);
        assert_eq!(node.map(|key| key.to_string()).as_deref(), Some("owner"));
    }

    #[test]
    fn a_namespaced_owner_of_a_cluster_scoped_object_is_ignored() {
        let maps = ResourceType::<ConfigMap>::from_resource();
        for namespace in [None, Some(String::new())] {
            let metadata = ObjectMeta { namespace, ..owned_by("v1", "ConfigMap", Some(true)) };
            assert_eq!(controller_of(&metadata, &maps), None);
        }
        let nodes = ResourceType::<Node>::from_resource();
        let metadata = ObjectMeta { namespace: None, ..owned_by("v1", "Node", Some(true)) };
        assert_eq!(controller_of(&metadata, &nodes), Some(ObjectKey::cluster("owner")));
    }
}
