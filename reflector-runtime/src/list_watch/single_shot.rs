//! Sends requests that `kube::Client` does not retry.
//!
//! `kube::Client` retries 429, 503 and 504 on its own (up to 15 times, watches included), and no backoff, health or
//! metric can observe these retries. Its retry layer can only retry requests whose body it can clone, and it cannot
//! clone a streamed body. So these requests have a streamed body: an empty stream.

use std::convert::Infallible;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Empty;
use kube::client::{Body, Client};
use tower::service_fn;

/// An empty body that cannot be cloned, so that its request is sent only once.
///
/// Creates a client for each body: a client needs a tokio runtime, and the one of an earlier request may have ended.
pub(super) async fn single_shot_body() -> Result<Body, kube::Error> {
    let empty = |_: Request<Body>| async { Ok::<_, Infallible>(Response::new(Empty::<Bytes>::new())) };
    // A response body is the only kind of streamed body that other crates can create with kube.
    let service = Client::new(service_fn(empty), "default");
    service.send(Request::new(Body::empty())).await.map(Response::into_body)
}
