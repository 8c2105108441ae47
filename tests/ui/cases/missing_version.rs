use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(group = "example.com", kind = "Widget")]
struct Widget {
    metadata: ObjectMeta,
}

fn main() {}
