use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(group = "example.com", version = "v1", namespaced)]
#[reflect(selectable = "spec.node_name", selectable = "spec.parts[].image", selectable = "spec..color")]
#[reflect(selectable = "metadata.name", selectable = "metadata.namespace", selectable = "metadata.uid")]
#[reflect(selectable = "spec.color", selectable = ".spec.color", selectable = spec.size, selectable("spec.size"))]
struct Widget {
    metadata: ObjectMeta,
}

fn main() {}
