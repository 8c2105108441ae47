//! How a value is divided into fields: by the schema of a custom resource, or by the rules for a built-in kind.

use serde_json::{Map, Value};

use crate::registry::{ListKind, ListType, MapType, Origin, ResourceType, Schema, list_kind};

/// The type of a value at a position in an object.
#[derive(Clone, Debug)]
pub(super) enum Typing<'a> {
    /// A whole custom resource, whose metadata has the type that all objects share.
    Root(&'a Schema),
    /// A part of a custom resource.
    Schema(&'a Schema),
    /// A built-in kind (or the metadata of anything), at a path without indexes.
    BuiltIn { kind: &'a str, path: String },
    /// The type is unknown: maps are divided by key, lists are not divided.
    Deduced,
}

/// How a list is divided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ListShape {
    Atomic,
    Set,
    Keyed(Vec<String>),
}

/// Maps of built-in kinds that are owned as a whole.
const ATOMIC_MAPS: [&str; 8] = [
    "selector",
    "nodeSelector",
    "fieldRef",
    "resourceFieldRef",
    "configMapKeyRef",
    "secretKeyRef",
    "involvedObject",
    "labelSelector",
];
/// Maps of built-in kinds whose keys are not fields of a struct.
const OPEN_MAPS: [&str; 9] = [
    "labels",
    "annotations",
    "data",
    "binaryData",
    "stringData",
    "limits",
    "requests",
    "capacity",
    "allocatable",
];

impl<'a> Typing<'a> {
    pub(super) fn of(ty: &'a ResourceType) -> Self {
        match (ty.origin, &ty.schema) {
            (Origin::Custom, Some(schema)) => Self::Root(schema),
            (Origin::Custom, None) => Self::Deduced,
            (Origin::BuiltIn, _) => Self::BuiltIn { kind: &ty.kind, path: String::new() },
        }
    }

    /// The type of a field.
    pub(super) fn field(&self, name: &str) -> Self {
        match self {
            Self::Root(_) if name == "metadata" => Self::BuiltIn { kind: "", path: name.to_owned() },
            Self::Root(schema) | Self::Schema(schema) => {
                schema.property(name).map_or(Self::Deduced, Self::Schema)
            }
            Self::BuiltIn { kind, path } => {
                let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
                Self::BuiltIn { kind, path }
            }
            Self::Deduced => Self::Deduced,
        }
    }

    /// Whether the type declares this field as the field of a struct. Map keys are members of the set themselves.
    pub(super) fn declares(&self, name: &str) -> bool {
        match self {
            Self::Root(schema) | Self::Schema(schema) => schema.properties.contains_key(name),
            Self::BuiltIn { path, .. } => !OPEN_MAPS.contains(&last(path)),
            Self::Deduced => false,
        }
    }

    /// The type of the items of a list.
    pub(super) fn item(&self) -> Self {
        match self {
            Self::Root(schema) | Self::Schema(schema) => {
                schema.items.as_deref().map_or(Self::Deduced, Self::Schema)
            }
            built_in => built_in.clone(),
        }
    }

    pub(super) fn is_atomic_map(&self) -> bool {
        match self {
            Self::Root(schema) | Self::Schema(schema) => schema.map_type == MapType::Atomic,
            Self::BuiltIn { path, .. } => {
                ATOMIC_MAPS.contains(&last(path)) || path == "metadata.ownerReferences"
            }
            Self::Deduced => false,
        }
    }

    pub(super) fn list_shape(&self) -> ListShape {
        match self {
            Self::Root(schema) | Self::Schema(schema) => match &schema.list_type {
                ListType::Atomic => ListShape::Atomic,
                ListType::Set => ListShape::Set,
                ListType::Map(keys) => ListShape::Keyed(keys.clone()),
            },
            Self::BuiltIn { kind, path } => match list_kind(kind, path) {
                ListKind::Atomic => ListShape::Atomic,
                ListKind::Set => ListShape::Set,
                ListKind::Map { keys, .. } => {
                    ListShape::Keyed(keys.iter().map(|key| (*key).to_owned()).collect())
                }
            },
            Self::Deduced => ListShape::Atomic,
        }
    }
}

impl ListShape {
    /// The path element of this item.
    pub(super) fn element(&self, item: &Value) -> String {
        match self {
            Self::Atomic | Self::Set => format!("v:{item}"),
            Self::Keyed(keys) => {
                let mut sorted: Vec<&String> = keys.iter().filter(|key| item.get(*key).is_some()).collect();
                sorted.sort_unstable();
                let keys: Map<String, Value> =
                    sorted.into_iter().map(|key| (key.clone(), item[key].clone())).collect();
                format!("k:{}", Value::Object(keys))
            }
        }
    }
}

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}
