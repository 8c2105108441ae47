//! Deterministic simulation: a server, a network and informers in one thread, under a clock that stands still until
//! everybody waits. A seed decides all that happens; the same seed is the same history, always.
//!
//! | room | holds |
//! |---|---|
//! | [`thing`] | the objects and their kinds |
//! | [`plan`] | all that will happen, as data |
//! | `world` | the server, those who write to it, its faults |
//! | [`network`] | what carries requests and bytes, and breaks |
//! | `subject` | the informers that are looked at |
//! | `witness` | the rules, and those who look |
//! | [`mod@run`] | a plan, carried out |
//! | [`shrink`] | the least of a plan that still fails |
//! | [`sabotage`] | deliberate bugs, to check the checks |
//! | [`report`] | counts of faults |

pub mod network;
pub mod plan;
pub mod report;
pub mod run;
pub mod sabotage;
pub mod shrink;
mod subject;
pub mod thing;
mod witness;
mod world;

pub use self::{
    plan::{Action, Plan},
    report::Counts,
    run::{Outcome, run},
    sabotage::Sabotage,
    witness::Violation,
};
