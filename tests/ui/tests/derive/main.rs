//! The guarantees of `#[derive(Reflect)]`.

// A test crate exports nothing, but the visibility of generated items is tested here.
#![allow(unreachable_pub)]

mod aliases;
mod complete;
mod crd_file;
mod drift;
mod forms;
mod functions;
mod index_values;
mod indexes;
mod macros;
mod names;
mod selectors;
mod visibility;
