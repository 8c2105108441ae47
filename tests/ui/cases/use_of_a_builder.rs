use k8s_openapi::api::core::v1::{Node, Pod};
use reflector_runtime::{Informer, Reflect};

struct Widget;

fn informer_of<K: Reflect>(client: kube::Client) {
    let _ = K::informer(client);
}

fn start(client: kube::Client) {
    let _ = Pod::informer(client.clone());
    let _ = Informer::<Node>::builder(client.clone()).namespace("a");
    let _ = Informer::<Widget>::builder(client.clone());
    let _ = Informer::<Pod>::builder(client.clone()).labels(7);
    informer_of::<Pod>(client);
}

fn main() {}
