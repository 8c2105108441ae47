//! Runs the same workload through reflector-runtime and kube-rs's reflector, against the same canned server.
//!
//! The peers run in turn, each in its own process, and measure themselves: seconds, CPU seconds, memory.
//!
//! `cargo run --release -p reflector-peers` prints the table; `--help` documents how to choose the amount of work,
//! the peers and a JSON file. The peers share the machine with the server and all other processes: on a busy
//! machine, CPU seconds are more reliable than seconds.
//!
//! | module | owns | must not depend on |
//! |---|---|---|
//! | [`gadget`] | the type that both peers decode into | how it is transferred |
//! | [`plan`] | the number of objects and events, their order and versions | their JSON |
//! | [`text`] | the precomputed JSON of every object | HTTP |
//! | [`canned`] | the server: lists, pages and watches, framed like kube-apiserver's | the clients |
//! | [`peer`] | the two implementations that reach the same end state | how they are measured |
//! | [`queue`] | work queues and reconcile loops (subcommand `queue`) | how informers are compared |
//! | [`floor`] | what decoding alone costs (subcommand `floor`) | caches |
//! | [`instructions`] | instructions per object and event (subcommand `instructions`) | time |
//! | [`usage`] | CPU and memory of this process | what used them |
//! | [`measure`] | measuring one peer, phase by phase | the other peers |
//! | [`compare`] | running all peers in turn, each in its own process | how a phase is measured |
//! | [`table`] | medians and ratios | how they were measured |
//! | [`readers`] | how long readers of the store wait, under several loads | the network |
//!
//! `cargo run --release -p reflector-peers -- readers` prints the longest wait of a reader.

pub mod canned;
pub mod compare;
pub mod floor;
pub mod gadget;
pub mod instructions;
pub mod measure;
pub mod peer;
pub mod plan;
pub mod queue;
pub mod readers;
pub mod table;
pub mod text;
pub mod usage;
