use k8s_openapi::api::core::v1::Pod;
use reflector_runtime::{Event, Informer};

struct Handler;

fn handle(pods: &Informer<Pod>) {
    let _ = pods.add_handler(|event: &Event<Pod>| println!("{}", event.name()));
    let _ = pods.add_handler(Handler);
}

fn main() {}
