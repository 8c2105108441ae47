use kube::core::ObjectMeta;
use reflector_runtime::Reflect;

#[derive(Reflect)]
#[reflect(version = "v1")]
#[reflect(index(
    a = metadata.ownerReferences?[].uid,
    b = metadata.owner_references?[].apiVersion,
    c = spec.nodeName,
    d = podSpec.x,
    e = spec.r#hostIP,
))]
struct Widget {
    metadata: ObjectMeta,
    spec: Spec,
    pod_spec: Spec,
}

struct Spec {
    node_name: String,
    host_ip: String,
}

fn main() {}
