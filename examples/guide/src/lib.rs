//! The operator that the book builds step by step: it publishes each `Site`
//! as a `ConfigMap`.
//!
//! | Module | Chapter |
//! |---|---|
//! | `site`, `crd` | a struct, and its CRD |
//! | `operator`, `publisher` | owned objects, status and finalizer |
//! | `health` | errors, health and readiness |
//! | `telemetry` | metrics, tracing and shutdown |
//! | `replica` | deployment |
//!
//! `stages/` contains a program for each chapter (`cargo run --example guide`),
//! and `break_it/` the faults of "Break it" (`cargo run --example break_it`).

mod crd;
mod health;
mod operator;
mod publisher;
mod replica;
mod site;
mod telemetry;

pub use self::{
    crd::apply_crd,
    health::{Endpoints, liveness, readiness},
    operator::Operator,
    publisher::{Error, Publisher, SITEMAP},
    replica::{LEASE, PORT, Replica, SHUTDOWN_TIMEOUT},
    site::{Phase, Site, SiteInformer, SiteLister, SiteSpec, SiteStatus},
    telemetry::{install_logs, install_metrics, shutdown_signal},
};
