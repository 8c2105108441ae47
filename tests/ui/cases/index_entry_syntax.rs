use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "v1")]
#[reflect(index(
    by_a => metadata.name,
    by_b == metadata.name,
    by_c: metadata.name,
    by-d = metadata.name,
    "by_e" = metadata.name,
    metadata.name,
    metadata.labels["app"],
    by_f = |w| w.metadata.name.clone(),
    by_g = move |w: &Widget| w.metadata.name.clone(),
    by_h = metadata.name.to_lowercase(),
    by_i = metadata.labels[app],
    by_j = metadata.labels[],
    by_k = metadata.finalizers[..],
    by_l = &metadata.name,
    by_m = *metadata.name,
))]
#[reflect(index(name = "by_n", path = "metadata.name"))]
struct Widget {
    metadata: ObjectMeta,
}

fn main() {}
