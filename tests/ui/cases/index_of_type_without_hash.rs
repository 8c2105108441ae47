use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "v1", index(by_phase: Phase = phase?))]
struct Widget {
    metadata: ObjectMeta,
    phase: Option<Phase>,
}

#[derive(Clone, PartialEq, Eq)]
enum Phase {
    Running,
}

fn main() {}
