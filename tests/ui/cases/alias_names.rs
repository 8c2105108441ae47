use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "v1", lister = "Widgets", informer = "Widgets", lister_watcher = "Widget")]
struct Widget {
    metadata: ObjectMeta,
}

#[derive(Reflect)]
#[reflect(version = "v1", no_aliases, lister = "Gadgets")]
struct Gadget {
    metadata: ObjectMeta,
}

fn main() {}
