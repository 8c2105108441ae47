//! Memory: the same Pods as their full type, and as a view with the fields that the program needs.
//!
//! `cargo run --example memory` needs no cluster: it starts an in-process API server with a thousand Pods.
//! `-- --cluster` measures those of the current kubeconfig instead.

use std::time::Duration;

use anyhow::{Result, ensure};
use clap::Parser;
use k8s_openapi::api::core::v1::Pod;
use kube::{Client, core::ObjectMeta};
use peak_alloc::PeakAlloc;
use reflector_apiserver::ApiServer;
use reflector_runtime::{Informer, InformerExt as _, Reflect, ResourceType};
use serde::Deserialize;
use serde_json::{Value, json};

/// Counts the allocated bytes of the whole program.
#[global_allocator]
static ALLOCATED: PeakAlloc = PeakAlloc;

/// The number of Pods.
const PODS: usize = 1000;

/// Options of the example.
#[derive(Parser)]
struct Options {
    /// Measures the Pods of the current kubeconfig's cluster, and changes nothing.
    #[arg(long)]
    cluster: bool,
}

/// The fields of a Pod that a scheduler's dashboard needs. Other fields are read over, and not kept in memory.
#[derive(Reflect, Clone, Deserialize)]
#[reflect(version = "v1", kind = "Pod", namespaced, index(by_node = spec.node_name))]
pub struct PodView {
    /// Name, namespace and labels.
    pub metadata: ObjectMeta,
    /// The selected fields of the spec.
    pub spec: PodSpecView,
}

/// The fields of `spec`.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PodSpecView {
    /// The node, once the Pod is scheduled.
    pub node_name: Option<String>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let client = if Options::parse().cluster { Client::try_default().await? } else { server()?.client() };

    let (pods, full) = measure(|| Pod::informer(client.clone()).start()).await?;
    let count = pods.lister().len();
    ensure!(count > 0, "the cluster has no Pods");
    report("Pod", full, count);
    pods.shutdown().await;
    drop(pods);

    let (views, view) = measure(|| PodView::informer(client.clone()).start()).await?;
    report("PodView", view, count);
    println!("the view needs {} % of the memory", view * 100 / full.max(1));

    let (node, _) = views.lister().index_values(PodView::BY_NODE).into_iter().next().unwrap_or_default();
    println!("{} Pods on {node}", views.lister().by_index(PodView::BY_NODE, &node).len());
    // The type of the resource is the same: both read `/api/v1/pods`.
    println!("{} and {}", ResourceType::<Pod>::from_resource(), PodView::resource_type());
    Ok(())
}

/// Starts an informer. Returns it with the bytes that are allocated for its cache.
async fn measure<K: Send + Sync + 'static>(
    start: impl FnOnce() -> Informer<K>,
) -> Result<(Informer<K>, usize)> {
    let before = ALLOCATED.current_usage();
    let informer = start();
    informer.wait_for_sync().await?;
    // The buffers of the response are released.
    tokio::time::sleep(Duration::from_millis(100)).await;
    Ok((informer, ALLOCATED.current_usage().saturating_sub(before)))
}

fn report(name: &str, bytes: usize, count: usize) {
    println!("{name:8} {:>6} KiB for {count} Pods, {:>5} bytes each", bytes / 1024, bytes / count);
}

fn server() -> Result<ApiServer> {
    let server = ApiServer::new();
    server.create_all("v1", "pods", Some("default"), (0..PODS).map(pod))?;
    Ok(server)
}

/// A Pod with the usual fields.
fn pod(number: usize) -> Value {
    let variables: Vec<Value> =
        (0..20).map(|variable| json!({ "name": format!("VARIABLE_{variable}"), "value": "a value of the usual length" })).collect();
    let probe = json!({ "httpGet": { "path": "/healthz", "port": 8080 }, "periodSeconds": 10 });
    json!({
        "metadata": {
            "name": format!("web-{number:04}"),
            "labels": { "app": "web", "pod-template-hash": "7d4b9c" },
            "annotations": { "example.com/revision": "17", "example.com/checksum": "0f343b0931126a20f133d67c2b018a3b" },
        },
        "spec": {
            "nodeName": format!("node-{}", number % 20),
            "containers": [{
                "name": "web",
                "image": "registry.example.com/team/web:1.27.3",
                "env": variables,
                "livenessProbe": probe.clone(),
                "readinessProbe": probe,
                "resources": { "requests": { "cpu": "100m", "memory": "128Mi" }, "limits": { "memory": "256Mi" } },
                "volumeMounts": [{ "name": "data", "mountPath": "/data" }],
            }],
            "volumes": [{ "name": "data", "emptyDir": {} }],
        },
    })
}
