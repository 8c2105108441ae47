use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[kube(version = "v1", kind = "Pod", namespaced)]
struct PodView {
    metadata: ObjectMeta,
}

fn main() {}
