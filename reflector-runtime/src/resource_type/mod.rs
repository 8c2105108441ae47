//! What a type is to the API server: [`ResourceType`] (group, version, kind, plural, scope, indexes), the
//! [`Reflect`] trait that a derive fills in, and the scope markers.
//!
//! Knows names and how to reach an object's metadata; must not know the network or a store.

mod foreign;
mod names;
mod scope;

use std::{borrow::Cow, fmt};

use kube::core::{ObjectMeta, TypeMeta};

pub(crate) use self::names::is_namespace;
pub use self::{
    foreign::NameError,
    scope::{ClusterScoped, DynamicScope, Namespaced, Scope, ScopeMarker},
};
use crate::{
    index::Index,
    key::{KeyError, KeyRef},
};

/// Returns an object's metadata.
pub type MetadataFn<K> = fn(&K) -> &ObjectMeta;

/// All that the runtime must know of a resource type `K`: one value, no behaviour.
///
/// `#[derive(Reflect)]` writes it as a constant; [`ResourceType::from_resource`] and [`ResourceType::from_api_resource`] build it
/// at run time for types that have no derive.
#[allow(clippy::struct_field_names, reason = "the API calls it kind")]
pub struct ResourceType<K: 'static> {
    group: Cow<'static, str>,
    version: Cow<'static, str>,
    kind: Cow<'static, str>,
    plural: Cow<'static, str>,
    scope: Scope,
    metadata: MetadataFn<K>,
    indexes: Cow<'static, [Index<K>]>,
}

/// The parts of a [`ResourceType`] that are known at compile time: the argument of [`ResourceType::new`].
#[allow(missing_debug_implementations)]
pub struct ResourceTypeParts<K: 'static> {
    /// The API group; empty for the core group.
    pub group: &'static str,
    /// The API version, such as `v1`.
    pub version: &'static str,
    /// The kind, usually in CamelCase.
    pub kind: &'static str,
    /// The plural, lower-case name used in paths.
    pub plural: &'static str,
    /// Namespaced or cluster-scoped.
    pub scope: Scope,
    /// Where an object keeps its metadata.
    pub metadata: MetadataFn<K>,
    /// The indexes to keep.
    pub indexes: &'static [Index<K>],
}

impl<K: 'static> ResourceType<K> {
    /// Builds a kind from constants.
    ///
    /// # Panics
    /// When a name is not one that Kubernetes accepts. Called in a constant, as the derive does, that is a
    /// compile error with the same text; names known only at run time go through
    /// [`ResourceType::from_api_resource`].
    #[allow(clippy::needless_pass_by_value, reason = "the parts become the kind")]
    pub const fn new(data: ResourceTypeParts<K>) -> Self {
        names::check_group(data.group);
        names::check_version(data.version);
        names::check_kind(data.kind);
        names::check_plural(data.plural);
        Self {
            group: Cow::Borrowed(data.group),
            version: Cow::Borrowed(data.version),
            kind: Cow::Borrowed(data.kind),
            plural: Cow::Borrowed(data.plural),
            scope: data.scope,
            metadata: data.metadata,
            indexes: Cow::Borrowed(data.indexes),
        }
    }

    /// Adds an index, for kinds built at run time. An index of the same name is replaced.
    #[must_use]
    pub fn with_index(mut self, index: Index<K>) -> Self {
        let indexes = self.indexes.to_mut();
        indexes.retain(|known| known.name() != index.name());
        indexes.push(index);
        self
    }

    /// The API group; empty for the core group.
    pub fn group(&self) -> &str {
        &self.group
    }

    /// The API version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The kind's name.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The plural used in paths.
    pub fn plural(&self) -> &str {
        &self.plural
    }

    /// Namespaced, cluster-scoped, or known only at run time.
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// The indexes that a store of this kind keeps.
    pub fn indexes(&self) -> &[Index<K>] {
        &self.indexes
    }

    /// What objects call this kind's group and version: `group/version`, or `version` in the core group.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.to_string()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }

    /// The path under which the objects are served: all of them, or those of one namespace.
    pub fn path(&self, namespace: Option<&str>) -> String {
        let root = if self.group.is_empty() {
            format!("/api/{}", self.version)
        } else {
            format!("/apis/{}/{}", self.group, self.version)
        };
        match namespace {
            Some(namespace) => format!("{root}/namespaces/{namespace}/{}", self.plural),
            None => format!("{root}/{}", self.plural),
        }
    }

    /// The function that returns an object's metadata.
    pub(crate) fn metadata_fn(&self) -> MetadataFn<K> {
        self.metadata
    }

    /// An object's metadata.
    pub fn metadata<'a>(&self, object: &'a K) -> &'a ObjectMeta {
        (self.metadata)(object)
    }

    /// An object's key (client-go's `MetaNamespaceKeyFunc`).
    pub fn key<'a>(&self, object: &'a K) -> Result<KeyRef<'a>, KeyError> {
        KeyRef::of(self.metadata(object))
    }

    /// The `apiVersion` and `kind` that an object of this type has.
    pub fn type_meta(&self) -> TypeMeta {
        TypeMeta { api_version: self.api_version(), kind: self.kind.to_string() }
    }
}

impl<K> Clone for ResourceType<K> {
    fn clone(&self) -> Self {
        Self {
            group: self.group.clone(),
            version: self.version.clone(),
            kind: self.kind.clone(),
            plural: self.plural.clone(),
            scope: self.scope,
            metadata: self.metadata,
            indexes: self.indexes.clone(),
        }
    }
}

impl<K> fmt::Debug for ResourceType<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResourceType")
            .field("group", &self.group)
            .field("version", &self.version)
            .field("kind", &self.kind)
            .field("plural", &self.plural)
            .field("scope", &self.scope)
            .field("indexes", &self.indexes)
            .finish_non_exhaustive()
    }
}

/// `plural.group/version`, as `kubectl` writes resources.
impl<K> fmt::Display for ResourceType<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.group.is_empty() {
            write!(f, "{}/{}", self.plural, self.version)
        } else {
            write!(f, "{}.{}/{}", self.plural, self.group, self.version)
        }
    }
}
