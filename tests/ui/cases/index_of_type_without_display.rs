use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "v1", index(by_part = spec.part, by_parts = spec.parts[], by_spec = spec))]
struct Widget {
    metadata: ObjectMeta,
    spec: Spec,
}

struct Spec {
    color: String,
    part: Option<Part>,
    parts: Vec<Part>,
}

struct Part {
    image: String,
}

fn main() {}
