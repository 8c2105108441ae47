use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "v1", index(a = with(missing), b = with(crate::other::missing)))]
struct Widget {
    metadata: ObjectMeta,
}

fn main() {}
