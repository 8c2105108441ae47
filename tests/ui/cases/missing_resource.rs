use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

// Neither `#[reflect(version = ...)]` nor a `kube::Resource`.
#[derive(Reflect)]
struct Widget {
    metadata: ObjectMeta,
}

fn main() {}
