//! What the drivers in this process have in common: the client, how they are stopped, and how objects are observed. Must
//! not know the informers.

use std::fmt::Display;

use kube::{
    Client, Config, Resource as KubeResource, ResourceExt as _,
    core::{ApiResource, GroupVersionKind},
};
use tokio::sync::{mpsc::UnboundedSender, oneshot};

use super::{Observation, Running, Subject};
use crate::{Error, script::Resource};

pub(super) fn failed(error: &dyn Display) -> Error {
    Error::Driver(error.to_string())
}

pub(super) fn client(subject: &Subject) -> Result<Client, Error> {
    let url = subject.url.parse().map_err(|error| failed(&error))?;
    Client::try_from(Config::new(url)).map_err(|error| failed(&error))
}

/// Describes a resource for dynamic objects.
pub(super) fn api_resource(resource: Resource) -> ApiResource {
    let group = if resource.is_built_in() { "" } else { "example.com" };
    let kind = GroupVersionKind::gvk(group, "v1", resource.kind());
    ApiResource::from_gvk_with_plural(&kind, resource.plural())
}

/// A run, and the receiver through which its task learns that it must stop.
pub(super) fn running() -> (Running, oneshot::Receiver<()>, UnboundedSender<Observation>) {
    let (stop, stopped) = oneshot::channel();
    let (running, observations) = Running::new(move || {
        // Sending fails only if the task has ended, which means that the informer has stopped.
        let _ = stop.send(());
    });
    (running, stopped, observations)
}

pub(super) fn key<K: KubeResource>(object: &K) -> String {
    match object.namespace() {
        Some(namespace) => format!("{namespace}/{}", object.name_any()),
        None => object.name_any(),
    }
}

pub(super) fn version<K: KubeResource>(object: &K) -> String {
    object.resource_version().unwrap_or_default()
}
