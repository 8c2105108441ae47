use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "v1", crate = "my::reexport")]
struct Widget {
    metadata: ObjectMeta,
}

#[derive(Reflect)]
#[reflect(version = "v1", crate = "super::reexport")]
struct Gadget {
    metadata: ObjectMeta,
}

#[derive(Reflect)]
#[reflect(version = "v1", crate = "::reflector_runtime::Option<u8>")]
struct Other {
    metadata: ObjectMeta,
}

fn main() {}
