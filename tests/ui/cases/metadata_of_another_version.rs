use reflector_runtime::Reflect;

mod other_kube {
    pub struct ObjectMeta;
}

#[derive(Reflect)]
#[reflect(version = "v1")]
struct Widget {
    metadata: other_kube::ObjectMeta,
}

fn main() {}
