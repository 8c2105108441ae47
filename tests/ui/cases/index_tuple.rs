use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "v1")]
#[reflect(index(
    a = (metadata.name),
    b = (),
    c: u8 = (metadata.name, metadata.uid),
    d: (u8, u8, u8) = (metadata.name, metadata.uid),
    e = (metadata.nam, metadata.uidd),
    f = (metadata.name, spec),
    g: (u8, String) = (size, size),
    h: (u16, String) = (size, size),
))]
struct Widget {
    metadata: ObjectMeta,
    spec: Spec,
    size: u8,
}

struct Spec {}

fn main() {}
