//! How the API server serves a type: [`ResourceType`] (group, version, kind, plural, scope, indexes), and the scope
//! markers.
//!
//! Owns the names and the access to an object's metadata. Must not depend on the network or a store.

mod foreign;
mod names;
mod scope;

use std::{borrow::Cow, fmt, sync::Arc};

use kube::core::{ObjectMeta, TypeMeta};

pub(crate) use self::names::is_namespace;
pub use self::{
    foreign::NameError,
    scope::{ClusterScoped, DynamicScope, HasNamespaces, Namespaced, Scope, ScopeMarker},
};
use crate::{
    index::AnyIndex,
    key::{KeyError, KeyRef},
};

/// Returns an object's metadata.
pub type MetadataFn<K> = fn(&K) -> &ObjectMeta;

/// Clones an object.
pub(crate) type CloneFn<K> = fn(&K) -> K;

/// Describes a resource type `K` to the runtime. It is a plain value without behaviour.
///
/// `#[derive(Reflect)]` generates it as a constant. [`ResourceType::from_resource`] and
/// [`ResourceType::from_api_resource`] build it at run time for types without the derive.
#[allow(clippy::struct_field_names, reason = "the API calls this field kind")]
pub struct ResourceType<K: 'static> {
    group: Cow<'static, str>,
    version: Cow<'static, str>,
    kind: Cow<'static, str>,
    plural: Cow<'static, str>,
    scope: Scope,
    metadata: MetadataFn<K>,
    clone: Option<CloneFn<K>>,
    is_metadata_only: bool,
    indexes: Indexes<K>,
}

/// The indexes of a resource type: constants, and those that were added at run time.
struct Indexes<K: 'static> {
    constants: &'static [&'static dyn AnyIndex<K>],
    added: Vec<Arc<dyn AnyIndex<K>>>,
}

impl<K> Indexes<K> {
    const NONE: Self = Self { constants: &[], added: Vec::new() };
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
    /// Returns an object's metadata.
    pub metadata: MetadataFn<K>,
    /// Clones an object: `Some(Clone::clone)`. A cache keeps a clone of each object that was decoded from JSON, because it
    /// needs less memory: decoding grows vectors step by step, and leaves capacity that is not used. `None` for a type
    /// that cannot be cloned.
    pub clone: Option<fn(&K) -> K>,
    /// The indexes to maintain: `&[&Widget::BY_COLOR, &Widget::BY_PHASE]`.
    pub indexes: &'static [&'static dyn AnyIndex<K>],
}

impl<K: 'static> ResourceType<K> {
    /// Builds a resource type from constants.
    ///
    /// # Panics
    /// Panics if a name is not valid in Kubernetes. In a constant, as the derive generates, this is a compile error
    /// with the same text. Use [`ResourceType::from_api_resource`] for names that are known only at run time.
    #[allow(clippy::needless_pass_by_value, reason = "the parts become the resource type")]
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
            clone: data.clone,
            is_metadata_only: false,
            indexes: Indexes { constants: data.indexes, added: Vec::new() },
        }
    }

    /// The type reads nothing of an object but `metadata`, so that nothing else needs to be sent
    /// (`PartialObjectMetadata`, as client-go's metadata client requests). `#[derive(Reflect)]` sets it for a struct whose
    /// only field is `metadata`.
    ///
    /// Servers then send objects whose `apiVersion` and `kind` are those of the metadata.
    #[must_use]
    pub const fn metadata_only(mut self) -> Self {
        self.is_metadata_only = true;
        self
    }

    /// Whether the type reads nothing of an object but `metadata`.
    pub fn is_metadata_only(&self) -> bool {
        self.is_metadata_only
    }

    /// Returns the object to keep for one whose vectors may have unused capacity.
    pub(crate) fn kept(&self, decoded: K) -> K {
        match self.clone {
            Some(clone) => clone(&decoded),
            None => decoded,
        }
    }

    /// Adds an index, for resource types built at run time. An index with the same name is replaced.
    #[must_use]
    pub fn with_index(mut self, index: impl AnyIndex<K> + 'static) -> Self {
        let indexes = &mut self.indexes.added;
        indexes.retain(|known| known.name() != index.name());
        indexes.push(Arc::new(index));
        self
    }

    /// The same resource in another version, for a type that can decode the objects of several versions.
    ///
    /// # Errors
    /// [`NameError`] if the version is not valid in Kubernetes.
    pub fn with_version(mut self, version: impl Into<Cow<'static, str>>) -> Result<Self, NameError> {
        self.version = version.into();
        if names::is_version(&self.version) {
            return Ok(self);
        }
        Err(NameError { what: "version", name: self.version.into_owned() })
    }

    /// The API group; empty for the core group.
    pub fn group(&self) -> &str {
        &self.group
    }

    /// The API version.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The kind.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The plural name used in paths.
    pub fn plural(&self) -> &str {
        &self.plural
    }

    /// Namespaced, cluster-scoped, or known only at run time.
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// The indexes that a store of this type maintains from the start.
    pub fn indexes(&self) -> impl Iterator<Item = &dyn AnyIndex<K>> {
        let Indexes { constants, added } = &self.indexes;
        let is_replaced = |index: &dyn AnyIndex<K>| added.iter().any(|other| other.name() == index.name());
        let constants = constants.iter().copied().filter(move |index| !is_replaced(*index));
        constants.chain(added.iter().map(|index| &**index))
    }

    /// The `apiVersion` of this type's objects: `group/version`, or `version` in the core group.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.to_string()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }

    /// The URL path of the collection: all objects, or the objects of one namespace.
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

    /// The `apiVersion` and `kind` of this type's objects.
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
            clone: self.clone,
            is_metadata_only: self.is_metadata_only,
            indexes: Indexes { constants: self.indexes.constants, added: self.indexes.added.clone() },
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
            .field("indexes", &self.indexes().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// `plural.group/version`, as `kubectl` prints resources, or `plural/version` in the core group.
impl<K> fmt::Display for ResourceType<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.group.is_empty() {
            write!(f, "{}/{}", self.plural, self.version)
        } else {
            write!(f, "{}.{}/{}", self.plural, self.group, self.version)
        }
    }
}
