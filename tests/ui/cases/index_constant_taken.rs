use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "v1", index(by_name = metadata.name))]
struct Widget {
    metadata: ObjectMeta,
}

impl Widget {
    const BY_NAME: &'static str = "by_name";
}

fn main() {}
