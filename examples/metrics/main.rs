//! Serves the metrics of an informer to Prometheus.
//!
//! `cargo run --example metrics` needs no cluster: it starts an in-process API server, changes objects until ctrl-c, and
//! prints the address to scrape. The address is on the loopback interface. `-- --cluster` runs on the cluster of the current
//! kubeconfig, in a new namespace that is deleted afterwards.

use std::{net::Ipv4Addr, time::Duration};

use anyhow::Result;
use http_body_util::Full;
use hyper::{Response, body::Bytes, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::{
    Api, Client,
    api::{Patch, PatchParams, PostParams},
};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use metrics_util::MetricKindMask;
use reflector_examples::Environment;
use reflector_runtime::{DeliveryOptions, Event, Informer, metrics as names};
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

/// An exporter with buckets for durations and sizes.
fn recorder() -> Result<PrometheusRecorder> {
    let seconds = [0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 60.0];
    let items = [1.0, 10.0, 100.0, 1_000.0, 10_000.0, 100_000.0];
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &seconds)?
        .set_buckets_for_metric(Matcher::Full(names::REFLECTOR_ITEMS_PER_LIST.to_owned()), &items)?
        .set_buckets_for_metric(Matcher::Full(names::REFLECTOR_ITEMS_PER_WATCH.to_owned()), &items)?
        // Removes the series of informers and handlers that have ended.
        .idle_timeout(MetricKindMask::COUNTER | MetricKindMask::GAUGE, Some(Duration::from_secs(60)))
        .build_recorder();
    Ok(recorder)
}

/// An informer with a slow handler, whose queue and lag are published.
fn start(client: Client, namespace: &str) -> Informer<ConfigMap> {
    // The names are labels.
    let maps = Informer::<ConfigMap>::builder(client).namespace(namespace).name("maps").start();
    let slow = |_: Event<ConfigMap>| tokio::time::sleep(Duration::from_millis(200));
    maps.add_async_handler_with(slow, DeliveryOptions::new().name("notifier"));
    maps
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

/// Answers every request with the metrics, in Prometheus's text format.
async fn serve(listener: TcpListener, handle: PrometheusHandle) -> Result<()> {
    loop {
        let (connection, _) = listener.accept().await?;
        let handle = handle.clone();
        tokio::spawn(async move {
            let answer = service_fn(|_request| {
                // Drains the recorded values into the buckets.
                handle.run_upkeep();
                let response = Response::builder()
                    .header("content-type", "text/plain; version=0.0.4")
                    .body(Full::new(Bytes::from(handle.render())));
                async { response }
            });
            if let Err(error) = http1::Builder::new().serve_connection(TokioIo::new(connection), answer).await
            {
                eprintln!("the scrape failed: {error}");
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use reflector_apiserver::ApiServer;
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpStream,
    };

    use super::*;

    /// Scrapes over HTTP, as Prometheus does. The recorder is the one of this thread, on which all tasks run.
    #[tokio::test(start_paused = true)]
    async fn prometheus_can_scrape_the_example() {
        let recorder = recorder().unwrap();
        let handle = recorder.handle();
        let _guard = metrics::set_default_local_recorder(&recorder);
        let server = ApiServer::new();
        server.create("v1", "configmaps", Some("default"), json!({ "metadata": { "name": "a" } })).unwrap();
        let maps = start(server.client(), "default");
        maps.wait_for_sync().await.unwrap();
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(serve(listener, handle));
        // The next publication.
        tokio::time::sleep(Duration::from_secs(6)).await;

        let mut connection = TcpStream::connect(address).await.unwrap();
        let request = "GET /metrics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        connection.write_all(request.as_bytes()).await.unwrap();
        let mut text = String::new();
        connection.read_to_string(&mut text).await.unwrap();
        assert!(text.starts_with("HTTP/1.1 200 OK"), "{text}");
        let labels = "name=\"maps\",group=\"\",version=\"v1\",resource=\"configmaps\"";
        for line in [
            "# TYPE reflector_lists_total counter".to_owned(),
            "# HELP reflector_objects Cached objects.".to_owned(),
            format!("reflector_lists_total{{{labels}}} 1"),
            format!("reflector_objects{{{labels}}} 1"),
            format!("reflector_synced{{{labels}}} 1"),
            format!("reflector_list_duration_seconds_bucket{{{labels},le=\"+Inf\"}} 1"),
            format!("reflector_items_per_list_bucket{{{labels},le=\"1\"}} 1"),
            format!("reflector_handler_processed_events_total{{{labels},handler=\"notifier\"}} 1"),
        ] {
            assert!(text.lines().any(|other| other == line), "{line} is missing from:\n{text}");
        }
    }
}
