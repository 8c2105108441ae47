//! Serves the metrics of an informer to Prometheus.
//!
//! `cargo run --example metrics` needs no cluster: it starts an in-process API server, changes objects until ctrl-c, and
//! prints the address to scrape. The address is on the loopback interface. `-- --cluster` runs on the cluster of the current
//! kubeconfig, in a new namespace that is deleted afterwards.

mod exporter;

use std::{net::Ipv4Addr, time::Duration};

use anyhow::Result;
use exporter::{recorder, serve, start};
use k8s_openapi::api::core::v1::ConfigMap;
use kube::{
    Api,
    api::{Patch, PatchParams, PostParams},
};
use reflector_examples::Environment;
use serde_json::json;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<()> {
    reflector_examples::run(example).await
}

async fn example(environment: &mut Environment) -> Result<()> {
    let recorder = recorder()?;
    let handle = recorder.handle();
    // Before the informer starts, so that its counts are complete.
    metrics::set_global_recorder(recorder)?;

    let namespace = environment.create_namespace("metrics").await?;
    let maps = start(environment.client(), &namespace);
    maps.wait_for_sync().await?;

    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    println!("curl http://{}/metrics", listener.local_addr()?);
    tokio::select! {
        result = serve(listener, handle) => result,
        result = change(Api::namespaced(environment.client(), &namespace)) => result,
    }
}

/// Creates and updates objects.
async fn change(api: Api<ConfigMap>) -> Result<()> {
    for number in 0_u64.. {
        let name = format!("map-{}", number % 100);
        if number < 100 {
            let map = json!({ "metadata": { "name": name } });
            api.create(&PostParams::default(), &serde_json::from_value(map)?).await?;
        } else {
            let data = Patch::Merge(json!({ "data": { "number": number.to_string() } }));
            api.patch(&name, &PatchParams::default(), &data).await?;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}
