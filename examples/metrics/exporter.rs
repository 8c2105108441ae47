//! The exporter of the example: what is recorded, the informer, and the answers to scrapes.

use std::time::Duration;

use anyhow::Result;
use http_body_util::Full;
use hyper::{Response, body::Bytes, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use k8s_openapi::api::core::v1::ConfigMap;
use kube::Client;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder};
use metrics_util::MetricKindMask;
use reflector_runtime::{DeliveryOptions, Event, Informer, metrics as names};
use tokio::net::TcpListener;

/// An exporter with buckets for durations and sizes.
pub(super) fn recorder() -> Result<PrometheusRecorder> {
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
pub(super) fn start(client: Client, namespace: &str) -> Informer<ConfigMap> {
    // The names are labels.
    let maps = Informer::<ConfigMap>::builder(client).namespace(namespace).name("maps").start();
    let slow = |_: Event<ConfigMap>| tokio::time::sleep(Duration::from_millis(200));
    maps.add_async_handler_with(slow, DeliveryOptions::new().name("notifier"));
    maps
}

/// Answers every request with the metrics, in Prometheus's text format.
pub(super) async fn serve(listener: TcpListener, handle: PrometheusHandle) -> Result<()> {
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
