use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(group = "core", version = "v1", kind = "Pod", namespaced)]
struct PodView {
    metadata: ObjectMeta,
}

fn main() {}
