use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "v1")]
struct Widget<'a, T> {
    metadata: ObjectMeta,
    spec: &'a T,
}

fn main() {}
