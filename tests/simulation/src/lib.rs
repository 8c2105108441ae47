//! Deterministic simulation: a server, a network and informers run in one thread. The clock is paused and advances
//! only while every task is idle. A seed determines everything that happens: the same seed always produces the same
//! history.
//!
//! | module | contains |
//! |---|---|
//! | [`thing`] | the objects and their kinds |
//! | [`plan`] | everything that will happen, as data |
//! | `world` | the server, the writes to it, its faults |
//! | `home_made` | servers that keep fewer promises than one of Kubernetes |
//! | [`network`] | carries requests and bytes, and injects network faults |
//! | `subject` | the informers under test |
//! | `checker` | the invariants and their checks |
//! | [`mod@run`] | runs a plan |
//! | [`operator`] | a reconciler under the faults of a plan |
//! | [`shrink`] | reduces a failing plan to a minimal one |
//! | [`sabotage`] | deliberate bugs, to verify the checks |
//! | [`report`] | counts of faults |

mod checker;
mod home_made;
pub mod network;
pub mod operator;
pub mod plan;
pub mod report;
pub mod run;
pub mod sabotage;
pub mod shrink;
mod subject;
pub mod thing;
mod world;

pub use self::{
    checker::Violation,
    plan::{Action, Plan},
    report::Counts,
    run::{Outcome, run},
    sabotage::Sabotage,
};
