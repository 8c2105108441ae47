use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(verison = "v1", version = "v1", colour = "red", status = "WidgetStatus", indexes(by_name = metadata.name))]
struct Widget {
    metadata: ObjectMeta,
}

fn main() {}
