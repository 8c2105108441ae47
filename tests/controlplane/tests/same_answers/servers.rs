//! The servers that the script runs against. Must not know the script.

use hyper_util::rt::TokioExecutor;
use kube::{Client, Config, client::ConfigExt};
use reflector_apiserver::{ApiServer, ServerHandle};
use reflector_controlplane::ControlPlane;

use tower::{BoxError, ServiceBuilder};

use crate::runner::Server;

/// Disables plugins that set fields of pods and nodes. They are cluster policies, which the embedded server does not
/// have.
const POLICIES: &str = "--disable-admission-plugins=DefaultTolerationSeconds,Priority,TaintNodesByCondition";

/// Starts the real server; `None` if the test is to be skipped.
pub(crate) async fn real() -> Option<impl Server> {
    ControlPlane::builder().apiserver_arg(POLICIES).require().await
}

impl Server for ControlPlane {
    async fn client(&self) -> Client {
        raw_client(&self.config().await.expect("a config"))
    }

    async fn discard_history(&mut self) {
        self.compact_etcd().await.expect("compacted");
        self.restart_apiserver().await.expect("restarted");
    }
}

/// Starts the embedded server, over TCP.
pub(crate) async fn embedded() -> impl Server {
    let server = ApiServer::new();
    let handle = server.listen().await.expect("a free port");
    Embedded { server, handle }
}

struct Embedded {
    server: ApiServer,
    handle: ServerHandle,
}

impl Server for Embedded {
    async fn client(&self) -> Client {
        raw_client(&Config::new(self.handle.url().parse().expect("a URL")))
    }

    async fn discard_history(&mut self) {
        self.server.restart_with_lost_history();
    }
}

/// A client without retries. kube's own client would retry on 429, 503 and 504.
fn raw_client(config: &Config) -> Client {
    let connector = config.rustls_https_connector().expect("TLS");
    let service = ServiceBuilder::new()
        .layer(config.base_uri_layer())
        .option_layer(config.auth_layer().expect("a token"))
        .map_err(BoxError::from)
        .service(hyper_util::client::legacy::Client::builder(TokioExecutor::new()).build(connector));
    Client::new(service, config.default_namespace.clone())
}
