//! Two replicas: one works, and the other takes over.

use std::{net::Ipv4Addr, time::Duration};

use anyhow::Result;
use k8s_openapi::api::coordination::v1::Lease;
use kube::{Api, Client};
use metrics_exporter_prometheus::PrometheusBuilder;
use reflector_guide::{LEASE, Phase, Replica, Site, apply_crd};
use reflector_runtime::{
    InformerExt as _, Lister, ObjectKey, reconcile::Summary,
};
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

use crate::user::User;

const TIMEOUT: Duration = Duration::from_secs(60);

pub(super) async fn run(client: Client, namespace: &str) -> Result<()> {
    apply_crd(&client).await?;
    let user = User::new(client.clone(), namespace);
    let leases = Lease::informer(client.clone()).namespace(namespace).start();
    leases.wait_for_sync().await?;
    let lister = leases.lister();

    // ANCHOR: run
    let first = start(client.clone(), namespace, "pod-1").await?;
    println!("leader: {}", leader(&lister, namespace, "pod-1").await?);
    let second = start(client.clone(), namespace, "pod-2").await?;
    user.create("home", "Home", "light").await?;
    published(&client, namespace, "home").await?;
    println!("home is published");

    let summary = first.stop().await?;
    println!("pod-1 has stopped, {} failed runs", summary.failures);
    println!("leader: {}", leader(&lister, namespace, "pod-2").await?);
    user.create("docs", "Docs", "dark").await?;
    published(&client, namespace, "docs").await?;
    println!("docs is published");
    second.stop().await?;
    // ANCHOR_END: run

    let lease: Api<Lease> = Api::namespaced(client, namespace);
    let holder = lease.get(LEASE).await?.spec.unwrap_or_default();
    println!("leader: {:?}", holder.holder_identity);
    Ok(())
}

/// A running replica.
struct Pod {
    stop: oneshot::Sender<()>,
    running: JoinHandle<Result<Summary>>,
}

impl Pod {
    async fn stop(self) -> Result<Summary> {
        drop(self.stop);
        self.running.await?
    }
}

async fn start(client: Client, namespace: &str, pod: &str) -> Result<Pod> {
    let (stop, stopped) = oneshot::channel();
    let replica = Replica {
        client,
        namespace: namespace.to_owned(),
        identity: pod.to_owned(),
        listener: TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?,
        metrics: PrometheusBuilder::new().build_recorder().handle(),
        lease_seconds: 3,
    };
    let stopped = async { drop(stopped.await) };
    Ok(Pod { stop, running: tokio::spawn(replica.run(stopped)) })
}

/// Waits until this Pod holds the Lease.
async fn leader(
    leases: &Lister<Lease>,
    namespace: &str,
    pod: &'static str,
) -> Result<&'static str> {
    let key = ObjectKey::namespaced(namespace, LEASE);
    let holds = move |lease: &Lease| {
        let holder = lease
            .spec
            .as_ref()
            .and_then(|spec| spec.holder_identity.as_deref());
        holder == Some(pod)
    };
    leases.wait_until(&key, holds).timeout(TIMEOUT).await?;
    Ok(pod)
}

async fn published(client: &Client, namespace: &str, name: &str) -> Result<()> {
    Site::informer(client.clone())
        .namespace(namespace)
        .wait_until(&ObjectKey::namespaced(namespace, name), |site| {
            let status = site.status.as_ref();
            status.is_some_and(|status| status.phase == Phase::Published)
        })
        .timeout(TIMEOUT)
        .await?;
    Ok(())
}
