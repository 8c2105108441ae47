use kube::CustomResource;
use reflector_runtime::Reflect;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

#[derive(CustomResource, Reflect, Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[kube(group = "example.com", version = "v1", kind = "Widget", selectable = ".color")]
#[reflect(selectable = ".spec.color")]
struct WidgetSpec {
    color: String,
}

fn main() {}
