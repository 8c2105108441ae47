//! Metrics, logs, and the signal to stop.

use std::{io, time::Duration};

use anyhow::Result;
use metrics_exporter_prometheus::{
    Matcher, PrometheusBuilder, PrometheusHandle,
};
use metrics_util::MetricKindMask;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

// ANCHOR: metrics
/// Installs the exporter. Call it before the informers start.
///
/// # Errors
/// If one is installed already.
pub fn install_metrics() -> Result<PrometheusHandle> {
    let seconds = [0.01, 0.1, 1.0, 10.0, 60.0, 600.0];
    let suffix = Matcher::Suffix("_seconds".to_owned());
    let recorder = PrometheusBuilder::new()
        .set_buckets_for_metric(suffix, &seconds)?
        // Removes the series of informers that have stopped.
        .idle_timeout(MetricKindMask::ALL, Some(Duration::from_secs(600)))
        .build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder)?;
    Ok(handle)
}

/// Writes logs and spans to the standard error, as `RUST_LOG` says.
pub fn install_logs(default: &str) {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new(default));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .init();
}
// ANCHOR_END: metrics

// ANCHOR: shutdown
/// Completes when Kubernetes, or Ctrl-C, asks the program to stop. The signal
/// is handled from this call on, also before the future is awaited.
///
/// # Errors
/// If the operating system does not allow it.
pub fn shutdown_signal() -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
// ANCHOR_END: shutdown
