//! Which events a watch includes, and how each is written.
//!
//! An object that stops matching is reported as deleted to this watch; an object that starts matching is reported as
//! added.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};

use crate::{
    handlers::{ListMeta, metadata_json, object_json},
    registry::ResourceType,
    request::Shape,
    selectors::Selectors,
    status::Status,
    storage::{Event, EventKind, Object, encode_object},
    table,
};

/// The view of one watch.
#[derive(Debug)]
pub(crate) struct Presenter {
    ty: Arc<ResourceType>,
    shape: Shape,
    namespace: Option<String>,
    selectors: Selectors,
    /// Whether a table was sent: only the first includes the column definitions.
    columns_sent: std::sync::atomic::AtomicBool,
}

impl Presenter {
    pub(crate) fn new(
        ty: Arc<ResourceType>,
        shape: Shape,
        namespace: Option<&str>,
        selectors: Selectors,
    ) -> Self {
        let namespace = namespace.map(str::to_owned);
        Self { ty, shape, namespace, selectors, columns_sent: false.into() }
    }

    fn includes(&self, object: &Object) -> bool {
        self.namespace.as_ref().is_none_or(|namespace| *namespace == object.namespace)
            && self.selectors.matches(object)
    }

    /// The line for an object that already exists.
    pub(crate) fn added(&self, object: &Object, now: &str) -> Bytes {
        line("ADDED", &self.object(object, now))
    }

    /// The line for an event, if this watch includes the object.
    pub(crate) fn event(&self, event: &Event, now: &str) -> Option<Bytes> {
        let was = event.previous.as_ref().is_some_and(|previous| self.includes(previous));
        let is = event.kind != EventKind::Deleted && self.includes(&event.object);
        match (was, is) {
            (false, false) => None,
            (false, true) => Some(line("ADDED", &self.object(&event.object, now))),
            (true, true) => Some(line("MODIFIED", &self.object(&event.object, now))),
            (true, false) => Some(line("DELETED", &self.object(&self.last_seen(event), now))),
        }
    }

    /// The last state that this watch has sent, at the resourceVersion of the event that ended it.
    fn last_seen(&self, event: &Event) -> Arc<Object> {
        match &event.previous {
            Some(previous) if event.kind != EventKind::Deleted => {
                let mut value = previous.value();
                value["metadata"]["resourceVersion"] = event.resource_version.to_string().into();
                Arc::new(Object::new(&self.ty, &value, event.resource_version))
            }
            _ => event.object.clone(),
        }
    }

    /// A bookmark: everything up to this version has been sent.
    pub(crate) fn bookmark(&self, resource_version: u64) -> Bytes {
        self.bookmark_line(&json!({"resourceVersion": resource_version.to_string()}))
    }

    /// The bookmark after the initial events.
    pub(crate) fn end_bookmark(&self, resource_version: u64) -> Bytes {
        self.bookmark_line(&json!({
            "annotations": {"k8s.io/initial-events-end": "true"},
            "resourceVersion": resource_version.to_string(),
        }))
    }

    fn bookmark_line(&self, metadata: &Value) -> Bytes {
        let mut value = json!({"metadata": metadata});
        match &self.shape {
            Shape::Object => self.ty.stamp(&mut value),
            Shape::Metadata { version, .. } => {
                value["kind"] = "PartialObjectMetadata".into();
                value["apiVersion"] = format!("meta.k8s.io/{version}").into();
            }
            Shape::Table { version, .. } => {
                return line("BOOKMARK", &table::bookmark(&self.ty, version, metadata));
            }
        }
        line("BOOKMARK", &encode_object(self.ty.key_order(), &value))
    }

    /// The line that reports why a watch ends.
    pub(crate) fn error(status: &Status) -> Bytes {
        line("ERROR", &status.to_json())
    }

    fn object(&self, object: &Object, now: &str) -> Bytes {
        match &self.shape {
            Shape::Object => object_json(&self.ty, object),
            Shape::Metadata { version, .. } => metadata_json(version, object),
            Shape::Table { version, objects } => {
                let meta = ListMeta { resource_version: object.resource_version, ..ListMeta::default() };
                let already_sent = self.columns_sent.swap(true, std::sync::atomic::Ordering::Relaxed);
                let head = if already_sent { table::Head::Omitted } else { table::Head::Included };
                table::table(&self.ty, version, objects, head, &[object], &meta, now)
            }
        }
    }
}

fn line(kind: &str, object: &[u8]) -> Bytes {
    let mut line = Vec::with_capacity(object.len() + kind.len() + 24);
    line.extend_from_slice(b"{\"type\":\"");
    line.extend_from_slice(kind.as_bytes());
    line.extend_from_slice(b"\",\"object\":");
    line.extend_from_slice(object);
    line.extend_from_slice(b"}\n");
    line.into()
}
