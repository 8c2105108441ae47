//! Tests of `#[derive(Reflect)]` as its users meet it.
//!
//! `tests/derive` says what it promises, `tests/hygiene.rs` and `tests/lints.rs` in which surroundings,
//! `tests/trybuild.rs` what it says of mistakes (`cases/`, one file per mistake, named by it).

/// Compiles and runs the examples of the macro's documentation.
#[cfg(doctest)]
#[doc = include_str!("../../../reflector-derive/doc/reflect.md")]
pub mod reflect_md {}
