use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "v1", served, storage, deprecated, cel, annotation("a", "b"), shortname = "w")]
struct Widget {
    metadata: ObjectMeta,
}

fn main() {}
