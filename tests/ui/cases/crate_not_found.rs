use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "v1", crate = "::somewhere_else", index(by_name = metadata.name))]
struct Widget {
    metadata: ObjectMeta,
}

fn main() {}
