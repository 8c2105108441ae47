//! The custom resource that both peers decode into. Must not know how it travels.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use kube::CustomResource;
use serde::{Deserialize, Serialize};

/// What is wanted of a gadget.
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
    /// What runs in it.
    pub image: String,
    /// Where it runs.
    pub node_name: Option<String>,
    /// What it is made of.
    pub parts: Vec<Part>,
    /// How many there are.
    pub replicas: i32,
}

/// A part of a gadget.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Part {
    /// CPU that it asks for.
    pub cpu: String,
    /// Memory that it asks for.
    pub memory: String,
    /// Its name.
    pub name: String,
}

/// What is known of a gadget.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct GadgetStatus {
    /// Conditions in the usual form.
    pub conditions: Vec<Condition>,
    /// The generation that was acted on.
    pub observed_generation: Option<i64>,
    /// In a word.
    pub phase: Option<String>,
    /// How many are ready.
    pub ready_replicas: Option<i32>,
}
