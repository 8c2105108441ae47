use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(group = "Example.com", version = "v1.2", kind = "wid_get", plural = "Widgets")]
struct Widget {
    metadata: ObjectMeta,
}

#[derive(Reflect)]
#[reflect(version = "v1")]
struct Pod_View {
    metadata: ObjectMeta,
}

fn main() {}
