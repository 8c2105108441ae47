//! A small custom resource, as an operator would define it.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use kube::CustomResource;
use serde::{Deserialize, Serialize};

/// The desired state of a gadget.
#[derive(CustomResource, Clone, Debug, PartialEq, Deserialize, Serialize)]
#[kube(
    group = "peers.example.com",
    version = "v1",
    kind = "Gadget",
    namespaced,
    status = "GadgetStatus",
    schema = "disabled"
)]
#[serde(rename_all = "camelCase")]
pub struct GadgetSpec {
    /// Its colour.
    pub color: String,
    /// The container image.
    pub image: String,
    /// The node it is assigned to.
    pub node_name: Option<String>,
    /// Its parts.
    pub parts: Vec<Part>,
    /// The number of replicas.
    pub replicas: i32,
}

/// A part of a gadget.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Part {
    /// The CPU request.
    pub cpu: String,
    /// The memory request.
    pub memory: String,
    /// Its name.
    pub name: String,
}

/// The observed state of a gadget.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GadgetStatus {
    /// Standard Kubernetes conditions.
    pub conditions: Vec<Condition>,
    /// The generation last processed by the controller.
    pub observed_generation: Option<i64>,
    /// A one-word summary.
    pub phase: Option<String>,
    /// The number of ready replicas.
    pub ready_replicas: Option<i32>,
}
