//! The work queue of `reflector-runtime`, compiled with a lock whose schedule shuttle controls.
//!
//! The tests run each scenario under thousands of random schedules. A lost wake-up is a deadlock, which shuttle
//! reports together with the schedule that leads to it.

mod sync;
#[path = "../../../reflector-runtime/src/workqueue/mod.rs"]
pub mod workqueue;
