//! The complete program: metrics over HTTP, and a shutdown by SIGTERM.

use std::{net::Ipv4Addr, time::Duration};

use anyhow::{Context as _, Result};
use kube::Client;
use reflector_guide::{
    Phase, Replica, Site, apply_crd, install_metrics, shutdown_signal,
};
use reflector_runtime::ObjectKey;
use tokio::{net::TcpListener, process::Command, time::sleep};

use super::health::get;
use crate::user::User;

pub(super) async fn run(client: Client, namespace: &str) -> Result<()> {
    apply_crd(&client).await?;
    let user = User::new(client.clone(), namespace);

    // ANCHOR: run
    let metrics = install_metrics()?;
    let shutdown = shutdown_signal()?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    let replica = Replica {
        client: client.clone(),
        namespace: namespace.to_owned(),
        identity: "pod-1".to_owned(),
        listener,
        metrics,
        lease_seconds: 15,
    };
    let running = tokio::spawn(replica.run(shutdown));
    // ANCHOR_END: run

    user.create("home", "Home", "light").await?;
    let key = ObjectKey::namespaced(namespace, "home");
    Site::informer(client)
        .namespace(namespace)
        .wait_until(&key, |site| {
            let status = site.status.as_ref();
            status.is_some_and(|status| status.phase == Phase::Published)
        })
        .timeout(Duration::from_secs(60))
        .await?;

    // ANCHOR: scrape
    // Counts are published every 5 s.
    sleep(Duration::from_secs(6)).await;
    let metrics = get(address, "/metrics").await?;
    for name in ["reflector_synced", "reflector_objects"] {
        let mut lines: Vec<_> =
            metrics.lines().filter(|line| line.starts_with(name)).collect();
        lines.sort_unstable();
        for line in lines {
            println!("{line}");
        }
    }
    // ANCHOR_END: scrape

    // ANCHOR: stop
    // As Kubernetes does when it deletes a Pod.
    let process = std::process::id().to_string();
    Command::new("kill").args(["-TERM", &process]).status().await?;
    let summary = running.await.context("the replica panicked")??;
    println!("stopped: {} keys have work to do", summary.pending.len());
    // ANCHOR_END: stop
    Ok(())
}
