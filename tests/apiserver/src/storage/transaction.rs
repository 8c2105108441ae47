//! A write: reads and changes under one lock. Each change gets the next resourceVersion.

use std::sync::Arc;

use serde_json::Value;

use crate::{
    registry::{GroupResource, ResourceType},
    status::Status,
};

use super::{Event, EventKind, Object, State, object_key};

/// A write in progress.
pub(crate) struct Transaction<'a> {
    state: &'a mut State,
}

impl<'a> Transaction<'a> {
    pub(super) fn new(state: &'a mut State) -> Self {
        Self { state }
    }

    pub(crate) fn get(&self, gr: &GroupResource, key: &str) -> Option<Arc<Object>> {
        self.state.collections.get(gr)?.get(key)
    }

    /// The current keys of the resource, in one namespace or in all.
    pub(crate) fn keys(&self, gr: &GroupResource, namespace: Option<&str>) -> Vec<(String, String)> {
        self.state.collections.get(gr).map_or_else(Vec::new, |collection| {
            collection
                .iter()
                .filter(|object| namespace.is_none_or(|ns| ns == object.namespace))
                .map(|object| (object.namespace.clone(), object.name.clone()))
                .collect()
        })
    }

    /// Whether the resource has no objects.
    pub(crate) fn is_empty(&self, gr: &GroupResource) -> bool {
        self.state.collections.get(gr).is_none_or(|collection| collection.len() == 0)
    }

    /// The resources that have objects in this namespace, sorted.
    pub(crate) fn resources_in(&self, namespace: &str) -> Vec<GroupResource> {
        let mut found: Vec<GroupResource> = self
            .state
            .collections
            .iter()
            .filter(|(_, collection)| collection.iter().any(|object| object.namespace == namespace))
            .map(|(gr, _)| gr.clone())
            .collect();
        found.sort();
        found
    }

    /// Stores a new object.
    pub(crate) fn create(&mut self, ty: &ResourceType, mut value: Value) -> Result<Arc<Object>, Status> {
        let key = key_of(&value);
        if self.get(&ty.group_resource, &key).is_some() {
            let name = value["metadata"]["name"].as_str().unwrap_or_default();
            return Err(Status::already_exists(&ty.group_resource, name));
        }
        let object = self.stamp(ty, &mut value);
        self.record(ty, key, EventKind::Added, object.clone(), None);
        Ok(object)
    }

    /// Stores the next version of an existing object.
    pub(crate) fn update(
        &mut self,
        ty: &ResourceType,
        previous: &Arc<Object>,
        mut value: Value,
    ) -> Arc<Object> {
        let object = self.stamp(ty, &mut value);
        self.record(ty, previous.key(), EventKind::Modified, object.clone(), Some(previous.clone()));
        object
    }

    /// Removes an object and returns its last state, at the resourceVersion of the deletion.
    pub(crate) fn delete(
        &mut self,
        ty: &ResourceType,
        previous: &Arc<Object>,
        mut value: Value,
    ) -> Arc<Object> {
        let object = self.stamp(ty, &mut value);
        self.record(ty, previous.key(), EventKind::Deleted, object.clone(), Some(previous.clone()));
        object
    }

    /// Starts storing objects of a resource that was not served before.
    pub(crate) fn open_collection(&mut self, gr: &GroupResource) {
        self.state.open_collection(gr);
    }

    /// Ends the watches of a resource that is no longer served.
    pub(crate) fn end_session(&mut self, gr: &GroupResource) {
        let now = self.state.resource_version;
        if let Some(collection) = self.state.collections.get_mut(gr) {
            collection.end_session(now);
        }
    }

    /// Ends the watches of a resource whose type has changed. New watches can start from the current version, but not
    /// from older ones.
    pub(crate) fn restart_watches(&mut self, gr: &GroupResource) {
        let now = self.state.resource_version;
        if let Some(collection) = self.state.collections.get_mut(gr) {
            collection.start_new_session(now);
        }
    }

    fn stamp(&mut self, ty: &ResourceType, value: &mut Value) -> Arc<Object> {
        self.state.resource_version += 1;
        let version = self.state.resource_version;
        value["metadata"]["resourceVersion"] = Value::String(version.to_string());
        Arc::new(Object::new(ty, value, version))
    }

    fn record(
        &mut self,
        ty: &ResourceType,
        key: String,
        kind: EventKind,
        object: Arc<Object>,
        previous: Option<Arc<Object>>,
    ) {
        let now = self.state.resource_version;
        let limit = self.state.history_limit;
        let event = Event { resource_version: now, kind, object, previous };
        self.state
            .collections
            .entry(ty.group_resource.clone())
            .or_insert_with(|| super::Collection::new(now - 1))
            .record(key, event, limit);
    }
}

fn key_of(value: &Value) -> String {
    let text = |field: &str| value["metadata"][field].as_str().unwrap_or_default();
    object_key(text("namespace"), text("name"))
}
