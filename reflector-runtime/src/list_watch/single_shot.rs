//! Sending a request that nobody repeats behind our back.
//!
//! `kube::Client` retries 429, 503 and 504 by itself (up to 15 times, watches included), out of sight of any
//! backoff, health or metric. Its retry layer can only repeat requests whose body it can clone, and it cannot
//! clone a streamed body. So ours have one: an empty stream.

use std::convert::Infallible;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Empty;
use kube::client::{Body, Client};
use tower::service_fn;

/// Makes empty bodies that cannot be cloned, and so requests that are sent once.
#[derive(Clone)]
pub(super) struct SingleShot {
    // A response's body is the one kind of streamed body that kube lets others make.
    echo: Client,
}

impl SingleShot {
    /// Must be called within a tokio runtime, as must whatever made the user's own client.
    pub(super) fn new() -> Self {
        let empty = |_: Request<Body>| async { Ok::<_, Infallible>(Response::new(Empty::<Bytes>::new())) };
        Self { echo: Client::new(service_fn(empty), "default") }
    }

    pub(super) async fn body(&self) -> Result<Body, kube::Error> {
        self.echo.send(Request::new(Body::empty())).await.map(Response::into_body)
    }
}
