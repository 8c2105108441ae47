//! Conformance tests: runs the same scripts against client-go's informer and ours, and compares the requests they
//! send and the events they deliver.
//!
//! A [`Scenario`] is a file that defines the answers of a server. The embedded API server plays it over TCP, once for
//! client-go and once for ours. Each run is recorded as a [`Transcript`]. The two transcripts must match line by
//! line, except for the rows of a table that lists each intended difference and its reason.
//!
//! | module | owns | must not know |
//! |---|---|---|
//! | [`script`] | the answers of a server, as data | informers |
//! | [`stage`] | a server that plays a script, and the requests it received | which client sends them |
//! | [`driver`] | a common interface to the informers | scripts |
//! | [`go_build`] | building the client-go driver | its purpose |
//! | [`transcript`] | a record of a run that can be compared | how the run was made |
//! | [`run`] | one run of one scenario with one informer | which outcome is expected |
//! | [`differences`] | the table of intended differences, and the verdict | how runs are made |
//! | [`compare`](mod@compare) | all scenarios, each with both informers | how the outcome is presented |
//! | [`report`] | the outcome in readable form | how runs are made |

pub mod compare;
pub mod differences;
pub mod driver;
pub mod go_build;
pub mod report;
pub mod run;
pub mod script;
pub mod stage;
pub mod transcript;

mod error;

pub use error::Error;
pub use script::{Gate, Scenario};
pub use transcript::Transcript;
