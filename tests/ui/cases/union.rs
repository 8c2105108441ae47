use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "v1")]
union Widget {
    metadata: std::mem::ManuallyDrop<ObjectMeta>,
}

fn main() {}
