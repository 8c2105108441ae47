use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "v1", index(by_colour = spec.colour, by_kolor = spek.color, by_image = spec.parts[].img))]
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
