use kube::CustomResource;
use reflector_runtime::Reflect;
use serde::{Deserialize, Serialize};

#[derive(CustomResource, Reflect, Clone, Debug, Deserialize, Serialize)]
#[kube(group = "example.com", version = "v1", kind = "Widget", schema = "disabled")]
#[reflect(group = "example.com", kind = "Widget", plural = "widgets", namespaced, no_resource)]
struct WidgetSpec {}

fn main() {}
