use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "v1", kind = "Pod", namespaced, selectable = "spec.nodeNmae")]
struct PodView {
    metadata: ObjectMeta,
}

#[derive(Reflect)]
#[reflect(group = "apps", version = "v1", kind = "Deployment", namespaced, selectable = "spec.replicas")]
struct DeploymentView {
    metadata: ObjectMeta,
}

fn main() {}
