use kube::{CustomResource, core::ObjectMeta};
use reflector_runtime::Reflect;
use serde::{Deserialize, Serialize};

#[derive(Reflect)]
#[reflect(version = "v1")]
#[reflect(index(a = sepc.color, b = spec.colr, c = metadata.lables, d = spec.parts[].imag, e = spec.nothing, f = spec.0))]
struct Widget {
    metadata: ObjectMeta,
    spec: Spec,
}

struct Spec {
    color: String,
    parts: Vec<Part>,
}

struct Part {
    image: String,
}

#[derive(CustomResource, Reflect, Clone, Debug, Deserialize, Serialize)]
#[kube(group = "example.com", version = "v1", kind = "Gadget", schema = "disabled")]
#[reflect(index(a = spec.nodeNam, b = spec.nodeName, c = spec.size))]
struct GadgetSpec {
    node_name: String,
    #[serde(rename = "size")]
    amount: u8,
}

fn main() {}
