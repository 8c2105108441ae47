//! An in-process Kubernetes API server. It is served over TCP, for `kubectl`, and as a [`tower::Service`], so that a
//! [`kube::Client`] needs no socket and works with a paused clock.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use reflector_apiserver::ApiServer;
//! use serde_json::json;
//!
//! let server = ApiServer::new();
//! server.create("v1", "configmaps", Some("default"), json!({"metadata": {"name": "a"}, "data": {"k": "v"}}))?;
//!
//! let maps: kube::Api<k8s_openapi::api::core::v1::ConfigMap> = kube::Api::default_namespaced(server.client());
//! assert_eq!(maps.get("a").await?.data.unwrap_or_default()["k"], "v");
//! # Ok(())
//! # }
//! ```
//!
//! The modules, in the order in which a request passes through them: [`service`](ApiServer) and `listen` receive it,
//! `request` parses it, `auth` authorizes it, `faults` may inject failures, `handlers` answer it, `engine` implements
//! the rules for writes, `registry` holds the resource types and `storage` holds the objects. `protobuf` encodes responses
//! for clients that accept it. `watch`, `table`, `patch`, `selectors`, `managed_fields`, `discovery` and `status` are named after what they implement.

// Errors are the responses to requests and are built once per response, so boxing them gains nothing.
#![allow(clippy::result_large_err)]

mod answer;
mod auth;
mod builder;
mod client;
mod direct;
mod discovery;
mod engine;
mod faults;
mod flow;
mod handlers;
mod listen;
mod managed_fields;
mod patch;
mod protobuf;
mod record;
mod registry;
mod request;
mod selectors;
mod server;
mod service;
mod status;
mod storage;
mod table;
mod watch;

pub use answer::Body;
pub use builder::Builder;
pub use faults::{
    Answer, Fault, FaultBuilder, FaultStats, Faults, RequestMatcher, Script, Step, TooLargeForm,
};
pub use listen::ServerHandle;
pub use record::RequestRecord;
pub use registry::GroupResource;
pub use request::Verb;
pub use server::ApiServer;
pub use status::{FieldError, FieldErrorKind, Outcome, Status, StatusCause, StatusDetails, StatusMeta};
