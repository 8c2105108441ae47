//! Tests of `#[derive(Reflect)]` from the user's side.
//!
//! `tests/derive` covers its guarantees, `tests/hygiene.rs` and `tests/lints.rs` the surroundings in which it
//! works, and `tests/trybuild.rs` its error messages (`cases/`, one file per mistake, named after the mistake).

/// Compiles and runs the examples in the macro's documentation.
#[cfg(doctest)]
#[doc = include_str!("../../../reflector-derive/doc/reflect.md")]
pub mod reflect_md {}
