//! Holds tests only: `tests/gen.rs`.
