//! A shutdown without lost work: on a signal, no new work begins, runs in progress are finished, and the handlers process
//! the events that are queued. Each wait has a limit.
//!
//! `cargo run --example shutdown` needs no cluster: it starts an in-process API server, and stops itself after a while.
//! `-- --cluster` runs on the current kubeconfig until SIGTERM or ctrl-c.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use anyhow::Result;
use clap::Parser;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::Client;
use reflector_apiserver::ApiServer;
use reflector_runtime::{
    DeliveryOptions, Event, Informer, ObjectKey,
    reconcile::{Context, Next, Reconciler},
};
use serde_json::json;

/// How long runs in progress and queued events may take after the signal. Keep the sum below
/// `terminationGracePeriodSeconds`, which is 30 s by default.
const RUNS_LIMIT: Duration = Duration::from_secs(10);
const HANDLERS_LIMIT: Duration = Duration::from_secs(10);

/// Options of the example.
#[derive(Parser)]
struct Options {
    /// Reads the config maps of the current kubeconfig's cluster, and changes nothing.
    #[arg(long)]
    cluster: bool,
}

#[tokio::main]
async fn main() -> Result<()> {
    if Options::parse().cluster {
        return run(Client::try_default().await?, signal()).await;
    }
    let server = ApiServer::new();
    let maps = (0..50).map(|number| json!({ "metadata": { "name": format!("map-{number:02}") } }));
    server.create_all("v1", "configmaps", Some("default"), maps)?;
    // Some of the work is done by then, and some is queued.
    run(server.client(), tokio::time::sleep(Duration::from_millis(500))).await
}

/// Completes on SIGTERM, which Kubernetes sends first, or on ctrl-c.
async fn signal() {
    #[cfg(unix)]
    let terminated = async {
        let signal = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate());
        match signal {
            Ok(mut signal) => {
                println!("running until SIGTERM or ctrl-c");
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = terminated => {}
        _ = tokio::signal::ctrl_c() => {}
    }
}

async fn run(client: Client, stop: impl Future<Output = ()>) -> Result<()> {
    let maps = Informer::<ConfigMap>::builder(client).start();

    // A handler that is slower than the events.
    let handled = Arc::new(AtomicU64::new(0));
    let count = handled.clone();
    let notify = move |_: Event<ConfigMap>| {
        let count = count.clone();
        async move {
            tokio::time::sleep(Duration::from_millis(20)).await;
            count.fetch_add(1, Ordering::Relaxed);
        }
    };
    maps.add_async_handler_with(notify, DeliveryOptions::new().name("notifier"));

    // First the reconcile loop: it must not start runs whose informer is stopped.
    let finished = Arc::new(AtomicU64::new(0));
    let reconcile = {
        let finished = finished.clone();
        move |_: Context<ConfigMap>, _: ObjectKey| {
            let finished = finished.clone();
            async move {
                tokio::time::sleep(Duration::from_millis(100)).await;
                finished.fetch_add(1, Ordering::Relaxed);
                Ok::<_, kube::Error>(Next::Done)
            }
        }
    };
    let stopped = async {
        stop.await;
        println!("stopping");
    };
    let summary =
        Reconciler::new(&maps).concurrency(4).shutdown_timeout(RUNS_LIMIT).run(reconcile, stopped).await?;
    println!(
        "runs: {} have finished, {} were cancelled, {} keys still had work to do",
        finished.load(Ordering::Relaxed),
        summary.cancelled.len(),
        summary.pending.len()
    );

    // Then the informer: its handlers process what is queued.
    let before = handled.load(Ordering::Relaxed);
    match maps.drain().timeout(HANDLERS_LIMIT).await {
        Ok(()) => {
            println!("events: {before} were handled before, {} in all", handled.load(Ordering::Relaxed));
        }
        // Names the handler and the number of events.
        Err(error) => println!("events: {error}"),
    }
    println!("the cache still shows {} objects", maps.lister().len());
    Ok(())
}
