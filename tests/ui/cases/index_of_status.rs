use kube::CustomResource;
use reflector_runtime::Reflect;
use serde::{Deserialize, Serialize};

#[derive(CustomResource, Reflect, Clone, Debug, Deserialize, Serialize)]
#[kube(group = "example.com", version = "v1", kind = "Widget", status = "Status", schema = "disabled")]
#[reflect(index(by_phase = status.phase))]
struct WidgetSpec {}

#[derive(Clone, Debug, Deserialize, Serialize)]
struct Status {
    phase: String,
}

fn main() {}
