use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "v1" kind = "Widget", , plural =, "widgets", index[by_name = metadata.name])]
#[reflect]
#[reflect = "v1"]
struct Widget {
    metadata: ObjectMeta,
}

fn main() {}
