//! The semantics of writes: names, generations, finalizers, validation and preconditions, and their effect on
//! storage.
//!
//! Depends on types and storage. Must not depend on HTTP, media types or faults, so that the direct calls of
//! [`ApiServer`](crate::ApiServer) and the HTTP handlers share all rules.

mod admit;
mod apply;
mod crds;
mod create;
mod delete;
mod identity;
mod metadata;
mod metadata_rules;
mod namespaces;
mod typed;
mod update;

use std::{fmt, sync::Arc};

use jiff::Timestamp;
use parking_lot::Mutex;
use serde_json::Value;

pub(crate) use admit::{Admitted, admit, admit_patched};
pub(crate) use delete::Deleted;
pub(crate) use update::{Endpoint, UpdateTarget};

use crate::{
    registry::{GroupResource, Registry, ResourceType},
    status::Status,
    storage::{Object, Storage},
};

/// Returns the current time, for the timestamps of objects.
pub(crate) type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Types, objects, and the rules that connect them.
pub(crate) struct Engine {
    pub(crate) registry: Registry,
    pub(crate) storage: Storage,
    random: Mutex<fastrand::Rng>,
    clock: Clock,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("resource_version", &self.storage.resource_version())
            .finish_non_exhaustive()
    }
}

/// The result of a create, update or patch.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) object: Arc<Object>,
    pub(crate) created: bool,
    pub(crate) warnings: Vec<String>,
}

impl Engine {
    /// Creates an engine with the built-in types and the namespaces that every cluster has.
    pub(crate) fn new(seed: u64, history_limit: usize, clock: Clock) -> Self {
        let engine = Self {
            registry: Registry::new(),
            storage: Storage::new(history_limit),
            random: Mutex::new(fastrand::Rng::with_seed(seed)),
            clock,
        };
        for ty in engine.registry.all() {
            engine.storage.open_collection(&ty.group_resource);
        }
        engine.create_system_namespaces();
        engine
    }

    /// The current time, in the format of objects.
    pub(crate) fn now(&self) -> String {
        timestamp(&(self.clock)())
    }

    /// A number from `range`, from the random generator of the server.
    pub(crate) fn random_in(&self, range: std::ops::Range<u64>) -> u64 {
        self.random.lock().u64(range)
    }

    /// Returns one object, or 404.
    pub(crate) fn get(&self, ty: &ResourceType, key: &str) -> Result<Arc<Object>, Status> {
        let name = key.rsplit('/').next().unwrap_or(key);
        self.storage.get(&ty.group_resource, key).ok_or_else(|| Status::not_found(&ty.group_resource, name))
    }

    fn builtin(&self, group: &str, plural: &str) -> Result<Arc<ResourceType>, Status> {
        let gr = GroupResource::new(group, plural);
        self.registry.get(&gr, "v1").ok_or_else(|| Status::internal(&format!("{gr} is not served")))
    }
}

/// The object as clients of this version receive it.
pub(crate) fn in_version(ty: &ResourceType, object: &Object) -> Value {
    let mut value = object.value();
    ty.stamp(&mut value);
    value
}

/// RFC 3339 in whole seconds, like `metav1.Time`.
pub(crate) fn timestamp(at: &Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The text of a metadata field; empty if the field is absent.
fn meta<'v>(value: &'v Value, field: &str) -> &'v str {
    value["metadata"][field].as_str().unwrap_or_default()
}
