//! The parts of `cargo run --example dashboard`: a terminal dashboard of running informers.
//!
//! | Module | Contents |
//! |---|---|
//! | [`watched`] | the informers that are shown, and what each of them reports |
//! | [`state`] | what is shown: samples of the informers, rates, a log of changes |
//! | [`draw`] | the state as cells of a terminal |
//! | `layout` | what fits into a terminal |
//! | [`faults`] | the keys, and what each of them does to the embedded server |
//! | [`workload`] | the objects of the embedded server, and their changes |
//! | [`world`] | the informers together with the server that they read from |
//! | [`recording`] | a scripted run with a paused clock |
//! | [`svg`] | cells as SVG |
//! | [`terminal`] | the loop that draws and reads keys |
//! | [`memory`] | the memory of this process |

pub mod draw;
pub mod faults;
mod layout;
pub mod memory;
pub mod recording;
pub mod state;
pub mod svg;
pub mod terminal;
pub mod watched;
pub mod workload;
pub mod world;
