//! Whether the program is ready, and whether it is alive.

use std::{net::SocketAddr, time::Duration};

use http_body_util::Full;
use hyper::{
    Request, Response,
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use k8s_openapi::api::core::v1::ConfigMap;
use metrics_exporter_prometheus::PrometheusHandle;
use reflector_runtime::{Health, Informer, Namespaced};
use tokio::net::TcpListener;

use crate::{Operator, SiteInformer};

// ANCHOR: readiness
/// Ready: the cache contains all objects. It stays ready during an outage,
/// since the last known state is better than none.
///
/// # Errors
/// What prevents the first sync, as a text for people.
pub fn readiness<K: Send + Sync + 'static>(
    informer: &Informer<K, Namespaced>,
) -> Result<(), String> {
    if informer.has_synced() {
        return Ok(());
    }
    let error = informer.last_error().map(|error| error.to_string());
    Err(error.unwrap_or_else(|| informer.health().borrow().to_string()))
}

/// Alive: unless the informer has stopped, it recovers by itself.
///
/// # Errors
/// If only a restart helps.
pub fn liveness<K: Send + Sync + 'static>(
    informer: &Informer<K, Namespaced>,
) -> Result<(), String> {
    match &*informer.health().borrow() {
        stopped @ Health::Stopped => Err(stopped.to_string()),
        _ => Ok(()),
    }
}
// ANCHOR_END: readiness

// ANCHOR: respond
/// The HTTP endpoints of the program.
#[derive(Clone)]
pub struct Endpoints {
    sites: SiteInformer,
    pages: Informer<ConfigMap>,
    metrics: PrometheusHandle,
}

impl Endpoints {
    /// The status code and the text of a response.
    #[must_use]
    pub fn respond(&self, path: &str) -> (u16, String) {
        let result = match path {
            "/readyz" => {
                readiness(&self.sites).and_then(|()| readiness(&self.pages))
            }
            "/livez" => {
                liveness(&self.sites).and_then(|()| liveness(&self.pages))
            }
            "/metrics" => {
                self.metrics.run_upkeep();
                return (200, self.metrics.render());
            }
            _ => return (404, "not found".to_owned()),
        };
        match result {
            Ok(()) => (200, "ok".to_owned()),
            Err(reason) => (503, reason),
        }
    }
    // ANCHOR_END: respond

    /// The endpoints of an operator.
    #[must_use]
    pub fn new(operator: &Operator, metrics: PrometheusHandle) -> Self {
        let sites = operator.sites.clone();
        Self { sites, pages: operator.pages.clone(), metrics }
    }

    /// Answers requests until the future is dropped.
    pub async fn serve(self, listener: TcpListener) {
        loop {
            let Ok((connection, peer)) = listener.accept().await else {
                // Too many open files, for example.
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            };
            tokio::spawn(self.clone().serve_connection(connection, peer));
        }
    }

    async fn serve_connection(
        self,
        connection: tokio::net::TcpStream,
        peer: SocketAddr,
    ) {
        let answer = service_fn(|request: Request<Incoming>| {
            let (status, text) = self.respond(request.uri().path());
            let response = Response::builder()
                .status(status)
                .header("content-type", "text/plain; version=0.0.4")
                .body(Full::new(Bytes::from(text)));
            async { response }
        });
        let connection = TokioIo::new(connection);
        let served = http1::Builder::new().serve_connection(connection, answer);
        if let Err(error) = served.await {
            tracing::debug!(%peer, %error, "a request could not be answered");
        }
    }
}
