use k8s_openapi::api::core::v1::Pod;
use kube::{Resource, core::ObjectMeta};
use reflector_runtime::Reflect;

#[derive(Reflect, Resource)]
#[resource(inherit = Pod)]
#[reflect(version = "v1", kind = "Pod", namespaced)]
struct PodView {
    metadata: ObjectMeta,
}

fn main() {}
