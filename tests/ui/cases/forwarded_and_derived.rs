use kube::CustomResource;
use reflector_runtime::Reflect;
use serde::{Deserialize, Serialize};

#[derive(CustomResource, Reflect, Clone, Debug, PartialEq, Deserialize, Serialize)]
#[kube(group = "example.com", version = "v1", kind = "Widget", schema = "disabled")]
#[kube(derive = "PartialEq", derive = "reflector_runtime::Reflect")]
struct WidgetSpec {}

fn main() {}
