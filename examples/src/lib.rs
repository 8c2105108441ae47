//! Runnable examples of `reflector-runtime`; start with `cargo run --example quickstart`.
//!
//! The library contains where they run: [`run`] starts an in-process API server, or connects to the cluster of the
//! current kubeconfig. Nothing in it is needed to use `reflector-runtime`.

mod environment;
mod interrupt;

pub use environment::{EmbeddedOnly, Environment, run};
pub use interrupt::interrupted;
