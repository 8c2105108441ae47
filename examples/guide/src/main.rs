//! The program of the image. `site-operator crd` prints the CRD, for
//! `kubectl apply -f -`.

use std::net::Ipv4Addr;

use anyhow::{Context as _, Result};
use kube::{Client, CustomResourceExt as _};
use reflector_guide::{
    PORT, Replica, Site, install_logs, install_metrics, shutdown_signal,
};
use tokio::net::TcpListener;

// ANCHOR: main
#[tokio::main]
async fn main() -> Result<()> {
    if std::env::args().nth(1).as_deref() == Some("crd") {
        println!("{}", serde_json::to_string_pretty(&Site::crd())?);
        return Ok(());
    }
    install_logs("info");
    let metrics = install_metrics()?;
    let shutdown = shutdown_signal()?;
    // The service account within a cluster, the kubeconfig outside of one.
    let client = Client::try_default().await?;
    let replica = Replica {
        namespace: client.default_namespace().to_owned(),
        identity: std::env::var("POD_NAME").context("POD_NAME is not set")?,
        listener: TcpListener::bind((Ipv4Addr::UNSPECIFIED, PORT)).await?,
        client,
        metrics,
        lease_seconds: 15,
    };
    let summary = replica.run(shutdown).await?;
    tracing::info!(runs = summary.runs, "stopped");
    Ok(())
}
// ANCHOR_END: main
