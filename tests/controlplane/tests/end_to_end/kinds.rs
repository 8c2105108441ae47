//! The resource types: namespaced and cluster-scoped custom resources, and a partial view of a built-in type.

use kube::{CustomResource, core::ObjectMeta};
use reflector_runtime::Reflect;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(CustomResource, Reflect, Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[kube(group = "e2e.example.com", version = "v1", kind = "Widget", namespaced, status = "WidgetStatus")]
#[reflect(index(by_color = spec.color), index(by_image = spec.parts[].image), index(by_phase = status?.phase))]
#[serde(rename_all = "camelCase")]
pub(crate) struct WidgetSpec {
    pub(crate) color: String,
    pub(crate) node_name: Option<String>,
    #[serde(default)]
    pub(crate) parts: Vec<Part>,
}

#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub(crate) struct Part {
    pub(crate) image: String,
}

#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub(crate) struct WidgetStatus {
    pub(crate) phase: String,
}

#[derive(CustomResource, Reflect, Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[kube(group = "e2e.example.com", version = "v1", kind = "Gadget")]
#[reflect(index(by_size: i64 = spec.size))]
pub(crate) struct GadgetSpec {
    pub(crate) size: i64,
}

/// A kind whose CRD is deleted and recreated.
#[derive(CustomResource, Reflect, Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[kube(group = "e2e.example.com", version = "v1", kind = "Sprocket", namespaced)]
pub(crate) struct SprocketSpec {
    pub(crate) teeth: u32,
}

/// The metadata of a Secret, without its data.
#[derive(Reflect, Debug, Deserialize)]
#[reflect(version = "v1", kind = "Secret", namespaced)]
pub(crate) struct SecretView {
    pub(crate) metadata: ObjectMeta,
}
