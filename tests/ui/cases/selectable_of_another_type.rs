use k8s_openapi::api::core::v1::{Node, Pod};
use kube::core::ObjectMeta;
use reflector_runtime::{InformerExt, Reflect, SelectableField};

#[derive(Reflect)]
#[reflect(version = "v1", kind = "Pod", namespaced, selectable = "spec.nodeName")]
struct PodView {
    metadata: ObjectMeta,
}

fn start(client: kube::Client) {
    let _ = Node::informer(client.clone()).fields(SelectableField::<Pod>::SPEC_NODE_NAME.equals("n1"));
    let _ = Pod::informer(client.clone()).fields(PodView::SPEC_NODE_NAME.equals("n1"));
    let _ = Pod::informer(client.clone()).fields(SelectableField::<Pod>::SPEC_PRIORITY.equals(1));
    let _ = PodView::informer(client.clone()).fields(PodView::SPEC_PRIORITY.equals(1));
    let _ = Pod::informer(client.clone()).fields(SelectableField::<Pod>::SPEC_NODE_NAME);
    let _ = Node::informer(client).fields(SelectableField::<Node>::METADATA_NAMESPACE.equals("a"));
}

fn main() {}
