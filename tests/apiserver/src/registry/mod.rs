//! The types that the server serves: the built-in kinds and those defined by CRDs.
//!
//! Contains data about types and pure functions over their objects. Must not depend on storage or HTTP.

mod builtin;
mod columns;
mod crd;
mod crd_status;
mod json_path;
mod list_kind;
mod names;
mod pod;
mod resource_type;
mod schema;

use std::{collections::BTreeMap, fmt, sync::Arc};

use parking_lot::RwLock;

pub(crate) use builtin::{apply_builtin_defaults, validate_builtin};
pub(crate) use columns::{Column, Source, table_columns};
pub(crate) use crd::{stored_type_of_crd, types_of_crd};
pub(crate) use crd_status::{
    Termination, established_status, initial_status, stored_versions, terminating_status,
};
pub(crate) use json_path::JsonPath;
pub(crate) use list_kind::{ListKind, list_kind};
pub(crate) use names::validate_name;
pub(crate) use pod::validate_pod_change;
pub(crate) use resource_type::{GenerationRule, Origin, ResourceType, Scope, StatusSubresource};
pub(crate) use schema::{ListType, MapType, Schema};

/// A group and a resource in it, or a group and a kind. Displayed as `widgets.example.com`, or `pods` in the core
/// group.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupResource {
    /// The API group; empty for the core group.
    pub group: String,
    /// The plural, lower-case resource.
    pub resource: String,
}

impl GroupResource {
    /// Creates the name of a resource in a group.
    pub fn new(group: impl Into<String>, resource: impl Into<String>) -> Self {
        Self { group: group.into(), resource: resource.into() }
    }
}

impl fmt::Display for GroupResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.group.as_str() {
            "" => f.write_str(&self.resource),
            group => write!(f, "{}.{group}", self.resource),
        }
    }
}

/// A group with its versions, as in discovery.
#[derive(Clone, Debug)]
pub(crate) struct ApiGroup {
    pub(crate) name: String,
    /// Preferred version first; the types sorted by plural.
    pub(crate) versions: Vec<(String, Vec<Arc<ResourceType>>)>,
}

/// All served types. Every request reads them; only CRDs change them.
#[derive(Debug)]
pub(crate) struct Registry {
    types: RwLock<BTreeMap<(GroupResource, String), Arc<ResourceType>>>,
}

impl Registry {
    /// The built-in types.
    pub(crate) fn new() -> Self {
        let registry = Self { types: RwLock::new(BTreeMap::new()) };
        registry.add(builtin::types());
        registry
    }

    pub(crate) fn add(&self, types: impl IntoIterator<Item = ResourceType>) {
        let mut all = self.types.write();
        for ty in types {
            all.insert((ty.group_resource.clone(), ty.version.clone()), Arc::new(ty));
        }
    }

    /// Stops serving every version of a resource.
    pub(crate) fn remove(&self, gr: &GroupResource) {
        self.types.write().retain(|(known, _), _| known != gr);
    }

    pub(crate) fn get(&self, gr: &GroupResource, version: &str) -> Option<Arc<ResourceType>> {
        self.types.read().get(&(gr.clone(), version.to_owned())).cloned()
    }

    /// Any served version of the resource.
    pub(crate) fn any_version(&self, gr: &GroupResource) -> Option<Arc<ResourceType>> {
        self.types.read().iter().find(|((known, _), _)| known == gr).map(|(_, ty)| ty.clone())
    }

    /// Whether the server has built-in types in this group.
    pub(crate) fn is_builtin_group(&self, group: &str) -> bool {
        self.types.read().values().any(|ty| ty.origin == Origin::BuiltIn && ty.group_resource.group == group)
    }

    /// Every type, once per version.
    pub(crate) fn all(&self) -> Vec<Arc<ResourceType>> {
        self.types.read().values().cloned().collect()
    }

    /// Every group, the core group (with an empty name) first.
    pub(crate) fn groups(&self) -> Vec<ApiGroup> {
        let mut groups: BTreeMap<String, BTreeMap<String, Vec<Arc<ResourceType>>>> = BTreeMap::new();
        for ty in self.all() {
            let versions = groups.entry(ty.group_resource.group.clone()).or_default();
            versions.entry(ty.version.clone()).or_default().push(ty);
        }
        groups
            .into_iter()
            .map(|(name, versions)| {
                let mut versions: Vec<_> = versions.into_iter().collect();
                versions.sort_by(|(a, _), (b, _)| names::compare_versions(b, a));
                ApiGroup { name, versions }
            })
            .collect()
    }
}
