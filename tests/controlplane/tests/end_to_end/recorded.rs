//! A client whose requests are written down.

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
    /// All since the last time; the next begin anew.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock())
    }
}

/// A client whose requests are written down.
pub(crate) async fn recorded(control_plane: &ControlPlane) -> (Client, Recorded) {
    let recorded = Recorded::default();
    let record = recorded.clone();
    let look = move |request: Request<Body>| {
        record.0.lock().push(request.uri().query().unwrap_or_default().to_owned());
        Ok::<_, BoxError>(request)
    };
    let config = control_plane.config().await.expect("a config");
    let builder = ClientBuilder::try_from(config).expect("a client");
    (builder.with_layer(&FilterLayer::new(look)).build(), recorded)
}
