//! The simulated objects: one Rust type, [`Thing`], served as three kinds that differ in the properties that matter
//! to a client (custom and built-in, namespaced and cluster-scoped). Must not depend on plans or on the network.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use reflector_runtime::{Index, ResourceType, ResourceTypeParts, Scope};
use serde::Deserialize;
use serde_json::{Value, json};

/// An object of any of the [kinds](Resource).
#[derive(Clone, Debug, Deserialize)]
pub struct Thing {
    /// The standard metadata.
    pub metadata: ObjectMeta,
    /// The content of a custom resource.
    #[serde(default)]
    spec: Option<Content>,
    /// The content of a config map.
    #[serde(default)]
    data: Option<Content>,
}

/// The content.
#[derive(Clone, Debug, Default, Deserialize)]
struct Content {
    /// If this is not a string, the object cannot be decoded.
    #[serde(default)]
    color: String,
    /// Comma-separated names.
    #[serde(default)]
    parts: String,
}

impl Thing {
    /// Indexes objects by color.
    pub const BY_COLOR: Index<Self> = Index::new("by_color", |thing, values| values.push(thing.color()));
    /// Indexes objects by part. An object may have none, one or several.
    pub const BY_PART: Index<Self> = Index::new("by_part", |thing, values| {
        for part in thing.parts() {
            values.push(&part);
        }
    });

    fn content(&self) -> Option<&Content> {
        self.spec.as_ref().or(self.data.as_ref())
    }

    /// The color.
    pub fn color(&self) -> &String {
        const NONE: &String = &String::new();
        self.content().map_or(NONE, |content| &content.color)
    }

    /// The parts.
    pub fn parts(&self) -> Vec<String> {
        let text = self.content().map_or("", |content| &content.parts);
        text.split(',').filter(|part| !part.is_empty()).map(str::to_owned).collect()
    }

    /// The object's key as text.
    pub fn key(&self) -> String {
        key_text(self.metadata.namespace.as_deref(), self.metadata.name.as_deref().unwrap_or_default())
    }

    /// The resourceVersion as a number; zero if it is not one.
    pub fn version(&self) -> u64 {
        let text = self.metadata.resource_version.as_deref().unwrap_or_default();
        text.parse().unwrap_or_default()
    }

    /// The uid.
    pub fn uid(&self) -> &str {
        self.metadata.uid.as_deref().unwrap_or_default()
    }

    /// Text that distinguishes one state of an object from another.
    pub fn fingerprint(&self) -> String {
        let tier = self.metadata.labels.as_ref().and_then(|labels| labels.get("tier"));
        let tier = tier.map_or("", String::as_str);
        format!(
            "{}@{} {} {tier} {}",
            self.key(),
            self.metadata.resource_version.as_deref().unwrap_or_default(),
            &self.uid().get(..8).unwrap_or_default(),
            self.color()
        )
    }
}

/// `namespace/name`, or `name`.
pub fn key_text(namespace: Option<&str>, name: &str) -> String {
    match namespace {
        None | Some("") => name.to_owned(),
        Some(namespace) => format!("{namespace}/{name}"),
    }
}

/// A kind that the server serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Resource {
    /// A namespaced custom resource with a status.
    Widgets,
    /// A cluster-scoped custom resource.
    Gadgets,
    /// A built-in, namespaced kind: its lists begin with their metadata, and its items omit their kind, which only
    /// the list contains.
    ConfigMaps,
}

impl Resource {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Widgets, Self::Gadgets, Self::ConfigMaps];

    /// The plural name.
    pub fn plural(self) -> &'static str {
        match self {
            Self::Widgets => "widgets",
            Self::Gadgets => "gadgets",
            Self::ConfigMaps => "configmaps",
        }
    }

    /// Group and version.
    pub fn api_version(self) -> &'static str {
        match self {
            Self::Widgets | Self::Gadgets => "example.com/v1",
            Self::ConfigMaps => "v1",
        }
    }

    /// Whether a CRD defines this kind.
    pub fn is_custom(self) -> bool {
        self != Self::ConfigMaps
    }

    /// Whether its objects are namespaced.
    pub fn is_namespaced(self) -> bool {
        self != Self::Gadgets
    }

    /// The runtime's description of this kind.
    pub fn resource_type(self) -> ResourceType<Thing> {
        let data = |group, kind, plural, scope| ResourceTypeParts {
            group,
            version: "v1",
            kind,
            plural,
            scope,
            metadata: |thing: &Thing| &thing.metadata,
            clone: Some(Clone::clone),
            indexes: &[&Thing::BY_COLOR, &Thing::BY_PART],
        };
        ResourceType::new(match self {
            Self::Widgets => data("example.com", "Widget", "widgets", Scope::Namespaced),
            Self::Gadgets => data("example.com", "Gadget", "gadgets", Scope::Cluster),
            Self::ConfigMaps => data("", "ConfigMap", "configmaps", Scope::Namespaced),
        })
    }

    /// The field of an object that holds its content.
    pub fn content(self) -> &'static str {
        if self.is_custom() { "spec" } else { "data" }
    }

    /// The CRD of a custom resource, with a schema that accepts anything.
    pub fn crd(self) -> Option<Value> {
        let (kind, singular, scope) = match self {
            Self::Widgets => ("Widget", "widget", "Namespaced"),
            Self::Gadgets => ("Gadget", "gadget", "Cluster"),
            Self::ConfigMaps => return None,
        };
        Some(json!({
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": { "name": self.crd_name() },
            "spec": {
                "group": "example.com",
                "scope": scope,
                "names": { "plural": self.plural(), "singular": singular, "kind": kind },
                "versions": [{
                    "name": "v1", "served": true, "storage": true,
                    "subresources": { "status": {} },
                    "schema": { "openAPIV3Schema": {
                        "type": "object", "x-kubernetes-preserve-unknown-fields": true,
                    } },
                }],
            },
        }))
    }

    /// The name of its CRD.
    pub fn crd_name(self) -> String {
        format!("{}.example.com", self.plural())
    }
}
