use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "v1")]
#[reflect(index(by_size: i64 = spec.size, by_phase: Phase = spec.phases[]))]
struct Widget {
    metadata: ObjectMeta,
    spec: Spec,
}

struct Spec {
    size: u8,
    phases: Vec<String>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Phase {
    Running,
}

fn main() {}
