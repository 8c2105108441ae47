use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "v1")]
#[reflect(index(
    a: = metadata.name,
    b: String,
    c: 3 = metadata.name,
    d: &'static str = metadata.name?,
))]
struct Widget {
    metadata: ObjectMeta,
}

fn main() {}
