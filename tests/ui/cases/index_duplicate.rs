use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "v1", index(by_name = metadata.name, by_uid = metadata.uid))]
#[reflect(index(by_name = metadata.namespace, By_Uid = metadata.uid))]
struct Widget {
    metadata: ObjectMeta,
}

fn main() {}
