//! One script, two informers: what client-go and our informer ask a server for, and what their handlers are told.
//!
//! A [`Scenario`] is a file that says what a server answers. The embedded API server plays it over TCP, once for
//! client-go and once for ours; both runs are written down as a [`Transcript`], and the two must be the same, line
//! by line, but for the rows of a table that says where ours differs on purpose, and why.
//!
//! | module | holds | must not know |
//! |---|---|---|
//! | [`script`] | what a server answers, as data | informers |
//! | [`stage`] | a server that plays a script, and what it was asked | who asks |
//! | [`driver`] | the two informers behind one face | scripts |
//! | [`go_build`] | building the client-go driver | what it is for |
//! | [`transcript`] | what happened, in a form that can be compared | how it happened |
//! | [`run`] | one scenario, one informer, from the first request to the last call | what is right |
//! | [`differences`] | the table of intended differences, and the verdict | how a run is made |
//! | [`compare`](mod@compare) | all scenarios, each with both informers | how the outcome is shown |
//! | [`report`] | the outcome for people | everything else |

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
