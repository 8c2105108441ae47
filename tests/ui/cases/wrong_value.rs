use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(group = 7, version, kind = Widget, plural("widgets"), namespaced = "yes", lister = "My Lister")]
struct Widget {
    metadata: ObjectMeta,
}

fn main() {}
