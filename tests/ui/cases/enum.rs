use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "v1")]
enum Widget {
    One(ObjectMeta),
}

fn main() {}
