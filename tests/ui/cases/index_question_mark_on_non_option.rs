use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "v1", index(by_color = spec.color?, by_image = spec.parts?[].image))]
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
