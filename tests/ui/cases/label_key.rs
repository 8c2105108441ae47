use k8s_openapi::api::core::v1::Pod;
use kube::core::ObjectMeta;
use reflector_runtime::{Label, Lister, Reflect};

const APP: Label<Pod> = Label::new("app kubernetes.io/name");

#[derive(Reflect)]
#[reflect(version = "v1", kind = "Pod", namespaced, label(app = "app"))]
struct PodView {
    metadata: ObjectMeta,
}

fn look_up(pods: &Lister<Pod>) {
    let _ = pods.by_index(PodView::LABEL_APP, "web");
    let _ = pods.by_index(APP, 7);
}

fn main() {}
