use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "v1")]
struct Widget {
    metadata: Option<ObjectMeta>,
}

fn main() {}
