//! The store: queries, snapshots, indexes that change while it is in use, waits and the overlay, with the public API.

mod indexes;
mod model;
mod overlay;
mod queries;
mod snapshots;
mod waits;
mod with_a_server;

#[path = "../support/mod.rs"]
mod support;

use std::{collections::BTreeMap, sync::Arc};

use k8s_openapi::api::core::v1::ConfigMap;
use reflector_runtime::{Index, KeyRef, ObjectKey, ResourceType, Writer};

/// By the keys of the data: none, one or many texts.
const BY_KEY: Index<ConfigMap> = Index::new("by_key", |object, values| {
    for key in object.data.iter().flatten().map(|(key, _)| key) {
        values.push(key);
    }
});

/// By the number of the data's keys: a typed value.
const BY_SIZE: Index<ConfigMap, Size> = Index::new("by_size", |object, values| {
    values.push(&Size::of(object.data.as_ref().map_or(0, BTreeMap::len)));
});

/// A type without `Display`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Size {
    Empty,
    One,
    Many,
}

impl Size {
    fn of(keys: usize) -> Self {
        match keys {
            0 => Self::Empty,
            1 => Self::One,
            _ => Self::Many,
        }
    }
}

/// A store that maintains both indexes.
fn writer() -> Writer<ConfigMap> {
    Writer::new(Arc::new(ResourceType::from_resource().with_index(BY_KEY).with_index(BY_SIZE)))
}

/// `namespace/name`, with these keys in its data.
fn object(key: &str, keys: &[&str]) -> Arc<ConfigMap> {
    let key: ObjectKey = key.parse().unwrap();
    let mut object = ConfigMap::default();
    object.metadata.namespace = key.namespace.map(Into::into);
    object.metadata.name = Some(key.name.into());
    object.data = Some(keys.iter().map(|key| ((*key).to_owned(), String::new())).collect());
    Arc::new(object)
}

/// `n/name`, with this uid and resourceVersion.
fn versioned(name: &str, uid: &str, version: &str) -> Arc<ConfigMap> {
    let mut object = (*object(&format!("n/{name}"), &[])).clone();
    object.metadata.uid = Some(uid.into());
    object.metadata.resource_version = Some(version.into());
    Arc::new(object)
}

/// The key `n/name`.
fn key(name: &str) -> KeyRef<'_> {
    KeyRef { namespace: Some("n"), name }
}

fn insert(writer: &mut Writer<ConfigMap>, object: &Arc<ConfigMap>) {
    writer.write().insert(object).unwrap();
}

fn remove(writer: &mut Writer<ConfigMap>, name: &str) {
    writer.write().remove(key(name)).unwrap();
}

/// `namespace/name` of each object, in order.
fn keys(objects: &[Arc<ConfigMap>]) -> Vec<String> {
    let key = |object: &Arc<ConfigMap>| KeyRef::of(&object.metadata).unwrap().to_string();
    let mut keys: Vec<String> = objects.iter().map(key).collect();
    keys.sort();
    keys
}
