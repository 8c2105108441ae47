//! The whole program, as it runs in a Pod. Several replicas elect a leader.

use std::time::Duration;

use anyhow::Result;
use kube::Client;
use kube_lease_manager::LeaseManagerBuilder;
use metrics_exporter_prometheus::PrometheusHandle;
use reflector_runtime::reconcile::{Report, Summary};
use tokio::{net::TcpListener, task::AbortHandle};

use crate::{Endpoints, Operator};

/// The Lease that the leader holds.
pub const LEASE: &str = "site-operator";

/// The port of `/readyz`, `/livez` and `/metrics`.
pub const PORT: u16 = 8080;

/// How long a shutdown waits for runs in progress: less than the grace period
/// of the Pod.
pub const SHUTDOWN_TIMEOUT: Duration = Duration::from_secs(20);

// ANCHOR: replica
/// One replica of the operator.
pub struct Replica {
    /// The API server.
    pub client: Client,
    /// The namespace of the sites, and of the Lease.
    pub namespace: String,
    /// The name of the Pod, which identifies the leader.
    pub identity: String,
    /// Where `/readyz`, `/livez` and `/metrics` are served.
    pub listener: TcpListener,
    /// The metrics of this process.
    pub metrics: PrometheusHandle,
    /// How long the Lease is valid after its last renewal.
    pub lease_seconds: u64,
}

impl Replica {
    /// Runs until the shutdown.
    ///
    /// # Errors
    /// If a cache cannot be filled, or the Lease cannot be read.
    pub async fn run(
        self,
        shutdown: impl Future<Output = ()>,
    ) -> Result<Summary> {
        let operator = Operator::start(self.client.clone(), &self.namespace);
        let endpoints = Endpoints::new(&operator, self.metrics);
        let server = tokio::spawn(endpoints.serve(self.listener));
        let _server = AbortOnDrop(server.abort_handle());

        let election = LeaseManagerBuilder::new(self.client, LEASE)
            .with_namespace(&self.namespace)
            .with_identity(&self.identity)
            .with_duration(self.lease_seconds)
            // It is renewed when a third of the time is left.
            .with_grace(self.lease_seconds / 3)
            .build()
            .await?;
        let (is_leader, election) = election.watch().await;

        let reconciler = operator
            .reconciler()
            .while_leader(is_leader)
            .shutdown_timeout(SHUTDOWN_TIMEOUT)
            .on_report(log);
        let summary = operator.run(reconciler, shutdown).await;
        // The reconciler has ended, so the Lease is released.
        election.await??;
        Ok(summary?)
    }
}
// ANCHOR_END: replica

// ANCHOR: report
/// Logs why a run failed. The errors of this program contain no values.
fn log(report: &Report) {
    if let Report::Failed { key, attempt, error, .. } = report {
        tracing::warn!(%key, attempt, %error, "a site was not published");
    }
}
// ANCHOR_END: report

/// Ends a task with this value.
#[derive(Debug)]
struct AbortOnDrop(AbortHandle);

impl Drop for AbortOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}
