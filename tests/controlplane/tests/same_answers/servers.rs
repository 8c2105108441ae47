//! The servers that the script runs against. Must not know the script.

use hyper_util::rt::TokioExecutor;
use kube::{Client, Config, client::ConfigExt};
use reflector_controlplane::{ControlPlane, require};

use tower::{BoxError, ServiceBuilder};

use crate::runner::Server;

/// The real one; `None` where it cannot be had.
pub(crate) async fn real() -> Option<impl Server> {
    require().await
}

impl Server for ControlPlane {
    async fn client(&self) -> Client {
        raw_client(&self.config().await.expect("a config"))
    }

    async fn forget_history(&mut self) {
        self.compact_etcd().await.expect("compacted");
        self.restart_apiserver().await.expect("restarted");
    }
}

/// kube's own client would repeat what is refused with 429, 503 or 504.
fn raw_client(config: &Config) -> Client {
    let connector = config.rustls_https_connector().expect("TLS");
    let service = ServiceBuilder::new()
        .layer(config.base_uri_layer())
        .option_layer(config.auth_layer().expect("a token"))
        .map_err(BoxError::from)
        .service(hyper_util::client::legacy::Client::builder(TokioExecutor::new()).build(connector));
    Client::new(service, config.default_namespace.clone())
}
