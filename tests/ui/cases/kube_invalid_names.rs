use kube::CustomResource;
use reflector_runtime::Reflect;
use serde::{Deserialize, Serialize};

#[derive(CustomResource, Reflect, Clone, Debug, Deserialize, Serialize)]
#[kube(group = "example_com", version = "1", kind = "My_Widget", plural = "Widgets", schema = "disabled")]
struct WidgetSpec {}

fn main() {}
