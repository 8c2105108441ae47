//! The same work through reflector-runtime and through kube-rs's reflector, against the same canned server.
//!
//! Each peer runs in a process of its own, in turns, and is measured from inside: seconds, CPU seconds, memory.
//!
//! `cargo run --release -p reflector-peers` prints the table; `--help` tells how to choose the amount of work, the
//! peers and a JSON file. The peers share the machine with the server and with whatever else runs on it: where it
//! is busy, CPU seconds tell more than seconds.
//!
//! | module | holds | must not know |
//! |---|---|---|
//! | [`gadget`] | the type that both peers decode into | how it travels |
//! | [`plan`] | how many objects and events, in which order, at which versions | their text |
//! | [`text`] | every object's JSON, precomputed | HTTP |
//! | [`canned`] | the server: lists, pages, watches, in an API server's framing | who asks |
//! | [`peer`] | the two ways to the same end state | how they are measured |
//! | [`usage`] | CPU and memory of this process | what used them |
//! | [`measure`] | one peer, phase by phase | the other peers |
//! | [`compare`] | all peers in turns, each in its process | how a phase is measured |
//! | [`table`] | medians and ratios | where they come from |

pub mod canned;
pub mod compare;
pub mod gadget;
pub mod measure;
pub mod peer;
pub mod plan;
pub mod table;
pub mod text;
pub mod usage;
