use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "v1")]
struct Widget {
    #[reflect(index(by_name = name))]
    metadata: ObjectMeta,
}

fn main() {}
