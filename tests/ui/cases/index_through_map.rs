use std::collections::BTreeMap;

use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "v1", index(by_label = metadata.labels?[], by_port = spec.ports[].number))]
struct Widget {
    metadata: ObjectMeta,
    spec: Spec,
}

struct Spec {
    ports: BTreeMap<String, Port>,
}

struct Port {
    number: u16,
}

fn main() {}
