use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "v1", index(by_name = with(name)))]
struct Widget {
    metadata: ObjectMeta,
}

fn name(widget: &Widget) -> Option<&str> {
    widget.metadata.name.as_deref()
}

fn main() {}
