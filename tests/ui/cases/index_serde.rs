use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "v1")]
#[reflect(index(
    a = serde(mode),
    b: Mode = serde(mode),
    c = serde(),
    d = serde(mod),
    e = serde(mode.x),
))]
struct Widget {
    metadata: ObjectMeta,
    mode: Mode,
}

enum Mode {
    A,
}

fn main() {}
