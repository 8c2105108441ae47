use kube::CustomResource;
use reflector_runtime::Reflect;
use serde::{Deserialize, Serialize};

#[derive(CustomResource, Reflect, Clone, Debug, Deserialize, Serialize)]
#[kube(group = "example.com", version = "v1", kind = "Widget", schema = "disabled")]
#[reflect(index(by_color = color, by_colour = colour, by_spec = sepc.color, by_phase = status?.phase))]
struct WidgetSpec {
    color: String,
}

fn main() {}
