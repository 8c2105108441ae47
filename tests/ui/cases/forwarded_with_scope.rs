use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(namespaced, no_resource)]
struct Widget {
    metadata: ObjectMeta,
}

fn main() {}
