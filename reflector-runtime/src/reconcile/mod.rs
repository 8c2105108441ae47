//! The reconcile loop: [`Reconciler`] runs a function for each object that has work to do.
//!
//! A [`Reconciler`] (controller-runtime's controller, kube-rs's `Controller`) turns the events of informers into keys of
//! one *primary* resource, and runs your function for each key: level-triggered, that is, with the key and the cache,
//! not with the event.
//!
//! ```no_run
//! use std::time::Duration;
//! use k8s_openapi::api::{apps::v1::Deployment, core::v1::ConfigMap};
//! use reflector_runtime::{Informer, ObjectKey, reconcile::{Next, Reconciler}};
//!
//! # async fn run(client: kube::Client) -> Result<(), Box<dyn std::error::Error>> {
//! let maps = Informer::<ConfigMap>::builder(client.clone()).start();
//! let deployments = Informer::<Deployment>::builder(client).start();
//!
//! let summary = Reconciler::new(&maps)
//!     .owns(&deployments)
//!     .concurrency(8)
//!     .run(
//!         |ctx, key| async move {
//!             match ctx.object() {
//!                 Some(map) => println!("{key} exists: {:?}", map.metadata.uid),
//!                 None => println!("{key} was deleted"),
//!             }
//!             Ok::<_, kube::Error>(Next::After(Duration::from_secs(60)))
//!         },
//!         async { tokio::signal::ctrl_c().await.unwrap_or_default() },
//!     )
//!     .await?;
//! println!("{} runs, left to do: {:?}", summary.runs, summary.pending);
//! # Ok(())
//! # }
//! # mod tokio { pub mod signal { pub async fn ctrl_c() -> Result<(), ()> { Ok(()) } } }
//! ```
//!
//! # What is guaranteed
//! - One run at a time per key. Different keys run concurrently, up to [`Reconciler::concurrency`].
//! - No run starts before all informers of the reconciler are synced.
//! - Each change is followed by a run, also the deletion of the object. Changes during a run are followed by another run.
//!   The changes of one key between two runs are one run.
//! - A failed run is repeated after a backoff, which other events do not shorten.
//! - Objects of the initial list wait behind objects that change.
//! - A panic is a failure of that key only.
//!
//! Owns the loop and the state of each key between its runs. Consumes subscriptions and stores; must not depend on the
//! reflector or on requests.

mod cache;
mod context;
mod error;
mod failing;
mod failure;
mod feed;
mod keys;
mod next;
mod own_writes;
mod owner;
pub mod predicate;
mod reconciler;
mod report;
mod run;
mod runs;
mod source;
mod sync;
mod to_key;
mod trigger;

pub use self::{
    context::Context,
    error::{OwnWriteError, ReconcileError},
    failing::{FailingKey, FailingKeys},
    failure::RunError,
    next::Next,
    reconciler::Reconciler,
    report::{Report, Summary},
    source::Source,
    to_key::ToKey,
    trigger::Trigger,
};
