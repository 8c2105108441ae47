//! A client that records its requests.

use std::sync::Arc;

use http::Request;
use kube::{
    Client,
    client::{Body, ClientBuilder},
};
use parking_lot::Mutex;
use reflector_controlplane::ControlPlane;
use tower::{BoxError, filter::FilterLayer};

/// The queries of all requests, in order.
#[derive(Clone, Default)]
pub(crate) struct Recorded(Arc<Mutex<Vec<String>>>);

impl Recorded {
    /// Returns the queries since the last call and clears the record.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock())
    }
}

/// Creates a client that records its requests.
pub(crate) async fn recorded(control_plane: &ControlPlane) -> (Client, Recorded) {
    let recorded = Recorded::default();
    let record = recorded.clone();
    let check = move |request: Request<Body>| {
        record.0.lock().push(request.uri().query().unwrap_or_default().to_owned());
        Ok::<_, BoxError>(request)
    };
    let config = control_plane.config().await.expect("a config");
    let builder = ClientBuilder::try_from(config).expect("a client");
    (builder.with_layer(&FilterLayer::new(check)).build(), recorded)
}
