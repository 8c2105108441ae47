//! kube-rs's `Controller` on an informer of this library: a program can move its caches first, and its reconcile loop
//! later or never.
//!
//! `cargo run --example kube_controller` needs no cluster: it starts an in-process API server, and ends by itself.
//! `-- --cluster` runs on the current kubeconfig, and changes nothing: it only counts.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::{Context as _, Result};
use clap::Parser;
use futures::StreamExt as _;
use k8s_openapi::api::core::v1::{ConfigMap, Secret};
use kube::{
    Client, ResourceExt as _,
    runtime::{Controller, controller::Action, reflector::ObjectRef, watcher},
};
use reflector_apiserver::{ApiServer, RequestMatcher};
use reflector_examples::interrupted;
use reflector_runtime::{InformerExt as _, Lister, kube_runtime};
use serde_json::json;
use tokio::sync::{mpsc, oneshot};

/// Options of the example.
#[derive(Parser)]
struct Options {
    /// Reads the config maps and Secrets of the current kubeconfig's cluster.
    #[arg(long)]
    cluster: bool,
}

/// What each run needs.
struct Shared {
    /// The typed cache, with everything that kube's `Store` does not have.
    maps: Lister<ConfigMap>,
    runs: AtomicU64,
}

#[tokio::main]
async fn main() -> Result<()> {
    if Options::parse().cluster {
        let (stop, stopped) = oneshot::channel();
        let (ran, _) = mpsc::unbounded_channel();
        let interrupted = interrupted()?;
        tokio::spawn(async move {
            let _stop: oneshot::Sender<()> = stop;
            interrupted.await;
        });
        return run(Client::try_default().await?, ran, stopped).await;
    }
    let server = ApiServer::new();
    for name in ["a", "b"] {
        server.create("v1", "configmaps", Some("default"), json!({ "metadata": { "name": name } }))?;
    }
    // A run of each object, and one of `b` after each of the changes below.
    let (ran, mut runs) = mpsc::unbounded_channel();
    let (stop, stopped) = oneshot::channel();
    let running = tokio::spawn(run(server.client(), ran, stopped));
    let mut next = async |what: &str| {
        let limit = Duration::from_secs(30);
        tokio::time::timeout(limit, runs.recv()).await.with_context(|| format!("no run after {what}"))
    };
    next("the initial list").await?;
    next("the initial list").await?;

    println!("\nthe Secret of the same name is created:");
    server.create("v1", "secrets", Some("default"), json!({ "metadata": { "name": "b" } }))?;
    next("the Secret was created").await?;

    println!("\nthe watches are cut, b is changed, and the server discards its history:");
    let refused = server.faults().on(RequestMatcher::watch("configmaps")).refuse_connection();
    server.drop_all_watches();
    let label = json!({ "metadata": { "labels": { "changed": "yes" } } });
    server.merge_patch("v1", "configmaps", Some("default"), "b", &label)?;
    server.compact();
    next("the relist").await?;
    anyhow::ensure!(refused.fired() == 1, "the watch was not cut");

    drop(stop);
    running.await?
}

/// Runs the controller until `stop` is dropped at its other end. Each run is reported.
async fn run(client: Client, ran: mpsc::UnboundedSender<()>, stop: oneshot::Receiver<()>) -> Result<()> {
    let maps = ConfigMap::informer(client.clone()).start();
    let secrets = Secret::informer(client).start();
    maps.wait_for_sync().await?;
    secrets.wait_for_sync().await?;
    let shared = Arc::new(Shared { maps: maps.lister(), runs: AtomicU64::new(0) });

    let (store, changes) = kube_runtime::shared_stream(&maps);
    let reconcile = {
        let ran = ran.clone();
        move |map: Arc<ConfigMap>, shared: Arc<Shared>| {
            let ran = ran.clone();
            async move {
                shared.runs.fetch_add(1, Ordering::Relaxed);
                println!(
                    "  run: {}, labels {:?}, of {} in the cache",
                    map.name_any(),
                    map.labels(),
                    shared.maps.len()
                );
                // Nothing waits for it on a cluster.
                let _ = ran.send(());
                Ok::<_, watcher::Error>(Action::await_change())
            }
        }
    };
    Controller::for_shared_stream(changes, store)
        // A Secret concerns the ConfigMap of the same name.
        .watches_shared_stream(kube_runtime::touched_objects(&secrets), |secret| {
            Some(ObjectRef::new(&secret.name_any()).within(&secret.namespace().unwrap_or_default()))
        })
        .graceful_shutdown_on(async { drop(stop.await) })
        .run(reconcile, |_, _, _| Action::requeue(Duration::from_secs(5)), shared.clone())
        .for_each(|_| async {})
        .await;
    println!("\n{} runs", shared.runs.load(Ordering::Relaxed));
    Ok(())
}
