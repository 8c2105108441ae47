use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "v1", namespaced)]
#[reflect(version = "v2", namespaced)]
struct Widget {
    metadata: ObjectMeta,
}

fn main() {}
