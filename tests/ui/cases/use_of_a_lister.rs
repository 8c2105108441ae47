use k8s_openapi::api::core::v1::{Node, Pod};
use reflector_runtime::{ClusterScoped, Lister, ObjectKey};

fn read(pods: &Lister<Pod>, nodes: &Lister<Node, ClusterScoped>, key: &ObjectKey) {
    let _ = pods.get("web-0");
    let _ = nodes.get("default", "node-7");
    let _ = pods.get(key);
    let _ = pods.by_index("by_node", "node-7");
    let _ = pods.list_matching("app=web");
}

fn main() {}
