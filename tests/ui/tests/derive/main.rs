//! What `#[derive(Reflect)]` promises.

// A test crate exports nothing, and visibilities are among what is tested.
#![allow(unreachable_pub)]

mod aliases;
mod drift;
mod indexes;
mod macros;
mod names;
mod shapes;
mod visibility;
mod whole;
