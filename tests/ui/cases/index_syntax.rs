use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "v1")]
#[reflect(index(
    a = self.metadata.name,
    b = metadata.,
    c = metadata.type,
    d = metadata.finalizers[0],
    e = metadata.name.len(),
    f = "metadata.name",
    g = metadata->name,
    h,
    i(metadata.name),
    _ = metadata.name,
))]
#[reflect(index, index(), index = "metadata.name")]
struct Widget {
    metadata: ObjectMeta,
}

fn main() {}
