use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(group = "example.com", version = "v1", namespaced)]
#[reflect(label, label(), label("app", "web"), label(app), label(app = app), label = "app")]
#[reflect(label(a = "a b", b = "/b", c = "A.com/c", tier = "tier", tier = "other", d: = "d"))]
struct Widget {
    metadata: ObjectMeta,
}

fn main() {}
