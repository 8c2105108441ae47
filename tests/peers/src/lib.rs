//! Runs the same workload through reflector-runtime, kube-rs's reflector and client-go's informer, against the same
//! server.
//!
//! The peers run in turn, each in its own process, and measure themselves: seconds, CPU seconds, memory.
//!
//! `cargo run --release -p reflector-peers` prints the table; `--help` documents how to choose the amount of work,
//! the peers, a JSON file, and a folder for plots. The peers share the machine with the server and all other processes: on a busy
//! machine, CPU seconds are more reliable than seconds.
//!
//! | module | owns | must not depend on |
//! |---|---|---|
//! | [`kind`] | the kinds of objects, and the framing of their lists and events | the objects' fields |
//! | [`object`] | the types that the peers decode into | how they are transferred |
//! | [`plan`] | the number of objects and events, their order and versions | their JSON |
//! | [`digest`] | a digest of a state that Rust and Go compute | where the objects come from |
//! | [`text`] | the precomputed JSON of every object | HTTP |
//! | [`clock`] | a clock that all processes share | what is timed |
//! | [`canned`] | the server: lists, pages and watches, framed like kube-apiserver's | the clients |
//! | [`peer`] | the implementations that reach the same end state | how they are measured |
//! | [`client_go`] | building the Go programs | what they measure |
//! | [`agent`] | one peer in a process of its own, which performs tasks and measures itself | the order of the tasks |
//! | [`queue`] | work queues and reconcile loops (subcommand `queue`) | how informers are compared |
//! | [`floor`] | what decoding alone costs (subcommand `floor`) | caches |
//! | [`decode`] | decoding the same objects in JSON and in protobuf (subcommand `decode`) | caches |
//! | [`instructions`] | instructions per object and event (subcommand `instructions`) | time |
//! | [`usage`] | CPU and memory of a process | what used them |
//! | [`measure`] | measuring one peer, phase by phase | the other peers |
//! | [`compare`] | running all peers in turn, each in its own process | how a phase is measured |
//! | [`table`] | medians and ratios | how they were measured |
//! | [`latency`] | the time from the server's socket to the handler (subcommand `latency`) | the peers |
//! | [`apiserver`] | the first sync from a real kube-apiserver (subcommand `apiserver`) | the canned server |
//! | [`sizes`] | time and memory per object for several numbers of objects (subcommand `sizes`) | the peers |
//! | [`plot`] | plots as SVG files | what is plotted |
//! | [`compile`] | what the derive costs at compile time (subcommand `compile`) | the generated code |
//! | [`readers`] | how long readers of the store wait, under several loads | the network |
//!
//! `cargo run --release -p reflector-peers -- readers` prints the longest wait of a reader.

pub mod agent;
pub mod apiserver;
pub mod canned;
pub mod client_go;
pub mod clock;
pub mod compare;
pub mod compile;
pub mod decode;
pub mod digest;
pub mod floor;
pub mod instructions;
pub mod kind;
pub mod latency;
pub mod measure;
pub mod object;
pub mod peer;
pub mod plan;
pub mod plot;
pub mod queue;
pub mod readers;
pub mod sizes;
pub mod table;
pub mod text;
pub mod usage;
