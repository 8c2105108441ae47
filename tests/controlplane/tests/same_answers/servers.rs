//! The servers that the script runs against. Must not know the script.

use hyper_util::rt::TokioExecutor;
use kube::{Client, Config, client::ConfigExt};
use reflector_apiserver::{ApiServer, ServerHandle};
use reflector_controlplane::ControlPlane;

use tower::{BoxError, ServiceBuilder};

use crate::runner::Server;

/// These set fields of pods and nodes. They are a policy of the cluster's, which the embedded server has none of.
const POLICIES: &str = "--disable-admission-plugins=DefaultTolerationSeconds,Priority,TaintNodesByCondition";

/// The real one; `None` where it cannot be had.
pub(crate) async fn real() -> Option<impl Server> {
    ControlPlane::builder().apiserver_arg(POLICIES).require().await
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

/// The embedded one, over TCP.
pub(crate) async fn embedded() -> impl Server {
    let server = ApiServer::new();
    let listening = server.listen().await.expect("a free port");
    Embedded { server, listening }
}

struct Embedded {
    server: ApiServer,
    listening: ServerHandle,
}

impl Server for Embedded {
    async fn client(&self) -> Client {
        raw_client(&Config::new(self.listening.url().parse().expect("a URL")))
    }

    async fn forget_history(&mut self) {
        self.server.restart_with_lost_history();
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
