//! A built-in type without a derive: Pods, with an index by node and one by the label `app`.
//!
//! `cargo run --example pods` needs no cluster: it starts an in-process API server with a few Pods.
//! `cargo run --example pods -- --cluster` reads those of the current kubeconfig instead.

use std::time::Duration;

use anyhow::{Context as _, Result};
use clap::Parser;
use k8s_openapi::api::core::v1::Pod;
use kube::{
    Api, Client, ResourceExt as _,
    api::{DeleteParams, PostParams},
};
use reflector_apiserver::ApiServer;
use reflector_runtime::{Index, Informer, Lister, ObjectKey};
use serde_json::json;

/// Options of the example.
#[derive(Parser)]
struct Options {
    /// Reads the Pods of the current kubeconfig's cluster, and changes nothing.
    #[arg(long)]
    cluster: bool,
}

const BY_NODE: Index<Pod> = Index::new("by_node", |pod, values| {
    if let Some(node) = pod.spec.as_ref().and_then(|spec| spec.node_name.as_ref()) {
        values.push(node);
    }
});

const BY_APP: Index<Pod> = Index::new("by_app", |pod, values| {
    if let Some(app) = pod.labels().get("app") {
        values.push(app);
    }
});

#[tokio::main]
async fn main() -> Result<()> {
    if Options::parse().cluster {
        return show(Client::try_default().await?).await.map(drop);
    }
    let server = ApiServer::new();
    let api: Api<Pod> = Api::namespaced(server.client(), "default");
    for (name, app, node) in [("web-1", "web", "n1"), ("web-2", "web", "n2"), ("db-1", "db", "n1")] {
        api.create(&PostParams::default(), &pod(name, app, node)?).await?;
    }
    let pods = show(server.client()).await?;

    println!("\nweb-1 is deleted");
    let key = ObjectKey::namespaced("default", "web-1");
    // Without a grace period: no kubelet confirms that the Pod has ended.
    api.delete("web-1", &DeleteParams::default().grace_period(0)).await?;
    pods.lister().wait_until_gone(&key).timeout(Duration::from_secs(10)).await?;
    print_nodes(&pods.lister());
    Ok(())
}

/// Prints what an informer of all Pods contains.
async fn show(client: Client) -> Result<Informer<Pod>> {
    let pods = Informer::<Pod>::builder(client).index(BY_NODE).index(BY_APP).start();
    pods.wait_for_sync().await?;
    let lister = pods.lister();
    print_nodes(&lister);
    println!("by app:");
    for (app, count) in lister.index_values(BY_APP) {
        println!("  {app:<20} {count} Pods");
    }
    Ok(pods)
}

fn print_nodes(lister: &Lister<Pod>) {
    println!("by node:");
    for (node, _) in lister.index_values(BY_NODE) {
        let mut names: Vec<_> = lister.by_index(BY_NODE, &node).iter().map(|pod| pod.name_any()).collect();
        names.sort();
        println!("  {node:<20} {}", names.join(", "));
    }
}

fn pod(name: &str, app: &str, node: &str) -> Result<Pod> {
    let pod = json!({
        "metadata": { "name": name, "labels": { "app": app } },
        "spec": { "nodeName": node, "containers": [{ "name": "main", "image": "example.com/image" }] },
    });
    serde_json::from_value(pod).context("a Pod")
}
